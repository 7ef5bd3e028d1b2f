// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension HermiteCoulombIntegrals {
    /// All R_tuv with t + u + v <= 0 of 1/r.
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
            let scale = root * Lanes(repeating: prefactor)
            let boys = work.boys.highest(alpha * squared, order: 0)
            let r000m0 = boys.value * scale
            target[0] = r000m0
        }
    }

    /// All R_tuv with t + u + v <= 0 of any operator: those of 1/r and of erf(omega r) / r are added up.
    @inline(never)
    static func separatedDegree0(_ work: HermiteCoulombIntegrals) {
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
            let boysNear = work.boys.highest(alphaNear * squared, order: 0)
            let r000m0Near = boysNear.value * scaleNear
            let boysFar = work.boys.highest(alphaFar * squared, order: 0)
            let r000m0Far = boysFar.value * scaleFar
            let r000m0 = r000m0Near + r000m0Far
            target[0] = r000m0
        }
    }
}
