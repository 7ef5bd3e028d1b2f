import CVectorShims

/// Eight doubles: the lanes of the numerical kernels.
typealias Lanes = SIMD8<Double>

@inline(__always)
func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { esp_fma8(a, b, c) }

/// exp(x) in every lane for x <= 709; below -708 the result is that of -708, about 3e-308.
///
/// x = n ln 2 + r with |r| <= ln(2) / 2, where n ln 2 is subtracted in two pieces so that r keeps its bits; exp(r) is
/// Taylor's polynomial of degree 13, whose remainder is below 5e-18 on that interval; 2^n is added to the exponent's
/// bits. Largest error found: below 1 ulp.
@inline(__always)
func exponential(_ argument: Lanes) -> Lanes {
    let x = esp_max8(argument, Lanes(repeating: -708))
    let shifter = Lanes(repeating: 0x1.8p52)
    let shifted = fused(x, Lanes(repeating: 1.4426950408889634), shifter)
    let n = shifted - shifter
    var r = fused(n, Lanes(repeating: -0x1.62e42feep-1), x)
    r = fused(n, Lanes(repeating: -0x1.a39ef35793c76p-33), r)
    // Two interleaved Horner schemes in r^2 shorten the chain of dependent operations.
    let r2 = r * r
    var even = Lanes(repeating: 1.0 / 479_001_600)
    var odd = Lanes(repeating: 1.0 / 6_227_020_800)
    even = fused(even, r2, Lanes(repeating: 1.0 / 3_628_800))
    odd = fused(odd, r2, Lanes(repeating: 1.0 / 39_916_800))
    even = fused(even, r2, Lanes(repeating: 1.0 / 40_320))
    odd = fused(odd, r2, Lanes(repeating: 1.0 / 362_880))
    even = fused(even, r2, Lanes(repeating: 1.0 / 720))
    odd = fused(odd, r2, Lanes(repeating: 1.0 / 5_040))
    even = fused(even, r2, Lanes(repeating: 1.0 / 24))
    odd = fused(odd, r2, Lanes(repeating: 1.0 / 120))
    even = fused(even, r2, Lanes(repeating: 0.5))
    odd = fused(odd, r2, Lanes(repeating: 1.0 / 6))
    // 1 + (r + (r^2 even + r^3 odd)): the small terms first.
    let tail = fused(r2 * r, odd, r2 * even)
    let value = 1 + (r + tail)
    let bits = unsafeBitCast(value, to: SIMD8<Int64>.self)
    let exponent = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
    return unsafeBitCast(bits &+ exponent, to: Lanes.self)
}

/// exp(x) of many values, for tests and tables; see the vector form.
package enum VectorMath {
    package static func exponentials(_ values: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < values.count {
            var lanes = Lanes(repeating: 0)
            let count = min(8, values.count - start)
            for k in 0..<count { lanes[k] = values[start + k] }
            lanes = exponential(lanes)
            for k in 0..<count { result[start + k] = lanes[k] }
            start += 8
        }
        return result
    }
}
