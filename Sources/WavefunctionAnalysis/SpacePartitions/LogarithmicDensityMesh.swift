import Foundation
import MolecularStructure
import ParallelExecution

/// The logarithm of a density on a uniform mesh of cubic splines: far cheaper than the density itself if its gradient is needed many times.
///
/// The logarithm decreases nearly uniformly from the nuclei outwards, and its gradient has the direction of the density's. The features of
/// free atoms near their nuclei that a mesh cannot represent, the cusp and the inner shells, are subtracted before and added afterwards
/// (`AtomicCusp`).
struct LogarithmicDensityMesh: Sendable {
    private let spline: CubicSplineMesh
    /// Of each atom.
    private let cusps: [AtomicCusp?]
    private let positions: [SIMD3<Double>]
    /// By how many spacings it extends beyond.
    private static let overlap = 8.0
    /// Densities below this, in electrons per bohr^3, count as this.
    private static let least = 1e-12
    /// Logarithm farther out.
    private static let filling = -14.0

    /// About what a mesh needs at a time, in bytes.
    static func memory(molecule: Molecule, spacing: Double, reach: Double) -> Int {
        32 * EvenMesh(around: molecule.atoms.map(\.position), spacing: spacing, margin: reach + overlap * spacing).total
    }

    /// - Parameters:
    ///   - reach: how far from the nuclei the mesh may be used, in bohr.
    ///   - freeAtoms: densities of the atoms alone; nil where there are no electrons.
    ///   - exact: how far from the nuclei the density is evaluated, in bohr.
    ///   - density: values at points, in electrons per bohr^3.
    ///   - logarithm: of the density farther out, at a point and its distance from the nearest nucleus.
    init(
        molecule: Molecule, spacing: Double, reach: Double, exact: Double, freeAtoms: [RadialDensity?], pool: WorkerPool,
        density: ([SIMD3<Double>]) -> [Double], logarithm: @Sendable (_ point: SIMD3<Double>, _ distance: Double) -> Double
    ) {
        let positions = molecule.atoms.map(\.position)
        let cusps = freeAtoms.map { $0.map { AtomicCusp($0) } }
        let mesh = EvenMesh(around: positions, spacing: spacing, margin: reach + Self.overlap * spacing)
        let distances = mesh.distances(to: positions, within: reach + Self.overlap * spacing, pool: pool)
        var values = pool.sharedMap(mesh.total, inChunksOf: 4096) { index -> Double in
            guard distances[index] < .infinity else { return Self.filling }
            return distances[index] < exact ? 0 : logarithm(mesh.point(index), distances[index])
        }
        let inner = distances.indices.filter { distances[$0] < exact }
        for (index, value) in zip(inner, density(inner.map { mesh.point($0) })) { values[index] = log(max(value, Self.least)) }
        let nearest = distances.indices.filter { distances[$0] < AtomicCusp.radius }
        let shifts = pool.sharedMap(nearest.count, inChunksOf: 1024) { (k: Int) -> Double in
            let point = mesh.point(nearest[k])
            return cusps.indices.reduce(0) { $0 + (cusps[$1]?.value(at: distance(point, positions[$1])) ?? 0) }
        }
        for (index, shift) in zip(nearest, shifts) { values[index] -= shift }
        spline = CubicSplineMesh(mesh: mesh, values: values, pool: pool)
        self.cusps = cusps
        self.positions = positions
    }

    /// Value and gradient of the density's logarithm; nil outside the mesh and in its outermost cells.
    ///
    /// - Parameter near: atoms, among them all within `AtomicCusp.radius` of the point.
    @inline(__always)
    func valueAndGradient(
        at point: SIMD3<Double>, near: UnsafeBufferPointer<Int>
    ) -> (value: Double, gradient: SIMD3<Double>)? {
        guard var (value, gradient) = spline.valueAndGradient(at: point) else { return nil }
        for atom in near {
            let offset = point - positions[atom]
            let square = offset.x * offset.x + offset.y * offset.y + offset.z * offset.z
            guard square < AtomicCusp.radius * AtomicCusp.radius, let cusp = cusps[atom] else { continue }
            let length = max(square.squareRoot(), 1e-9)
            value += cusp.value(at: length)
            gradient += cusp.slope(at: length) / length * offset
        }
        return (value, gradient)
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
