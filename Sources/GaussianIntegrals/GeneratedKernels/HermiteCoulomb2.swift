// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 2 of 1/r.
    @inline(never)
    static func degree2(_ work: HermiteCoulombIntegrals) {
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
            let scale = root * Lanes(repeating: prefactor)
            let boys = work.boys.highest(alpha * squared, order: 2)
            let f1 = alpha * Lanes(repeating: -2)
            let f2 = f1 * f1
            let e0 = boys.exponential * scale
            let e1 = e0 * f1
            let negative = Lanes.zero - squared
            let r000m2 = boys.value * (scale * f2)
            let r000m1 = esp_fma8(negative, r000m2, e1) * Lanes(repeating: 1.0 / 3)
            let r000m0 = esp_fma8(negative, r000m1, e0)
            target[0] = r000m0
            let r100m0 = x * r000m1
            let r100m1 = x * r000m2
            target[81] = r100m0
            let r010m0 = y * r000m1
            let r010m1 = y * r000m2
            target[9] = r010m0
            let r001m0 = z * r000m1
            let r001m1 = z * r000m2
            target[1] = r001m0
            let r200m0 = esp_fma8(x, r100m1, r000m1)
            target[162] = r200m0
            let r110m0 = x * r010m1
            target[90] = r110m0
            let r101m0 = x * r001m1
            target[82] = r101m0
            let r020m0 = esp_fma8(y, r010m1, r000m1)
            target[18] = r020m0
            let r011m0 = y * r001m1
            target[10] = r011m0
            let r002m0 = esp_fma8(z, r001m1, r000m1)
            target[2] = r002m0
        }
    }

    /// All R_tuv with t + u + v <= 2 of any operator: those of 1/r and of erf(omega r) / r are added up.
    @inline(never)
    static func separatedDegree2(_ work: HermiteCoulombIntegrals) {
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
            let omega = Lanes(repeating: work.interaction.omega)
            let damping = omega * esp_reciprocal_sqrt8(esp_fma8(omega, omega, alpha))
            let alphaNear = alpha
            let alphaFar = alpha * (damping * damping)
            let whole = root * Lanes(repeating: prefactor)
            let scaleNear = whole * Lanes(repeating: work.interaction.shortRange)
            let scaleFar = whole * (damping * Lanes(repeating: work.interaction.excess))
            let boysNear = work.boys.highest(alphaNear * squared, order: 2)
            let f1Near = alphaNear * Lanes(repeating: -2)
            let f2Near = f1Near * f1Near
            let e0Near = boysNear.exponential * scaleNear
            let e1Near = e0Near * f1Near
            let negativeNear = Lanes.zero - squared
            let r000m2Near = boysNear.value * (scaleNear * f2Near)
            let r000m1Near = esp_fma8(negativeNear, r000m2Near, e1Near) * Lanes(repeating: 1.0 / 3)
            let r000m0Near = esp_fma8(negativeNear, r000m1Near, e0Near)
            let boysFar = work.boys.highest(alphaFar * squared, order: 2)
            let f1Far = alphaFar * Lanes(repeating: -2)
            let f2Far = f1Far * f1Far
            let e0Far = boysFar.exponential * scaleFar
            let e1Far = e0Far * f1Far
            let negativeFar = Lanes.zero - squared
            let r000m2Far = boysFar.value * (scaleFar * f2Far)
            let r000m1Far = esp_fma8(negativeFar, r000m2Far, e1Far) * Lanes(repeating: 1.0 / 3)
            let r000m0Far = esp_fma8(negativeFar, r000m1Far, e0Far)
            let r000m0 = r000m0Near + r000m0Far
            let r000m1 = r000m1Near + r000m1Far
            let r000m2 = r000m2Near + r000m2Far
            target[0] = r000m0
            let r100m0 = x * r000m1
            let r100m1 = x * r000m2
            target[81] = r100m0
            let r010m0 = y * r000m1
            let r010m1 = y * r000m2
            target[9] = r010m0
            let r001m0 = z * r000m1
            let r001m1 = z * r000m2
            target[1] = r001m0
            let r200m0 = esp_fma8(x, r100m1, r000m1)
            target[162] = r200m0
            let r110m0 = x * r010m1
            target[90] = r110m0
            let r101m0 = x * r001m1
            target[82] = r101m0
            let r020m0 = esp_fma8(y, r010m1, r000m1)
            target[18] = r020m0
            let r011m0 = y * r001m1
            target[10] = r011m0
            let r002m0 = esp_fma8(z, r001m1, r000m1)
            target[2] = r002m0
        }
    }
}
