import BasisSets
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import SemiNumericalExchange
import TestSupport
import Testing

/// Exchange matrices by quadrature against exact ones.
@Suite struct SemiNumericalExchangeTests {
    private static let pool = WorkerPool(threads: 2)

    /// In bohr.
    private static func basis(_ set: String, _ atoms: [(String, SIMD3<Double>)], shift: SIMD3<Double> = .zero) throws
        -> AtomicOrbitalBasis
    {
        BLASThreads.limit(to: 1)
        let molecule = Molecule(
            atoms: try atoms.map { Atom(element: try #require(Element(symbol: $0.0)), positionInBohr: $0.1 + shift) })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        return try BasisAssignment(general: set).resolve(for: molecule, in: library).basis
    }

    private static let hypochlorousAcid = [
        ("O", SIMD3(0.1, 0.2, -0.3)), ("Cl", SIMD3(3.2, 0.4, 0.1)), ("H", SIMD3(-0.4, 1.8, 0.4)),
    ]
    private static let chlorineFluoride = [("Cl", SIMD3(0.0, 0.1, 0.2)), ("F", SIMD3(2.9, 0.9, -0.4))]

    /// The density of some Hartree-Fock iterations, with doubly occupied orbitals.
    private static func density(_ basis: AtomicOrbitalBasis, pairs: Int) throws -> Matrix {
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let core =
            OneElectronIntegrals.kinetic(basis: basis)
            + OneElectronIntegrals.nuclearAttraction(
                basis: basis, charges: basis.effectiveNuclearCharges, positions: basis.molecule.atoms.map(\.position), pool: pool)
        let root = try SymmetricEigenproblem(overlap).inverseSquareRoot()
        let builder = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: 1 << 28)
        var density = Matrix(rows: overlap.rows, columns: overlap.columns)
        for _ in 0..<12 {
            let (coulomb, exchange) = builder.build(coulomb: [density], exchange: [density])
            let fock = core + coulomb[0] - 0.5 * exchange[0]
            let orbitals = root.times(try SymmetricEigenproblem(fock.transformed(by: root).symmetrized()).vectors)
            let occupied = orbitals.columns(0..<pairs)
            density = 0.6 * density + 0.8 * occupied.times(occupied, otherTransposed: true)
        }
        return density
    }

    private static func exchange(
        _ basis: AtomicOrbitalBasis, _ interaction: RepulsionOperator = .coulomb,
        grid: GridSpecification = SemiNumericalExchange.energyGrid, pool: WorkerPool = pool
    ) throws -> SemiNumericalExchange {
        try SemiNumericalExchange(
            basis: basis, overlap: OneElectronIntegrals.overlap(basis: basis), interaction: interaction, grid: grid, pool: pool)
    }

    private static func exact(_ basis: AtomicOrbitalBasis, _ densities: [Matrix], _ interaction: RepulsionOperator = .coulomb)
        -> [Matrix]
    {
        CoulombExchangeBuilder(basis: basis, interaction: interaction, pool: pool, memoryLimitInBytes: 1 << 28).build(
            coulomb: [], exchange: densities
        ).exchange
    }

    /// Energies on the grid for energies, and on that of the iterations.
    @Test(arguments: ["def2-SVP", "6-31G", "def2-TZVP"])
    func energies(set: String) throws {
        for atoms in [Self.hypochlorousAcid, Self.chlorineFluoride] {
            let basis = try Self.basis(set, atoms)
            let density = try Self.density(basis, pairs: 13)
            let exact = Self.exact(basis, [density])[0]
            let count = Double(atoms.count)
            let fine = try Self.exchange(basis).build([density])[0]
            let coarse = try Self.exchange(basis, grid: SemiNumericalExchange.iterationGrid).build([density])[0]
            #expect(0.25 * abs((fine - exact).dot(density)) < 2e-5 * count, "\(0.25 * (fine - exact).dot(density))")
            #expect(0.25 * abs((coarse - exact).dot(density)) < 2e-4 * count, "\(0.25 * (coarse - exact).dot(density))")
        }
    }

    /// With many points only the screening is left, also for ranges of the operator, and for several densities at once.
    @Test(arguments: [
        RepulsionOperator.coulomb, RepulsionOperator(shortRange: 0.157706, longRange: 1, omega: 0.3),
        RepulsionOperator(shortRange: 0.25, longRange: 0, omega: 0.11),
    ])
    func manyPoints(_ interaction: RepulsionOperator) throws {
        let basis = try Self.basis("6-31G", Self.hypochlorousAcid)
        let densities = [try Self.density(basis, pairs: 13), try Self.density(basis, pairs: 4)]
        let exact = Self.exact(basis, densities, interaction)
        let built = try Self.exchange(basis, interaction, grid: GridSpecification(.unpruned(radial: 100, angular: 590))).build(
            densities)
        for (one, other) in zip(built, exact) {
            #expect((one - other).largestMagnitude < 2e-6, "\((one - other).largestMagnitude)")
        }
    }

    /// The energy is a quadratic form of the density whose derivative is the matrix.
    @Test func isSymmetricInTwoDensities() throws {
        let basis = try Self.basis("def2-SVP", Self.hypochlorousAcid)
        let densities = [try Self.density(basis, pairs: 13), try Self.density(basis, pairs: 5)]
        let built = try Self.exchange(basis, grid: SemiNumericalExchange.iterationGrid).build(densities)
        let difference = built[0].dot(densities[1]) - built[1].dot(densities[0])
        #expect(abs(difference) < 1e-7, "\(difference)")
        for matrix in built { #expect(matrix == matrix.transposed()) }
    }

    @Test func doesNotDependOnThreadsRanksAndPlace() throws {
        let basis = try Self.basis("6-31G", Self.hypochlorousAcid)
        let density = try Self.density(basis, pairs: 13)
        let one = try Self.exchange(basis, pool: WorkerPool(threads: 1)).build([density])[0]
        let three = try Self.exchange(basis, pool: WorkerPool(threads: 3)).build([density])[0]
        #expect(one == three)
        let ranks = try ThreadRanks.run(2) { communicator in
            try Self.exchange(basis, pool: WorkerPool(threads: 1, communicator: communicator)).build([density])[0]
        }
        #expect(ranks.failure == nil && ranks.results[0] == ranks.results[1])
        #expect(((ranks.results[0] ?? density) - one).largestMagnitude < 1e-12)
        let moved = try Self.exchange(Self.basis("6-31G", Self.hypochlorousAcid, shift: SIMD3(11, -7, 5))).build([density])[0]
        #expect((moved - one).largestMagnitude < 1e-8, "\((moved - one).largestMagnitude)")
    }
}
