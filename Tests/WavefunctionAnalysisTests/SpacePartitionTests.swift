import BasisSets
import DensityFunctionals
import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import TestSupport
import Testing

@testable import WavefunctionAnalysis

/// Against horton-part, PySCF and constrained fits in numpy; see space-partitions.json in Tests/References.
@Suite("Schemes that share out space against references", .serialized)
struct SpacePartitionTests {
    static let all: [ChargeScheme] = [.hirshfeld, .hirshfeldI, .cm5, .adch, .vdd, .becke, .mbis]

    static func input(_ wavefunctions: [Wavefunction]) throws -> ChargeAnalysisInput {
        let basis = try #require(wavefunctions.first).basis
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        return ChargeAnalysisInput(
            basis: basis, wavefunctions: wavefunctions, overlap: overlap,
            overlapRoot: try PopulationAnalysis.squareRoot(ofOverlap: overlap), pool: SolvedCase.pool)
    }

    static func charges(
        _ wavefunction: Wavefunction, schemes: [ChargeScheme] = all, grid: GridSpecification = .fine,
        proatoms: ProatomSet? = nil
    ) throws -> [ChargeScheme: AtomicCharges] {
        let outcomes = try SpacePartitionAnalyzer(grid: grid, proatoms: proatoms).charges(schemes, of: input([wavefunction]))
        return try outcomes.mapValues { try #require($0.first?.charges, "\($0)") }
    }

    @Test("molecules of closed and open shells, with and without core potentials", arguments: 0..<4)
    func cases(_ index: Int) throws {
        let reference = try SolvedCase.read("space-partitions.json")[index]
        let wavefunction = try reference.solve()
        let found = try Self.charges(wavefunction, proatoms: .restricted)
        let expected: [(ChargeScheme, [Double]?, Double)] = [
            (.hirshfeld, reference.hirshfeld, 1e-4), (.hirshfeldI, reference.hirshfeldI, 5e-4),
            (.adch, reference.adch, 1e-4), (.vdd, reference.vdd, 2e-3), (.becke, reference.becke, 1e-3),
            (.mbis, reference.mbis, 1e-3),
        ]
        for (scheme, values, tolerance) in expected {
            let own = try #require(found[scheme])
            try OrbitalChargeTests.expectEqual(own.charges, values, within: tolerance, "\(reference.name) \(scheme)")
            #expect(abs(own.sum - Double(reference.charge)) < 1e-4, "\(reference.name) \(scheme): sum \(own.sum)")
        }
        let spins: [(ChargeScheme, [Double]?)] = [
            (.hirshfeld, reference.hirshfeldSpins), (.hirshfeldI, reference.hirshfeldISpins), (.mbis, reference.mbisSpins),
            (.becke, reference.beckeSpins),
        ]
        for (scheme, values) in spins where values != nil {
            try OrbitalChargeTests.expectEqual(
                try #require(found[scheme]?.spinPopulations), values, within: 1e-3, "\(reference.name) \(scheme) spin")
        }
        let dipoles = try #require(found[.hirshfeld]?.dipoles).flatMap { [$0.x, $0.y, $0.z] }
        try OrbitalChargeTests.expectEqual(
            dipoles, reference.hirshfeldDipoles?.flatMap { $0 }, within: 1e-4, "\(reference.name) dipoles")

        // Charges of ADCH have the molecule's dipole moment (about the origin, the molecule being neutral).
        var moment = SIMD3<Double>()
        for (atom, charge) in zip(wavefunction.basis.molecule.atoms, try #require(found[.adch]).charges) {
            moment += charge * atom.position
        }
        try OrbitalChargeTests.expectEqual([moment.x, moment.y, moment.z], reference.dipole, within: 1e-3, "ADCH dipole")
    }

    @Test("spin-polarised ground states of the free atoms, the default; Becke's cells and fuzzy bond orders", arguments: 0..<7)
    func groundStates(_ index: Int) throws {
        let reference = try SolvedCase.read("ground-state-atoms.json")[index]
        let found = try Self.charges(reference.solve(), schemes: [.hirshfeld, .hirshfeldI, .adch, .becke])
        let expected: [(ChargeScheme, [Double]?, Double)] = [
            (.hirshfeld, reference.hirshfeld, 1e-4), (.hirshfeldI, reference.hirshfeldI, 5e-4), (.adch, reference.adch, 1e-4),
            (.becke, reference.becke, 1e-3),
        ]
        for (scheme, values, tolerance) in expected where values != nil {
            let own = try #require(found[scheme]).charges
            try OrbitalChargeTests.expectEqual(own, values, within: tolerance, "\(reference.name) \(scheme)")
        }
        let dipoles = try #require(found[.hirshfeld]?.dipoles).flatMap { [$0.x, $0.y, $0.z] }
        try OrbitalChargeTests.expectEqual(
            dipoles, reference.hirshfeldDipoles?.flatMap { $0 }, within: 1e-4, "\(reference.name) dipoles")
        let orders = try #require(found[.becke]?.bondOrders).values
        try OrbitalChargeTests.expectEqual(
            OrbitalChargeTests.rows(orders), reference.fuzzy?.flatMap { $0 }, within: 1e-3, "\(reference.name) fuzzy")
    }

    /// Gaussian 16: RHF/6-31G, from the tests of ASE.
    @Test("published Hirshfeld and CM5 charges and atomic dipole moments: water")
    func publishedWater() throws {
        let unit = 1 / PhysicalConstants.bohrInAngstrom
        let molecule = ChargeFitTests.molecule([
            ("O", SIMD3(0, 0, 0.119262) * unit), ("H", SIMD3(0, 0.763239, -0.477047) * unit),
            ("H", SIMD3(0, -0.763239, -0.477047) * unit),
        ])
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: "6-31G")
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
            functionType: .cartesian)
        let wavefunction = try SolvedCase.solve(basis, ChargeState(charge: 0, multiplicity: 1))
        let found = try Self.charges(wavefunction, schemes: [.hirshfeld, .cm5, .becke])
        let hirshfeld = try #require(found[.hirshfeld])
        let dipoles = try #require(hirshfeld.dipoles)
        let pairs = [
            (hirshfeld.charges[0], -0.338600), (try #require(found[.cm5]).charges[0], -0.665793), (dipoles[0].z, -0.367327),
            (dipoles[1].y, 0.161888), (dipoles[1].z, -0.145504),
        ]
        for (own, published) in pairs { #expect(abs(own - published) < 1e-3, "\(own) \(published)") }
    }

    /// Multiwfn's manual; its free atoms are those of B3LYP/cc-pVQZ.
    @Test("published Hirshfeld and ADCH charges: acetamide, B3LYP/6-31G(d)")
    func publishedAcetamide() throws {
        let reference = try #require(try SolvedCase.read("dipole-corrections.json").first)
        let method = ElectronicMethod.kohnSham(functional: try DensityFunctional(named: "B3LYP"), grid: .fine)
        let found = try Self.charges(reference.solve(method), schemes: [.hirshfeld, .adch])
        for (scheme, published) in [(ChargeScheme.hirshfeld, reference.publishedHirshfeld), (.adch, reference.adch)] {
            try OrbitalChargeTests.expectEqual(try #require(found[scheme]).charges, published, within: 1e-3, "\(scheme)")
        }
    }

    @Test("a published MBIS charge: water, HF/cc-pVDZ")
    func publishedStockholder() throws {
        let angle = 104.5 * Double.pi / 180
        let bond = 1 / PhysicalConstants.bohrInAngstrom
        let molecule = ChargeFitTests.molecule([
            ("O", SIMD3()), ("H", SIMD3(bond, 0, 0)), ("H", SIMD3(bond * cos(angle), bond * sin(angle), 0)),
        ])
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: "cc-pVDZ")
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
            functionType: .pure)
        let wavefunction = try SolvedCase.solve(basis, ChargeState(charge: 0, multiplicity: 1))
        let charges = try Self.charges(wavefunction, schemes: [.mbis])
        // Psi4's tests: -0.84572.
        #expect(abs(try #require(charges[.mbis]).charges[0] + 0.84572) < 2e-4, "\(charges)")
    }

    @Test("published ADCH charges of acetamide, from Hirshfeld charges and dipole moments of the same free atoms")
    func publishedDipoleCorrection() throws {
        let reference = try #require(try SolvedCase.read("dipole-corrections.json").first)
        let dipoles = try #require(reference.hirshfeldDipoles).map { SIMD3($0[0], $0[1], $0[2]) }
        let charges = try ADCH.corrected(
            charges: try #require(reference.hirshfeld), dipoles: dipoles, molecule: try reference.molecule)
        // Multiwfn's grid is small: its charges add up to -8e-5.
        try OrbitalChargeTests.expectEqual(charges, reference.adch, within: 1e-4, "ADCH")
    }

    @Test("schemes that do not fit into memory are left out, with the reason")
    func memory() throws {
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: "STO-3G")
        let molecule = ChargeFitTests.molecule([("H", SIMD3()), ("H", SIMD3(0, 0, 1.4))])
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
            functionType: .pure)
        let input = try Self.input([try SolvedCase.solve(basis, ChargeState(charge: 0, multiplicity: 1))])
        let limit = DensitySample.memory(input, grid: .coarse)
        let outcomes = try SpacePartitionAnalyzer(grid: .coarse, memoryLimitInBytes: limit)
            .charges([.hirshfeld, .hirshfeldI, .vdd, .qtaim], of: input)
        for scheme in [ChargeScheme.hirshfeld, .hirshfeldI, .vdd] { #expect(outcomes[scheme]?[0].charges != nil) }
        guard case .unavailable(let reason)? = outcomes[.qtaim]?[0] else {
            Issue.record("found, without the memory for it")
            return
        }
        #expect(reason.contains("GB of memory"))
    }

    @Test("charges neither turn with the molecule nor depend on the grid")
    func invariance() throws {
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: "6-31G")
        func charges(turned: Bool, grid: GridSpecification) throws -> [ChargeScheme: AtomicCharges] {
            let atoms = ChargeFitTests.methanol.atoms.map { atom -> Atom in
                let p = atom.position
                let q = SIMD3(p.z, 0.6 * p.x - 0.8 * p.y, 0.8 * p.x + 0.6 * p.y) + SIMD3(1, -2, 0.5)
                return turned ? Atom(element: atom.element, positionInBohr: q) : atom
            }
            let molecule = Molecule(atoms: turned ? atoms.reversed() : atoms)
            let basis = AtomicOrbitalBasis(
                molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
                functionType: .pure)
            return try Self.charges(
                try SolvedCase.solve(basis, ChargeState(charge: 0, multiplicity: 1)), grid: grid)
        }
        let first = try charges(turned: false, grid: .fine)
        let second = try charges(turned: true, grid: .fine)
        let third = try charges(turned: false, grid: .ultrafine)
        for scheme in Self.all {
            let tolerance = scheme == .vdd ? 1e-4 : 3e-4
            let own = try #require(first[scheme]).charges
            try OrbitalChargeTests.expectEqual(
                own, second[scheme]?.charges.reversed(), within: tolerance, "turned \(scheme)")
            try OrbitalChargeTests.expectEqual(own, third[scheme]?.charges, within: tolerance, "finer \(scheme)")
        }
    }

