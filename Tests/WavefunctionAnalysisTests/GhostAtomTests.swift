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
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing
import WavefunctionAnalysis

/// Ghost atoms: functions without nuclei, beside PySCF's.
@Suite(.serialized) struct GhostAtomTests {
    private static func basis(_ reference: GhostReference.Case) throws -> AtomicOrbitalBasis {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let atoms = try reference.atoms.map { try $0.atom() }
        let ghosts = try reference.ghosts.map { try $0.atom() }
        let bases = try (atoms + ghosts).map { atom in
            let name = reference.basis[atom.element.symbol] ?? reference.basis["default"] ?? ""
            return try #require(try library.basisSet(named: name).elements[atom.element])
        }
        let molecule = Molecule(
            atoms: atoms, ghosts: ghosts.map { GhostAtom(element: $0.element, positionInBohr: $0.position) })
        return AtomicOrbitalBasis(molecule: molecule, elementBases: bases, functionType: reference.cartesian ? .cartesian : .pure)
    }

    private static func solve(_ reference: GhostReference.Case) throws -> SCFResult {
        BLASThreads.limit(to: 1)
        let method: ElectronicMethod =
            try reference.functional.map {
                .kohnSham(
                    functional: try DensityFunctional(named: $0.joined(separator: ",")),
                    grid: try GridSpecification(parsing: "99,590"))
            } ?? .hartreeFock
        let problem = try ElectronicProblem(
            basis: try basis(reference), method: method, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
        var options = SCFOptions()
        options.energyTolerance = 1e-10
        return try SelfConsistentField(
            problem: problem, state: ChargeState(charge: reference.charge, multiplicity: reference.multiplicity), options: options
        ).solve()
    }

    @Test func energiesAndPopulationsAreThoseOfAnotherProgram() throws {
        let cases = try GhostReference.load().cases
        #expect(cases.count >= 6)
        for reference in cases {
            let result = try Self.solve(reference)
            let difference = result.energy - reference.energy
            #expect(abs(difference) < (reference.functional == nil ? 1e-8 : 1e-6), "\(reference.name): \(difference)")
            let basis = result.wavefunction.basis
            let overlap = OneElectronIntegrals.overlap(basis: basis)
            let analysis = try PopulationAnalysis(result.wavefunction, scheme: .mulliken, overlap: overlap)
            #expect(analysis.charges.count == reference.atoms.count)
            for (a, b) in zip(analysis.charges, reference.mulliken) { #expect(abs(a - b) < 1e-4, "\(reference.name)") }
            for (a, b) in zip(analysis.ghostPopulations, reference.ghostPopulations) {
                #expect(abs(a - b) < 1e-4, "\(reference.name)")
            }
            #expect(analysis.ghostPopulations.count == reference.ghosts.count)
            // Natural orbitals of ghost atoms hold what little electrons are there, and nothing is lost.
            let natural = try NaturalAtomicOrbitals(result.wavefunction, overlap: overlap)
            let sum = natural.charges.reduce(0, +) - natural.ghostPopulations.reduce(0, +)
            #expect(
                abs(sum - Double(reference.charge)) < 1e-7 && natural.ghostPopulations.allSatisfy { (-1e-9..<0.02).contains($0) })
            let orders = BondOrders(
                result.wavefunction, overlap: overlap, overlapRoot: try PopulationAnalysis.squareRoot(ofOverlap: overlap))
            #expect(orders.mayer.rows == reference.atoms.count)
        }
    }

    /// A ghost atom far away changes neither the energy nor the density.
    @Test func farGhostsChangeNothing() throws {
        var reference = try #require(try GhostReference.load().cases.first)
        let far = reference.ghosts.map { ReferenceAtom(symbol: $0.symbol, position: $0.position + SIMD3(0, 60, 0)) }
        reference.ghosts = []
        let alone = try Self.solve(reference)
        reference.ghosts = far
        let result = try Self.solve(reference)
        #expect(abs(result.energy - alone.energy) < 1e-9)
        let points = [SIMD3(0.5, 1, 2), SIMD3(-3, 0.2, 1.5), SIMD3(4, -2, 0.1)]
        let pool = WorkerPool(threads: 1)
        func density(_ wavefunction: Wavefunction) -> [Double] {
            DensityOnPoints.values(basis: wavefunction.basis, densities: [wavefunction.totalDensity], points: points, pool: pool)[
                0]
        }
        for (a, b) in zip(density(alone.wavefunction), density(result.wavefunction)) { #expect(abs(a - b) < 1e-7) }
    }

    /// The potential of the electrons is the sum over all functions, those of ghost atoms included: it comes from their density.
    @Test func potentialsKnowFunctionsOfGhosts() throws {
        let reference = try #require(try GhostReference.load().cases.first)
        let wavefunction = try Self.solve(reference).wavefunction
        let basis = wavefunction.basis
        let asAtoms = AtomicOrbitalBasis(
            molecule: basis.molecule.withGhostsAsAtoms, elementBases: basis.elementBases, functionType: basis.functionType)
        let points = [SIMD3(0.5, 1, 2), SIMD3(-3, 0.2, 1.5), SIMD3(14, -2, 0.1)]
        let pool = WorkerPool(threads: 1)
        func potential(_ basis: AtomicOrbitalBasis) -> [Double] {
            ElectrostaticPotentialEvaluator(basis: basis, densities: [wavefunction.totalDensity], tolerance: 1e-12).values(
                at: points, includingNuclei: false, pool: pool)[0]
        }
        for (a, b) in zip(potential(basis), potential(asAtoms)) { #expect(abs(a - b) < 1e-10) }
    }
}

/// `ghosts.json`.
struct GhostReference: Decodable {
    struct Case: Decodable {
        var name: String
        var basis: [String: String]
        var cartesian: Bool
        var charge: Int
        var multiplicity: Int
        var functional: [String]?
        var energy: Double
        var atoms: [ReferenceAtom]
        var ghosts: [ReferenceAtom]
        var mulliken: [Double]
        var ghostPopulations: [Double]
    }

    var cases: [Case]

    static func load() throws -> GhostReference {
        try JSONDecoder().decode(Self.self, from: Data(contentsOf: Repository.references.appendingPathComponent("ghosts.json")))
    }
}
