import LinearAlgebra

/// Rigid alignment of structures: least-squares superposition (Kabsch's problem), solved with a quaternion.
///
/// W. Kabsch, Acta Crystallogr. A 32, 922 (1976), doi 10.1107/S0567739476001873; B. K. P. Horn, J. Opt. Soc. Am. A 4, 629 (1987),
/// doi 10.1364/JOSAA.4.000629.
enum RigidAlignment {
    /// `positions` moved and turned as a whole, so that the sum of the squared distances to `target` is smallest.
    static func place(_ positions: [SIMD3<Double>], upon target: [SIMD3<Double>]) throws -> [SIMD3<Double>] {
        guard positions.count > 1 else { return target }
        let count = Double(positions.count)
        let (from, to) = (positions.reduce(.zero, +) / count, target.reduce(.zero, +) / count)
        var s = Matrix(rows: 3, columns: 3)
        for (p, t) in zip(positions, target) {
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
        let (w, v) = (q[0, 3], SIMD3(q[1, 3], q[2, 3], q[3, 3]))
        return positions.map { position in
            let r = position - from
            let turn = cross(v, r)
            return to + r + 2 * (w * turn + cross(v, turn))
        }
    }

    private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
