// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of pure D and S: 5 rows, 24 coefficients.
    @inline(never)
    static func dS(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { dS(work, h) }
    }

    @inline(__always)
    private static func dS(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a2 = Lanes.zero
            var a3 = Lanes.zero
            var a4 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
                a4 = target[4 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[4]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[8]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[15]), x0, a3)
                a4 = esp_fma8(Lanes(repeating: c[19]), x0, a4)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a2 = esp_fma8(Lanes(repeating: c[9]), x81, a2)
                a3 = esp_fma8(Lanes(repeating: c[16]), x81, a3)
                a4 = esp_fma8(Lanes(repeating: c[20]), x81, a4)
                let x9 = r[o + 9]
                a0 = esp_fma8(Lanes(repeating: c[2]), x9, a0)
                a1 = esp_fma8(Lanes(repeating: c[5]), x9, a1)
                a2 = esp_fma8(Lanes(repeating: c[10]), x9, a2)
                a4 = esp_fma8(Lanes(repeating: c[21]), x9, a4)
                let x1 = r[o + 1]
                a1 = esp_fma8(Lanes(repeating: c[6]), x1, a1)
                a2 = esp_fma8(Lanes(repeating: c[11]), x1, a2)
                a3 = esp_fma8(Lanes(repeating: c[17]), x1, a3)
                let x162 = r[o + 162]
                a2 = esp_fma8(Lanes(repeating: c[12]), x162, a2)
                a4 = esp_fma8(Lanes(repeating: c[22]), x162, a4)
                let x90 = r[o + 90]
                a0 = esp_fma8(Lanes(repeating: c[3]), x90, a0)
                let x82 = r[o + 82]
                a3 = esp_fma8(Lanes(repeating: c[18]), x82, a3)
                let x18 = r[o + 18]
                a2 = esp_fma8(Lanes(repeating: c[13]), x18, a2)
                a4 = esp_fma8(Lanes(repeating: c[23]), x18, a4)
                let x10 = r[o + 10]
                a1 = esp_fma8(Lanes(repeating: c[7]), x10, a1)
                let x2 = r[o + 2]
                a2 = esp_fma8(Lanes(repeating: c[14]), x2, a2)
                c += 24
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[3 * hermites] = a3
            target[4 * hermites] = a4
        }
    }
}
