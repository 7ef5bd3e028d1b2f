import CVectorShims
import Foundation

/// Eight doubles that one vector instruction processes.
@usableFromInline typealias Lanes = SIMD8<Double>

/// The Boys function F_m(T) = integral of u^(2m) exp(-T u^2) over u from 0 to 1, for T >= 0.
///
/// F_L is interpolated from a table of degree-6 Chebyshev polynomials on intervals of width 1/8 in T. Lower orders follow from
/// the stable downward recursion F_(m-1) = (2 T F_m + exp(-T)) / (2m - 1). Beyond the end of the table, F_L is its asymptotic
/// form (2L-1)!! / (2T)^L sqrt(pi/T) / 2. The end is chosen for each L such that the neglected part is below 1e-16 of the value.
/// The interpolation error on an interval is at most (1/16)^7 / (7! 2^6) = 1.2e-14 times F_(L+7), which is itself smaller than
/// F_L. The recursion keeps relative errors below 2e-14.
/// Boys, Proc. R. Soc. A 200, 542 (1950), doi 10.1098/rspa.1950.0036.
struct BoysFunction: @unchecked Sendable {
    /// Highest order, L.
    let order: Int
    /// Rows of eight: coefficients 0...6 in u = 16 (T - T0), then exp(-T0).
    private let table: UnsafePointer<Double>
    private let tableEnd: Double
    private let asymptoticFactor: Double
    /// Element m is 1 / (2m - 1).
    private let oddReciprocals: UnsafePointer<Double>

    static let intervalsPerUnit = 8.0
    /// Highest order that any integral requires: four g functions, and two orders more for derivatives.
    static let highestOrder = 18

    /// One table per order. It is created when it is first used and is never freed.
    static let all: [BoysFunction] = (0...highestOrder).map { BoysFunction(order: $0) }

    private init(order: Int) {
        self.order = order
        var end = 30.0
        while exp(-end) * pow(end, Double(order) - 0.5) / tgamma(Double(order) + 0.5) > 1e-16 { end += 1 }
        tableEnd = end
        let rows = Int(end * Self.intervalsPerUnit) + 2
        // Each row is one cache line.
        let values = UnsafeMutableRawPointer.allocate(byteCount: 64 * rows, alignment: 64)
            .bindMemory(to: Double.self, capacity: 8 * rows)
        for row in 0..<rows {
            let center = Double(row) / Self.intervalsPerUnit
            let coefficients = Self.interpolant { u in
                Self.series(order, at: center + u / (2 * Self.intervalsPerUnit))
            }
            for k in 0..<7 { values[8 * row + k] = coefficients[k] }
            values[8 * row + 7] = exp(-center)
        }
        table = UnsafePointer(values)
        var factor = 0.5 * Double.pi.squareRoot()
        for m in 0..<order { factor *= 0.5 * Double(2 * m + 1) }
        asymptoticFactor = factor
        let reciprocals = UnsafeMutablePointer<Double>.allocate(capacity: order + 1)
        for m in 0...order { reciprocals[m] = 1 / Double(2 * m - 1) }
        oddReciprocals = UnsafePointer(reciprocals)
    }

    /// F_m(T) from its series of positive terms, exp(-T) sum_i (2T)^i / ((2m+1)(2m+3)...(2m+2i+1)). It is accurate for every
    /// T >= 0 (and slightly below 0) and slow for large T.
    static func series(_ m: Int, at t: Double) -> Double {
        var term = 1 / Double(2 * m + 1)
        var sum = term
        var i = 1
        while abs(term) > 1e-18 * sum {
            term *= 2 * t / Double(2 * m + 2 * i + 1)
            sum += term
            i += 1
        }
        return exp(-t) * sum
    }

