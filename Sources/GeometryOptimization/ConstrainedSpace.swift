import LinearAlgebra
import MolecularStructure

/// The space of combinations of coordinates, divided into constrained and free directions.
struct ConstrainedSpace {
    /// Moves the held coordinates to their targets, to first order; in combinations.
    let heldStep: [Double]
    /// Combinations x free directions, orthonormal.
    private let free: Matrix

    /// Maximum displacement towards the targets in one step.
    private static let longest = 0.3

    init(
        combinations u: Matrix, system: CoordinateSystem, constraints: [Constraint], positions: [SIMD3<Double>]
    ) throws {
        let n = u.columns
        guard !constraints.isEmpty else {
            heldStep = Array(repeating: 0, count: n)
            free = .identity(n)
            return
        }
        var rows = Matrix(rows: constraints.count, columns: n)
        var missing: [Double] = []
        for (row, constraint) in constraints.enumerated() {
            let index = system.primitives.firstIndex(of: constraint.coordinate) ?? 0
            for column in 0..<n { rows[row, column] = u[index, column] }
            missing.append(constraint.missing(positions))
        }
        let held = try SymmetricEigenproblem(rows.times(rows, transposed: true))
        let step = try SymmetricEigenproblem(rows.times(rows, otherTransposed: true))
            .function { $0 > 1e-8 ? 1 / $0 : 0 }.times(missing)
        var move = rows.transposed().times(step)
        let length = inner(move, move).squareRoot()
        if length > Self.longest { move = move.map { $0 * Self.longest / length } }
        heldStep = move
        let kept = held.values.indices.filter { held.values[$0] < 1e-8 }
        free = held.vectors.columns(kept)
    }

    /// Gradient and Hessian in the free directions after the constrained step, and the corresponding energy change of the model.
    func reduced(gradient: [Double], hessian: Matrix) -> (gradient: [Double], hessian: Matrix, heldChange: Double) {
        let response = hessian.times(heldStep)
        let total = zip(gradient, response).map { $0 + $1 }
        return (
            free.transposed().times(total), hessian.transformed(by: free),
            inner(gradient, heldStep) + 0.5 * inner(heldStep, response)
        )
    }

    /// Without what is held.
    func freeGradient(_ gradient: [Double]) -> [Double] { free.transposed().times(gradient) }

    /// From free directions to combinations.
    func expanded(_ vector: [Double]) -> [Double] { free.times(vector) }
}
