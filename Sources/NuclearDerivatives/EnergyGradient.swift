import ElectronicStructure
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure

/// Derivatives of a self-consistent energy with respect to the nuclear positions.
///
/// P. Pulay, Mol. Phys. 17, 197 (1969), doi 10.1080/00268976900100941; for Kohn-Sham theory B. G. Johnson, P. M. W. Gill
/// and J. A. Pople, J. Chem. Phys. 98, 5612 (1993), doi 10.1063/1.464906.
public struct EnergyGradient: Sendable {
    /// In hartree per bohr, one entry per atom.
    public let values: [SIMD3<Double>]
    /// Sum over the atoms, which vanishes for the exact derivative; the remainder comes from the fixed points of the quadrature.
    public let translationalSum: SIMD3<Double>
    /// Sum of position cross derivative about the centre of nuclear charge; vanishes likewise.
    public let rotationalSum: SIMD3<Double>

    /// Largest component by magnitude.
    public var largest: Double { values.reduce(0) { max($0, abs($1.x), abs($1.y), abs($1.z)) } }
    /// Root mean square over all components.
    public var rootMeanSquare: Double {
        guard !values.isEmpty else { return 0 }
        return (values.reduce(0) { $0 + ($1 * $1).sum() } / Double(3 * values.count)).squareRoot()
    }

    /// Cost: about that of a few Fock matrices without stored integrals.
    ///
    /// Its error is proportional to the orbital gradient at which the self-consistent field was stopped. The result does not depend on the
    /// number of threads, to the last bit.
    /// - Parameters:
    ///   - problem: not one whose energies come from semi-numerical exchange (`RepulsionSource.semiNumerical`), which has no gradient.
    ///   - wavefunction: converged, in the basis and with the method of `problem`.
    ///   - includesQuadratureResponse: whether the grid points move with their atoms and the weights respond: the derivative is then that
    ///     of the computed energy to the last digits.
    public init(problem: ElectronicProblem, wavefunction: Wavefunction, includesQuadratureResponse: Bool = false) {
        precondition(problem.hasGradient, "semi-numerical exchange has no gradient")
        let basis = problem.basis
        let ledger = problem.ledger
        let state = GradientDensity(
            wavefunction: wavefunction, energyWeighted: Self.energyWeightedDensity(wavefunction, problem),
            includesQuadratureResponse: includesQuadratureResponse)
        var sum = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        func add(_ part: [SIMD3<Double>]) { for atom in sum.indices { sum[atom] += part[atom] } }
        for term in problem.terms { add(term.gradient(of: state)) }
        // Includes the attraction to the nuclei, which are charges like the electrons.
        add(
            ledger.measure(Phase.coulomb) {
                CoulombGradient.gradient(
                    basis: basis, density: state.total, charges: basis.effectiveNuclearCharges, fit: problem.coulombFit,
                    pool: problem.pool)
            })
        let share = problem.method.exactExchange
        let factor = wavefunction.isRestricted ? 0.5 * share : share
        add(
            ledger.measure(Phase.exchange) {
                if let fit = problem.exchangeFit {
                    return FittedExchangeGradient.gradient(
                        of: fit, orbitals: wavefunction.orbitals.sets, factor: factor, pool: problem.pool)
                }
                return ExchangeGradient.gradient(
                    basis: basis,
                    densities: wavefunction.isRestricted ? [state.total] : [wavefunction.alphaDensity, wavefunction.betaDensity],
                    factor: factor, interaction: problem.method.exchangeOperator, pool: problem.pool)
            })
        values = sum
        var (force, torque) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
        let center = basis.molecule.center(ofCharges: basis.molecule.atoms.map { Double($0.element.atomicNumber) })
        for (atom, value) in zip(basis.molecule.atoms, sum) {
            let r = atom.position - center
            force += value
            torque += SIMD3(r.y * value.z - r.z * value.y, r.z * value.x - r.x * value.z, r.x * value.y - r.y * value.x)
        }
        translationalSum = force
        rotationalSum = torque
    }

    /// From orbital energies or, if shared orbitals do not diagonalise the Fock matrix of either spin, from P F P of both spins, at the
    /// cost of one more Fock matrix.
    private static func energyWeightedDensity(_ wavefunction: Wavefunction, _ problem: ElectronicProblem) -> Matrix {
        guard wavefunction.isRestrictedOpen else { return wavefunction.energyWeightedDensity }
        var builder = FockBuilder(problem: problem)
        let densities = [wavefunction.alphaDensity, wavefunction.betaDensity]
        let fock = builder.build([
            .init(state: 0, density: StateDensity(charge: wavefunction.state.charge, matrices: densities))
        ])[0].fock
        return zip(densities, fock).map { $0.times($1).times($0).symmetrized() }.reduce(
            Matrix(rows: problem.overlap.rows, columns: problem.overlap.rows), +)
    }

    /// Phases of the ledger.
    private enum Phase {
        static let coulomb = "gradient: Coulomb"
        static let exchange = "gradient: exchange"
    }
}

extension Wavefunction.Orbitals {
    /// Those of both spins, or of alpha and beta electrons.
    var sets: [MolecularOrbitals] {
        switch self {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }
}

extension Wavefunction {
    /// sum over orbitals of n e c c^T with their energies e, both spins together.
    var energyWeightedDensity: Matrix {
        func weighted(_ orbitals: MolecularOrbitals) -> Matrix {
            MolecularOrbitals(
                coefficients: orbitals.coefficients, energies: orbitals.energies,
                occupations: zip(orbitals.occupations, orbitals.energies).map { $0 * $1 }
            ).density
        }
        switch orbitals {
        case .restricted(let both): return weighted(both)
        case .unrestricted(let alpha, let beta): return weighted(alpha) + weighted(beta)
        }
    }
}
