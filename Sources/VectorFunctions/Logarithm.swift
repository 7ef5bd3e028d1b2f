import CVectorShims

/// ln(x) in every lane for normal positive x.
///
/// x = 2^k m with m between the roots of 1/2 and 2; ln m = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172, is the series
/// to s^21, whose remainder is below 1e-17 of it. Largest error found: below 2 ulp.
@inlinable
@inline(__always)
public func logarithm(_ argument: SIMD8<Double>) -> SIMD8<Double> {
    let bits = unsafeBitCast(argument, to: SIMD8<Int64>.self)
    // The exponent of x over the root of 1/2, rounded down.
    let k = (bits &- 0x3FE6_A09E_667F_3BCD) &>> 52
    let m = unsafeBitCast(bits &- (k &<< 52), to: SIMD8<Double>.self)
    // 1.5 * 2^52 + k has k in its lowest bits.
    let shifter = SIMD8<Double>(repeating: 0x1.8p52)
    let exponent = unsafeBitCast(unsafeBitCast(shifter, to: SIMD8<Int64>.self) &+ k, to: SIMD8<Double>.self) - shifter
    let s = (m - 1) / (m + 1)
    let s2 = s * s
    let s4 = s2 * s2
    // Two interleaved Horner schemes in s^4.
    var even = SIMD8<Double>(repeating: 2.0 / 19)
    var odd = SIMD8<Double>(repeating: 2.0 / 21)
    even = esp_fma8(even, s4, SIMD8<Double>(repeating: 2.0 / 15))
    odd = esp_fma8(odd, s4, SIMD8<Double>(repeating: 2.0 / 17))
    even = esp_fma8(even, s4, SIMD8<Double>(repeating: 2.0 / 11))
    odd = esp_fma8(odd, s4, SIMD8<Double>(repeating: 2.0 / 13))
    even = esp_fma8(even, s4, SIMD8<Double>(repeating: 2.0 / 7))
    odd = esp_fma8(odd, s4, SIMD8<Double>(repeating: 2.0 / 9))
    even = esp_fma8(even, s4, SIMD8<Double>(repeating: 2.0 / 3))
    odd = esp_fma8(odd, s4, SIMD8<Double>(repeating: 2.0 / 5))
    // 2 s + s^3 (even + s^2 odd), where even begins with s^3 and odd with s^5.
    let tail = s2 * esp_fma8(odd, s2, even)
    let value = esp_fma8(s, tail, 2 * s)
    let low = esp_fma8(exponent, SIMD8<Double>(repeating: 0x1.a39ef35793c76p-33), value)
    return esp_fma8(exponent, SIMD8<Double>(repeating: 0x1.62e42feep-1), low)
}

/// ln(x) of many values; see the vector form.
public func logarithms(_ values: [Double]) -> [Double] {
    var result = values
    for start in stride(from: 0, to: values.count, by: 8) {
        let count = min(8, values.count - start)
        var lanes = SIMD8<Double>(repeating: 1)
        for k in 0..<count { lanes[k] = values[start + k] }
        lanes = logarithm(lanes)
        for k in 0..<count { result[start + k] = lanes[k] }
    }
    return result
}
