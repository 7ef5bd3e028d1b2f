import GaussianBasis
import HamiltonianTerms
import LinearAlgebra

/// Fock (or Kohn-Sham) matrices and energies of densities, of any number of states in one pass over the integrals and
/// over the grid.
///
/// While repulsion integrals are recomputed, only the change of the densities since the last build is worked on, and
/// everything is built afresh from time to time so that screening errors do not add up.
package struct FockBuilder {
    package struct Request {
        /// Which state this is; its last build is remembered.
        let state: Int
        let density: StateDensity
        /// Of each matrix of the density; nil where it does not come from orbitals.
        let orbitals: [MolecularOrbitals]?

        package init(state: Int, density: StateDensity, orbitals: [MolecularOrbitals]? = nil) {
            self.state = state
            self.density = density
            self.orbitals = orbitals
        }
    }

    package struct Build {
        /// One a spin; one alone in a restricted calculation.
        package let fock: [Matrix]
        package let components: EnergyComponents
        /// Nil without a functional.
        package let gridElectrons: Double?
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

    package init(problem: ElectronicProblem) { self.problem = problem }

    package mutating func build(_ requests: [Request]) -> [Build] {
        let repulsion = coulombExchange(requests)
        let states = requests.map(\.density)
        let terms = problem.terms.map { $0.evaluate(states) }
        return requests.indices.map { index in
            Self.assemble(
                parts: terms[0][index] + repulsion[index] + terms.dropFirst().flatMap { $0[index] },
                spins: states[index].matrices.count)
        }
    }

    /// A state that will ask no more.
    package mutating func forget(state: Int) { previous[state] = nil }

    private static func assemble(parts: [TermPart], spins: Int) -> Build {
        var components = EnergyComponents()
        var fock: [Matrix] = []
        for part in parts {
            components.add(part.energy, to: part.key)
            guard let first = part.matrices.first else { continue }
            let matrices = part.matrices.count == spins ? part.matrices : Array(repeating: first, count: spins)
            if fock.isEmpty {
                fock = matrices
            } else {
                for spin in fock.indices { fock[spin] += matrices[spin] }
            }
        }
        return Build(fock: fock, components: components, gridElectrons: parts.lazy.compactMap(\.gridElectrons).first)
    }

    /// Coulomb and exact exchange.
    private mutating func coulombExchange(_ requests: [Request]) -> [[TermPart]] {
        let share = problem.method.exactExchange
        let needsExchange = share != 0
        let addsChanges = problem.coulombExchange.isCheaperForChanges
        // What is built: the densities, or their changes.
        let bases = requests.map { request -> Previous? in
            guard addsChanges, let last = previous[request.state], last.incrementalBuilds < Self.buildsBetweenFreshOnes,
                last.densities.count == request.density.matrices.count
            else { return nil }
            return last
        }
        let built = zip(requests, bases).map { request, last -> [DensityOperand] in
            let matrices = request.density.matrices
            guard let last else {
                return matrices.indices.map { DensityOperand(matrices[$0], orbitals: request.orbitals?[$0]) }
            }
            return zip(matrices, last.densities).map { DensityOperand($0 - $1) }
        }
        let (coulomb, exchange) = problem.coulombExchange.build(
            coulomb: built.map(Self.total), exchange: needsExchange ? built.flatMap { $0 } : [])
        var next = 0
        return requests.indices.map { index in
            let density = requests[index].density
            let spins = needsExchange ? density.matrices.count : 0
            var result = (coulomb: coulomb[index], exchange: Array(exchange[next..<next + spins]))
            next += spins
            if let last = bases[index] {
                result = (last.coulomb + result.coulomb, zip(last.exchange, result.exchange).map { $0 + $1 })
            }
            if addsChanges {
                previous[requests[index].state] = Previous(
                    densities: density.matrices, coulomb: result.coulomb, exchange: result.exchange,
                    incrementalBuilds: (bases[index]?.incrementalBuilds ?? -1) + 1)
            }
            let factor = density.isRestricted ? -0.5 * share : -share
            let exchangeEnergy = zip(result.exchange, density.matrices).reduce(0) { $0 + 0.5 * factor * $1.0.dot($1.1) }
            return [
                TermPart(
                    key: EnergyComponents.Key.coulomb.rawValue, energy: 0.5 * result.coulomb.dot(density.total),
                    matrices: [result.coulomb]),
                TermPart(
                    key: EnergyComponents.Key.exchange.rawValue, energy: exchangeEnergy,
                    matrices: result.exchange.map { factor * $0 }),
            ]
        }
    }

    private static func total(_ spins: [DensityOperand]) -> DensityOperand {
        spins.count == 1 ? spins[0] : DensityOperand(spins.dropFirst().reduce(spins[0].matrix) { $0 + $1.matrix })
    }
}
