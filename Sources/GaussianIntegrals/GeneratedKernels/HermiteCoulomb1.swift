// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 1.
    @inline(never)
    static func degree1(_ work: HermiteCoulombIntegrals) {
        for i in 0..<work.primitiveCount {
            let target = work.cubes + i * work.cubeStride
            let x = Lanes(repeating: work.centerX[i]) - work.ket[1]
            let y = Lanes(repeating: work.centerY[i]) - work.ket[2]
            let z = Lanes(repeating: work.centerZ[i]) - work.ket[3]
            let p = Lanes(repeating: work.exponent[i])
            let q = work.ket[0]
            let root = esp_reciprocal_sqrt8(p + q)
            let alpha = p * q * (root * root)
            let squared = esp_fma8(x, x, esp_fma8(y, y, z * z))
            let boys = work.boys.highest(alpha * squared, order: 1)
            let scale = root * Lanes(repeating: prefactor)
            let f1 = alpha * Lanes(repeating: -2)
            let e0 = boys.exponential * scale
            let negative = Lanes.zero - squared
            let r000m1 = boys.value * (scale * f1)
            let r000m0 = esp_fma8(negative, r000m1, e0)
            target[0] = r000m0
            let r100m0 = x * r000m1
            target[81] = r100m0
            let r010m0 = y * r000m1
            target[9] = r010m0
            let r001m0 = z * r000m1
            target[1] = r001m0
        }
    }
}
