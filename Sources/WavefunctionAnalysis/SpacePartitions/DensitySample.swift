import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution

/// Densities of all states at points, with the cores that potentials replace.
struct SampledDensities: Sendable {
    /// Density of all electrons, by state and point.
    let totals: [[Double]]
    /// The part of it that the wavefunction does not have: cores that potentials replace.
    let core: [Double]
    /// Alpha less beta, by state; nil where both spins are alike.
    let spins: [[Double]?]

    /// Cost: one evaluation of the density for every state and one more for every open shell.
    ///
    /// - Parameter cores: density of each atom's replaced core.
    init(_ input: ChargeAnalysisInput, cores: [RadialDensity?], points: [SIMD3<Double>]) {
        let open = input.wavefunctions.filter { !$0.isRestricted }
        let values = DensityOnPoints.values(
            basis: input.basis, densities: input.wavefunctions.map(\.totalDensity) + open.map(\.spinDensity), points: points,
            pool: input.pool)
        core = Self.sum(cores, input.basis.molecule, points: points, pool: input.pool)
        let core = core
        totals = input.wavefunctions.indices.map { state in zip(values[state], core).map { $0 + $1 } }
        var next = input.wavefunctions.count
        spins = input.wavefunctions.map { wavefunction in
            if wavefunction.isRestricted { return nil }
            defer { next += 1 }
            return values[next]
        }
    }

    /// Spherical densities around all nuclei, added up; nil has none.
    static func sum(
        _ densities: [RadialDensity?], _ molecule: Molecule, points: [SIMD3<Double>], pool: WorkerPool
    ) -> [Double] {
        let parts = zip(molecule.atoms, densities).compactMap { atom, density in density.map { (atom.position, $0) } }
        return pool.map(points.count, inChunksOf: 2048) { k in
            parts.reduce(0) { $0 + $1.1.value(at: points[k] - $1.0) }
        }
    }
}

/// The densities of all states on one grid, and what the schemes that share out space need from them.
struct DensitySample: Sendable {
    let molecule: Molecule
    let grid: MolecularGrid
    let points: [SIMD3<Double>]
    let values: SampledDensities
    let pool: WorkerPool
    private static let chunk = 2048

    var densities: [[Double]] { values.totals }
    var spins: [[Double]?] { values.spins }

    init(_ input: ChargeAnalysisInput, cores: [RadialDensity?], grid specification: GridSpecification) {
        molecule = input.basis.molecule
        pool = input.pool
        let grid = MolecularGrid(molecule: molecule, specification: specification, pool: pool)
        self.grid = grid
        points = grid.x.indices.map { SIMD3(grid.x[$0], grid.y[$0], grid.z[$0]) }
        values = SampledDensities(input, cores: cores, points: points)
    }

    /// A spherical density around a nucleus at all points; nil is a nucleus without electrons.
    func values(of density: RadialDensity?, around center: SIMD3<Double>) -> [Double] {
        guard let density else { return [Double](repeating: 0, count: points.count) }
        return pool.map(points.count, inChunksOf: Self.chunk) { density.value(at: points[$0] - center) }
    }

    /// Sums over the points, several at once: `body` adds the terms of a range of points to its sums. The result does not
    /// depend on the number of threads.
    func sums(_ count: Int, _ body: @Sendable (Range<Int>, inout [Double]) -> Void) -> [Double] {
        let total = points.count
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
