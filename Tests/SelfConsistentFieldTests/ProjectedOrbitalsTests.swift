import BasisSets
import FileFormats
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import ElectronicStructure
@testable import SelfConsistentField

@Suite struct ProjectedOrbitalsTests {
    private let pool = WorkerPool(threads: 2)

    private func atoms(_ list: [(Int, Double, Double)]) throws -> Molecule {
        Molecule(
            atoms: try list.map { number, y, z in
                Atom(element: try #require(Element(atomicNumber: number)), positionInBohr: SIMD3(0, y, z))
            })
    }

    private func basis(_ name: String, type: AngularFunctionType = .pure) throws -> AtomicOrbitalBasis {
        let molecule = try atoms([(8, 0, 0), (1, 1.43, 1.11), (1, -1.43, 1.11)])
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: name)
        return AtomicOrbitalBasis(
            molecule: molecule, elementBases: try molecule.atoms.map { try #require(set.elements[$0.element]) },
            functionType: type)
    }

    private func problem(_ basis: AtomicOrbitalBasis) throws -> ElectronicProblem {
        BLASThreads.limit(to: 1)
        return try ElectronicProblem(basis: basis, method: .hartreeFock, pool: pool, memoryLimitInBytes: 1 << 28)
    }

    private func solve(
        _ basis: AtomicOrbitalBasis, charge: Int, from start: Wavefunction.Orbitals? = nil
    ) throws -> SCFResult {
        let state = ChargeState(charge: charge, multiplicity: charge == 0 ? 1 : 2)
        return try SelfConsistentField(problem: try problem(basis), states: [state], options: SCFOptions()).solveAll(
            initial: start.map { [0: StartingOrbitals($0)] } ?? [:])[0]
    }

    @Test(arguments: [0, 1]) func theSameBasisGivesTheSameDensity(charge: Int) throws {
        let basis = try basis("def2-SVP")
        let result = try solve(basis, charge: charge)
        let again = Wavefunction(
            basis: basis, state: result.wavefunction.state, orbitals: try result.wavefunction.orbitals(projectedOnto: basis))
        for (a, b) in [
            (again.alphaDensity, result.wavefunction.alphaDensity), (again.betaDensity, result.wavefunction.betaDensity),
        ] { #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-9 }) }
    }

    @Test(arguments: [0, 1]) func aLargerBasisStartsNearItsSolution(charge: Int) throws {
        let small = try solve(try basis("def2-SVP"), charge: charge)
        let large = try basis("def2-TZVP")
        let start = try small.wavefunction.orbitals(projectedOnto: large)
        // Orthonormal, and as many as there are functions.
        let overlap = try problem(large).overlap
        var sets: [MolecularOrbitals] = []
        switch start {
        case .restricted(let both): sets = [both]
        case .unrestricted(let alpha, let beta): sets = [alpha, beta]
        }
        for set in sets {
            #expect(set.coefficients.columns == large.functionCount)
            let product = overlap.transformed(by: set.coefficients) - .identity(large.functionCount)
            #expect(product.elements.allSatisfy { abs($0) < 1e-9 })
        }
        let plain = try solve(large, charge: charge)
        let started = try solve(large, charge: charge, from: start)
        #expect(abs(started.energy - plain.energy) < 1e-8)
        #expect(started.iterations < plain.iterations)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let water = try solve(try basis("def2-SVP"), charge: 0).wavefunction
        #expect(throws: ProjectionError.otherFunctionType) {
            try water.orbitals(projectedOnto: try basis("def2-SVP", type: .cartesian))
        }
        let set = try BasisSetLibrary(folder: Repository.basisSets.path).basisSet(named: "def2-SVP")
        let other = try atoms([(8, 0, 0), (1, 1.4, 1.1)])
        let hydroxide = AtomicOrbitalBasis(
            molecule: other, elementBases: try other.atoms.map { try #require(set.elements[$0.element]) }, functionType: .pure)
        #expect(throws: ProjectionError.otherAtoms) { try water.orbitals(projectedOnto: hydroxide) }
    }
}
