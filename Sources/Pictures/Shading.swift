/// Light on surfaces: a key light over the viewer's left shoulder, a weak one from the right, and light from all around.
enum Shading {
    private static let key = unit(SIMD3<Float>(-0.45, 0.60, 0.90))
    private static let fill = unit(SIMD3<Float>(0.80, -0.10, 0.50))
    private static let keyHalfway = unit(key + SIMD3(0, 0, 1))

    /// - Parameters:
    ///   - normal: to the right, up, and to the viewer; of unit length, on the side that is seen.
    ///   - gloss: strength of the highlight.
    static func color(_ color: PixelColor, normal: SIMD3<Float>, gloss: Float) -> PixelColor {
        let diffuse = 0.58 + 0.36 * max(0, dot(normal, key)) + 0.12 * max(0, dot(normal, fill))
        var highlight = max(0, dot(normal, keyHalfway))
        for _ in 0..<5 { highlight *= highlight }
        let lit = color * diffuse + gloss * highlight
        return lit.clamped(lowerBound: PixelColor(), upperBound: PixelColor(repeating: 1))
    }

    static func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { (a * b).sum() }

    static func unit(_ a: SIMD3<Float>) -> SIMD3<Float> {
        let length = dot(a, a).squareRoot()
        return length > 0 ? a / length : SIMD3(0, 0, 1)
    }
}
