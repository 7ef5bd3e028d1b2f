/// exp(x) in every lane for -700 < x <= 0, with a relative error of about 2e-16.
///
/// x = k ln 2 + y with |y| <= ln 2 / 2; exp(y) by its Taylor polynomial of degree 13.
@inline(__always)
func exponentialOfNegative(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let shifter = SIMD8<Double>(repeating: 6_755_399_441_055_744)  // 1.5 * 2^52: adding it rounds to an integer.
    let shifted = x * 1.442695040888963407 + shifter
    let k = shifted - shifter
    var y = x.addingProduct(k, SIMD8(repeating: -6.93147180369123816490e-01))
    y = y.addingProduct(k, SIMD8(repeating: -1.90821492927058770002e-10))
    var p = SIMD8<Double>(repeating: 1.0 / 6_227_020_800)
    p = SIMD8(repeating: 1.0 / 479_001_600).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 39_916_800).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 3_628_800).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 362_880).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 40_320).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 5_040).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 720).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 120).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 24).addingProduct(p, y)
    p = SIMD8(repeating: 1.0 / 6).addingProduct(p, y)
    p = SIMD8(repeating: 0.5).addingProduct(p, y)
    p = SIMD8(repeating: 1).addingProduct(p, y)
    p = SIMD8(repeating: 1).addingProduct(p, y)
    // The integer k sits in the lowest bits of `shifted`; it goes into the exponent field.
    let exponent = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
    return unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int64>.self) &+ exponent, to: SIMD8<Double>.self)
}
