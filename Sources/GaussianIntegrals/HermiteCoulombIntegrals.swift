import CVectorShims
import Foundation

/// Hermite Coulomb integrals R_tuv of bra primitives with a vector of eight ket primitives, scaled with
/// 2 pi^(5/2) / sqrt(p + q): the work for one call of a kernel.
///
/// R_tuv goes to place (t e + u) e + v of a cube of edge e, one cube a bra primitive, so that R_(g+h) of two Hermite
/// Gaussians stands at the sum of their places. Degrees up to `highestDegree` have generated kernels and
/// edge `cubeEdge`; others go through `HermiteCoulombRecursion`, edge degree + 1.
/// McMurchie and Davidson, J. Comput. Phys. 26, 218 (1978), doi 10.1016/0021-9991(78)90092-X.
struct HermiteCoulombIntegrals {
    /// Exponent, x, y and z of eight ket primitives.
    let ket: UnsafePointer<Lanes>
    /// Exponents and centres of the bra primitives.
    let exponent: UnsafePointer<Double>
    let centerX: UnsafePointer<Double>
    let centerY: UnsafePointer<Double>
    let centerZ: UnsafePointer<Double>
    let primitiveCount: Int
    let boys: BoysFunction
    let cubes: UnsafeMutablePointer<Lanes>
    /// Vectors from one primitive's cube to the next.
    let cubeStride: Int

    /// 2 pi^(5/2): a literal, since a computed constant costs a call of its accessor.
    static var prefactor: Double { 34.986_836_655_249_725 }

    /// Edge of the cubes for a degree.
    @inline(__always)
    static func edge(degree: Int) -> Int { degree <= highestDegree ? cubeEdge : degree + 1 }

    /// Vectors from cube to cube: up to the last place that is used, and a little more so that cubes fall in different
    /// sets of the cache.
    @inline(__always)
    static func stride(degree: Int) -> Int {
        let edge = edge(degree: degree)
        return degree * edge * edge + 5
    }

    /// Any degree, by tables; `scratch` as `HermiteCoulombRecursion` needs it, and three vectors more.
    func general(degree: Int, scratch: UnsafeMutablePointer<Lanes>) {
        let recursion = HermiteCoulombRecursion.all[degree]
        let places = HermiteCubePlaces.places(edge: Self.edge(degree: degree))
        let displacement = scratch + recursion.scratchCount
        for i in 0..<primitiveCount {
            let p = Lanes(repeating: exponent[i])
            let x = Lanes(repeating: centerX[i]) - ket[1]
            let y = Lanes(repeating: centerY[i]) - ket[2]
            let z = Lanes(repeating: centerZ[i]) - ket[3]
            displacement[0] = x
            displacement[1] = y
            displacement[2] = z
            let sum = p + ket[0]
            let reciprocal = Lanes(repeating: 1) / sum
            let alpha = p * ket[0] * reciprocal
            boys.evaluate(alpha * esp_fma8(x, x, esp_fma8(y, y, z * z)), into: scratch)
            var factor = esp_sqrt8(reciprocal) * Lanes(repeating: Self.prefactor)
            let minusTwoAlpha = alpha * Lanes(repeating: -2)
            for m in 0...degree {
                scratch[m] *= factor
                factor *= minusTwoAlpha
            }
            recursion.evaluate(scratch, displacement: displacement)
            let target = cubes + i * cubeStride
            for h in 0..<HermiteIndex.count(upTo: degree) { target[Int(places[h])] = scratch[Int(recursion.places[h])] }
        }
    }
}

/// Places of Hermite Gaussians in cubes: (t e + u) e + v for edge e.
struct HermiteCubePlaces: @unchecked Sendable {
    private let values: UnsafePointer<Int32>

    private init(edge: Int) {
        let powers = HermiteIndex.powers(upTo: BoysFunction.highestOrder)
        let result = UnsafeMutablePointer<Int32>.allocate(capacity: powers.count)
        for (h, p) in powers.enumerated() { result[h] = Int32((p.t * edge + p.u) * edge + p.v) }
        values = UnsafePointer(result)
    }

    private static let all = (0...(BoysFunction.highestOrder + 1)).map { HermiteCubePlaces(edge: $0) }

    /// In the order of `HermiteIndex`; lives as long as the process.
    static func places(edge: Int) -> UnsafePointer<Int32> { all[edge].values }
}
