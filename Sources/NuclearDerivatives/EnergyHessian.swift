import ElectronicStructure
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import OrbitalResponse
import ParallelExecution

/// Second derivatives of a self-consistent energy with respect to the nuclear positions, with the derivatives of the dipole moment and the
/// static polarisability, which follow from the same response of the orbitals.
///
/// Points and weights of the quadrature grid are fixed unless their response is requested. The diagonal blocks of the atoms, which are
/// affected by this most, are minus the sum of the other blocks in their rows: translational invariance is exact.
/// J. Gerratt and I. M. Mills, J. Chem. Phys. 49, 1719 (1968), doi 10.1063/1.1670299; for Kohn-Sham theory B. G. Johnson and M. J. Frisch,
/// J. Chem. Phys. 100, 7429 (1994), doi 10.1063/1.466887.
public struct EnergyHessian: Sendable {
    /// In hartree per bohr squared; coordinate 3 A + k is component k of atom A. Symmetric.
    public let matrix: Matrix
    /// The largest difference between two elements that should be equal, before they are averaged.
    public let asymmetry: Double
    /// Derivatives of the dipole moment by the coordinates, about a fixed origin: 3 x coordinates, in elementary charges.
    public let dipoleDerivatives: Matrix
    /// The static polarisability, 3 x 3, in bohr^3.
    public let polarizability: Matrix

    /// Progress of the calculation.
    public enum Progress: Sendable {
        /// Grids have been moved for this many coordinates, of all.
        case grid(Int, of: Int)
        /// Derivatives at fixed orbitals have been computed, or come from the store.
        case skeleton(isKnown: Bool)
        /// The first of some batches of perturbations begins; finished ones come from the store.
        case batches(Int, finished: Int)
        /// An iteration of the coupled-perturbed equations of a batch: the largest residual, and its threshold.
        case iteration(Int, residual: Double, tolerance: Double)
        /// A batch of perturbations is finished.
        case batch
    }

    /// Why a method has no analytic second derivatives; nil if it has. Follows the word "of".
    public static func limitation(of method: ElectronicMethod, basis: AtomicOrbitalBasis, isRestrictedOpen: Bool) -> String? {
        if isRestrictedOpen { return "restricted open shells" }
        if basis.shells.contains(where: { $0.highestAngularMomentum > highestAngularMomentum }) {
            return "shells beyond g"
        }
        guard case .kohnSham(let functional, _) = method else { return nil }
        if functional.usesKineticEnergyDensity { return "functionals of the kinetic-energy density" }
        return functional.hasSecondDerivatives ? nil : "\(functional.name), for which libxc has none"
    }

    /// The Boys function of order 4 l + 2 is tabulated up to here.
    private static let highestAngularMomentum = 4

    /// Memory in addition to the integrals, in bytes: with as few perturbations at a time as possible, and with all that may share
    /// a batch.
    public static func memory(basis: AtomicOrbitalBasis, charge: Int, isRestricted: Bool) -> (least: Int, full: Int) {
        let need = HessianMemory(basis: basis, charge: charge, isRestricted: isRestricted)
        return (need.total(batch: HessianMemory.smallestBatch), need.total(batch: HessianMemory.largestBatch))
    }

