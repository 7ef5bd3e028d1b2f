import Foundation
import GaussianBasis
import LinearAlgebra

/// Real solid harmonics r^l Y_lm, normalised on the unit sphere, without the Condon-Shortley phase: cos(m phi) for m > 0,
/// sin(|m| phi) for m < 0. Function (l, m) has the index l^2 + l + m.
enum RealSolidHarmonics {
    static func count(_ highest: Int) -> Int { (highest + 1) * (highest + 1) }

    @inline(__always)
    static func index(_ l: Int, _ m: Int) -> Int { l * l + l + m }

    /// All functions up to `highest` at `point`.
    static func values(_ highest: Int, _ point: SIMD3<Double>) -> [Double] {
        let polar = PolarRecursion(highest: highest)
        let squaredRadius = (point * point).sum()
        var result = [Double](repeating: 0, count: count(highest))
        // (x + i y)^m
        var real = 1.0
        var imaginary = 0.0
        for m in 0...highest {
            let scale = m == 0 ? 1 / (2 * Double.pi).squareRoot() : 1 / Double.pi.squareRoot()
            var below = 0.0
            var value = polar.start[m] * scale
            for l in m...highest {
                if l > m {
                    let next =
                        polar.raise[l * (highest + 1) + m] * point.z * value
                        - polar.lower[l * (highest + 1) + m] * squaredRadius * below
                    below = value
                    value = next
                }
                result[index(l, m)] = value * real
                if m > 0 { result[index(l, -m)] = value * imaginary }
            }
            (real, imaginary) = (real * point.x - imaginary * point.y, real * point.y + imaginary * point.x)
        }
        return result
    }
}

/// Constants of the recursion over l of the polar parts T_lm. The normalisation is such that the integral of (sin^m T_lm)^2 over
/// cos(theta) is one: T_mm = start_m, T_lm = raise_lm z T_(l-1)m - lower_lm r^2 T_(l-2)m.
struct PolarRecursion: Sendable {
    let highest: Int
    let start: [Double]
    /// Element (l, m) has the index l * (highest + 1) + m.
    let raise: [Double]
    let lower: [Double]

    init(highest: Int) {
        self.highest = highest
        var start = [Double](repeating: 0, count: highest + 1)
        var raise = [Double](repeating: 0, count: (highest + 1) * (highest + 1))
        var lower = raise
        var square = 0.5
        for m in 0...highest {
            if m > 0 { square *= Double(2 * m + 1) / Double(2 * m) }
            start[m] = square.squareRoot()
            for l in stride(from: m + 1, through: highest, by: 1) {
                let difference = Double(l * l - m * m)
                raise[l * (highest + 1) + m] = (Double(4 * l * l - 1) / difference).squareRoot()
                if l > m + 1 {
                    let previous = Double((l - 1) * (l - 1) - m * m)
                    lower[l * (highest + 1) + m] =
                        (Double(2 * l + 1) * previous / (Double(2 * l - 3) * difference)).squareRoot()
                }
            }
        }
        self.start = start
        self.raise = raise
        self.lower = lower
    }
}

/// A product rule on the unit sphere that is exact for polynomials up to a given degree, with the harmonics up to `highest` at
/// its points.
struct SphereRule: Sendable {
    let highest: Int
    let points: [SIMD3<Double>]
    let weights: [Double]
    /// One row of harmonics per point.
    let harmonics: [[Double]]

    /// - Parameter highest: products of two harmonics up to this degree are integrated exactly.
    init(highest: Int) {
        self.highest = highest
        let polar = LegendreQuadrature(count: highest + 1)
        let azimuths = 2 * highest + 1
        var points: [SIMD3<Double>] = []
        var weights: [Double] = []
        for (z, weight) in zip(polar.nodes, polar.weights) {
            let s = ((1 - z) * (1 + z)).squareRoot()
            for k in 0..<azimuths {
                let phi = 2 * Double.pi * Double(k) / Double(azimuths)
                points.append(SIMD3(s * cos(phi), s * sin(phi), z))
                weights.append(weight * 2 * .pi / Double(azimuths))
            }
        }
        self.points = points
        self.weights = weights
        harmonics = points.map { RealSolidHarmonics.values(highest, $0) }
    }

    /// Element [l^2 + l + m][m' + l] of block l is the overlap of Y_lm with Y_lm' rotated to the frame (u, v, w).
    func rotation(_ u: SIMD3<Double>, _ v: SIMD3<Double>, _ w: SIMD3<Double>) -> [Matrix] {
        var blocks = (0...highest).map { Matrix(rows: 2 * $0 + 1, columns: 2 * $0 + 1) }
        for (q, local) in points.enumerated() {
            let turned = RealSolidHarmonics.values(highest, u * local.x + v * local.y + w * local.z)
            for l in 0...highest {
                let width = 2 * l + 1
                for m in 0..<width {
                    let factor = weights[q] * turned[l * l + m]
                    for n in 0..<width { blocks[l].elements[m * width + n] += factor * harmonics[q][l * l + n] }
                }
            }
        }
        return blocks
    }

    /// Rows of `AngularTransformation.matrix` on the unit sphere as combinations of harmonics up to l.
    func expansion(_ l: Int, _ type: AngularFunctionType) -> Matrix {
        let rows = AngularTransformation.matrix(l, type)
        let powers = CartesianMonomials.powers(l)
        var result = Matrix(rows: rows.rows, columns: RealSolidHarmonics.count(l))
        for (q, point) in points.enumerated() {
            let monomials = powers.map {
                pow(point.x, Double($0.x)) * pow(point.y, Double($0.y)) * pow(point.z, Double($0.z))
            }
            for row in 0..<rows.rows {
                var value = 0.0
                for (column, monomial) in monomials.enumerated() { value += rows[row, column] * monomial }
                for k in 0..<result.columns { result[row, k] += weights[q] * value * harmonics[q][k] }
            }
        }
        for k in result.elements.indices where abs(result.elements[k]) < 1e-14 { result.elements[k] = 0 }
        return result
    }
}
