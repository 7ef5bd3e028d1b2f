import ElectronicStructure
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import OrbitalResponse

/// A converged state in the form needed for second derivatives.
struct PerturbedState {
    /// Of alpha and beta electrons; one if both are equal.
    let densities: [Matrix]
    let spaces: [PerturbedSpaces]
    let gradientDensity: GradientDensity

    init(_ problem: ElectronicProblem, _ wavefunction: Wavefunction) throws {
        let isRestricted = wavefunction.isRestricted
        let matrices = isRestricted ? [wavefunction.totalDensity] : [wavefunction.alphaDensity, wavefunction.betaDensity]
        var builder = FockBuilder(problem: problem)
        let fock = builder.build([
            .init(state: 0, density: StateDensity(charge: wavefunction.state.charge, matrices: matrices))
        ])[0].fock
        let orbitals: [MolecularOrbitals]
        switch wavefunction.orbitals {
        case .restricted(let both): orbitals = [both]
        case .unrestricted(let alpha, let beta): orbitals = [alpha, beta]
        }
        let spaces = try zip(orbitals, fock).map { try PerturbedSpaces($0, fock: $1) }
        densities = isRestricted ? [wavefunction.alphaDensity] : matrices
        self.spaces = spaces
        let factor = isRestricted ? 2.0 : 1.0
        let energyWeighted = spaces.map { space in
            let c = space.occupied
            return c.columns(Array(0..<c.columns), times: space.occupiedEnergies.map { factor * $0 })
                .times(c, otherTransposed: true)
        }
        gradientDensity = GradientDensity(
            wavefunction: wavefunction,
            energyWeighted: energyWeighted.dropFirst().reduce(energyWeighted[0], +), includesQuadratureResponse: false)
    }
}

/// Second derivatives of the energy at fixed coefficients of the orbitals, and first derivatives of Fock and overlap matrices.
struct SkeletonSum {
    /// Without the blocks of one atom.
    private(set) var energy: Matrix
    /// For every coordinate, one matrix per spin (only one if both are equal).
    private(set) var fock: [[Matrix]]
    let overlap: [Matrix]

    /// - Parameters:
    ///   - includesGridResponse: whether points move with their atoms and weights respond.
    ///   - onProgress: gets the number of coordinates for which grids have been moved.
    init(
        _ problem: ElectronicProblem, _ state: PerturbedState, includesGridResponse: Bool, memoryLimitInBytes: Int,
        onProgress: (Int) throws -> Void
    ) throws {
        let basis = problem.basis
        let density = state.gradientDensity
        let core = problem.core.secondDerivatives(of: density)
        overlap = core.overlap
        energy = core.skeleton.energy
        fock = core.skeleton.fock.map { part in state.spaces.map { _ in part[0] } }
        // Includes the attraction to the nuclei, which are charges like the electrons.
        add(
            problem.ledger.measure("second derivatives: Coulomb") {
                CoulombSecondDerivatives.evaluate(
                    basis: basis, density: density.total, charges: basis.effectiveNuclearCharges, pool: problem.pool)
            })
        let share = problem.method.exactExchange
        if share != 0 {
            let isRestricted = state.spaces.count == 1
            add(
                problem.ledger.measure("second derivatives: exchange") {
                    ExchangeSecondDerivatives.evaluate(
                        basis: basis, densities: isRestricted ? [density.total] : state.densities,
                        factor: isRestricted ? 0.5 * share : share, interaction: problem.method.exchangeOperator,
                        pool: problem.pool,
                        memoryLimitInBytes: memoryLimitInBytes / 2)
                })
        }
        for term in problem.terms.dropFirst() {
            if includesGridResponse, let functional = term as? ExchangeCorrelationTerm {
                add(try functional.skeletonDerivativesOfMovingGrid(of: density, onProgress: onProgress))
                continue
            }
            guard let part = try term.skeletonDerivatives(of: density) else { throw HessianError.missingTerm }
            add(part)
        }
    }

    private mutating func add(_ part: SkeletonDerivatives) {
        energy += part.energy
        for (x, matrices) in part.fock.enumerated() {
            guard let first = matrices.first else { continue }
            for spin in fock[x].indices { fock[x][spin] += matrices.count > spin ? matrices[spin] : first }
        }
    }
}
