// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of P and S: 3 rows, 6 coefficients.
    @inline(never)
    static func pS(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { pS(work, h) }
    }

    @inline(__always)
    private static func pS(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a2 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[2]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[4]), x0, a2)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                let x9 = r[o + 9]
                a1 = esp_fma8(Lanes(repeating: c[3]), x9, a1)
                let x1 = r[o + 1]
                a2 = esp_fma8(Lanes(repeating: c[5]), x1, a2)
                c += 6
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
        }
    }
}
