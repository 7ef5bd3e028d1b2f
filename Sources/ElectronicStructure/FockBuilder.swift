import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import ParallelExecution

/// Builds Fock (or Kohn-Sham) matrices and energies of densities, for any number of states in one pass over the integrals and over the
/// grid.
///
/// If repulsion integrals are recomputed, only the change of the densities since the last build is processed; everything is rebuilt from
/// time to time so that screening errors do not accumulate.
///
/// If the problem has approximate integrals, a request may ask for them. After an exact build for a state, at the density D_0, only the
/// change of the density is approximated, J(D) = J(D_0) + J'(D - D_0), and the energy is consistent with that matrix, as its integral from
/// D_0: its error is of second order in the change.
package struct FockBuilder {
    package struct Request {
        /// Identifies the state; its last build is remembered.
        let state: Int
        let density: StateDensity
        /// Orbitals of each matrix of the density; nil if it does not come from orbitals.
        let orbitals: [MolecularOrbitals]?
        let integrals: Integrals

        /// The requested kind of integrals.
        package enum Integrals {
            case exact
            /// Exact, with the difference from approximate ones: later requests of the state are for approximate ones.
            case exactReference
            case approximate
        }

        package init(
            state: Int, density: StateDensity, orbitals: [MolecularOrbitals]? = nil, integrals: Integrals = .exact
        ) {
            self.state = state
            self.density = density
            self.orbitals = orbitals
            self.integrals = integrals
        }

        /// The matrices of the density, with their orbitals.
        var operands: [DensityOperand] {
            density.matrices.indices.map { DensityOperand(density.matrices[$0], orbitals: orbitals?[$0]) }
        }
    }

    package struct Build {
        /// One per spin; only one in a restricted calculation.
        package let fock: [Matrix]
        package let components: EnergyComponents
        /// Nil without a functional.
        package let gridElectrons: Double?
        /// The accumulated difference between exact and approximate matrices of the state, for `exactReference`.
        package let correction: [Matrix]?
    }

    /// The last matrices of a state from the integrals of the problem, to which changes are added.
    private struct Previous {
        let densities: [Matrix]
        let coulomb: Matrix
        let exchange: [Matrix]
        /// Energies, with the factor of the exchange.
        let coulombEnergy: Double
        let exchangeEnergy: Double
        let incrementalBuilds: Int

        /// The same for the given number of spins: a restricted solution may become an unrestricted one. Nil for impossible conversions.
        func spread(over spins: Int) -> Previous? {
            if densities.count == spins { return self }
            guard densities.count == 1, spins == 2 else { return nil }
            return Previous(
                densities: [0.5 * densities[0], 0.5 * densities[0]], coulomb: coulomb,
                exchange: exchange.flatMap { [0.5 * $0, 0.5 * $0] }, coulombEnergy: coulombEnergy, exchangeEnergy: exchangeEnergy,
                incrementalBuilds: incrementalBuilds)
        }

        func changes(_ matrices: [Matrix]) -> [Matrix] { zip(matrices, densities).map { $0 - $1 } }

        func adding(_ change: Matrices) -> Matrices {
            (coulomb + change.coulomb, zip(exchange, change.exchange).map { $0 + $1 })
        }
    }

    private typealias Matrices = (coulomb: Matrix, exchange: [Matrix])

    /// Matrices of a density with its energies.
    private struct Repulsion {
        let matrices: Matrices
        let coulombEnergy: Double
        let exchangeEnergy: Double
    }

    private let problem: ElectronicProblem
    private let screensChanges: Bool
    private var previous: [Int: Previous] = [:]
    private static let buildsBetweenFreshOnes = 12

    /// - Parameter screensChanges: whether exact matrices that follow approximate ones may be screened by the size of the change of the
    ///   density, which changes orbital gradients by up to 1e-7.
    package init(problem: ElectronicProblem, screensChanges: Bool = false) {
        self.problem = problem
        self.screensChanges = screensChanges
    }

    package mutating func build(_ requests: [Request]) -> [Build] {
        let communicator = problem.pool.communicator
        // The last point at which ranks would part unnoticed: everything that follows depends on the densities.
        communicator.verify(requests.flatMap { $0.density.matrices.map(\.elements) })
        let before = communicator.traffic
        defer { problem.ledger.add(ElectronicProblem.Phase.fock, messages: communicator.traffic - before) }
        var corrections: [Int: [Matrix]] = [:]
        let repulsion = coulombExchange(requests, &corrections)
        let states = requests.map(\.density)
        let terms = problem.terms.map { $0.evaluate(states) }
        return requests.indices.map { index in
            Self.assemble(
                parts: terms[0][index] + repulsion[index] + terms.dropFirst().flatMap { $0[index] },
                spins: states[index].matrices.count, correction: corrections[index])
        }
    }

    /// Forgets a state that will make no further requests.
    package mutating func forget(state: Int) { previous[state] = nil }

    private static func assemble(parts: [TermPart], spins: Int, correction: [Matrix]?) -> Build {
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
        return Build(
            fock: fock, components: components, gridElectrons: parts.lazy.compactMap(\.gridElectrons).first,
            correction: correction)
    }

    /// Coulomb and exact exchange.
    ///
    /// - Parameter corrections: gets the difference between exact and approximate Fock matrices for exact requests, by their indices.
    private mutating func coulombExchange(_ requests: [Request], _ corrections: inout [Int: [Matrix]]) -> [[TermPart]] {
        guard let approximate = problem.approximateCoulombExchange else {
            return zip(requests, exact(requests)).map { parts($0, $1) }
        }
        // Exact matrices that serve as a reference are accompanied by the approximate ones, to obtain the difference.
        let known = requests.map { previous[$0.state]?.spread(over: $0.density.matrices.count) }
        let rough = requests.indices.filter { requests[$0].integrals != .exact }
        let built = rough.map { place in
            known[place]?.changes(requests[place].density.matrices).map { DensityOperand($0) } ?? requests[place].operands
        }
        let accuracy: BuildAccuracy = rough.allSatisfy { known[$0] != nil } ? .ofChange : .full
        let changes = Dictionary(
            uniqueKeysWithValues: zip(rough, Self.matrices(built, by: approximate, accuracy, needsExchange: needsExchange)))
        let exactPlaces = requests.indices.filter { requests[$0].integrals != .approximate }
        let exact = Dictionary(uniqueKeysWithValues: zip(exactPlaces, self.exact(exactPlaces.map { requests[$0] })))
        return requests.indices.map { place in
            let (request, last) = (requests[place], known[place])
            if exact[place] == nil, let change = changes[place] { return parts(request, repulsion(request, change, since: last)) }
            let found = exact[place] ?? self.exact([request])[0]
            if let change = changes[place] {
                corrections[place] = correction(request, found.matrices, last?.adding(change) ?? change)
            }
            return parts(request, found)
        }
    }

    /// The difference between exact and approximate Fock matrices.
    private func correction(_ request: Request, _ exact: Matrices, _ approximation: Matrices) -> [Matrix] {
        let coulomb = exact.coulomb - approximation.coulomb
        let factor = exchangeFactor(request.density)
        guard needsExchange else { return request.density.matrices.map { _ in coulomb } }
        return zip(exact.exchange, approximation.exchange).map { coulomb + factor * ($0 - $1) }
    }

    private var needsExchange: Bool { problem.method.exactExchange != 0 }

    /// Matrices of densities in one pass; without exchange if it is not needed.
    private static func matrices(
        _ densities: [[DensityOperand]], by builder: any CoulombExchange, _ accuracy: BuildAccuracy, needsExchange: Bool
    ) -> [Matrices] {
        guard !densities.isEmpty else { return [] }
        let (coulomb, exchange) = builder.build(
            coulomb: densities.map(total), exchange: needsExchange ? densities.flatMap { $0 } : [], accuracy: accuracy)
        var next = 0
        return densities.indices.map { index in
            let spins = needsExchange ? densities[index].count : 0
            defer { next += spins }
            return (coulomb[index], Array(exchange[next..<next + spins]))
        }
    }

    /// From the integrals of the problem: of the densities, or of their changes if that is cheaper.
    private mutating func exact(_ requests: [Request]) -> [Repulsion] {
        guard !requests.isEmpty else { return [] }
        let addsChanges = problem.coulombExchange.isCheaperForChanges
        // The densities for the build, or their changes.
        let bases = requests.map { request -> Previous? in
            guard addsChanges, let last = previous[request.state], last.incrementalBuilds < Self.buildsBetweenFreshOnes,
                last.densities.count == request.density.matrices.count
            else { return nil }
            return last
        }
        let built = zip(requests, bases).map { request, last in
            last?.changes(request.density.matrices).map { DensityOperand($0) } ?? request.operands
        }
        let accuracy: BuildAccuracy =
            problem.approximateCoulombExchange == nil || !screensChanges
            ? .full : bases.allSatisfy { $0 != nil } ? .ofChange : .reference
        let results = Self.matrices(built, by: problem.coulombExchange, accuracy, needsExchange: needsExchange)
        return requests.indices.map { index in
            let request = requests[index]
            let found = repulsion(request, results[index], since: bases[index])
            if addsChanges || request.integrals == .exactReference {
                previous[request.state] = Previous(
                    densities: request.density.matrices, coulomb: found.matrices.coulomb, exchange: found.matrices.exchange,
                    coulombEnergy: found.coulombEnergy, exchangeEnergy: found.exchangeEnergy,
                    incrementalBuilds: (bases[index]?.incrementalBuilds ?? -1) + 1)
            }
            return found
        }
    }

    /// Matrices and energies of a density.
    ///
    /// - Parameter built: the matrices of the density or, with `last`, of its change.
    private func repulsion(_ request: Request, _ built: Matrices, since last: Previous?) -> Repulsion {
        let density = request.density
        let factor = exchangeFactor(density)
        guard let last else {
            return Repulsion(
                matrices: built, coulombEnergy: 0.5 * built.coulomb.dot(density.total),
                exchangeEnergy: zip(built.exchange, density.matrices).reduce(0) { $0 + 0.5 * factor * $1.0.dot($1.1) })
        }
        // E(D) = E(D_0) + J(D_0) (D - D_0) + 1/2 (D - D_0) J' (D - D_0).
        let changes = last.changes(density.matrices)
        func gain(_ start: Matrix, _ built: Matrix, _ change: Matrix) -> Double { start.dot(change) + 0.5 * built.dot(change) }
        return Repulsion(
            matrices: last.adding(built),
            coulombEnergy: last.coulombEnergy
                + gain(last.coulomb, built.coulomb, changes.dropFirst().reduce(changes[0], +)),
            exchangeEnergy: last.exchangeEnergy
                + last.exchange.indices.reduce(0) { $0 + factor * gain(last.exchange[$1], built.exchange[$1], changes[$1]) })
    }

    /// Factor of exchange matrices in Fock matrices.
    private func exchangeFactor(_ density: StateDensity) -> Double {
        (density.isRestricted ? -0.5 : -1) * problem.method.exactExchange
    }

    private func parts(_ request: Request, _ repulsion: Repulsion) -> [TermPart] {
        let factor = exchangeFactor(request.density)
        return [
            TermPart(
                key: EnergyComponents.Key.coulomb.rawValue, energy: repulsion.coulombEnergy,
                matrices: [repulsion.matrices.coulomb]),
            TermPart(
                key: EnergyComponents.Key.exchange.rawValue, energy: repulsion.exchangeEnergy,
                matrices: repulsion.matrices.exchange.map { factor * $0 }),
        ]
    }

    private static func total(_ spins: [DensityOperand]) -> DensityOperand {
        spins.count == 1 ? spins[0] : DensityOperand(spins.dropFirst().reduce(spins[0].matrix) { $0 + $1.matrix })
    }
}
