import LinearAlgebra
import MolecularStructure

/// Rigid alignment of structures: least-squares superposition (Kabsch's problem), solved with a quaternion.
///
/// W. Kabsch, Acta Crystallogr. A 32, 922 (1976), doi 10.1107/S0567739476001873; B. K. P. Horn, J. Opt. Soc. Am. A 4, 629 (1987),
/// doi 10.1364/JOSAA.4.000629.
package struct RigidAlignment {
    /// Means of the points and of their targets.
    package let from, to: SIMD3<Double>
    /// The rotation as a quaternion of unit size.
    private let scalar: Double
    private let vector: SIMD3<Double>

    /// - Parameters:
    ///   - points: at least two, in the order of `target`.
    /// - Throws: `LinearAlgebraError`.
    package init(_ points: [SIMD3<Double>], upon target: [SIMD3<Double>]) throws {
        let count = Double(points.count)
        let (from, to) = (points.reduce(.zero, +) / count, target.reduce(.zero, +) / count)
        (self.from, self.to) = (from, to)
        var s = Matrix(rows: 3, columns: 3)
        for (p, t) in zip(points, target) {
            for i in 0..<3 { for j in 0..<3 { s[i, j] += (p - from)[i] * (t - to)[j] } }
        }
        let n = Matrix(
            rows: 4, columns: 4,
            elements: [
                s[0, 0] + s[1, 1] + s[2, 2], s[1, 2] - s[2, 1], s[2, 0] - s[0, 2], s[0, 1] - s[1, 0],
                s[1, 2] - s[2, 1], s[0, 0] - s[1, 1] - s[2, 2], s[0, 1] + s[1, 0], s[2, 0] + s[0, 2],
                s[2, 0] - s[0, 2], s[0, 1] + s[1, 0], s[1, 1] - s[0, 0] - s[2, 2], s[1, 2] + s[2, 1],
                s[0, 1] - s[1, 0], s[2, 0] + s[0, 2], s[1, 2] + s[2, 1], s[2, 2] - s[0, 0] - s[1, 1],
            ])
        let q = try SymmetricEigenproblem(n).vectors
        (scalar, vector) = (q[0, 3], SIMD3(q[1, 3], q[2, 3], q[3, 3]))
    }

    private func turned(_ r: SIMD3<Double>) -> SIMD3<Double> {
        let turn = vector.cross(r)
        return r + 2 * (scalar * turn + vector.cross(turn))
    }

    /// A point transformed together with those that were given.
    package func place(_ point: SIMD3<Double>) -> SIMD3<Double> { to + turned(point - from) }

    /// Rows of the rotation's matrix.
    package var rows: [SIMD3<Double>] {
        let columns = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)].map(turned)
        return (0..<3).map { SIMD3(columns[0][$0], columns[1][$0], columns[2][$0]) }
    }

    /// `positions` translated and rotated as a whole so that the sum of the squared distances to `target` is smallest.
    static func place(_ positions: [SIMD3<Double>], upon target: [SIMD3<Double>]) throws -> [SIMD3<Double>] {
        guard positions.count > 1 else { return target }
        return positions.map(try RigidAlignment(positions, upon: target).place)
    }
}
