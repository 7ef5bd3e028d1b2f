import HamiltonianTerms
import LinearAlgebra

/// First-order changes of the Fock matrices of a state due to changes of its density matrices.
///
/// Coulomb and exchange of the change of the density, and the exchange-correlation kernel: the analytic second derivatives of the functional.
package struct FockResponse: Sendable {
    private let problem: ElectronicProblem
    private let reference: [Matrix]
    private let quality: QuadratureQuality

    /// - Parameters:
    ///   - reference: the densities of alpha and beta electrons; only one if both are equal.
    ///   - quality: of the grid for the kernel.
    package init(problem: ElectronicProblem, reference: [Matrix], quality: QuadratureQuality = .coarse) {
        self.quality = quality
        self.problem = problem
        self.reference = reference
    }

    /// Changes of the Fock matrices of each spin due to changes of the densities of each spin, any number of them in one pass over the
    /// integrals and over the grid; all symmetric. A single matrix represents both spins.
    package func matrices(_ changes: [[Matrix]]) -> [[Matrix]] {
        guard !changes.isEmpty else { return [] }
        let share = problem.method.exactExchange
        let totals = changes.map { $0.count == 1 ? 2 * $0[0] : $0[0] + $0[1] }
        let (coulomb, exchange) = problem.coulombExchange.build(
            coulomb: totals.map { DensityOperand($0) },
            exchange: share == 0 ? [] : changes.flatMap { $0.map { DensityOperand($0) } })
        var next = 0
        var result = changes.indices.map { index in
            changes[index].indices.map { _ -> Matrix in
                var fock = coulomb[index]
                if share != 0 {
                    fock.add(exchange[next], scaledBy: -share)
                    next += 1
                }
                return fock
            }
        }
        if let term = problem.exchangeCorrelation {
            for (index, part) in term.response(of: reference, to: changes, on: quality).enumerated() {
                for spin in part.indices { result[index][spin] += part[spin] }
            }
        }
        return result
    }
}
