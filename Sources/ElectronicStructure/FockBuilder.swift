import GaussianBasis
import HamiltonianTerms
import LinearAlgebra

/// Fock (or Kohn-Sham) matrices and energies of densities, of any number of states in one pass over the integrals and
/// over the grid.
///
/// While repulsion integrals are recomputed, only the change of the densities since the last build is worked on, and
/// everything is built afresh from time to time so that screening errors do not add up.
///
/// Where the problem has approximate integrals, a request may ask for them. After an exact build for a state, at the density D_0, only the
/// change of the density is approximated, J(D) = J(D_0) + J'(D - D_0), and the energy belongs to that matrix, as its integral from D_0:
/// its error is of second order in the change.
package struct FockBuilder {
    package struct Request {
        /// Which state this is; its last build is remembered.
        let state: Int
        let density: StateDensity
        /// Of each matrix of the density; nil where it does not come from orbitals.
        let orbitals: [MolecularOrbitals]?
        /// Whether approximate integrals will do.
        let isApproximate: Bool

        package init(state: Int, density: StateDensity, orbitals: [MolecularOrbitals]? = nil, isApproximate: Bool = false) {
            self.state = state
            self.density = density
            self.orbitals = orbitals
            self.isApproximate = isApproximate
        }

        /// The matrices of the density, with their orbitals.
        var operands: [DensityOperand] {
            density.matrices.indices.map { DensityOperand(density.matrices[$0], orbitals: orbitals?[$0]) }
        }
    }

    package struct Build {
        /// One a spin; one alone in a restricted calculation.
        package let fock: [Matrix]
        package let components: EnergyComponents
        /// Nil without a functional.
        package let gridElectrons: Double?
        /// What approximate matrices of the state have lacked up to now, at an exact build; nil where there are none.
        package let correction: [Matrix]?
    }

    private struct Previous {
        var densities: [Matrix]
        var coulomb: Matrix
        var exchange: [Matrix]
        var incrementalBuilds: Int
    }

    /// Exact matrices of a state, from which approximate ones go on.
    private struct Reference {
        let densities: [Matrix]
        let coulomb: Matrix
        let exchange: [Matrix]

        /// The same for so many spins: a restricted solution may become an unrestricted one. Nil for what never happens.
        func spread(over spins: Int) -> Reference? {
            if densities.count == spins { return self }
            guard densities.count == 1, spins == 2 else { return nil }
            return Reference(
                densities: [0.5 * densities[0], 0.5 * densities[0]], coulomb: coulomb,
                exchange: exchange.flatMap { [0.5 * $0, 0.5 * $0] })
        }

        func changes(_ matrices: [Matrix]) -> [Matrix] { zip(matrices, densities).map { $0 - $1 } }

        func exchange(after changes: [Matrix]) -> [Matrix] { zip(exchange, changes).map { $0 + $1 } }
    }

    private let problem: ElectronicProblem
    private var previous: [Int: Previous] = [:]
    private var references: [Int: Reference] = [:]
    private static let buildsBetweenFreshOnes = 12

    package init(problem: ElectronicProblem) { self.problem = problem }

    package mutating func build(_ requests: [Request]) -> [Build] {
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

    /// A state that will ask no more.
    package mutating func forget(state: Int) {
        previous[state] = nil
        references[state] = nil
    }

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
    /// - Parameter corrections: gets what approximate Fock matrices lack at exact requests, by their places.
    private mutating func coulombExchange(_ requests: [Request], _ corrections: inout [Int: [Matrix]]) -> [[TermPart]] {
        guard let approximate = problem.approximateCoulombExchange else {
            return zip(requests, exact(requests)).map { parts($0, $1) }
        }
        let known = requests.map { references[$0.state]?.spread(over: $0.density.matrices.count) }
        let built = zip(requests, known).map { request, reference in
            reference?.changes(request.density.matrices).map { DensityOperand($0) } ?? request.operands
        }
        let changes = Self.matrices(built, by: approximate, needsExchange: needsExchange)
        let exactPlaces = requests.indices.filter { !requests[$0].isApproximate }
        let exact = Dictionary(uniqueKeysWithValues: zip(exactPlaces, self.exact(exactPlaces.map { requests[$0] })))
        return requests.indices.map { place in
            let (request, change) = (requests[place], changes[place])
            guard let found = exact[place] else {
                return known[place].map { parts(request, change, since: $0) } ?? parts(request, change)
            }
            references[request.state] = Reference(
                densities: request.density.matrices, coulomb: found.coulomb, exchange: found.exchange)
            let approximation = known[place].map {
                (coulomb: $0.coulomb + change.coulomb, exchange: $0.exchange(after: change.exchange))
            }
            corrections[place] = correction(request, found, approximation ?? change)
            return parts(request, found)
        }
    }

    /// What Fock matrices from approximate matrices lack.
    private func correction(_ request: Request, _ exact: Matrices, _ approximation: Matrices) -> [Matrix] {
        let coulomb = exact.coulomb - approximation.coulomb
        let factor = exchangeFactor(request.density)
        guard needsExchange else { return request.density.matrices.map { _ in coulomb } }
        return zip(exact.exchange, approximation.exchange).map { coulomb + factor * ($0 - $1) }
    }

    private var needsExchange: Bool { problem.method.exactExchange != 0 }

    private typealias Matrices = (coulomb: Matrix, exchange: [Matrix])

    /// Matrices of densities in one pass; no exchange where none is needed.
    private static func matrices(
        _ densities: [[DensityOperand]], by builder: any CoulombExchange, needsExchange: Bool
    ) -> [Matrices] {
        guard !densities.isEmpty else { return [] }
        let (coulomb, exchange) = builder.build(
            coulomb: densities.map(total), exchange: needsExchange ? densities.flatMap { $0 } : [])
        var next = 0
        return densities.indices.map { index in
            let spins = needsExchange ? densities[index].count : 0
            defer { next += spins }
            return (coulomb[index], Array(exchange[next..<next + spins]))
        }
    }

    /// From the integrals of the problem: of the densities, or of their changes where that is cheaper.
    private mutating func exact(_ requests: [Request]) -> [Matrices] {
        guard !requests.isEmpty else { return [] }
        let addsChanges = problem.coulombExchange.isCheaperForChanges
        // What is built: the densities, or their changes.
        let bases = requests.map { request -> Previous? in
            guard addsChanges, let last = previous[request.state], last.incrementalBuilds < Self.buildsBetweenFreshOnes,
                last.densities.count == request.density.matrices.count
            else { return nil }
            return last
        }
        let built = zip(requests, bases).map { request, last -> [DensityOperand] in
            guard let last else { return request.operands }
            return zip(request.density.matrices, last.densities).map { DensityOperand($0 - $1) }
        }
        var results = Self.matrices(built, by: problem.coulombExchange, needsExchange: needsExchange)
        for index in requests.indices {
            if let last = bases[index] {
                results[index] = (
                    last.coulomb + results[index].coulomb, zip(last.exchange, results[index].exchange).map { $0 + $1 }
                )
            }
            if addsChanges {
                previous[requests[index].state] = Previous(
                    densities: requests[index].density.matrices, coulomb: results[index].coulomb,
                    exchange: results[index].exchange,
                    incrementalBuilds: (bases[index]?.incrementalBuilds ?? -1) + 1)
            }
        }
        return results
    }

    /// Energies and matrices of a density.
    private func parts(_ request: Request, _ found: Matrices) -> [TermPart] {
        let density = request.density
        let factor = exchangeFactor(density)
        return parts(
            coulomb: found.coulomb, 0.5 * found.coulomb.dot(density.total), exchange: found.exchange,
            zip(found.exchange, density.matrices).reduce(0) { $0 + 0.5 * factor * $1.0.dot($1.1) }, factor)
    }

    /// The same from the matrices of a change of the density.
    private func parts(_ request: Request, _ change: Matrices, since reference: Reference) -> [TermPart] {
        let density = request.density
        let factor = exchangeFactor(density)
        let changes = reference.changes(density.matrices)
        // E(D) = E(D_0) + J(D_0) (D - D_0) + 1/2 (D - D_0) J' (D - D_0).
        func energy(_ exact: Matrix, _ approximate: Matrix, _ start: Matrix, _ change: Matrix) -> Double {
            0.5 * exact.dot(start) + exact.dot(change) + 0.5 * approximate.dot(change)
        }
        let start = reference.densities.dropFirst().reduce(reference.densities[0], +)
        let moved = changes.dropFirst().reduce(changes[0], +)
        let exchangeEnergy = reference.exchange.indices.reduce(0) {
            $0 + factor * energy(reference.exchange[$1], change.exchange[$1], reference.densities[$1], changes[$1])
        }
        return parts(
            coulomb: reference.coulomb + change.coulomb, energy(reference.coulomb, change.coulomb, start, moved),
            exchange: reference.exchange(after: change.exchange), exchangeEnergy, factor)
    }

    /// Factor of exchange matrices in Fock matrices.
    private func exchangeFactor(_ density: StateDensity) -> Double {
        (density.isRestricted ? -0.5 : -1) * problem.method.exactExchange
    }

    private func parts(
        coulomb: Matrix, _ coulombEnergy: Double, exchange: [Matrix], _ exchangeEnergy: Double, _ factor: Double
    ) -> [TermPart] {
        [
            TermPart(key: EnergyComponents.Key.coulomb.rawValue, energy: coulombEnergy, matrices: [coulomb]),
            TermPart(
                key: EnergyComponents.Key.exchange.rawValue, energy: exchangeEnergy, matrices: exchange.map { factor * $0 }),
        ]
    }

    private static func total(_ spins: [DensityOperand]) -> DensityOperand {
        spins.count == 1 ? spins[0] : DensityOperand(spins.dropFirst().reduce(spins[0].matrix) { $0 + $1.matrix })
    }
}
