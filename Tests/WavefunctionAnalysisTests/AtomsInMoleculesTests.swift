import BasisSets
import DensityFunctionals
import ElectronicStructure
import FileFormats
import GaussianBasis
import MolecularQuadrature
import MolecularStructure
import TestSupport
import Testing

@testable import WavefunctionAnalysis

/// Against integrations atom by atom on PySCF's densities; see reference_atoms_in_molecules.py in Tests/References.
@Suite("Bader's atoms", .serialized)
struct AtomsInMoleculesTests {
    private static func outcome(
        _ atoms: [(String, SIMD3<Double>)], basis name: String, grid: GridSpecification = .ultrafine
    ) throws -> ChargeOutcome {
        let molecule = ChargeFitTests.molecule(atoms)
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: name)
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
            functionType: .pure)
        let wavefunction = try SolvedCase.solve(basis, ChargeState(charge: 0, multiplicity: 1))
        let outcomes = try SpacePartitionAnalyzer(grid: grid).charges([.qtaim], of: SpacePartitionTests.input([wavefunction]))
        return try #require(outcomes[.qtaim]?.first)
    }

    @Test("ionic and covalent bonds, open shells, a core potential", arguments: 0..<7)
    func cases(_ index: Int) throws {
        let reference = try SolvedCase.read("atoms-in-molecules.json")[index]
        let found = try #require(
            try SpacePartitionTests.charges(reference.solve(), schemes: [.qtaim], grid: .ultrafine, proatoms: .restricted)[.qtaim]
        )
        try OrbitalChargeTests.expectEqual(found.charges, reference.qtaim, within: 1e-3, "\(reference.name)")
        #expect(abs(found.sum - Double(reference.charge)) < 1e-4, "\(reference.name): sum \(found.sum)")
        let dipoles = try #require(found.dipoles).flatMap { [$0.x, $0.y, $0.z] }
        try OrbitalChargeTests.expectEqual(
            dipoles, reference.qtaimDipoles?.flatMap { $0 }, within: 3e-3, "\(reference.name) dipoles")
        if let spins = reference.qtaimSpins {
            try OrbitalChargeTests.expectEqual(
                try #require(found.spinPopulations), spins, within: 1e-3, "\(reference.name) spins")
        }
    }

    /// AlCl3, relaxed with B3LYP. With its whole core at its own nucleus Al would have 2.028.
    @Test("a replaced core counts in the basins in which it lies")
    func sharedCore() throws {
        let all = try SolvedCase.read("atoms-in-molecules.json")
        let reference = try #require(all.first { $0.name == "aluminium-chloride-b3lyp" })
        let method = ElectronicMethod.kohnSham(functional: try DensityFunctional(named: "B3LYP"), grid: .fine)
        let wavefunction = try reference.solve(method)
        let found = try #require(
            try SpacePartitionTests.charges(wavefunction, schemes: [.qtaim], grid: .ultrafine, proatoms: .restricted)[.qtaim])
        // The reference itself is exact to about 1e-3: its four charges sum to -4e-4.
        try OrbitalChargeTests.expectEqual(found.charges, reference.qtaim, within: 2e-3, reference.name)
        #expect(abs(found.charges[0] - 2.0427) < 1e-3, "\(found.charges)")
        let cores = try #require(reference.qtaimCores)
        #expect(abs(cores.reduce(0, +) - 10) < 1e-3, "\(cores)")
        #expect(abs(found.charges[0] - (10 - cores[0]) - 2.0279) < 1e-3, "\(found.charges) \(cores)")
    }

    @Test("the boundary of equal atoms is the plane between them")
    func equalAtoms() throws {
        let found = try #require(try Self.outcome([("N", SIMD3()), ("N", SIMD3(0.7, 1.2, 1.55))], basis: "def2-SVP").charges)
        #expect(abs(found.charges[0]) < 1e-4 && abs(found.charges[1]) < 1e-4, "\(found.charges)")
        #expect(abs(found.sum) < 1e-4)
    }

    @Test("charges neither turn with the molecule nor depend on the grid")
    func invariance() throws {
        let atoms = ChargeFitTests.methanol.atoms.map { ($0.element.symbol, $0.position) }
        let turned = atoms.map { symbol, p in
            (symbol, SIMD3(p.z, 0.6 * p.x - 0.8 * p.y, 0.8 * p.x + 0.6 * p.y) + SIMD3(1, -2, 0.5))
        }
        let first = try #require(try Self.outcome(atoms, basis: "6-31G").charges)
        let second = try #require(try Self.outcome(turned, basis: "6-31G").charges)
        let third = try #require(try Self.outcome(atoms, basis: "6-31G", grid: .fine).charges)
        try OrbitalChargeTests.expectEqual(first.charges, second.charges, within: 1e-3, "turned")
        try OrbitalChargeTests.expectEqual(first.charges, third.charges, within: 2e-3, "coarser")
    }

    @Test("a maximum away from the nuclei is said, and gives no charges")
    func nonNuclearAttractor() throws {
        let outcome = try Self.outcome([("Li", SIMD3()), ("Li", SIMD3(0, 0, 5.05))], basis: "def2-SVP")
        guard case .unavailable(let reason) = outcome else {
            Issue.record("charges of a density with a non-nuclear attractor")
            return
        }
        #expect(reason.contains("non-nuclear attractor"), "\(reason)")
    }

    @Test("intervals of cubics add up to the sum, and parts to the interval")
    func intervals() {
        let values = [0.0, 0, 0, 1, 3, 2, 0.5, 0.1, 0, 0, 0]
        func integral(_ four: ArraySlice<Double>, to s: Double) -> Double {
            zip(four, 0..<4).reduce(0) { $0 + $1.0 * IntervalOfCubic.coefficients(to: s)[$1.1] }
        }
        let whole = (1..<values.count - 2).reduce(0) { $0 + integral(values[$1 - 1...$1 + 2], to: 1) }
        #expect(abs(whole - 6.6) < 1e-14)
        // t^3 at -1, 0, 1, 2.
        #expect(abs(integral([-1, 0, 1, 8], to: 0.6) - 0.0324) < 1e-15)
    }
}
