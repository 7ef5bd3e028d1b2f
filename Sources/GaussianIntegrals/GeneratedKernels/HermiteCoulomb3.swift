// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 3.
    @inline(never)
    static func degree3(_ work: HermiteCoulombIntegrals) {
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
            let boys = work.boys.highest(alpha * squared, order: 3)
            let scale = root * Lanes(repeating: prefactor)
            let f1 = alpha * Lanes(repeating: -2)
            let f2 = f1 * f1
            let f3 = f1 * f2
            let e0 = boys.exponential * scale
            let e1 = e0 * f1
            let e2 = e1 * f1
            let negative = Lanes.zero - squared
            let r000m3 = boys.value * (scale * f3)
            let r000m2 = esp_fma8(negative, r000m3, e2) * Lanes(repeating: 1.0 / 5)
            let r000m1 = esp_fma8(negative, r000m2, e1) * Lanes(repeating: 1.0 / 3)
            let r000m0 = esp_fma8(negative, r000m1, e0)
            target[0] = r000m0
            let r100m0 = x * r000m1
            let r100m1 = x * r000m2
            let r100m2 = x * r000m3
            target[81] = r100m0
            let r010m0 = y * r000m1
            let r010m1 = y * r000m2
            let r010m2 = y * r000m3
            target[9] = r010m0
            let r001m0 = z * r000m1
            let r001m1 = z * r000m2
            let r001m2 = z * r000m3
            target[1] = r001m0
            let r200m0 = esp_fma8(x, r100m1, r000m1)
            let r200m1 = esp_fma8(x, r100m2, r000m2)
            target[162] = r200m0
            let r110m0 = x * r010m1
            target[90] = r110m0
            let r101m0 = x * r001m1
            target[82] = r101m0
            let r020m0 = esp_fma8(y, r010m1, r000m1)
            let r020m1 = esp_fma8(y, r010m2, r000m2)
            target[18] = r020m0
            let r011m0 = y * r001m1
            let r011m1 = y * r001m2
            target[10] = r011m0
            let r002m0 = esp_fma8(z, r001m1, r000m1)
            let r002m1 = esp_fma8(z, r001m2, r000m2)
            target[2] = r002m0
            let r300m0 = esp_fma8(Lanes(repeating: 2), r100m1, x * r200m1)
            target[243] = r300m0
            let r210m0 = y * r200m1
            target[171] = r210m0
            let r201m0 = z * r200m1
            target[163] = r201m0
            let r120m0 = x * r020m1
            target[99] = r120m0
            let r111m0 = x * r011m1
            target[91] = r111m0
            let r102m0 = x * r002m1
            target[83] = r102m0
            let r030m0 = esp_fma8(Lanes(repeating: 2), r010m1, y * r020m1)
            target[27] = r030m0
            let r021m0 = z * r020m1
            target[19] = r021m0
            let r012m0 = y * r002m1
            target[11] = r012m0
            let r003m0 = esp_fma8(Lanes(repeating: 2), r001m1, z * r002m1)
            target[3] = r003m0
        }
    }
}
