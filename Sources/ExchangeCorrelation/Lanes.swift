import CVectorShims

/// Eight doubles.
typealias Lanes = SIMD8<Double>

@inline(__always)
func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { esp_fma8(a, b, c) }

@inline(__always)
func lanePointer(_ p: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(p).assumingMemoryBound(to: Lanes.self)
}
