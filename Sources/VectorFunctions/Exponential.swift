import CVectorShims

/// exp(x) in every lane for x <= 709; below -708 the result is that of -708, about 3e-308.
///
/// x = n ln 2 + r with |r| <= ln(2) / 2, where n ln 2 is subtracted in two pieces so that r keeps its bits; exp(r) is
/// Taylor's polynomial of degree 13, whose remainder is below 5e-18 on that interval; 2^n is added to the exponent's
/// bits. Largest error found: below 1 ulp.
@inlinable
@inline(__always)
public func exponential(_ argument: SIMD8<Double>) -> SIMD8<Double> {
    let x = esp_max8(argument, SIMD8<Double>(repeating: -708))
    let shifter = SIMD8<Double>(repeating: 0x1.8p52)
    let shifted = esp_fma8(x, SIMD8<Double>(repeating: 1.4426950408889634), shifter)
    let n = shifted - shifter
    var r = esp_fma8(n, SIMD8<Double>(repeating: -0x1.62e42feep-1), x)
    r = esp_fma8(n, SIMD8<Double>(repeating: -0x1.a39ef35793c76p-33), r)
    // Two interleaved Horner schemes in r^2 shorten the chain of dependent operations.
    let r2 = r * r
    var even = SIMD8<Double>(repeating: 1.0 / 479_001_600)
    var odd = SIMD8<Double>(repeating: 1.0 / 6_227_020_800)
    even = esp_fma8(even, r2, SIMD8<Double>(repeating: 1.0 / 3_628_800))
    odd = esp_fma8(odd, r2, SIMD8<Double>(repeating: 1.0 / 39_916_800))
    even = esp_fma8(even, r2, SIMD8<Double>(repeating: 1.0 / 40_320))
    odd = esp_fma8(odd, r2, SIMD8<Double>(repeating: 1.0 / 362_880))
    even = esp_fma8(even, r2, SIMD8<Double>(repeating: 1.0 / 720))
    odd = esp_fma8(odd, r2, SIMD8<Double>(repeating: 1.0 / 5_040))
    even = esp_fma8(even, r2, SIMD8<Double>(repeating: 1.0 / 24))
    odd = esp_fma8(odd, r2, SIMD8<Double>(repeating: 1.0 / 120))
    even = esp_fma8(even, r2, SIMD8<Double>(repeating: 0.5))
    odd = esp_fma8(odd, r2, SIMD8<Double>(repeating: 1.0 / 6))
    // 1 + (r + (r^2 even + r^3 odd)): the small terms first.
    let tail = esp_fma8(r2 * r, odd, r2 * even)
    let value = 1 + (r + tail)
    let bits = unsafeBitCast(value, to: SIMD8<Int64>.self)
    let exponent = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
    return unsafeBitCast(bits &+ exponent, to: SIMD8<Double>.self)
}

/// exp(x) of many values; see the vector form.
public func exponentials(_ values: [Double]) -> [Double] {
    var result = values
    for start in stride(from: 0, to: values.count, by: 8) {
        let count = min(8, values.count - start)
        var lanes = SIMD8<Double>()
        for k in 0..<count { lanes[k] = values[start + k] }
        lanes = exponential(lanes)
        for k in 0..<count { result[start + k] = lanes[k] }
    }
    return result
}
