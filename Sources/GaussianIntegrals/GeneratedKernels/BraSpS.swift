// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of SP and S: 4 rows, 7 coefficients.
    @inline(never)
    static func spS(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { spS(work, h) }
    }

    @inline(__always)
    private static func spS(_ work: BraTransformation, _ h: Int) {
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
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[1]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[3]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[5]), x0, a3)
                let x81 = r[o + 81]
                a1 = esp_fma8(Lanes(repeating: c[2]), x81, a1)
                let x9 = r[o + 9]
                a2 = esp_fma8(Lanes(repeating: c[4]), x9, a2)
                let x1 = r[o + 1]
                a3 = esp_fma8(Lanes(repeating: c[6]), x1, a3)
                c += 7
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[3 * hermites] = a3
        }
    }
}
