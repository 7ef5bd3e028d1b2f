import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution

/// The densities of all states on one grid, with the cores that potentials replace, and what the schemes that share out
/// space need from them.
struct DensitySample: Sendable {
    let molecule: Molecule
    let grid: MolecularGrid
    /// Density of all electrons, by state and point.
    let densities: [[Double]]
    /// Alpha less beta, by state; nil where both spins are alike.
    let spins: [[Double]?]
    let pool: WorkerPool
    private static let chunk = 2048

    var pointCount: Int { grid.count }

    /// Cost: one evaluation of the density for every state and one more for every open shell.
    init(_ input: ChargeAnalysisInput, library: ProatomLibrary, grid specification: GridSpecification) throws {
        molecule = input.basis.molecule
        pool = input.pool
        let grid = MolecularGrid(molecule: molecule, specification: specification, pool: pool)
        self.grid = grid
        let points = grid.x.indices.map { SIMD3(grid.x[$0], grid.y[$0], grid.z[$0]) }
        let open = input.wavefunctions.filter { !$0.isRestricted }
        let values = DensityOnPoints.values(
            basis: input.basis, densities: input.wavefunctions.map(\.totalDensity) + open.map(\.spinDensity), points: points,
            pool: pool)
        var core = [Double](repeating: 0, count: points.count)
        for (atom, potential) in zip(molecule.atoms, input.basis.effectiveCorePotentials) {
            guard let potential, potential.coreElectrons > 0 else { continue }
            let density = try library.core(atom.element, electrons: potential.coreElectrons)
            for (k, value) in Self.values(of: density, around: atom.position, grid: grid, pool: pool).enumerated() {
                core[k] += value
            }
        }
        densities = input.wavefunctions.indices.map { state in zip(values[state], core).map { $0 + $1 } }
        var next = input.wavefunctions.count
        spins = input.wavefunctions.map { wavefunction in
            if wavefunction.isRestricted { return nil }
            defer { next += 1 }
            return values[next]
        }
    }

    /// A spherical density around a nucleus at all points.
    static func values(
        of density: RadialDensity?, around center: SIMD3<Double>, grid: MolecularGrid, pool: WorkerPool
    ) -> [Double] {
        guard let density else { return [Double](repeating: 0, count: grid.count) }
        return pool.map(grid.count, inChunksOf: chunk) { k in
            let d = SIMD3(grid.x[k], grid.y[k], grid.z[k]) - center
            return density.value(atLogarithm: 0.5 * log(max((d * d).sum(), 1e-30)))
        }
    }

    /// Sums over the points, several at once: `body` adds the terms of a range of points to its sums. The result does not
    /// depend on the number of threads.
    func sums(_ count: Int, _ body: @Sendable (Range<Int>, inout [Double]) -> Void) -> [Double] {
        let total = pointCount
        let parts = pool.map((total + Self.chunk - 1) / Self.chunk) { part -> [Double] in
            var sums = [Double](repeating: 0, count: count)
            body(part * Self.chunk..<min(total, (part + 1) * Self.chunk), &sums)
            return sums
        }
        var result = [Double](repeating: 0, count: count)
        for part in parts { for index in 0..<count { result[index] += part[index] } }
        return result
    }
}