    /// Gaussian 16, from the tests of ASE: Hirshfeld and CM5 charges of one water molecule.
    @Test("CM5 shifts of water as Gaussian has them, of other pairs by the formula")
    func cm5() throws {
        let unit = 1 / PhysicalConstants.bohrInAngstrom
        let water = ChargeFitTests.molecule([
            ("O", SIMD3(0, 0, 0.119262) * unit), ("H", SIMD3(0, 0.763239, -0.477047) * unit),
            ("H", SIMD3(0, -0.763239, -0.477047) * unit),
        ])
        let shifts = CM5.shifts(water)
        for (own, expected) in zip(shifts, [-0.665793 + 0.338600, 0.332897 - 0.169300, 0.332897 - 0.169300]) {
            #expect(abs(own - expected) < 1.5e-6, "\(own) \(expected)")
        }
        // Radii 1.24 and 1.00, D -0.0726 and -0.0444; radii 1.56 and 1.00, D 0 and -0.0444.
        for (metal, radius, parameter) in [("Al", 1.24, -0.0726), ("Nb", 1.56, 0.0)] {
            let pair = ChargeFitTests.molecule([(metal, SIMD3()), ("Cl", SIMD3(0, 0, 2.2) * unit)])
            let expected = (parameter + 0.0444) * exp(-2.474 * (2.2 - radius - 1.00))
            let found = CM5.shifts(pair)
            #expect(abs(found[0] - expected) < 1e-9 && abs(found[0] + found[1]) < 1e-15)
        }
    }

