import ParallelExecution

/// A function on an even mesh, with cubic B-splines between: twice continuously differentiable.
///
/// M. Unser, A. Aldroubi and M. Eden, IEEE Trans. Signal Process. 41, 821 (1993), doi 10.1109/78.193220.
struct CubicSplineMesh: Sendable {
    let mesh: EvenMesh
    /// Of the splines, x slowest.
    private var coefficients: [Double]

    /// The function that passes through values at the mesh's points, mirrored at the ends. Cost: 20 operations a point.
    init(mesh: EvenMesh, values: [Double], pool: WorkerPool) {
        precondition(values.count == mesh.total)
        self.mesh = mesh
        coefficients = values
        let (x, y, z) = (mesh.counts.x, mesh.counts.y, mesh.counts.z)
        coefficients.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let c = SharedPointer(base)
            // Rows along z one by one; along y and x many at a time, side by side.
            pool.forEach(x) { i, _ in
                for j in 0..<y { Self.filter(c.base + (i * y + j) * z, count: z, stride: 1, width: 1) }
                Self.filter(c.base + i * y * z, count: y, stride: z, width: z)
            }
            let width = 512
            pool.forEach((y * z + width - 1) / width) { part, _ in
                let first = part * width
                Self.filter(c.base + first, count: x, stride: y * z, width: min(width, y * z - first))
            }
        }
    }

    /// From values to coefficients along one axis, for `width` neighbouring lines.
    private static func filter(_ c: UnsafeMutablePointer<Double>, count: Int, stride: Int, width: Int) {
        let pole = 3.0.squareRoot() - 2
        var power = 1.0
        for k in 1..<min(count, 30) {
            power *= pole
            for j in 0..<width { c[j] += power * c[k * stride + j] }
        }
        for k in 1..<count {
            let (row, previous) = (c + k * stride, c + (k - 1) * stride)
            for j in 0..<width { row[j] += pole * previous[j] }
        }
        let (last, before) = (c + (count - 1) * stride, c + (count - 2) * stride)
        for j in 0..<width { last[j] = pole / (pole * pole - 1) * (last[j] + pole * before[j]) }
        for k in Swift.stride(from: count - 2, through: 0, by: -1) {
            let (row, next) = (c + k * stride, c + (k + 1) * stride)
            for j in 0..<width { row[j] = pole * (next[j] - row[j]) }
        }
        for k in 0..<count {
            let row = c + k * stride
            for j in 0..<width { row[j] *= 6 }
        }
    }

    /// Value and gradient; nil outside the mesh and in its outermost cells.
    @inline(__always)
    func valueAndGradient(at point: SIMD3<Double>) -> (value: Double, gradient: SIMD3<Double>)? {
        let inverse = 1 / mesh.spacing
        let place = (point - mesh.origin) * inverse
        let counts = mesh.counts
        guard place.x >= 1, place.y >= 1, place.z >= 1, place.x < Double(counts.x - 2), place.y < Double(counts.y - 2),
            place.z < Double(counts.z - 2)
        else { return nil }
        let (i, j, k) = (Int(place.x), Int(place.y), Int(place.z))
        let (wx, dx) = Self.weights(place.x - Double(i))
        let (wy, dy) = Self.weights(place.y - Double(j))
        let (wz, dz) = Self.weights(place.z - Double(k))
        let first = ((i - 1) * counts.y + j - 1) * counts.z + k - 1
        var (plain, alongX, alongY) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
        coefficients.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for a in 0..<4 {
                for b in 0..<4 {
                    let row = base + first + (a * counts.y + b) * counts.z
                    let four = UnsafeRawPointer(row).loadUnaligned(as: SIMD4<Double>.self)
                    plain += four * (wx[a] * wy[b])
                    alongX += four * (dx[a] * wy[b])
                    alongY += four * (wx[a] * dy[b])
                }
            }
        }
        let gradient = SIMD3((alongX * wz).sum(), (alongY * wz).sum(), (plain * dz).sum())
        return ((plain * wz).sum(), gradient * inverse)
    }

    /// The four splines that reach a place between two mesh points, and their derivatives.
    @inline(__always)
    private static func weights(_ t: Double) -> (SIMD4<Double>, SIMD4<Double>) {
        let s = 1 - t
        let sixth = 1.0 / 6
        let values = SIMD4(
            s * s * s * sixth, (4 - 6 * t * t + 3 * t * t * t) * sixth, (4 - 6 * s * s + 3 * s * s * s) * sixth,
            t * t * t * sixth)
        return (values, SIMD4(-0.5 * s * s, -2 * t + 1.5 * t * t, 2 * s - 1.5 * s * s, 0.5 * t * t))
    }
}