    /// Monomial coefficients of the degree-6 polynomial through seven Chebyshev nodes on [-1, 1].
    private static func interpolant(_ f: (Double) -> Double) -> [Double] {
        let n = 7
        let nodes = (0..<n).map { cos(Double.pi * (Double($0) + 0.5) / Double(n)) }
        let values = nodes.map(f)
        var previous = [1.0] + [Double](repeating: 0, count: n - 1)
        var current = [0, 1.0] + [Double](repeating: 0, count: n - 2)
        var result = [Double](repeating: 0, count: n)
        for k in 0..<n {
            let basis = k == 0 ? previous : current
            var c = 0.0
            for (node, value) in zip(nodes, values) { c += value * cos(Double(k) * acos(node)) }
            c *= (k == 0 ? 1.0 : 2.0) / Double(n)
            for i in 0..<n { result[i] += c * basis[i] }
            if k > 0 {
                var next = [Double](repeating: 0, count: n)
                for i in 0..<n { next[i] = (i > 0 ? 2 * current[i - 1] : 0) - previous[i] }
                previous = current
                current = next
            }
        }
        return result
    }

    /// F_L(T) and exp(-T) of eight arguments; `order` must be L. The exponential is zero beyond the end of the table.
    @inline(__always)
    func highest(_ t: Lanes, order: Int) -> (value: Lanes, exponential: Lanes) {
        if esp_all_above8(t, tableEnd) != 0 { return (asymptotic(t, order: order), .zero) }
        let end = Lanes(repeating: tableEnd)
        let x = esp_min8(t, end) * Lanes(repeating: Self.intervalsPerUnit)
        let nearest = esp_round8(x)
        let u = (x - nearest) * 2
        var c: (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) = (
            .zero, .zero, .zero, .zero, .zero, .zero, .zero, .zero
        )
        withUnsafeMutablePointer(to: &c) {
            $0.withMemoryRebound(to: Double.self, capacity: 64) {
                esp_gather_rows8(table, esp_integer8(nearest), $0)
            }
        }
        var f = esp_fma8(c.6, u, c.5)
        f = esp_fma8(f, u, c.4)
        f = esp_fma8(f, u, c.3)
        f = esp_fma8(f, u, c.2)
        f = esp_fma8(f, u, c.1)
        f = esp_fma8(f, u, c.0)
        // exp(-T) = exp(-T0) exp(-d), |d| <= 1/16.
        let d = u * Lanes(repeating: -0.5 / Self.intervalsPerUnit)
        var e = esp_fma8(d, Lanes(repeating: 1.0 / 5040), Lanes(repeating: 1.0 / 720))
        e = esp_fma8(e, d, Lanes(repeating: 1.0 / 120))
        e = esp_fma8(e, d, Lanes(repeating: 1.0 / 24))
        e = esp_fma8(e, d, Lanes(repeating: 1.0 / 6))
        e = esp_fma8(e, d, Lanes(repeating: 0.5))
        e = esp_fma8(e, d, Lanes(repeating: 1))
        e = esp_fma8(e, d, Lanes(repeating: 1))
        e = e * c.7
        if esp_any_greater8(t, end) != 0 {
            f = esp_select_greater8(t, end, asymptotic(t, order: order), f)
            e = esp_select_greater8(t, end, .zero, e)
        }
        return (f, e)
    }

    /// Writes F_0(T) ... F_L(T) of eight arguments to `result[0] ... result[L]`.
    @inline(__always)
    func evaluate(_ t: Lanes, into result: UnsafeMutablePointer<Lanes>) {
        var (f, e) = highest(t, order: order)
        let twoT = t + t
        result[order] = f
        var m = order
        while m > 0 {
            f = esp_fma8(twoT, f, e) * Lanes(repeating: oddReciprocals[m])
            m -= 1
            result[m] = f
        }
    }

    @inline(__always)
    private func asymptotic(_ t: Lanes, order: Int) -> Lanes {
        let root = esp_reciprocal_sqrt8(t)
        let reciprocal = root * root
        var f = root * Lanes(repeating: asymptoticFactor)
        for _ in 0..<order { f *= reciprocal }
        return f
    }
}
