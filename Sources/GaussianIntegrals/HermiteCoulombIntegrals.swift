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
    /// Operators other than 1/r have kernels of their own, which evaluate the Boys function twice.
    let interaction: RepulsionOperator
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

    /// Vectors of scratch that `general` needs: those of the recursion, three for a displacement, and one set of Boys functions.
    static func scratchCount(degree: Int) -> Int { HermiteCoulombRecursion.all[degree].scratchCount + 3 + degree + 1 }

    /// Any degree, by tables, with `scratchCount` vectors of scratch.
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
                // erf(omega r) / r takes the exponent and the root in the prefactor down by one ratio.
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
