import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Integrals over contracted Gaussians straight from the textbook: plain recursive functions, one primitive and one
/// monomial at a time, sharing no code with the library. Helgaker, Jorgensen and Olsen, Molecular Electronic-Structure
/// Theory (Wiley, 2000), chapter 9.
enum TextbookIntegrals {
    /// A primitive monomial Gaussian (x-A)^i (y-A)^j (z-A)^k exp(-a r^2).
    struct Primitive {
        let power: [Int]
        let exponent: Double
        let center: [Double]
        let coefficient: Double
    }

    /// Every basis function as a sum of primitives.
    static func functions(_ basis: AtomicOrbitalBasis) -> [[Primitive]] {
        basis.shells.flatMap { shell in
            shell.contractions.flatMap { contraction -> [[Primitive]] in
                let l = contraction.angularMomentum
                let matrix = AngularTransformation.matrix(l, shell.functionType)
                let powers = CartesianMonomials.powers(l)
                return (0..<matrix.rows).map { row in
                    powers.indices.filter { matrix[row, $0] != 0 }.flatMap { k in
                        zip(shell.exponents, contraction.coefficients).map { exponent, c in
                            Primitive(
                                power: [powers[k].x, powers[k].y, powers[k].z], exponent: exponent,
                                center: [shell.center.x, shell.center.y, shell.center.z],
                                coefficient: c * matrix[row, k])
                        }
                    }
                }
            }
        }
    }

    static func overlap(_ f: [Primitive], _ g: [Primitive]) -> Double {
        sum(f, g) { a, b in (0..<3).reduce(1.0) { $0 * overlap1D(a, b, $1, b.power[$1]) } }
    }

    static func kinetic(_ f: [Primitive], _ g: [Primitive]) -> Double {
        sum(f, g) { a, b in
            var total = 0.0
            for axis in 0..<3 {
                var product = kinetic1D(a, b, axis)
                for other in 0..<3 where other != axis { product *= overlap1D(a, b, other, b.power[other]) }
                total += product
            }
            return total
        }
    }

    /// <f| (r - origin)^power |g> with one power an axis.
    static func moment(_ f: [Primitive], _ g: [Primitive], _ power: [Int], origin: [Double]) -> Double {
        sum(f, g) { a, b in
            (0..<3).reduce(1.0) { product, axis in
                let shift = b.center[axis] - origin[axis]
                var value = 0.0
                for k in 0...power[axis] {
                    let binomial = power[axis] == 2 && k == 1 ? 2.0 : 1.0
                    value += binomial * pow(shift, Double(power[axis] - k)) * overlap1D(a, b, axis, b.power[axis] + k)
                }
                return product * value
            }
        }
    }

    /// <f| 1 / |r - C| |g>.
    static func inverseDistance(_ f: [Primitive], _ g: [Primitive], _ c: [Double]) -> Double {
        sum(f, g) { a, b in
            let p = a.exponent + b.exponent
            let center = productCenter(a, b)
            let x = (0..<3).map { center[$0] - c[$0] }
            var total = 0.0
            for t in 0...(a.power[0] + b.power[0]) {
                for u in 0...(a.power[1] + b.power[1]) {
                    for v in 0...(a.power[2] + b.power[2]) {
                        total += hermiteProduct(a, b, [t, u, v]) * coulomb(t, u, v, 0, p, x)
                    }
                }
            }
            return 2 * Double.pi / p * total
        }
    }

    /// (fg|hk) in chemists' notation over 1/r, or over erf(omega r) / r: the repulsion of charges that a Gaussian of
    /// exponent omega^2 has smeared out.
    static func repulsion(
        _ f: [Primitive], _ g: [Primitive], _ h: [Primitive], _ k: [Primitive], omega: Double = .infinity
    ) -> Double {
        sum(f, g) { a, b in
            let p = a.exponent + b.exponent
            let pCenter = productCenter(a, b)
            return sum(h, k) { c, d in
                let q = c.exponent + d.exponent
                let qCenter = productCenter(c, d)
                let x = (0..<3).map { pCenter[$0] - qCenter[$0] }
                let alpha = 1 / (1 / p + 1 / q + 1 / (omega * omega))
                var table: [Int: Double] = [:]
                var total = 0.0
                for t in 0...(a.power[0] + b.power[0]) {
                    for u in 0...(a.power[1] + b.power[1]) {
                        for v in 0...(a.power[2] + b.power[2]) {
                            let bra = hermiteProduct(a, b, [t, u, v])
                            if bra == 0 { continue }
                            for r in 0...(c.power[0] + d.power[0]) {
                                for s in 0...(c.power[1] + d.power[1]) {
                                    for w in 0...(c.power[2] + d.power[2]) {
                                        let ket = hermiteProduct(c, d, [r, s, w]) * ((r + s + w) % 2 == 0 ? 1 : -1)
                                        if ket == 0 { continue }
                                        let key = ((t + r) * 100 + u + s) * 100 + v + w
                                        let value = table[key] ?? coulomb(t + r, u + s, v + w, 0, alpha, x)
                                        table[key] = value
                                        total += bra * ket * value
                                    }
                                }
                            }
                        }
                    }
                }
                return pow(Double.pi * Double.pi / (p * q), 1.5) * 2 * (alpha / Double.pi).squareRoot() * total
            }
        }
    }

