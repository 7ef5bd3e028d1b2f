extension SIMD3<Double> {
    @inlinable
    public func dot(_ b: SIMD3<Double>) -> Double { (self * b).sum() }

    @inlinable
    public func cross(_ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
    }

    @inlinable
    public var length: Double { dot(self).squareRoot() }

    /// The vector of unit length in the same direction; zero stays zero.
    @inlinable
    public var direction: SIMD3<Double> {
        let length = length
        return length > 0 ? self / length : self
    }
}
