import ElectronicStructure
import HamiltonianTerms
import LinearAlgebra

/// Products of the orbital Hessian with rotations, for any number of rotations and points in one pass over the integrals.
///
///     (H k)_ai = (e_a - e_i) k_ai + (C_v^T dF C_o)_ai
///
/// dF is the change of the Fock matrix with the density. Coulomb, exchange and other quadratic terms are evaluated exactly for the
/// first-order change. Terms of general form, above all the exchange-correlation potential, are differenced along a small multiple of k.
/// That needs no second derivatives of the functional and works for every kind of functional.
package struct OrbitalHessian {
    package enum Spin {
        /// Within the same kind of wavefunction as the point.
        case symmetric
        /// Alpha by k and beta by -k, from a restricted point to an unrestricted wavefunction.
        case antisymmetric
    }

    package struct Request {
        package let point: OrbitalPoint
        package let spin: Spin
        package let rotations: [OrbitalRotation]

        package init(point: OrbitalPoint, spin: Spin, rotations: [OrbitalRotation]) {
            self.point = point
            self.spin = spin
            self.rotations = rotations
        }
    }

    /// Norms of the rotations used to difference potentials. Forward differences have errors of about the norm itself; alpha minus beta of
    /// opposite rotations is a central difference, with an error of second order.
    private static let displacement = 1e-4
    private static let centralDisplacement = 3e-3

    private let problem: ElectronicProblem

    package init(problem: ElectronicProblem) { self.problem = problem }

    /// For every request, the products with its rotations. A product costs about as much as a Fock matrix.
    package func products(_ requests: [Request]) throws -> [[OrbitalRotation]] {
        let changes = requests.map { request in request.rotations.map { request.point.densityChanges($0) } }
        let repulsion = repulsion(requests, changes)
        let potentials = try potentialChanges(requests)
        let quadratic = quadraticTerms(requests, changes)
        return requests.indices.map { r in
            requests[r].rotations.indices.map { index in
                var fock = repulsion[r][index]
                if let potentials { for spin in fock.indices { fock[spin] += potentials[r][index][spin] } }
                if let quadratic { for spin in fock.indices { fock[spin] += quadratic[r][index][spin] } }
                return Self.product(requests[r].point, requests[r].rotations[index], fock)
            }
        }
    }

    /// The product, once the change of the Fock matrices is known.
    package static func product(_ point: OrbitalPoint, _ rotation: OrbitalRotation, _ fockChange: [Matrix]) -> OrbitalRotation {
        if let openShell = point.openShell { return openShell.product(rotation, fockChange) }
        var result = point.mapped(rotation) { $0 * $1 }
        for spin in result.blocks.indices {
            let (o, v) = point.spaces(spin)
            result.blocks[spin] += v.times(fockChange[spin].times(o), transposed: true)
        }
        return result
    }

    /// Coulomb and exact exchange of the changes of the densities.
    private func repulsion(_ requests: [Request], _ changes: [[[Matrix]]]) -> [[[Matrix]]] {
        let share = problem.method.exactExchange
        var coulomb: [Matrix] = []
        var exchange: [Matrix] = []
        for (request, rotations) in zip(requests, changes) {
            for change in rotations {
                if request.spin == .symmetric {
                    coulomb.append(request.point.occupation.isRestricted ? 2 * change[0] : change[0] + change[1])
                }
                if share != 0 { exchange += change }
            }
        }
        let built =
            coulomb.isEmpty && exchange.isEmpty
            ? ([], [])
            : (problem.approximateCoulombExchange ?? problem.coulombExchange).build(
                coulomb: coulomb.map { DensityOperand($0) }, exchange: exchange.map { DensityOperand($0) })
        var (nextCoulomb, nextExchange) = (0, 0)
        return zip(requests, changes).map { request, rotations in
            rotations.map { change in
                var fock = change.map { Matrix(rows: $0.rows, columns: $0.columns) }
                if request.spin == .symmetric {
                    for spin in fock.indices { fock[spin] += built.0[nextCoulomb] }
                    nextCoulomb += 1
                }
                if share != 0 {
                    for spin in fock.indices {
                        fock[spin].add(built.1[nextExchange], scaledBy: -share)
                        nextExchange += 1
                    }
                }
                return fock
            }
        }
    }

    /// Changes of the matrices of quadratic terms, which are the matrices of the density changes. Nil without such terms.
    private func quadraticTerms(_ requests: [Request], _ changes: [[[Matrix]]]) -> [[[Matrix]]]? {
        let terms = problem.terms.filter { $0.dependence == .quadratic }
        guard !terms.isEmpty else { return nil }
        let states = zip(requests, changes).flatMap { request, rotations in
            rotations.map { change -> StateDensity in
                let matrices =
                    request.spin == .antisymmetric
                    ? [change[0], -1.0 * change[0]] : request.point.occupation.isRestricted ? [2 * change[0]] : change
                return StateDensity(charge: 0, matrices: matrices, quality: .response)
            }
        }
        var results = Self.sums(terms.map { $0.response(to: states) }, states)[...]
        return changes.map { rotations in rotations.map { Array(results.removeFirst().prefix($0.count)) } }
    }

    /// Changes of the matrices of terms of general form, by differences; nil without such terms.
    private func potentialChanges(_ requests: [Request]) throws -> [[[Matrix]]]? {
        let terms = problem.terms.filter { $0.dependence == .general }
        guard !terms.isEmpty else { return nil }
        var states: [StateDensity] = []
        // Only energies may depend on the charge.
        func append(_ matrices: [Matrix]) { states.append(StateDensity(charge: 0, matrices: matrices, quality: .response)) }
        for request in requests {
            let point = request.point
            if request.spin == .symmetric, point.potentials.matrices == nil { append(point.orbitals.map(\.density)) }
            for rotation in request.rotations {
                let length = Self.length(rotation, request.spin)
                let plus = try point.densities(after: length * rotation)
                switch request.spin {
                case .symmetric: append(plus)
                case .antisymmetric: append([0.5 * plus[0], 0.5 * (try point.densities(after: -length * rotation)[0])])
                }
            }
        }
        var results = Self.sums(terms.map { $0.evaluate(states) }, states)[...]
        return requests.map { request in
            let cache = request.point.potentials
            if request.spin == .symmetric, cache.matrices == nil { cache.matrices = results.removeFirst() }
            return request.rotations.map { rotation in
                let length = Self.length(rotation, request.spin)
                let potentials = results.removeFirst()
                switch request.spin {
                case .symmetric: return zip(potentials, cache.matrices ?? []).map { (1 / length) * ($0 - $1) }
                case .antisymmetric: return [(0.5 / length) * (potentials[0] - potentials[1])]
                }
            }
        }
    }

    /// What terms add to the Fock matrices of states, one matrix for each matrix of the density.
    private static func sums(_ parts: [[[TermPart]]], _ states: [StateDensity]) -> [[Matrix]] {
        states.indices.map { index in
            let density = states[index].matrices
            var sum = density.map { Matrix(rows: $0.rows, columns: $0.columns) }
            for part in parts.flatMap({ $0[index] }) where !part.matrices.isEmpty {
                for spin in sum.indices { sum[spin] += part.matrices[part.matrices.count == 1 ? 0 : spin] }
            }
            return sum
        }
    }

    private static func length(_ rotation: OrbitalRotation, _ spin: Spin) -> Double {
        (spin == .symmetric ? displacement : centralDisplacement) / max(rotation.norm, 1e-300)
    }
}
