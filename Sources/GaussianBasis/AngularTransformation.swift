import Foundation
import LinearAlgebra

/// Monomials x^i y^j z^k of one degree, in the order used everywhere: i descending, then j descending
/// (xx, xy, xz, yy, yz, zz).
public enum CartesianMonomials {
    public static func count(_ l: Int) -> Int { (l + 1) * (l + 2) / 2 }

    public static func powers(_ l: Int) -> [(x: Int, y: Int, z: Int)] {
        var result: [(x: Int, y: Int, z: Int)] = []
        for i in stride(from: l, through: 0, by: -1) {
            for j in stride(from: l - i, through: 0, by: -1) { result.append((i, j, l - i - j)) }
        }
        return result
    }

    /// Place of (x, y, z) in `powers(x + y + z)`.
    @inlinable
    public static func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
        let rest = y + z
        return rest * (rest + 1) / 2 + z
    }
}

/// The angular functions of a shell as combinations of Cartesian monomials.
public enum AngularTransformation {
    public static func functionCount(_ l: Int, _ type: AngularFunctionType) -> Int {
        type.isCartesian(l) ? CartesianMonomials.count(l) : 2 * l + 1
    }

    /// Rows: functions; columns: monomials of degree l in the order of `CartesianMonomials`.
    ///
    /// Every row times exp(-a r^2) has unit norm once multiplied with `radialNormalization`. Pure functions are real
    /// solid harmonics in the order m = -l ... l; s and p are (1), (x, y, z) in both types. Cartesian functions are
    /// single monomials, each normalised by itself.
    public static func matrix(_ l: Int, _ type: AngularFunctionType) -> Matrix {
        l < 2 || type.isCartesian(l) ? monomials(l) : solidHarmonics(l)
    }

    /// N such that the integral of N^2 r^(2l+2) exp(-2 a r^2) over r is one.
    public static func radialNormalization(_ l: Int, exponent: Double) -> Double {
        // The integral is (2l+1)!! / (4a)^(l+1) * sqrt(pi / (2a)) / 2.
        let integral =
            doubleFactorial(2 * l + 1) / pow(4 * exponent, Double(l + 1)) * (Double.pi / (2 * exponent)).squareRoot() / 2
        return 1 / integral.squareRoot()
    }

    /// n!! with (-1)!! = 1.
    static func doubleFactorial(_ n: Int) -> Double {
        n <= 1 ? 1 : stride(from: n, to: 1, by: -2).reduce(1.0) { $0 * Double($1) }
    }

    private static func monomials(_ l: Int) -> Matrix {
        Matrix.diagonal(
            CartesianMonomials.powers(l).map { p in
                let factors = doubleFactorial(2 * p.x - 1) * doubleFactorial(2 * p.y - 1) * doubleFactorial(2 * p.z - 1)
                return (doubleFactorial(2 * l + 1) / (4 * .pi) / factors).squareRoot()
            })
    }

    /// Schlegel and Frisch, Int. J. Quantum Chem. 54, 83 (1995), doi 10.1002/qua.560540202, for real functions
    /// normalised on the unit sphere.
    private static func solidHarmonics(_ l: Int) -> Matrix {
        var result = Matrix(rows: 2 * l + 1, columns: CartesianMonomials.count(l))
        for m in 0...l {
            // r^l P_l^m(cos) exp(i m phi) without Condon-Shortley phase, as a polynomial:
            // sum_k c_k z^(l-m-2k) (x^2+y^2+z^2)^k (x + i y)^m.
            var prefactor = Double(2 * l + 1) / (4 * .pi) * factorial(l - m) / factorial(l + m)
            if m > 0 { prefactor *= 2 }
            let norm = prefactor.squareRoot()
            for k in 0...((l - m) / 2) {
                let sign = k % 2 == 0 ? 1.0 : -1.0
                let c =
                    sign * factorial(2 * l - 2 * k)
                    / (pow(2, Double(l)) * factorial(k) * factorial(l - k) * factorial(l - m - 2 * k))
                for a in 0...k {
                    for b in 0...(k - a) {
                        let multinomial = factorial(k) / (factorial(a) * factorial(b) * factorial(k - a - b))
                        for j in 0...m {
                            // (x + i y)^m: binomial(m, j) x^(m-j) (i y)^j; even j real, odd j imaginary.
                            let binomial = factorial(m) / (factorial(j) * factorial(m - j))
                            let phase = (j / 2) % 2 == 0 ? 1.0 : -1.0
                            let value = norm * c * multinomial * binomial * phase
                            let x = 2 * a + m - j
                            let y = 2 * b + j
                            let z = l - x - y
                            let column = CartesianMonomials.index(x, y, z)
                            if j % 2 == 0 {
                                result[l + m, column] += value
                            } else {
                                result[l - m, column] += value
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    private static func factorial(_ n: Int) -> Double { n <= 1 ? 1 : (2...n).reduce(1.0) { $0 * Double($1) } }
}
