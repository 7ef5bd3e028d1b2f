import ExchangeCorrelation
import LinearAlgebra

/// Fock (or Kohn-Sham) matrices and energies of densities.
///
/// While repulsion integrals are recomputed, only the change of the densities since the last build is worked on, and
/// everything is built afresh from time to time so that screening errors do not add up.
struct FockBuilder {
    struct Build {
        /// One a spin; one alone in a restricted calculation.
        let fock: [Matrix]
        let components: EnergyComponents
        /// Nil without a functional.
        let gridElectrons: Double?
    }

    private let problem: ElectronicProblem
    private let isRestricted: Bool
    private var previous: (densities: [Matrix], coulomb: Matrix, exchange: [Matrix])?
    private var incrementalBuilds = 0
    private let buildsBetweenFreshOnes = 12

    init(problem: ElectronicProblem, isRestricted: Bool) {
        self.problem = problem
        self.isRestricted = isRestricted
    }

    /// - Parameter densities: the total density of a restricted state, or alpha and beta.
    mutating func build(_ densities: [Matrix]) -> Build {
        let total = densities.dropFirst().reduce(densities[0], +)
        let (coulomb, exchange) = twoElectron(densities, total: total)
        let share = problem.method.exactExchange
        var fock = densities.map { _ in problem.core.sum + coulomb }
        for spin in exchange.indices { fock[spin].add(exchange[spin], scaledBy: isRestricted ? -0.5 * share : -share) }

        var components = EnergyComponents()
        components.nuclearRepulsion = problem.nuclearRepulsion
        components.kinetic = problem.core.kinetic.dot(total)
        components.nuclearAttraction = problem.core.nuclearAttraction.dot(total)
        components.effectiveCorePotential = problem.core.effectiveCorePotential?.dot(total) ?? 0
        components.coulomb = 0.5 * coulomb.dot(total)
        for spin in exchange.indices {
            components.exchange -= (isRestricted ? 0.25 : 0.5) * share * exchange[spin].dot(densities[spin])
        }
        var gridElectrons: Double?
        if let integrator = problem.exchangeCorrelation {
            let input: SpinDensityMatrices =
                isRestricted ? .restricted(total: densities[0]) : .unrestricted(alpha: densities[0], beta: densities[1])
            let result = integrator.evaluate([input])[0]
            components.exchangeCorrelation = result.energy
            for spin in fock.indices { fock[spin] += result.potentials[spin] }
            gridElectrons = result.alphaElectrons + result.betaElectrons
        }
        return Build(fock: fock, components: components, gridElectrons: gridElectrons)
    }

    private mutating func twoElectron(_ densities: [Matrix], total: Matrix) -> (Matrix, [Matrix]) {
        let needsExchange = problem.method.exactExchange != 0
        let storage = problem.repulsion.storage
        let isDirect = storage.storedBytes < storage.neededBytes
        if isDirect, let last = previous, incrementalBuilds < buildsBetweenFreshOnes {
            let changes = zip(densities, last.densities).map { $0 - $1 }
            let change = changes.dropFirst().reduce(changes[0], +)
            let (coulomb, exchange) = problem.repulsion.build(
                coulomb: [change], exchange: needsExchange ? changes : [])
            let sum = (last.coulomb + coulomb[0], zip(last.exchange, exchange).map { $0 + $1 })
            previous = (densities, sum.0, sum.1)
            incrementalBuilds += 1
            return sum
        }
        let (coulomb, exchange) = problem.repulsion.build(coulomb: [total], exchange: needsExchange ? densities : [])
        previous = isDirect ? (densities, coulomb[0], exchange) : nil
        incrementalBuilds = 0
        return (coulomb[0], exchange)
    }
}
