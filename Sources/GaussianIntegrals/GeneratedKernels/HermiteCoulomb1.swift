// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 1 of 1/r.
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
            let scale = root * Lanes(repeating: prefactor)
            let boys = work.boys.highest(alpha * squared, order: 1)
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

    /// All R_tuv with t + u + v <= 1 of any operator: those of 1/r and of erf(omega r) / r are added up.
    @inline(never)
    static func separatedDegree1(_ work: HermiteCoulombIntegrals) {
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
            let boysNear = work.boys.highest(alphaNear * squared, order: 1)
            let f1Near = alphaNear * Lanes(repeating: -2)
            let e0Near = boysNear.exponential * scaleNear
            let negativeNear = Lanes.zero - squared
            let r000m1Near = boysNear.value * (scaleNear * f1Near)
            let r000m0Near = esp_fma8(negativeNear, r000m1Near, e0Near)
            let boysFar = work.boys.highest(alphaFar * squared, order: 1)
            let f1Far = alphaFar * Lanes(repeating: -2)
            let e0Far = boysFar.exponential * scaleFar
            let negativeFar = Lanes.zero - squared
            let r000m1Far = boysFar.value * (scaleFar * f1Far)
            let r000m0Far = esp_fma8(negativeFar, r000m1Far, e0Far)
            let r000m0 = r000m0Near + r000m0Far
            let r000m1 = r000m1Near + r000m1Far
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
