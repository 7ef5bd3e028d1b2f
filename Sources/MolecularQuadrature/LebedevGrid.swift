import Foundation

/// A quadrature on the unit sphere with octahedral symmetry.
///
/// V. I. Lebedev, Zh. Vychisl. Mat. Mat. Fiz. 15, 48 (1975), doi 10.1016/0041-5553(75)90133-0, and 16, 293 (1976),
/// doi 10.1016/0041-5553(76)90100-2; V. I. Lebedev and A. L. Skorokhodov, Russ. Acad. Sci. Dokl. Math. 45, 587 (1992);
/// V. I. Lebedev and D. N. Laikov, Dokl. Math. 59, 477 (1999).
public struct LebedevGrid: Sendable {
    /// Highest degree of spherical harmonics whose integral is exact.
    public let degree: Int
    /// Unit vectors.
    public let points: [SIMD3<Double>]
    /// They sum to one; those of the grids of 74, 230 and 266 points are not all positive.
    public let weights: [Double]

    public var count: Int { points.count }

    /// The numbers of points for which a grid exists, ascending: 6, 14, 26, ..., 5810.
    public static let counts: [Int] = LebedevGenerators.all.map(\.count)

    /// Nil when there is no grid of that many points.
    public init?(count: Int) {
        guard let generators = LebedevGenerators.all.first(where: { $0.count == count }) else { return nil }
        var points: [SIMD3<Double>] = []
        var weights: [Double] = []
        func addOrbit(_ a: Double, _ b: Double, _ c: Double, weight: Double) {
            for p in Self.distinctPermutations(a, b, c) {
                for signs in 0..<8 {
                    // A zero has one sign only.
                    if (p.x == 0 && signs & 1 != 0) || (p.y == 0 && signs & 2 != 0) || (p.z == 0 && signs & 4 != 0) {
                        continue
                    }
                    points.append(
                        SIMD3(signs & 1 == 0 ? p.x : -p.x, signs & 2 == 0 ? p.y : -p.y, signs & 4 == 0 ? p.z : -p.z))
                    weights.append(weight)
                }
            }
        }
        if let weight = generators.axes { addOrbit(1, 0, 0, weight: weight) }
        if let weight = generators.edges { addOrbit(0.5.squareRoot(), 0.5.squareRoot(), 0, weight: weight) }
        if let weight = generators.corners {
            let s = (1.0 / 3).squareRoot()
            addOrbit(s, s, s, weight: weight)
        }
        for k in stride(from: 0, to: generators.equalPairs.count, by: 2) {
            let a = generators.equalPairs[k + 1]
            addOrbit(a, a, (1 - 2 * a * a).squareRoot(), weight: generators.equalPairs[k])
        }
        for k in stride(from: 0, to: generators.planes.count, by: 2) {
            let a = generators.planes[k + 1]
            addOrbit(a, (1 - a * a).squareRoot(), 0, weight: generators.planes[k])
        }
        for k in stride(from: 0, to: generators.general.count, by: 3) {
            let (a, b) = (generators.general[k + 1], generators.general[k + 2])
            addOrbit(a, b, (1 - a * a - b * b).squareRoot(), weight: generators.general[k])
        }
        self.points = points
        self.weights = weights
        degree = generators.degree
    }

    private static func distinctPermutations(_ a: Double, _ b: Double, _ c: Double) -> [SIMD3<Double>] {
        var result: [SIMD3<Double>] = []
        for p in [
            SIMD3(a, b, c), SIMD3(a, c, b), SIMD3(b, a, c), SIMD3(b, c, a), SIMD3(c, a, b), SIMD3(c, b, a),
        ] where !result.contains(p) {
            result.append(p)
        }
        return result
    }
}
