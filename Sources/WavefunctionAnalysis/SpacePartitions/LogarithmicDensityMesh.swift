import Foundation
import MolecularStructure
import ParallelExecution

/// The logarithm of a density on an even mesh, with cubic B-splines between: twice continuously differentiable, and far cheaper
/// than the density itself where its gradient is wanted many times.
///
/// The logarithm, because it falls about evenly from the nuclei outwards and its gradient points where the density's does. What
/// free atoms have near their nuclei and a mesh has not, the cusp and the inner shells, is taken off before and put back after
/// (`AtomicCusp`).
/// M. Unser, A. Aldroubi and M. Eden, IEEE Trans. Signal Process. 41, 821 (1993), doi 10.1109/78.193220.
struct LogarithmicDensityMesh: Sendable {
    let origin: SIMD3<Double>
    /// In bohr.
    let spacing: Double
    let counts: SIMD3<Int>
    /// Of the splines, x slowest.
    private var coefficients: [Double]
    /// Of each atom.
    private let cusps: [AtomicCusp?]
    private let positions: [SIMD3<Double>]
    private let margin: Double
    /// Densities below this, in electrons per bohr^3, count as this.
    static let least = 1e-9
    /// Logarithm far outside a mesh that is continued by another.
    private static let filling = -7.0

    /// How many spacings a mesh goes on beyond its margin where another one tells the density there.
    private static let overlap = 8.0

    /// About what a mesh needs at a time, in bytes, with the density's evaluation.
    static func memory(molecule: Molecule, spacing: Double, margin: Double) -> Int {
        let counts = extent(molecule, spacing: spacing, margin: margin).counts
        return 80 * counts.x * counts.y * counts.z
    }

    private static func extent(
        _ molecule: Molecule, spacing: Double, margin: Double
    ) -> (origin: SIMD3<Double>, counts: SIMD3<Int>) {
        var low = SIMD3(repeating: Double.infinity)
        var high = -low
        for atom in molecule.atoms {
            low = pointwiseMin(low, atom.position)
            high = pointwiseMax(high, atom.position)
        }
        let steps = ((high - low + 2 * margin) / spacing).rounded(.up)
        return (low - margin, SIMD3(Int(steps.x) + 1, Int(steps.y) + 1, Int(steps.z) + 1))
    }

    /// - Parameters:
    ///   - margin: how far from the nuclei the density is evaluated, in bohr.
    ///   - outer: a mesh that reaches farther, from which this one is continued beyond its margin.
    ///   - freeAtoms: densities of the atoms alone; nil where there are no electrons.
    ///   - density: values at points, in electrons per bohr^3.
    init(
        molecule: Molecule, spacing: Double, margin: Double, freeAtoms: [RadialDensity?],
        outer: LogarithmicDensityMesh? = nil, pool: WorkerPool, density: ([SIMD3<Double>]) -> [Double]
    ) {
        let (origin, counts) = Self.extent(
            molecule, spacing: spacing, margin: outer == nil ? margin : margin + Self.overlap * spacing)
        self.origin = origin
        self.spacing = spacing
        self.counts = counts
        let total = counts.x * counts.y * counts.z
        let positions = molecule.atoms.map(\.position)
        let cusps = freeAtoms.map { $0.map { AtomicCusp($0) } }
        self.positions = positions
        self.cusps = cusps
        self.margin = margin
        @Sendable func point(_ index: Int) -> SIMD3<Double> {
            let cell = SIMD3(index / (counts.z * counts.y), index / counts.z % counts.y, index % counts.z)
            return origin + spacing * SIMD3(Double(cell.x), Double(cell.y), Double(cell.z))
        }
        // Distance from the nearest nucleus, less the margin.
        let beyond = pool.map(total, inChunksOf: 4096) { index -> Double in
            let place = point(index)
            return positions.reduce(Double.infinity) { min($0, distance(place, $1)) } - margin
        }
        let wanted = (0..<total).filter { beyond[$0] <= 0 }
        let values = density(wanted.map { point($0) })
        // Where nothing else is known it only has to go on falling.
        var logarithms = pool.map(total, inChunksOf: 4096) { index -> Double in
            guard let outer else { return log(Self.least) - 2 * max(0, beyond[index]) }
            let isNear = beyond[index] > 0 && beyond[index] < Self.overlap * spacing
            return (isNear ? outer.valueAndGradient(at: point(index))?.value : nil) ?? Self.filling
        }
        for (index, value) in zip(wanted, values) { logarithms[index] = log(max(value, Self.least)) }
        let core = pool.map(total, inChunksOf: 4096) { index -> Double in
            guard beyond[index] < AtomicCusp.radius - margin else { return 0 }
            let place = point(index)
            return cusps.indices.reduce(0) { $0 + (cusps[$1]?.value(at: distance(place, positions[$1])) ?? 0) }
        }
        coefficients = zip(logarithms, core).map { $0 - $1 }
        filter()
    }

