import CVectorShims
import Foundation
import VectorFunctions

/// A positive function of the distance from a nucleus: a natural cubic spline through its logarithm over the logarithm of the
/// distance.
///
/// Below the first knot the function is constant, beyond the last one it is zero.
public struct RadialSpline: Sendable {
    /// Logarithm of the first knot's distance in bohr, and the step of the logarithm from knot to knot.
    public let first, step: Double
    /// Steps between knots.
    let cellCount: Int
    /// For every step four coefficients of the powers of the place within it, which runs from 0 to 1; then those of a
    /// constant whose exponential is nothing, for places beyond the last knot.
    let coefficients: AlignedDoubles

    /// - Parameter logarithms: of the function at the knots, two at least.
    public init(logarithms: [Double], first: Double, step: Double) {
        precondition(logarithms.count > 1)
        self.first = first
        self.step = step
        let n = logarithms.count
        // Second derivatives at the knots times a sixth of the step's square: tridiagonal equations.
        var curvatures = [Double](repeating: 0, count: n)
        var upper = curvatures
        for i in 1..<n - 1 {
            let pivot = 4 - upper[i - 1]
            upper[i] = 1 / pivot
            let right = logarithms[i + 1] - 2 * logarithms[i] + logarithms[i - 1]
            curvatures[i] = (right - curvatures[i - 1]) / pivot
        }
        for i in stride(from: n - 2, to: 0, by: -1) { curvatures[i] -= upper[i] * curvatures[i + 1] }
        cellCount = n - 1
        coefficients = AlignedDoubles(count: 4 * n)
        for i in 0..<n - 1 {
            let cell = coefficients.base + 4 * i
            cell[0] = logarithms[i]
            cell[1] = logarithms[i + 1] - logarithms[i] - 2 * curvatures[i] - curvatures[i + 1]
            cell[2] = 3 * curvatures[i]
            cell[3] = curvatures[i + 1] - curvatures[i]
        }
        for (k, value) in [-1e4, 0, 0, 0].enumerated() { coefficients.base[4 * (n - 1) + k] = value }
    }

    /// The same function times a number.
    public func scaled(by factor: Double) -> RadialSpline { RadialSpline(self, factor: factor) }

    private init(_ other: RadialSpline, factor: Double) {
        first = other.first
        step = other.step
        cellCount = other.cellCount
        coefficients = AlignedDoubles(count: other.coefficients.count)
        coefficients.base.update(from: other.coefficients.base, count: coefficients.count)
        for i in 0..<cellCount { coefficients.base[4 * i] += log(factor) }
    }

    /// The value at a distance given by its logarithm.
    public func value(atLogarithm x: Double) -> Double {
        let place = max(0, (x - first) / step)
        guard place < Double(cellCount) else { return 0 }
        let cell = coefficients.base + 4 * Int(place)
        let t = place - place.rounded(.down)
        return exp(cell[0] + t * (cell[1] + t * (cell[2] + t * cell[3])))
    }

    /// The values at eight distances given by their logarithms.
    @inline(__always)
    func values(atLogarithms x: Lanes) -> Lanes {
        let place = esp_max8((x - first) * (1 / step), Lanes(repeating: 0))
        let inside = esp_min8(place, Lanes(repeating: Double(cellCount)))
        let cell = esp_floor8(inside)
        let value = exponential(esp_cubic8(coefficients.base, esp_integer8(cell), inside - cell))
        return esp_select_below8(place, Double(cellCount), value, Lanes(repeating: 0))
    }

    /// Logarithms of eight distances; those below 1e-15 bohr count as that.
    @inline(__always)
    static func logarithms(ofSquares squares: Lanes) -> Lanes { 0.5 * logarithm(esp_max8(squares, Lanes(repeating: 1e-30))) }
}