    /// - Parameters:
    ///   - wavefunction: converged, in the basis and with the method of `problem`, which must not have a `limitation`.
    ///   - includesGridResponse: whether grid points move with their atoms, weights respond, and the kernel is integrated on the full
    ///     grid: the derivatives are then those of the computed energy to 1e-5 Eh/bohr^2. The quadrature takes several times as long.
    ///   - memoryLimitInBytes: at least the `least` memory. It determines how many perturbations are solved at a time.
    ///   - store: gets every finished part, and returns those of an earlier call for the same state.
    /// - Throws: `CoupledPerturbedEquations.Failure` as `HessianError`, `LinearAlgebraError`, and the errors of `store` and
    ///   `onProgress`.
    public init(
        problem: ElectronicProblem, wavefunction: Wavefunction, includesGridResponse: Bool = false, memoryLimitInBytes: Int,
        store: (any HessianStore)? = nil,
        onProgress: (Progress) throws -> Void = { _ in }
    ) throws {
        let state = try PerturbedState(problem, wavefunction)
        let pool = problem.pool
        let coordinates = 3 * problem.basis.molecule.atoms.count
        let known = store?.numbers(of: .skeleton).flatMap { SkeletonBlocks($0, of: state, coordinates: coordinates) }
        let skeleton: SkeletonBlocks
        if let known {
            skeleton = known
        } else {
            skeleton = SkeletonBlocks(
                try SkeletonSum(
                    problem, state, includesGridResponse: includesGridResponse, memoryLimitInBytes: memoryLimitInBytes
                ) { try onProgress(.grid($0, of: coordinates)) }, state.spaces, pool: pool)
            try store?.keep(skeleton.numbers, of: .skeleton)
        }
        try onProgress(.skeleton(isKnown: known != nil))
        let spaces = skeleton.spaces
        let dipole = OneElectronIntegrals.dipole(basis: problem.basis, origin: .zero)
        let need = HessianMemory(
            basis: problem.basis, charge: wavefunction.state.charge, isRestricted: wavefunction.isRestricted)
        let solver = ResponseSolver(
            problem: problem, state: state, skeleton: skeleton, dipole: dipole, quality: includesGridResponse ? .full : .coarse)
        let responses = try solver.responses(
            inBatchesOf: need.batch(memoryLimitInBytes: memoryLimitInBytes), store: store, readsStore: known != nil,
            onProgress: onProgress)

        // Sum over both spins.
        let factor = spaces.count == 1 ? 2.0 : 1.0
        var hessian = skeleton.energy
        for x in 0..<coordinates {
            for y in 0..<coordinates where y / 3 != x / 3 {
                var value = 0.0
                for spin in spaces.indices {
                    value += 2 * responses[y].rotation[spin].dot(responses[x].side[spin])
                    value -= skeleton.overlap[y][spin].dot(responses[x].occupied[spin])
                    value -= skeleton.overlap[x][spin].dot(skeleton.occupied[y][spin])
                }
                hessian[x, y] += factor * value
            }
        }
        asymmetry = Self.asymmetry(hessian)
        guard asymmetry < Self.largestAsymmetry else { throw HessianError.asymmetric(asymmetry) }
        matrix = Self.withInvariance(hessian.symmetrized())

        // Of the electrons, whose charge is -1.
        let moments = spaces.indices.map { spin in
            dipole.map { $0.transformed(by: spaces[spin].occupied) }
        }
        /// Of two perturbations.
        func second(_ a: Int, _ b: Int, _ spin: Int) -> Double {
            responses[a].rotation[spin].dot(responses[b].side[spin]) + responses[b].rotation[spin].dot(responses[a].side[spin])
        }
        var derivatives = Matrix(rows: 3, columns: coordinates)
        var polarizability = Matrix(rows: 3, columns: 3)
        let charges = problem.basis.effectiveNuclearCharges
        for axis in 0..<3 {
            var direction = SIMD3<Double>.zero
            direction[axis] = 1
            let own = DipoleGradient.gradient(
                basis: problem.basis, density: state.gradientDensity.total, direction: direction, pool: pool)
            for x in 0..<coordinates {
                var value = x % 3 == axis ? charges[x / 3] : 0
                value -= own[x / 3][x % 3]
                for spin in spaces.indices {
                    value -= factor * (second(x, coordinates + axis, spin) - skeleton.overlap[x][spin].dot(moments[spin][axis]))
                }
                derivatives[axis, x] = value
            }
            for other in 0..<3 {
                for spin in spaces.indices {
                    polarizability[axis, other] -= factor * second(coordinates + axis, coordinates + other, spin)
                }
            }
        }
        dipoleDerivatives = derivatives
        self.polarizability = polarizability.symmetrized()
    }

    /// In hartree per bohr squared: a larger value means that the parts do not belong together.
    private static let largestAsymmetry = 1e-3

    private static func asymmetry(_ matrix: Matrix) -> Double {
        var largest = 0.0
        for i in 0..<matrix.rows {
            for j in 0..<i where i / 3 != j / 3 { largest = max(largest, abs(matrix[i, j] - matrix[j, i])) }
        }
        return largest
    }

    /// With the diagonal blocks computed from the others.
    private static func withInvariance(_ matrix: Matrix) -> Matrix {
        var result = matrix
        let atoms = matrix.rows / 3
        for atom in 0..<atoms {
            var block = Matrix(rows: 3, columns: 3)
            for other in 0..<atoms where other != atom {
                for i in 0..<3 { for j in 0..<3 { block[i, j] -= matrix[3 * atom + i, 3 * other + j] } }
            }
            block = block.symmetrized()
            for i in 0..<3 { for j in 0..<3 { result[3 * atom + i, 3 * atom + j] = block[i, j] } }
        }
        return result
    }
}

/// Why second derivatives cannot be computed.
public enum HessianError: Error, CustomStringConvertible {
    case notConverged(iterations: Int, residual: Double)
    /// A term of the Hamiltonian has no second derivatives.
    case missingTerm
    /// Elements that should be equal differ by this much, in hartree per bohr squared.
    case asymmetric(Double)

    public var description: String {
        switch self {
        case .asymmetric(let difference):
            "the second derivatives are not symmetric (largest difference \(difference) Eh/bohr^2)"
        case .missingTerm: "a term of the Hamiltonian has no second derivatives"
        case .notConverged(let iterations, let residual):
            "the coupled-perturbed equations did not converge in \(iterations) iterations (residual \(residual))"
        }
    }
}