    private static func sum(_ f: [Primitive], _ g: [Primitive], _ integral: (Primitive, Primitive) -> Double) -> Double {
        var total = 0.0
        for a in f { for b in g { total += a.coefficient * b.coefficient * integral(a, b) } }
        return total
    }

    private static func productCenter(_ a: Primitive, _ b: Primitive) -> [Double] {
        (0..<3).map { (a.exponent * a.center[$0] + b.exponent * b.center[$0]) / (a.exponent + b.exponent) }
    }

    private static func overlap1D(_ a: Primitive, _ b: Primitive, _ axis: Int, _ powerB: Int) -> Double {
        expansion(a.power[axis], powerB, 0, a.exponent, b.exponent, a.center[axis] - b.center[axis])
            * (Double.pi / (a.exponent + b.exponent)).squareRoot()
    }

    private static func kinetic1D(_ a: Primitive, _ b: Primitive, _ axis: Int) -> Double {
        let j = b.power[axis]
        var value = b.exponent * Double(2 * j + 1) * overlap1D(a, b, axis, j)
        value -= 2 * b.exponent * b.exponent * overlap1D(a, b, axis, j + 2)
        if j > 1 { value -= 0.5 * Double(j * (j - 1)) * overlap1D(a, b, axis, j - 2) }
        return value
    }

    private static func hermiteProduct(_ a: Primitive, _ b: Primitive, _ t: [Int]) -> Double {
        (0..<3).reduce(1.0) {
            $0
                * expansion(
                    a.power[$1], b.power[$1], t[$1], a.exponent, b.exponent, a.center[$1] - b.center[$1])
        }
    }

    /// E_t^(ij) for Gaussians of exponents a and b a distance ab apart.
    private static func expansion(_ i: Int, _ j: Int, _ t: Int, _ a: Double, _ b: Double, _ ab: Double) -> Double {
        let p = a + b
        if t < 0 || t > i + j { return 0 }
        if i == 0 && j == 0 { return exp(-a * b / p * ab * ab) }
        if i > 0 {
            return expansion(i - 1, j, t - 1, a, b, ab) / (2 * p) - b / p * ab * expansion(i - 1, j, t, a, b, ab)
                + Double(t + 1) * expansion(i - 1, j, t + 1, a, b, ab)
        }
        return expansion(i, j - 1, t - 1, a, b, ab) / (2 * p) + a / p * ab * expansion(i, j - 1, t, a, b, ab)
            + Double(t + 1) * expansion(i, j - 1, t + 1, a, b, ab)
    }

    /// R^m_tuv of exponent p at displacement x.
    private static func coulomb(_ t: Int, _ u: Int, _ v: Int, _ m: Int, _ p: Double, _ x: [Double]) -> Double {
        if t < 0 || u < 0 || v < 0 { return 0 }
        if t > 0 {
            return Double(t - 1) * coulomb(t - 2, u, v, m + 1, p, x) + x[0] * coulomb(t - 1, u, v, m + 1, p, x)
        }
        if u > 0 {
            return Double(u - 1) * coulomb(t, u - 2, v, m + 1, p, x) + x[1] * coulomb(t, u - 1, v, m + 1, p, x)
        }
        if v > 0 {
            return Double(v - 1) * coulomb(t, u, v - 2, m + 1, p, x) + x[2] * coulomb(t, u, v - 1, m + 1, p, x)
        }
        return pow(-2 * p, Double(m)) * boys(m, p * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]))
    }

    /// F_m(T) by composite Gauss-Legendre quadrature of its defining integral.
    static func boys(_ m: Int, _ t: Double) -> Double {
        // Forty panels of ten points on [0, 1]; for large T the integrand lives within 12/sqrt(T).
        let end = min(1, 12 / max(t, 1e-300).squareRoot())
        let panels = 40
        var total = 0.0
        for panel in 0..<panels {
            let low = end * Double(panel) / Double(panels)
            let half = 0.5 * end / Double(panels)
            for (node, weight) in gaussLegendre {
                for u in [low + half * (1 + node), low + half * (1 - node)] {
                    total += half * weight * pow(u, Double(2 * m)) * exp(-t * u * u)
                }
            }
        }
        return total
    }

    /// Positive nodes and weights of order ten: Abramowitz and Stegun, table 25.4.
    private static let gaussLegendre: [(Double, Double)] = [
        (0.148874338981631210885, 0.295524224714752870174), (0.433395394129247190799, 0.269266719309996355091),
        (0.679409568299024406234, 0.219086362515982043996), (0.865063366688984510732, 0.149451349150580593146),
        (0.973906528517171720078, 0.066671344308688137594),
    ]
}
