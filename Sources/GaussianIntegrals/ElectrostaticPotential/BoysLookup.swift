import CVectorShims
import Foundation

/// The Boys function F_m(T) = integral of u^(2m) exp(-T u^2) over u from 0 to 1 for eight arguments at a time, without a gather
/// from memory. `BoysFunction` accepts all arguments; this type is intended for loops that require few orders for a large number
/// of arguments.
///
/// The range from 0 to `limit` is divided into sixteen intervals [2k - 1, 2k + 1]. In each interval, F_m is a polynomial of
/// degree 11 in T - 2k. The coefficients of one power for all sixteen intervals occupy two vector registers, and a permutation
/// selects those of each lane. Interpolation at Chebyshev nodes has an error of at most 2 (1/2)^12 max|F_(m+12)| / 12! < 5e-14 in
/// the first interval, where F_(m+12) < 1/25, and a far smaller one in the others. Beyond `limit`,
/// F_m(T) = (2m-1)!! / 2^(m+1) sqrt(pi / T^(2m+1)) differs from the exact value by less than exp(-T) / (2T), which is below
/// 6e-16.
struct BoysLookup: @unchecked Sendable {
    /// Arguments below this are covered by the tables.
    static let limit = 31.0
    static let degree = 11
    /// Number of doubles in the table of one order.
    static let orderStride = 16 * (degree + 1)
    static let highestOrder = 16
    static let shared = BoysLookup()

    /// Coefficients of the powers 11 to 0, sixteen per power, for every order. A single instance that is never freed.
    let orders: UnsafePointer<Double>
    /// Sixteen values exp(-2k), followed by the ten coefficients (from power 9 down) of exp(-x) on [-1/4, 1/4].
    let exponential: UnsafePointer<Double>

    private init() {
        let count = (Self.highestOrder + 1) * Self.orderStride + 32
        let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
        let table = raw.bindMemory(to: Double.self, capacity: count)
        table.initialize(repeating: 0, count: count)
        for order in 0...Self.highestOrder {
            for interval in 0..<16 {
                let coefficients = Self.powerSeries(degree: Self.degree) { BoysFunction.series(order, at: 2 * Double(interval) + $0) }
                for (power, c) in coefficients.enumerated() {
                    table[order * Self.orderStride + 16 * (Self.degree - power) + interval] = c
                }
            }
        }
        let last = table + (Self.highestOrder + 1) * Self.orderStride
        for interval in 0..<16 { last[interval] = exp(-2 * Double(interval)) }
        // exp(-x/4), which is later squared twice.
        for (power, c) in Self.powerSeries(degree: 9, { exp(-0.25 * $0) }).enumerated() { last[16 + 9 - power] = c }
        orders = UnsafePointer(table)
        exponential = UnsafePointer(last)
    }

    /// Coefficients, in ascending order of the power, of the polynomial that interpolates `f` at the Chebyshev nodes of [-1, 1].
    private static func powerSeries(degree: Int, _ f: (Double) -> Double) -> [Double] {
        let n = degree + 1
        let angles = (0..<n).map { Double.pi * (Double($0) + 0.5) / Double(n) }
        let values = angles.map { f(cos($0)) }
        var result = [Double](repeating: 0, count: n)
        var previous = [Double](repeating: 0, count: n)
        var current = previous
        current[0] = 1
        for k in 0..<n {
            var c = 0.0
            for (angle, value) in zip(angles, values) { c += value * cos(Double(k) * angle) }
            c *= (k == 0 ? 1 : 2) / Double(n)
            for power in 0..<n { result[power] += c * current[power] }
            // T_(k+1) = 2 x T_k - T_(k-1), except T_1 = x.
            var next = previous.map { -$0 }
            for power in 0..<(n - 1) { next[power + 1] += (k == 0 ? 1 : 2) * current[power] }
            previous = current
            current = next
        }
        return result
    }
}

/// Intervals of eight arguments of the Boys function, and the positions in them. Each argument must be below `BoysLookup.limit`.
struct BoysArgument {
    let index: SIMD8<Int64>
    let offset: Lanes
    let argument: Lanes

    @inline(__always)
    init(_ t: Lanes) {
        // Adding 1.5 * 2^52 rounds to an integer, which is then in the lowest bits.
        let magic = Lanes(repeating: 6_755_399_441_055_744)
        let rounded = esp_fma8(t, Lanes(repeating: 0.5), magic)
        index = unsafeBitCast(rounded, to: SIMD8<Int64>.self)
        offset = esp_fma8(rounded - magic, Lanes(repeating: -2), t)
        argument = t
    }

    /// F_m(T) from the table of order m.
    @inline(__always)
    func value(_ table: UnsafePointer<Double>) -> Lanes {
        var result = esp_lookup16(table, index)
        result = esp_fma8(result, offset, esp_lookup16(table + 16, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 32, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 48, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 64, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 80, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 96, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 112, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 128, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 144, index))
        result = esp_fma8(result, offset, esp_lookup16(table + 160, index))
        return esp_fma8(result, offset, esp_lookup16(table + 176, index))
    }

    /// exp(-T).
    @inline(__always)
    func exponential(_ table: UnsafePointer<Double>) -> Lanes {
        let c = table + 16
        var result = esp_fma8(Lanes(repeating: c[0]), offset, Lanes(repeating: c[1]))
        result = esp_fma8(result, offset, Lanes(repeating: c[2]))
        result = esp_fma8(result, offset, Lanes(repeating: c[3]))
        result = esp_fma8(result, offset, Lanes(repeating: c[4]))
        result = esp_fma8(result, offset, Lanes(repeating: c[5]))
        result = esp_fma8(result, offset, Lanes(repeating: c[6]))
        result = esp_fma8(result, offset, Lanes(repeating: c[7]))
        result = esp_fma8(result, offset, Lanes(repeating: c[8]))
        result = esp_fma8(result, offset, Lanes(repeating: c[9]))
        result *= result
        result *= result
        return result * esp_lookup16(table, index)
    }
}