    /// From values to the coefficients of the splines that pass through them, along each axis in turn.
    private mutating func filter() {
        let n = [counts.x, counts.y, counts.z]
        let strides = [counts.y * counts.z, counts.z, 1]
        let pole = 3.0.squareRoot() - 2
        for axis in 0..<3 {
            let (count, stride) = (n[axis], strides[axis])
            let (other, second) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            coefficients.withUnsafeMutableBufferPointer { c in
                for a in 0..<n[other] {
                    for b in 0..<n[second] {
                        let start = a * strides[other] + b * strides[second]
                        // Mirrored at the ends.
                        var sum = 0.0
                        var power = 1.0
                        for k in 0..<min(count, 30) {
                            sum += power * c[start + k * stride]
                            power *= pole
                        }
                        c[start] = sum
                        for k in 1..<count { c[start + k * stride] += pole * c[start + (k - 1) * stride] }
                        let last = start + (count - 1) * stride
                        c[last] = pole / (pole * pole - 1) * (c[last] + pole * c[last - stride])
                        for k in Swift.stride(from: count - 2, through: 0, by: -1) {
                            c[start + k * stride] = pole * (c[start + (k + 1) * stride] - c[start + k * stride])
                        }
                        for k in 0..<count { c[start + k * stride] *= 6 }
                    }
                }
            }
        }
    }

    /// Whether a place is far enough from where the density is no longer known.
    func contains(_ point: SIMD3<Double>) -> Bool {
        let reach = margin - 5 * spacing
        return positions.contains { position in
            let offset = point - position
            return (offset * offset).sum() < reach * reach
        }
    }

    /// Value and gradient of the density's logarithm; nil outside the mesh and in its outermost cells.
    func valueAndGradient(at point: SIMD3<Double>) -> (value: Double, gradient: SIMD3<Double>)? {
        let place = (point - origin) / spacing
        let lower = place.rounded(.down)
        guard lower.min() >= 1, lower.x < Double(counts.x - 2), lower.y < Double(counts.y - 2), lower.z < Double(counts.z - 2)
        else { return nil }
        let t = place - lower
        let (wx, dx) = Self.weights(t.x)
        let (wy, dy) = Self.weights(t.y)
        let (wz, dz) = Self.weights(t.z)
        let first = ((Int(lower.x) - 1) * counts.y + Int(lower.y) - 1) * counts.z + Int(lower.z) - 1
        var value = 0.0
        var gradient = SIMD3<Double>()
        coefficients.withUnsafeBufferPointer { c in
            for i in 0..<4 {
                var (plain, alongY, alongZ) = (0.0, 0.0, 0.0)
                for j in 0..<4 {
                    let row = first + (i * counts.y + j) * counts.z
                    let four = SIMD4(c[row], c[row + 1], c[row + 2], c[row + 3])
                    let sum = (four * wz).sum()
                    plain += wy[j] * sum
                    alongY += dy[j] * sum
                    alongZ += wy[j] * (four * dz).sum()
                }
                value += wx[i] * plain
                gradient += SIMD3(dx[i] * plain, wx[i] * alongY, wx[i] * alongZ)
            }
        }
        gradient /= spacing
        for atom in positions.indices {
            let offset = point - positions[atom]
            let square = (offset * offset).sum()
            guard square < AtomicCusp.radius * AtomicCusp.radius, let cusp = cusps[atom] else { continue }
            let length = max(square.squareRoot(), 1e-9)
            value += cusp.value(at: length)
            gradient += cusp.slope(at: length) / length * offset
        }
        return (value, gradient)
    }

    /// The four splines that reach a place between two mesh points, and their derivatives.
    private static func weights(_ t: Double) -> (SIMD4<Double>, SIMD4<Double>) {
        let s = 1 - t
        let sixth = 1.0 / 6
        let values = SIMD4(
            s * s * s * sixth, (4 - 6 * t * t + 3 * t * t * t) * sixth, (4 - 6 * s * s + 3 * s * s * s) * sixth,
            t * t * t * sixth)
        return (values, SIMD4(-0.5 * s * s, -2 * t + 1.5 * t * t, 2 * s - 1.5 * s * s, 0.5 * t * t))
    }
}

/// The logarithm of a free atom's density less an even polynomial that joins it at a radius with the same value, slope and
/// curvature; nothing beyond. On an even table, linear between.
struct AtomicCusp: Sendable {
    /// In bohr.
    static let radius = 1.2
    private static let step = 0.002
    /// At multiples of the step, from zero to one step beyond the radius.
    private let values: [Double]

    init(_ density: RadialDensity) {
        func logarithm(_ r: Double) -> Double { log(max(density.value(atLogarithm: log(max(r, 1e-6))), 1e-300)) }
        let (r, h) = (Self.radius, 0.01)
        let (below, at, above) = (logarithm(r - h), logarithm(r), logarithm(r + h))
        let slope = (above - below) / (2 * h)
        let curvature = (above - 2 * at + below) / (h * h)
        // a + b r^2 + c r^4: slope 2 b r + 4 c r^3, curvature 2 b + 12 c r^2.
        let c = (curvature - slope / r) / (8 * r * r)
        let b = (slope / r - 4 * c * r * r) / 2
        let a = at - b * r * r - c * r * r * r * r
        let count = Int((r / Self.step).rounded()) + 2
        values = (0..<count).map { k -> Double in
            let x = Double(k) * Self.step
            return x < r ? logarithm(x) - (a + x * x * (b + c * x * x)) : 0
        }
    }

    func value(at r: Double) -> Double {
        guard r < Self.radius else { return 0 }
        let k = Int(r / Self.step)
        let t = r / Self.step - Double(k)
        return values[k] + t * (values[k + 1] - values[k])
    }

    /// Derivative, over two steps of the table.
    func slope(at r: Double) -> Double {
        guard r < Self.radius else { return 0 }
        return (value(at: r + Self.step) - value(at: abs(r - Self.step))) / (2 * Self.step)
    }
}
