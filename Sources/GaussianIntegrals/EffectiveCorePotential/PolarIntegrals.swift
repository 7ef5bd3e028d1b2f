import Foundation
import GaussianBasis
import LinearAlgebra
import VectorFunctions

/// Integrals over the polar angle, at fixed r, of a contracted function at distance d on the third axis,
/// S_l'm(r - d) |r - d|^(l-l') sum_k c_k exp(-a_k |r - d|^2), times the harmonic Y_lm about the origin.
///
/// With the cosine t of the angle, |r - d|^2 = (r - d)^2 + 2 r d (1 - t). The integrand is therefore exp(-2 a r d (1 - t)) times
/// a polynomial in 1 - t. Its terms are computed without subtraction of nearly equal numbers, for any exponent and distance.
/// Gauss-Legendre quadrature over the range where the exponential is significant has a relative error of about 1e-15.
struct PolarIntegrals: Sendable {
    /// Angular momentum l of the contraction; l' is l, l - 2, ...
    let shellMomentum: Int
    /// Maximum angular momentum about the origin.
    let highest: Int
    private let orders: Int

    /// Upper limit of integration for 2 a r d (1 - t).
    private static let reach = 50.0

    init(shellMomentum: Int, highest: Int) {
        self.shellMomentum = shellMomentum
        self.highest = highest
        orders = min(shellMomentum, highest) + 1
    }

    var count: Int { (shellMomentum / 2 + 1) * orders * (highest + 1) }

    /// Row of the integrals with l' = `inner` and l = `outer`.
    @inline(__always)
    func place(_ inner: Int, _ m: Int, _ outer: Int) -> Int {
        (inner / 2 * orders + m) * (highest + 1) + outer
    }

    /// Adds all integrals at the radii of `window` to `result`, one row per integral.
    func evaluate(
        _ bounded: BoundedShell, _ contraction: Contraction, _ distance: Double, _ radii: [Double],
        _ importance: [Double], _ window: Range<Int>, _ negligible: Double, _ context: ProjectionContext,
        into result: UnsafeMutablePointer<Double>
    ) {
        let sums = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: count + shellMomentum + 1)
        defer { sums.deallocate() }
        let size = BoundedShell.bounding
        for i in window {
            let r = radii[i]
            let gap = r - distance
            sums.initialize(repeating: SIMD8(), count: count)
            var found = false
            for (k, a) in bounded.shell.exponents.enumerated() {
                let coefficient = contraction.coefficients[k]
                guard
                    coefficient != 0,
                    bounded.amplitudes[k] * exp(-size * a * gap * gap) * importance[i] * 3.6 > 0.01 * negligible
                else { continue }
                found = true
                addPrimitive(a, coefficient * exp(-a * gap * gap), r, distance, context, sums)
            }
            guard found else { continue }
            for n in 0..<count { result[n * window.count + i - window.lowerBound] = sums[n].sum() }
        }
    }

    /// - Parameter sums: `count` accumulators, and space for shellMomentum + 1 values.
    private func addPrimitive(
        _ a: Double, _ prefactor: Double, _ r: Double, _ distance: Double, _ context: ProjectionContext,
        _ sums: UnsafeMutablePointer<SIMD8<Double>>
    ) {
        let steepness = 2 * a * r * distance
        let range = min(2, Self.reach / steepness)
        let rule = steepness * range < 12 ? context.coarse : steepness * range < 40 ? context.medium : context.fine
        let gap = r - distance
        let inner = sums + count
        let stride = context.polar.highest + 1
        context.polar.start.withUnsafeBufferPointer { start in
            context.polar.raise.withUnsafeBufferPointer { raise in
                context.polar.lower.withUnsafeBufferPointer { lower in
                    rule.nodes.withUnsafeBytes { nodes in
                        rule.weights.withUnsafeBytes { weights in
                            for q in 0..<(rule.nodes.count / 8) {
                                let node = nodes.loadUnaligned(fromByteOffset: 64 * q, as: SIMD8<Double>.self)
                                let weight = weights.loadUnaligned(fromByteOffset: 64 * q, as: SIMD8<Double>.self)
                                let tau = (node + 1) * (0.5 * range)
                                let cosine = 1 - tau
                                let z = gap - r * tau
                                let squared = gap * gap + (2 * r * distance) * tau
                                let sineStep = r * tau * (2 - tau)
                                var common = weight * exponential(tau * -steepness) * (0.5 * range * prefactor)
                                for m in 0..<orders {
                                    // Polar parts about the centre of the shell.
                                    var below = SIMD8<Double>()
                                    var value = common * start[m]
                                    inner[m] = value
                                    for l in Swift.stride(from: m + 1, through: shellMomentum, by: 1) {
                                        let next = z * value * raise[l * stride + m] - squared * below * lower[l * stride + m]
                                        below = value
                                        value = next
                                        inner[l] = value
                                    }
                                    var power = SIMD8<Double>(repeating: 1)
                                    for l in Swift.stride(from: shellMomentum - 2, through: m, by: -2) {
                                        power *= squared
                                        inner[l] *= power
                                    }
                                    // Polar parts about the origin.
                                    below = SIMD8()
                                    value = SIMD8(repeating: start[m])
                                    for outer in m...highest {
                                        if outer > m {
                                            let next =
                                                cosine * value * raise[outer * stride + m] - below * lower[outer * stride + m]
                                            below = value
                                            value = next
                                        }
                                        for l in Swift.stride(from: shellMomentum, through: m, by: -2) {
                                            let n = place(l, m, outer)
                                            sums[n] = sums[n].addingProduct(inner[l], value)
                                        }
                                    }
                                    common *= sineStep
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
