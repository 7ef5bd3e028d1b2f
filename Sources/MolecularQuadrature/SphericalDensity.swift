import CVectorShims
import MolecularStructure
import ParallelExecution
import VectorFunctions

/// A spherical density around a nucleus, in electrons per bohr^3: tabulated functions and Slater functions, added up.
public struct SphericalDensity: Sendable {
    /// Tabulated functions of the distance and what each is multiplied with.
    public var splines: [(factor: Double, spline: RadialSpline)]
    public var shells: [SlaterShell]

    public init(splines: [(factor: Double, spline: RadialSpline)] = [], shells: [SlaterShell] = []) {
        self.splines = splines
        self.shells = shells
    }

    /// Densities around several places, added up at points.
    ///
    /// - Parameter densities: with their places in bohr.
    /// - Returns: one value per point. Cost: an exponential and a logarithm for every point and density.
    public static func sum(
        _ densities: [(density: SphericalDensity, center: SIMD3<Double>)], points: [SIMD3<Double>], pool: WorkerPool
    ) -> [Double] {
        let size = SphericalDensityRows.size
        guard !points.isEmpty else { return [] }
        return [Double](unsafeUninitializedCapacity: points.count) { buffer, initialized in
            initialized = points.count
            guard let base = buffer.baseAddress else { return }
            let result = SharedPointer(base)
            let rows = (0..<pool.threads).map { _ in SphericalDensityRows() }
            let parts = densities.map { SphericalDensityTerms($0.density, center: $0.center) }
            pool.fill(base, count: points.count, pieces: (points.count + size - 1) / size) { index, worker in
                let first = index * size
                let count = min(size, points.count - first)
                let row = rows[worker]
                for k in 0..<size {
                    let p = points[first + min(k, count - 1)]
                    row.x[k] = p.x
                    row.y[k] = p.y
                    row.z[k] = p.z
                }
                row.total.update(repeating: 0, count: size)
                for part in parts {
                    row.evaluate(part, into: row.values)
                    row.addToTotal(row.values)
                }
                for k in 0..<count { result[first + k] = row.total[k] }
            }
        }
    }
}

/// A spherical density with its place, in the form that the kernel reads.
struct SphericalDensityTerms: Sendable {
    let x, y, z: Double
    let splines: [(factor: Double, spline: RadialSpline)]
    /// Heights, and minus the inverse widths.
    let shells: [(height: Double, rate: Double)]

    init(_ density: SphericalDensity, center: SIMD3<Double>) {
        (x, y, z) = (center.x, center.y, center.z)
        splines = density.splines.filter { $0.factor != 0 }
        shells = density.shells.filter { $0.population > 0 }.map { ($0.height, -1 / $0.width) }
    }
}

/// Scratch space of one worker: a block of points and values there.
final class SphericalDensityRows: @unchecked Sendable {
    /// Points that are worked on together.
    static let size = 256
    private static let vectors = size / 8

    private let storage = AlignedDoubles(count: 7 * size)
    let x, y, z, values, total: UnsafeMutablePointer<Double>
    private let squares, logarithms: UnsafeMutablePointer<Double>

    init() {
        x = storage.base
        y = x + Self.size
        z = y + Self.size
        values = z + Self.size
        total = values + Self.size
        squares = total + Self.size
        logarithms = squares + Self.size
    }

    /// Values at the block's points.
    ///
    /// - Parameter target: a row of `size`, 64-byte aligned.
    func evaluate(_ terms: SphericalDensityTerms, into target: UnsafeMutablePointer<Double>) {
        let (x, y, z) = (lanePointer(x), lanePointer(y), lanePointer(z))
        let (squares, logarithms) = (lanePointer(squares), lanePointer(logarithms))
        let values = lanePointer(target)
        for v in 0..<Self.vectors {
            let (dx, dy, dz) = (x[v] - terms.x, y[v] - terms.y, z[v] - terms.z)
            squares[v] = fused(dx, dx, fused(dy, dy, dz * dz))
            values[v] = Lanes(repeating: 0)
        }
        if !terms.splines.isEmpty {
            for v in 0..<Self.vectors { logarithms[v] = RadialSpline.logarithms(ofSquares: squares[v]) }
            for (factor, spline) in terms.splines { spline.add(factor, logarithms, to: values, vectors: Self.vectors) }
        }
        if !terms.shells.isEmpty {
            for v in 0..<Self.vectors { squares[v] = esp_sqrt8(squares[v]) }
            for (height, rate) in terms.shells {
                for v in 0..<Self.vectors {
                    values[v] = fused(exponential(squares[v] * rate), Lanes(repeating: height), values[v])
                }
            }
        }
    }

    func addToTotal(_ row: UnsafeMutablePointer<Double>) {
        let (total, values) = (lanePointer(total), lanePointer(row))
        for v in 0..<Self.vectors { total[v] += values[v] }
    }
}

extension RadialSpline {
    /// Adds the function times a number to a row of values.
    @inline(never)
    fileprivate func add(
        _ factor: Double, _ logarithms: UnsafeMutablePointer<Lanes>, to values: UnsafeMutablePointer<Lanes>, vectors: Int
    ) {
        let weight = Lanes(repeating: factor)
        for v in 0..<vectors { values[v] = fused(weight, self.values(atLogarithms: logarithms[v]), values[v]) }
    }
}
