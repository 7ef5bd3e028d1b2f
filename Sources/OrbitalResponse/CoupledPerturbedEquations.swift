import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Occupied and empty orbitals of one spin that diagonalise the Fock matrix within each of the two spaces.
package struct PerturbedSpaces: Sendable {
    package let occupied, empty: Matrix
    package let occupiedEnergies, emptyEnergies: [Double]

    package init(occupied: Matrix, empty: Matrix, occupiedEnergies: [Double], emptyEnergies: [Double]) {
        (self.occupied, self.empty) = (occupied, empty)
        (self.occupiedEnergies, self.emptyEnergies) = (occupiedEnergies, emptyEnergies)
    }

    /// - Throws: `LinearAlgebraError` for a matrix that is not finite.
    package init(_ orbitals: MolecularOrbitals, fock: Matrix) throws {
        let filled = orbitals.occupations.indices.filter { orbitals.occupations[$0] > 0.5 }
        let free = orbitals.occupations.indices.filter { orbitals.occupations[$0] <= 0.5 }
        func canonical(_ indices: [Int]) throws -> (Matrix, [Double]) {
            let space = orbitals.coefficients.columns(indices)
            let problem = try SymmetricEigenproblem(fock.transformed(by: space).symmetrized())
            return (space.times(problem.vectors), problem.values)
        }
        (occupied, occupiedEnergies) = try canonical(filled)
        (empty, emptyEnergies) = try canonical(free)
    }
}

