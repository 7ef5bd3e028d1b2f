// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 0.
    @inline(never)
    static func degree0(_ work: HermiteCoulombIntegrals) {
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
            let boys = work.boys.highest(alpha * squared, order: 0)
            let scale = root * Lanes(repeating: prefactor)
            target[0] = boys.value * scale
        }
    }
}
