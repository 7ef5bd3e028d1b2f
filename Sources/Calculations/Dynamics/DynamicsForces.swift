import BasisSets
import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import RunFolders
import SelfConsistentField
import WavefunctionAnalysis

/// Forces along a trajectory, each structure from orbitals that are extrapolated from those of the structures before.
struct DynamicsForces {
    /// What is known at a structure. Atomic units.
    struct Evaluation {
        let energy: Double
        let forces: [SIMD3<Double>]
        /// About the centre of nuclear charge.
        let dipole: SIMD3<Double>
        let fockBuilds: Int
    }

    /// Of the first structure, with a test of stability.
    private let first: PotentialEnergySurface
    /// Of all others: converged by the orbital gradient alone.
    private let later: PotentialEnergySurface
    private let elements: [Element]
    var propagation: OrbitalPropagation

    var resolved: ResolvedBasis { first.resolved }
    var state: ChargeState { first.state }
    var solver: StateSolver { first.solver }

    /// The change of the energy adds nothing to a small orbital gradient, and would cost one more Fock matrix in every step.
    private static let looseEnergy = 1e-5

    /// - Parameters:
    ///   - input: with one state.
    ///   - history: number of earlier structures for the extrapolation.
    init(_ input: CalculationInput, history: Int, monitor: CalculationMonitor) throws {
        first = try PotentialEnergySurface(input, monitor: monitor)
        var convergence = input.convergence
        // Errors of forces are proportional to the square root of those of energies.
        let orbitalGradient = 0.1 * min(convergence.energyTolerance, 1e-9).squareRoot()
        convergence.energyTolerance = Self.looseEnergy
        let solver = try StateSolver(
            states: input.states, model: input.model, convergence: convergence, orbitalGradient: orbitalGradient,
            pool: input.resources.pool(), memory: input.resources.memoryLimit)
        later = PotentialEnergySurface(
            resolved: first.resolved, state: first.state, solver: solver,
            advice:
                "The steps before it are kept. Take another --max-iterations, --damping or --second-order, or a smaller --timestep with another "
                + "--output.",
            monitor: monitor)
        elements = first.resolved.basis.molecule.atoms.map(\.element)
        propagation = OrbitalPropagation(capacity: history)
    }

    func molecule(_ positions: [SIMD3<Double>]) -> Molecule {
        Molecule(atoms: zip(elements, positions).map { Atom(element: $0, positionInBohr: $1) })
    }

    /// The first structure of a run.
    ///
    /// - Parameter orbitals: to start from; nil: atomic densities.
    mutating func begin(at positions: [SIMD3<Double>], from orbitals: Wavefunction.Orbitals?) throws -> Evaluation {
        try evaluation(first.solution(molecule(positions), from: orbitals, examinesStability: true))
    }

    /// The structure after the last one.
    mutating func advance(to positions: [SIMD3<Double>]) throws -> Evaluation {
        let sharesOrbitals = solver.reference == .restrictedOpen
        let solution = try later.solution(molecule(positions), examinesStability: false) { overlap in
            // Good orbitals need no further iteration.
            try propagation.predicted(overlap: overlap, sharesOrbitals: sharesOrbitals).map {
                StartingOrbitals($0, isSolution: true)
            }
        }
        return try evaluation(solution)
    }

    private mutating func evaluation(_ solution: PotentialEnergySurface.Solution) throws -> Evaluation {
        let wavefunction = solution.result.wavefunction
        propagation.add(wavefunction.orbitals, overlap: solution.problem.overlap)
        return Evaluation(
            energy: solution.result.energy, forces: solution.gradient().map { -$0 }, dipole: Self.dipole(wavefunction),
            fockBuilds: solution.result.iterations)
    }

    private static func dipole(_ wavefunction: Wavefunction) -> SIMD3<Double> {
        let basis = wavefunction.basis
        let origin = MultipoleMoments.centerOfNuclearCharge(basis.molecule)
        let integrals = OneElectronIntegrals.dipole(basis: basis, origin: origin)
        let density = wavefunction.totalDensity
        var dipole = SIMD3<Double>()
        for axis in 0..<3 { dipole[axis] = -density.dot(integrals[axis]) }
        for (atom, charge) in zip(basis.molecule.atoms, basis.effectiveNuclearCharges) {
            dipole += charge * (atom.position - origin)
        }
        return dipole
    }
}