/// The coupled-perturbed Hartree-Fock and Kohn-Sham equations for any number of perturbations at once,
///
///     (e_a - e_i) U_ai + (C_v^T dF[U] C_o)_ai = -B_ai,  dP = C_v U C_o^T + C_o U^T C_v^T,
///
/// where dF is the change of the Fock matrices due to the densities of the spins.
///
/// All perturbations share one subspace: each iteration adds the residuals of the unconverged perturbations, divided by the gaps of the
/// orbital energies, so that few passes over the integrals are needed. The solution minimises the second-order energy in the subspace;
/// properties that are bilinear in perturbations have errors of second order in the residuals.
///
/// J. A. Pople, R. Krishnan, H. B. Schlegel and J. S. Binkley, Int. J. Quantum Chem. 16 (S13), 225 (1979), doi 10.1002/qua.560160825.
package struct CoupledPerturbedEquations: Sendable {
    /// Threshold for the norm of each residual, in terms of U times the root of the gap.
    package static let usualTolerance = 1e-6
    private static let mostIterations = 60

    private let spaces: [PerturbedSpaces]
    private let response: FockResponse
    private let pool: WorkerPool
    /// Roots of the gaps, spin by spin, in the order of U row by row; of a small number where a gap is small or negative.
    private let roots: [Double]
    /// Gaps divided by the squares of the roots: 1 but for small gaps.
    private let ratios: [Double]
    private static let leastGap = 0.05

    package init(spaces: [PerturbedSpaces], response: FockResponse, pool: WorkerPool) {
        self.spaces = spaces
        self.response = response
        self.pool = pool
        let gaps = spaces.flatMap { space in space.emptyEnergies.flatMap { a in space.occupiedEnergies.map { a - $0 } } }
        roots = gaps.map { max($0, Self.leastGap).squareRoot() }
        ratios = gaps.map { $0 / max($0, Self.leastGap) }
    }

    package enum Failure: Error {
        /// Number of iterations, and norm of the largest residual.
        case notConverged(iterations: Int, residual: Double)
    }

    /// U of every perturbation, for each spin, and its residual: what (e_a - e_i) U + ... + B differs from zero by, with the sign of -B.
    ///
    /// - Parameters:
    ///   - rightSides: B of every perturbation, for each spin: empty by occupied orbitals.
    ///   - onIteration: gets the number of the iteration, the largest residual, and the number of remaining perturbations.
    /// - Throws: `Failure`, `LinearAlgebraError` if the orbital Hessian is singular, and the errors of `onIteration`.
    package func solve(
        _ rightSides: [[Matrix]], tolerance: Double = usualTolerance,
        onIteration: (_ iteration: Int, _ residual: Double, _ left: Int) throws -> Void = { _, _, _ in }
    ) throws -> [(rotation: [Matrix], residual: [Matrix])] {
        let count = rightSides.count
        let size = roots.count
        guard count > 0, size > 0 else { return rightSides.map { ($0, $0) } }
        var target = Matrix(rows: count, columns: size)
        for (row, blocks) in rightSides.enumerated() {
            var place = row * size
            for (k, value) in blocks.flatMap(\.elements).enumerated() {
                target.elements[place] = -value / roots[k]
                place += 1
            }
        }
        var basis = Matrix(rows: 0, columns: size)
        var products = basis
        var coefficients = Matrix(rows: count, columns: 0)
        var residuals = target
        for iteration in 1...Self.mostIterations {
            let added = try newDirections(residuals, basis: basis, tolerance: tolerance)
            guard added.rows > 0 else {
                let largest = Self.norms(residuals).max() ?? 0
                guard largest < tolerance else { throw Failure.notConverged(iterations: iteration - 1, residual: largest) }
                break
            }
            let addedProducts = product(added)
            basis = basis.appending(added)
            products = products.appending(addedProducts)
            // Small systems; constructed anew each time.
            let projected = basis.times(products, otherTransposed: true).symmetrized()
            let sides = target.times(basis, otherTransposed: true)
            // Not positive definite for a state that is a saddle point with respect to its orbitals.
            let factor = try LUFactor(projected)
            coefficients = Matrix(
                rows: count, columns: basis.rows,
                elements: (0..<count).flatMap { row in factor.solve((0..<basis.rows).map { sides[row, $0] }) })
            residuals = target - coefficients.times(products)
            let norms = Self.norms(residuals)
            let largest = norms.max() ?? 0
            let left = norms.indices.filter { norms[$0] >= tolerance }
            try onIteration(iteration, largest, left.count)
            if left.isEmpty { break }
            guard iteration < Self.mostIterations else {
                throw Failure.notConverged(iterations: iteration, residual: largest)
            }
            residuals = residuals.rows(left)
        }
        let solution = coefficients.times(basis)
        let left = target - coefficients.times(products)
        return (0..<count).map { row in
            (
                matrices(solution, row: row) { $0 / $1 }, matrices(left, row: row) { $0 * $1 }
            )
        }
    }

    private static func norms(_ matrix: Matrix) -> [Double] {
        (0..<matrix.rows).map { row in
            matrix.elements[row * matrix.columns..<(row + 1) * matrix.columns].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }

    /// The orthonormalised parts of the residuals outside the subspace.
    private func newDirections(_ residuals: Matrix, basis: Matrix, tolerance: Double) throws -> Matrix {
        var rest = residuals
        func project() {
            guard basis.rows > 0 else { return }
            for _ in 0..<2 { rest = rest - rest.times(basis, otherTransposed: true).times(basis) }
        }
        project()
        for _ in 0..<2 {
            let overlap = try SymmetricEigenproblem(rest.times(rest, otherTransposed: true).symmetrized())
            let largest = overlap.values.last ?? 0
            let least = max(1e-2 * tolerance * tolerance, 1e-13 * largest)
            // After the first round all have unit length.
            let kept = overlap.values.indices.filter { overlap.values[$0] > least }
            guard !kept.isEmpty else { return Matrix(rows: 0, columns: basis.columns) }
            rest = overlap.vectors.columns(kept, times: kept.map { 1 / overlap.values[$0].squareRoot() })
                .times(rest, transposed: true)
            project()
        }
        return rest
    }

    /// 1 + the change of the Fock matrices, both divided by the roots of the gaps.
    private func product(_ vectors: Matrix) -> Matrix {
        let size = roots.count
        let changes = pool.map(vectors.rows) { row -> [Matrix] in
            zip(matrices(vectors, row: row) { $0 / $1 }, spaces).map { u, space in
                let half = space.empty.times(u).times(space.occupied, otherTransposed: true)
                return half + half.transposed()
            }
        }
        let fock = response.matrices(changes)
        let rows = pool.map(vectors.rows) { row -> [Double] in
            var result: [Double] = []
            for (matrix, space) in zip(fock[row], spaces) {
                result += space.empty.times(matrix.times(space.occupied), transposed: true).elements
            }
            for k in 0..<size { result[k] = ratios[k] * vectors.elements[row * size + k] + result[k] / roots[k] }
            return result
        }
        return Matrix(rows: vectors.rows, columns: size, elements: rows.flatMap { $0 })
    }

    /// - Parameter scale: from an element and the root of its gap.
    private func matrices(_ vectors: Matrix, row: Int, _ scale: (Double, Double) -> Double) -> [Matrix] {
        var place = 0
        return spaces.map { space in
            let (rows, columns) = (space.emptyEnergies.count, space.occupiedEnergies.count)
            var block = Matrix(rows: rows, columns: columns)
            for k in 0..<rows * columns {
                block.elements[k] = scale(vectors.elements[row * roots.count + place + k], roots[place + k])
            }
            place += rows * columns
            return block
        }
    }
}

extension Matrix {
    fileprivate func appending(_ other: Matrix) -> Matrix {
        Matrix(rows: rows + other.rows, columns: columns, elements: elements + other.elements)
    }

    fileprivate func rows(_ indices: [Int]) -> Matrix {
        Matrix(
            rows: indices.count, columns: columns,
            elements: indices.flatMap { elements[$0 * columns..<($0 + 1) * columns] })
    }
}
