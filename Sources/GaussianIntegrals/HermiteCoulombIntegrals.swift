import CVectorShims
import Foundation

/// Hermite Coulomb integrals R_tuv of bra primitives with a vector of eight ket primitives, scaled by 2 pi^(5/2) / sqrt(p + q).
/// The arguments of one kernel call.
///
/// R_tuv is stored at index (t e + u) e + v of a cube with edge e, one cube per bra primitive, so that the index of R_(g+h) is
/// the sum of the indices of the two Hermite Gaussians. Degrees up to `highestDegree` have generated kernels and use the edge
/// `cubeEdge`. Other degrees use `HermiteCoulombRecursion` and the edge degree + 1. McMurchie and Davidson, J. Comput. Phys. 26,
/// 218 (1978), doi 10.1016/0021-9991(78)90092-X.
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
    /// Operators other than 1/r have separate kernels, which evaluate the Boys function twice.
    let interaction: RepulsionOperator
    let cubes: UnsafeMutablePointer<Lanes>
    /// Distance in vectors between the cubes of consecutive primitives.
    let cubeStride: Int

    /// 2 pi^(5/2). A literal, because a computed constant requires a call of its accessor.
    static var prefactor: Double { 34.986_836_655_249_725 }

    /// Edge of the cubes for a given degree.
    @inline(__always)
    static func edge(degree: Int) -> Int { degree <= highestDegree ? cubeEdge : degree + 1 }

    /// Distance in vectors between cubes: up to the last index used, with padding so that cubes map to different cache sets.
    @inline(__always)
    static func stride(degree: Int) -> Int {
        let edge = edge(degree: degree)
        return degree * edge * edge + 5
    }

    /// Number of scratch vectors that `general` requires: those of the recursion, three for a displacement, and one set of Boys
    /// functions.
    static func scratchCount(degree: Int) -> Int { HermiteCoulombRecursion.all[degree].scratchCount + 3 + degree + 1 }

    /// Table-driven kernel for any degree, with `scratchCount` vectors of scratch memory.
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
            let squared = esp_fma8(x, x, esp_fma8(y, y, z * z))
            let factor = esp_sqrt8(reciprocal) * Lanes(repeating: Self.prefactor)
            if interaction.isCoulomb {
                auxiliaries(degree, exponent: alpha, squared: squared, factor: factor, into: scratch)
            } else {
                // For erf(omega r) / r, the exponent and the root in the prefactor are reduced by the same ratio.
                let square = Lanes(repeating: interaction.omega * interaction.omega)
                let ratio = square / (alpha + square)
                let far = displacement + 3
                auxiliaries(
                    degree, exponent: alpha, squared: squared, factor: factor * Lanes(repeating: interaction.shortRange),
                    into: scratch)
                auxiliaries(
                    degree, exponent: alpha * ratio, squared: squared,
                    factor: factor * esp_sqrt8(ratio) * Lanes(repeating: interaction.excess), into: far)
                for m in 0...degree { scratch[m] += far[m] }
            }
            recursion.evaluate(scratch, displacement: displacement)
            let target = cubes + i * cubeStride
            for h in 0..<HermiteIndex.count(upTo: degree) { target[Int(places[h])] = scratch[Int(recursion.places[h])] }
        }
    }

    /// (-2 a)^m F_m(a r^2), scaled.
    @inline(__always)
    private func auxiliaries(
        _ degree: Int, exponent: Lanes, squared: Lanes, factor: Lanes, into result: UnsafeMutablePointer<Lanes>
    ) {
        boys.evaluate(exponent * squared, into: result)
        var factor = factor
        let step = exponent * Lanes(repeating: -2)
        for m in 0...degree {
            result[m] *= factor
            factor *= step
        }
    }
}

/// Indices of Hermite Gaussians in cubes: (t e + u) e + v for edge e.
struct HermiteCubePlaces: @unchecked Sendable {
    private let values: UnsafePointer<Int32>

    private init(edge: Int) {
        let powers = HermiteIndex.powers(upTo: BoysFunction.highestOrder)
        let result = UnsafeMutablePointer<Int32>.allocate(capacity: powers.count)
        for (h, p) in powers.enumerated() { result[h] = Int32((p.t * edge + p.u) * edge + p.v) }
        values = UnsafePointer(result)
    }

    private static let all = (0...(BoysFunction.highestOrder + 1)).map { HermiteCubePlaces(edge: $0) }

    /// In `HermiteIndex` order. Never freed.
    static func places(edge: Int) -> UnsafePointer<Int32> { all[edge].values }
}
