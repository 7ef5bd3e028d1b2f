import CVectorShims

/// Eight doubles: the lanes of the numerical kernels.
typealias Lanes = SIMD8<Double>

@inline(__always)
func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { esp_fma8(a, b, c) }