    @Test("proatoms hold their electrons; what is not known is said", arguments: ProatomSet.allCases)
    func library(_ set: ProatomSet) throws {
        let elements = try ["H", "Al", "Cl", "Nb"].map { try #require(Element(symbol: $0)) }
        let library = ProatomLibrary(elements: Set(elements), set: set)
        func electrons(_ density: RadialDensity) -> Double {
            let (h, first) = (0.01, log(1e-5))
            return (0..<1490).reduce(0) {
                let x = first + h * Double($1)
                return $0 + 4 * .pi * exp(3 * x) * density.value(atLogarithm: x) * h
            }
        }
        for element in elements {
            for charge in [-1, 0, 1] where charge < element.atomicNumber {
                let density = try #require(try library.ion(element, charge: charge))
                #expect(abs(electrons(density) - Double(element.atomicNumber - charge)) < 1e-5, "\(element) \(charge)")
            }
        }
        #expect(abs(electrons(try library.core(elements[3], electrons: 28)) - 28) < 1e-5)
        #expect(abs(electrons(try library.core(elements[1], electrons: 10)) - 10) < 1e-5)
        #expect(try library.ion(elements[0], charge: 1) == nil)
        #expect(throws: SpacePartitionError.self) { try library.core(elements[1], electrons: 9) }
        #expect(throws: SpacePartitionError.self) { try library.ion(elements[3], charge: 9) }
    }
}
