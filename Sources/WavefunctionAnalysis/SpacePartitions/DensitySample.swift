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
    /// The part missing in the wavefunction: cores replaced by potentials.
    let core: [Double]
    /// Alpha minus beta, by state; nil if both spins are equal.
    let spins: [[Double]?]

    /// Functions below this are omitted in a block of points: charges of a molecule of 22 atoms changed by 1e-13 e.
    private static let negligible = 1e-10

    /// Cost: one evaluation of the occupied orbitals of every state and spin.
    ///
    /// - Parameters:
    ///   - cores: density of each atom's replaced core.
    ///   - areCompact: whether points that follow each other lie close together.
    init(_ input: ChargeAnalysisInput, cores: [RadialDensity?], points: [SIMD3<Double>], areCompact: Bool = false) {
        let sets = input.wavefunctions.flatMap { wavefunction -> [MolecularOrbitals] in
            switch wavefunction.orbitals {
            case .restricted(let both): [both]
            case .unrestricted(let alpha, let beta): [alpha, beta]
            }
        }
        let values = DensityOnPoints.values(
            basis: input.basis, orbitals: sets, points: points, areCompact: areCompact, negligible: Self.negligible,
            pool: input.pool)
        let core = Self.sum(cores, input.basis.molecule, points: points, pool: input.pool)
        var totals: [[Double]] = []
        var spins: [[Double]?] = []
        var next = 0
        for wavefunction in input.wavefunctions {
            let first = values[next]
            switch wavefunction.orbitals {
            case .restricted:
                totals.append(core.indices.map { first[$0] + core[$0] })
                spins.append(nil)
                next += 1
            case .unrestricted:
                let second = values[next + 1]
                totals.append(core.indices.map { first[$0] + second[$0] + core[$0] })
                spins.append(core.indices.map { first[$0] - second[$0] })
                next += 2
            }
        }
        self.core = core
        self.totals = totals
        self.spins = spins
    }

    /// Spherical densities around all nuclei, added up; nil has none.
    static func sum(
        _ densities: [RadialDensity?], _ molecule: Molecule, points: [SIMD3<Double>], pool: WorkerPool
    ) -> [Double] {
        let parts = zip(molecule.atoms, densities).compactMap { atom, density in
            density.map { (density: SphericalDensity(splines: [(1, $0.spline)]), center: atom.position) }
        }
        return SphericalDensity.sum(parts, points: points, pool: pool)
    }
}

/// The densities of all states on one grid, and the data that the schemes that partition space need.
struct DensitySample: Sendable {
    let molecule: Molecule
    let grid: MolecularGrid
    let points: [SIMD3<Double>]
    let values: SampledDensities
    let pool: WorkerPool
    private static let chunk = 2048

    var densities: [[Double]] { values.totals }
    var spins: [[Double]?] { values.spins }

    init(
        _ input: ChargeAnalysisInput, cores: [RadialDensity?], grid specification: GridSpecification,
        boundaries: CellBoundaries = .treutlerAhlrichs
    ) {
        molecule = input.basis.molecule
        pool = input.pool
        let grid = MolecularGrid(
            molecule: molecule, specification: specification, pool: pool, boundaries: boundaries)
        self.grid = grid
        points = grid.x.indices.map { SIMD3(grid.x[$0], grid.y[$0], grid.z[$0]) }
        values = SampledDensities(input, cores: cores, points: points, areCompact: true)
    }

    /// About what it takes at a time, in bytes: points while they are sorted, or their values while they are evaluated.
    static func memory(_ input: ChargeAnalysisInput, grid specification: GridSpecification) -> Int {
        let points = input.basis.molecule.atoms.reduce(0) {
            $0 + specification.radialCount($1.element) * specification.angularCount($1.element)
        }
        let spins = input.wavefunctions.reduce(0) { $0 + ($1.isRestricted ? 1 : 2) }
        return points * (80 + max(110, 8 * (2 * spins + input.wavefunctions.count)))
    }

    /// Sums over the points, several at once: `body` adds the terms of a range of points to its sums. The result does not
    /// depend on the number of threads.
    func sums(_ count: Int, _ body: @Sendable (Range<Int>, inout [Double]) -> Void) -> [Double] {
        let total = points.count
        let parts = pool.sharedArrays((total + Self.chunk - 1) / Self.chunk) { part -> [Double] in
            var sums = [Double](repeating: 0, count: count)
            body(part * Self.chunk..<min(total, (part + 1) * Self.chunk), &sums)
            return sums
        }
        var result = [Double](repeating: 0, count: count)
        for part in parts { for index in 0..<count { result[index] += part[index] } }
        return result
    }
}
