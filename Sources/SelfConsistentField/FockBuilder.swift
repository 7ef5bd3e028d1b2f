import ExchangeCorrelation
import LinearAlgebra

/// Fock (or Kohn-Sham) matrices and energies of densities, of any number of states in one pass over the integrals and
/// over the grid.
///
/// While repulsion integrals are recomputed, only the change of the densities since the last build is worked on, and
/// everything is built afresh from time to time so that screening errors do not add up.
struct FockBuilder {
    struct Request {
        /// Which state this is; its last build is remembered.
        let state: Int
        /// Of the molecule: the correction for dispersion may depend on it.
        let charge: Int
        /// The total density of a restricted state, or alpha and beta.
        let densities: [Matrix]
        let isRestricted: Bool
        /// Whether the grid for early iterations will do.
        var allowsCoarseGrid = false
    }

    struct Build {
        /// One a spin; one alone in a restricted calculation.
        let fock: [Matrix]
        let components: EnergyComponents
        /// Nil without a functional.
        let gridElectrons: Double?
    }

    private struct Previous {
        var densities: [Matrix]
        var coulomb: Matrix
        var exchange: [Matrix]
        var incrementalBuilds: Int
    }

    private let problem: ElectronicProblem
    private var previous: [Int: Previous] = [:]
    private static let buildsBetweenFreshOnes = 12

    init(problem: ElectronicProblem) { self.problem = problem }

    mutating func build(_ requests: [Request]) -> [Build] {
        let repulsion = twoElectron(requests)
        let exchangeCorrelation = problem.ledger.measure(ElectronicProblem.Phase.quadrature) { self.exchangeCorrelation(requests) }
        return requests.indices.map { index in
            assemble(requests[index], coulomb: repulsion[index].coulomb, exchange: repulsion[index].exchange, exchangeCorrelation[index])
        }
    }

    /// A state that will ask no more.
    mutating func forget(state: Int) { previous[state] = nil }

    private func assemble(
        _ request: Request, coulomb: Matrix, exchange: [Matrix], _ exchangeCorrelation: ExchangeCorrelationResult?
    ) -> Build {
        let total = Self.sum(request.densities)
        let share = problem.method.exactExchange
        let factor = request.isRestricted ? -0.5 * share : -share
        var fock = request.densities.map { _ in problem.core.sum + coulomb }
        for spin in exchange.indices { fock[spin].add(exchange[spin], scaledBy: factor) }
        var components = EnergyComponents()
        components.nuclearRepulsion = problem.nuclearRepulsion
        components.dispersion = problem.dispersion?.energy(charge: request.charge)
        components.kinetic = problem.core.kinetic.dot(total)
        components.nuclearAttraction = problem.core.nuclearAttraction.dot(total)
        components.effectiveCorePotential = problem.core.effectiveCorePotential?.dot(total) ?? 0
        components.coulomb = 0.5 * coulomb.dot(total)
        for spin in exchange.indices { components.exchange += 0.5 * factor * exchange[spin].dot(request.densities[spin]) }
        var gridElectrons: Double?
        if let exchangeCorrelation {
            components.exchangeCorrelation = exchangeCorrelation.energy
            for spin in fock.indices { fock[spin] += exchangeCorrelation.potentials[spin] }
            gridElectrons = exchangeCorrelation.alphaElectrons + exchangeCorrelation.betaElectrons
        }
        return Build(fock: fock, components: components, gridElectrons: gridElectrons)
    }

    private func exchangeCorrelation(_ requests: [Request]) -> [ExchangeCorrelationResult?] {
        var results = [ExchangeCorrelationResult?](repeating: nil, count: requests.count)
        guard let fine = problem.exchangeCorrelation else { return results }
        for (integrator, isCoarse) in [(fine, false), (problem.coarseExchangeCorrelation ?? fine, true)] {
            let chosen = requests.indices.filter { requests[$0].allowsCoarseGrid == isCoarse }
            let input = chosen.map { index -> SpinDensityMatrices in
                let densities = requests[index].densities
                return requests[index].isRestricted
                    ? .restricted(total: densities[0]) : .unrestricted(alpha: densities[0], beta: densities[1])
            }
            for (index, result) in zip(chosen, integrator.evaluate(input)) { results[index] = result }
        }
        return results
    }

    private mutating func twoElectron(_ requests: [Request]) -> [(coulomb: Matrix, exchange: [Matrix])] {
        let needsExchange = problem.method.exactExchange != 0
        let storage = problem.integralStorage
        let isDirect = storage.storedBytes < storage.neededBytes
        // What is built: the densities, or their changes.
        let bases = requests.map { request -> Previous? in
            guard isDirect, let last = previous[request.state], last.incrementalBuilds < Self.buildsBetweenFreshOnes,
                last.densities.count == request.densities.count
            else { return nil }
            return last
        }
        let built = zip(requests, bases).map { request, last in
            last.map { zip(request.densities, $0.densities).map { $0 - $1 } } ?? request.densities
        }
        let (coulomb, exchange) = problem.coulombAndExchange(
            coulomb: built.map(Self.sum), exchange: needsExchange ? built.flatMap { $0 } : [])
        var next = 0
        return requests.indices.map { index in
            let spins = needsExchange ? requests[index].densities.count : 0
            var result = (coulomb: coulomb[index], exchange: Array(exchange[next..<next + spins]))
            next += spins
            if let last = bases[index] {
                result = (last.coulomb + result.coulomb, zip(last.exchange, result.exchange).map { $0 + $1 })
            }
            if isDirect {
                previous[requests[index].state] = Previous(
                    densities: requests[index].densities, coulomb: result.coulomb, exchange: result.exchange,
                    incrementalBuilds: (bases[index]?.incrementalBuilds ?? -1) + 1)
            }
            return result
        }
    }

    private static func sum(_ densities: [Matrix]) -> Matrix { densities.dropFirst().reduce(densities[0], +) }
}
