import GaussianBasis
import LinearAlgebra

extension ElectronicProblem {
    /// The fitted energy of Coulomb repulsion and exact exchange minus the exact one, at the densities of a wavefunction, in hartree; nil
    /// if energies are exact.
    ///
    /// It is the error of the total energy to first order: the change of the densities that exact integrals would cause adds an error of
    /// second order. Cost: one Fock matrix from integrals that are not stored.
    public func fittingError(of wavefunction: Wavefunction) -> Double? {
        guard coulombFit != nil else { return nil }
        let sets: [MolecularOrbitals]
        let matrices: [Matrix]
        switch wavefunction.orbitals {
        case .restricted(let both): (sets, matrices) = ([both], [wavefunction.totalDensity])
        case .unrestricted(let alpha, let beta):
            (sets, matrices) = ([alpha, beta], [wavefunction.alphaDensity, wavefunction.betaDensity])
        }
        let total = [DensityOperand(wavefunction.totalDensity)]
        let share = method.exactExchange
        let exchanged = share == 0 ? [] : zip(matrices, sets).map { DensityOperand($0, orbitals: $1) }
        let factor = (wavefunction.isRestricted ? 0.5 : 1) * share
        func energy(_ builder: any CoulombExchange) -> Double {
            let built = builder.build(coulomb: total, exchange: exchanged)
            return 0.5 * built.coulomb[0].dot(total[0].matrix)
                - zip(built.exchange, exchanged).reduce(0) { $0 + 0.5 * factor * $1.0.dot($1.1.matrix) }
        }
        let exact = ExactCoulombExchange(
            basis: basis, method: method, pool: pool, memoryLimitInBytes: Self.memoryForOneBuild, ledger: ledger)
        return energy(coulombExchange) - energy(exact)
    }

    /// For the sums of the threads: integrals that are used once need not be stored.
    private static let memoryForOneBuild = 1 << 26
}
