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
/// Points and weights of the quadrature grid are fixed. The diagonal blocks of the atoms, which are affected by this, are minus the sum of
/// the other blocks in their rows: translational invariance is exact.
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

    /// Progress during the solution of the equations.
    public enum Progress: Sendable {
        /// Derivatives at fixed orbitals have been computed.
        case skeleton
        /// An iteration of the coupled-perturbed equations: the largest residual, and its threshold.
        case iteration(Int, residual: Double, tolerance: Double)
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

    /// Approximate memory in addition to the integrals, in bytes, mostly proportional to atoms times the square of basis functions.
    public static func memory(basis: AtomicOrbitalBasis, charge: Int, isRestricted: Bool) -> Int {
        let (n, coordinates) = (basis.functionCount, 3 * basis.molecule.atoms.count)
        let spins = isRestricted ? 1 : 2
        let occupied = basis.electronCount(charge: charge) / 2
        let rotations = spins * occupied * max(0, n - occupied)
        let matrices = 8 * coordinates * n * n
        // The subspace of some twenty iterations and its products; what quadratures add up, which they bound themselves.
        return matrices * (4 + 8 * spins) + 8 * coordinates * 40 * rotations + 2 * min(512 << 20, 8 * spins * matrices)
    }

    /// - Parameter wavefunction: converged, in the basis and with the method of `problem`, which must not have a `limitation`.
    /// - Throws: `CoupledPerturbedEquations.Failure` as `HessianError`, `LinearAlgebraError`, and the errors of `onProgress`.
    public init(
        problem: ElectronicProblem, wavefunction: Wavefunction, memoryLimitInBytes: Int,
        onProgress: (Progress) throws -> Void = { _ in }
    ) throws {
        let state = try PerturbedState(problem, wavefunction)
        let skeleton = try SkeletonSum(problem, state, memoryLimitInBytes: memoryLimitInBytes)
        try onProgress(.skeleton)
        let pool = problem.pool
        let coordinates = skeleton.energy.rows
        let response = FockResponse(problem: problem, reference: state.densities)
        // The change of the density that keeps the occupied orbitals orthonormal.
        let spaces = state.spaces
        let overlaps = spaces.map { space in pool.map(coordinates) { skeleton.overlap[$0].transformed(by: space.occupied) } }
        let fixed = pool.map(coordinates) { x in
            spaces.indices.map { spin in
                -1.0 * spaces[spin].occupied.times(overlaps[spin][x]).times(spaces[spin].occupied, otherTransposed: true)
            }
        }
        let turned = problem.ledger.measure(Phase.response) { response.matrices(fixed) }
        let dipole = OneElectronIntegrals.dipole(basis: problem.basis, origin: .zero)
        let rightSides = pool.map(coordinates + 3) { x in
            spaces.indices.map { spin -> Matrix in
                let space = spaces[spin]
                guard x < coordinates else {
                    return space.empty.times(dipole[x - coordinates].times(space.occupied), transposed: true)
                }
                let fock = skeleton.fock[x][spin] + turned[x][spin]
                var side = space.empty.times(fock.times(space.occupied), transposed: true)
                let overlap = space.empty.times(skeleton.overlap[x].times(space.occupied), transposed: true)
                for a in 0..<side.rows {
                    for i in 0..<side.columns { side[a, i] -= space.occupiedEnergies[i] * overlap[a, i] }
                }
                return side
            }
        }
        let equations = CoupledPerturbedEquations(spaces: spaces, response: response, pool: pool)
        let tolerance = CoupledPerturbedEquations.usualTolerance
        let rotations: [[Matrix]]
        do {
            rotations = try problem.ledger.measure(Phase.response) {
                try equations.solve(rightSides, tolerance: tolerance) { iteration, residual, _ in
                    try onProgress(.iteration(iteration, residual: residual, tolerance: tolerance))
                }
            }
        } catch CoupledPerturbedEquations.Failure.notConverged(let iterations, let residual) {
            throw HessianError.notConverged(iterations: iterations, residual: residual)
        }

        // Occupied blocks of the matrices, and the sum over both spins.
        let factor = spaces.count == 1 ? 2.0 : 1.0
        let occupied = spaces.indices.map { spin in
            pool.map(coordinates) { x -> (skeleton: Matrix, turned: Matrix) in
                let own = skeleton.fock[x][spin].transformed(by: spaces[spin].occupied)
                var total = own + turned[x][spin].transformed(by: spaces[spin].occupied)
                let energies = spaces[spin].occupiedEnergies
                for i in energies.indices {
                    for j in energies.indices { total[i, j] -= (energies[i] + energies[j]) * overlaps[spin][x][i, j] }
                }
                return (own, total)
            }
        }
        var hessian = skeleton.energy
        for x in 0..<coordinates {
            for y in 0..<coordinates where y / 3 != x / 3 {
                var value = 0.0
                for spin in spaces.indices {
                    value += 2 * rotations[y][spin].dot(rightSides[x][spin])
                    value -= overlaps[spin][y].dot(occupied[spin][x].turned) + overlaps[spin][x].dot(occupied[spin][y].skeleton)
                }
                hessian[x, y] += factor * value
            }
        }
        asymmetry = Self.asymmetry(hessian)
        guard asymmetry < Self.largestAsymmetry else { throw HessianError.asymmetric(asymmetry) }
        matrix = Self.withInvariance(hessian.symmetrized())

        // Of the electrons, whose charge is -1.
        let moments = spaces.indices.map { spin in
            dipole.map { moment in
                (
                    occupied: moment.transformed(by: spaces[spin].occupied),
                    mixed: spaces[spin].empty.times(moment.times(spaces[spin].occupied), transposed: true)
                )
            }
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
                    value -=
                        factor
                        * (2 * rotations[x][spin].dot(moments[spin][axis].mixed)
                            - overlaps[spin][x].dot(moments[spin][axis].occupied))
                }
                derivatives[axis, x] = value
            }
            for other in 0..<3 {
                for spin in spaces.indices {
                    polarizability[axis, other] -=
                        2 * factor * rotations[coordinates + other][spin].dot(moments[spin][axis].mixed)
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

    private enum Phase {
        static let response = "second derivatives: response"
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
