import Foundation
import GaussianBasis

/// One term c r^(n-2) exp(-z r^2) of the local part of a potential, integrated with a Gaussian exp(-p |r - P|^2).
///
/// R is the distance of P from the centre of the potential, and G(R^2) the integral of the product over space. Integrals over
/// Hermite Gaussians are constructed from the derivatives (2 d/d(R^2))^m G, m = 0, 1, ....
///
/// With q = p + z, a = p z / q and b = p^2 / q:
/// - n = 2, 4, ...: G = pi^(3/2) q^(-n/2-1/2) P(b R^2) exp(-a R^2) with a polynomial P,
/// - n = 1, 3, ...: the same with an integral over u in [0, 1] of exponentials with a + b u^2 (Boys functions),
/// - n = 0: G = 2 pi^(3/2) q^(-1/2) times the integral of exp(-(a + b (1 - u^2)) R^2) (Dawson's integral).
/// For n <= 2, every derivative is a sum of terms of one sign, without cancellation.
struct RadialTermKernel: Sendable {
    let power: Int
    let exponent: Double
    let coefficient: Double
    /// Coefficients of (b R^2 w)^i for powers n >= 3, from derivatives with respect to z; [1] for lower powers.
    private let polynomial: [Double]
    private let raises: Int

    init(_ term: EffectiveCorePotential.Term) {
        power = term.power
        exponent = term.exponent
        coefficient = term.coefficient
        raises = power < 3 ? 0 : (power - 1) / 2
        var polynomial = [1.0]
        var start = power % 2 == 0 ? 1.5 : 1.0
        for _ in 0..<raises {
            var next = [Double](repeating: 0, count: polynomial.count + 1)
            for (i, c) in polynomial.enumerated() {
                next[i] += (start + Double(i)) * c
                next[i + 1] += c
            }
            polynomial = next
            start += 1
        }
        self.polynomial = polynomial
    }

    /// An upper bound of |c| G for the Gaussian exp(-p |r - P|^2) at squared distance `squared`.
    func bound(p: Double, squared: Double) -> Double {
        var exponent = exponent
        var size = abs(coefficient)
        if power > 2 {
            // The maximum of r^(n-2) exp(-z r^2 / 10) is finite; the remaining factor is a simple Gaussian.
            let half = 0.5 * Double(power - 2)
            size *= pow(half / (M_E * 0.1 * exponent), half)
            exponent *= 0.9
        }
        let q = p + exponent
        let exponential = exp(-p * exponent / q * squared)
        switch power {
        case 0: return size * 2 * Double.pi * Double.pi.squareRoot() / q.squareRoot() * exponential
        case 1: return size * 2 * Double.pi / q * exponential
        default: return size * Double.pi / q * (Double.pi / q).squareRoot() * exponential
        }
    }

    /// Adds `factor` c (2 d/d(R^2))^m G, m = 0...highest, to `tower`.
    ///
    /// - Parameter scratch: space for 2 * (ExponentialMoments.highestOrder + 1) values.
    func addTower(
        p: Double, squared: Double, factor: Double, highest: Int, to tower: UnsafeMutablePointer<Double>,
        scratch: UnsafeMutablePointer<Double>
    ) {
        let q = p + exponent
        let a = p * exponent / q
        let b = p * p / q
        let exponential = factor * coefficient * exp(-a * squared)
        if power == 2 {
            var value = exponential * Double.pi / q * (Double.pi / q).squareRoot()
            for m in 0...highest {
                tower[m] += value
                value *= -2 * a
            }
            return
        }
        if power < 2 {
            let moments = power == 1 ? ExponentialMoments.even : ExponentialMoments.complementary
            moments.evaluate(b * squared, highest: highest, into: scratch)
            let prefactor =
                power == 1 ? 2 * Double.pi / q : 2 * Double.pi * Double.pi.squareRoot() / q.squareRoot()
            // Binomial sums: after m passes, element 0 contains the integral of (a + b w)^m.
            var value = exponential * prefactor
            for m in 0...highest {
                tower[m] += value * scratch[0]
                for k in 0..<(highest - m) { scratch[k] = a * scratch[k] + b * scratch[k + 1] }
                value *= -2
            }
            return
        }
        addRaisedTower(a, b, q, squared, exponential, highest, tower, scratch)
    }

    /// Powers n >= 3: terms (b w R^2)^i of the polynomial, differentiated by the Leibniz rule.
    private func addRaisedTower(
        _ a: Double, _ b: Double, _ q: Double, _ squared: Double, _ exponential: Double, _ highest: Int,
        _ tower: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Double>
    ) {
        let isEven = power % 2 == 0
        let prefactor =
            exponential * (isEven ? Double.pi * Double.pi.squareRoot() / q.squareRoot() : 2 * Double.pi)
            * pow(q, Double(-1 - raises))
        if !isEven {
            ExponentialMoments.even.evaluate(b * squared, highest: highest + raises, into: scratch)
        }
        let work = scratch + ExponentialMoments.highestOrder + 1
        for i in 0...raises {
            // work[k] becomes the integral of w^i s^k exp(-b u^2 R^2), w = 1 - u^2 and s = a + b u^2 (s = a, w = 1 if even).
            if isEven {
                work[0] = 1
                for k in stride(from: 1, through: highest, by: 1) { work[k] = work[k - 1] * a }
            } else {
                for k in 0...highest {
                    var sum = 0.0
                    for e in 0...i { sum += (e % 2 == 0 ? 1 : -1) * Self.binomial(i, e) * scratch[k + e] }
                    work[k] = sum
                }
                for first in stride(from: 1, through: highest, by: 1) {
                    for k in stride(from: highest, through: first, by: -1) { work[k] = a * work[k - 1] + b * work[k] }
                }
            }
            let scale = prefactor * polynomial[i] * pow(b, Double(i))
            for m in 0...highest {
                var sum = 0.0
                var falling = 1.0
                for h in 0...min(i, m) {
                    let sign = (m - h) % 2 == 0 ? 1.0 : -1.0
                    sum += sign * Self.binomial(m, h) * falling * pow(squared, Double(i - h)) * work[m - h]
                    falling *= Double(i - h)
                }
                tower[m] += scale * pow(2, Double(m)) * sum
            }
        }
    }

    private static func binomial(_ n: Int, _ k: Int) -> Double {
        var value = 1.0
        for j in 0..<k { value *= Double(n - j) / Double(j + 1) }
        return value
    }
}
