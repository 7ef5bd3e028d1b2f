// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of P and P: 9 rows, 33 coefficients.
    @inline(never)
    static func pP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { pP(work, h) }
    }

    @inline(__always)
    private static func pP(_ work: BraTransformation, _ h: Int) {
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
            var a6 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
                a4 = target[4 * hermites]
                a6 = target[6 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[3]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[7]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[11]), x0, a3)
                a4 = esp_fma8(Lanes(repeating: c[15]), x0, a4)
                a6 = esp_fma8(Lanes(repeating: c[22]), x0, a6)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a1 = esp_fma8(Lanes(repeating: c[4]), x81, a1)
                a2 = esp_fma8(Lanes(repeating: c[8]), x81, a2)
                a3 = esp_fma8(Lanes(repeating: c[12]), x81, a3)
                a6 = esp_fma8(Lanes(repeating: c[23]), x81, a6)
                let x9 = r[o + 9]
                a1 = esp_fma8(Lanes(repeating: c[5]), x9, a1)
                a3 = esp_fma8(Lanes(repeating: c[13]), x9, a3)
                a4 = esp_fma8(Lanes(repeating: c[16]), x9, a4)
                let x1 = r[o + 1]
                a2 = esp_fma8(Lanes(repeating: c[9]), x1, a2)
                a6 = esp_fma8(Lanes(repeating: c[24]), x1, a6)
                let x162 = r[o + 162]
                a0 = esp_fma8(Lanes(repeating: c[2]), x162, a0)
                let x90 = r[o + 90]
                a1 = esp_fma8(Lanes(repeating: c[6]), x90, a1)
                a3 = esp_fma8(Lanes(repeating: c[14]), x90, a3)
                let x82 = r[o + 82]
                a2 = esp_fma8(Lanes(repeating: c[10]), x82, a2)
                a6 = esp_fma8(Lanes(repeating: c[25]), x82, a6)
                let x18 = r[o + 18]
                a4 = esp_fma8(Lanes(repeating: c[17]), x18, a4)
                c += 33
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[3 * hermites] = a3
            target[4 * hermites] = a4
            target[6 * hermites] = a6
        }
        do {
            var a5 = Lanes.zero
            var a7 = Lanes.zero
            var a8 = Lanes.zero
            if !work.isFirst {
                a5 = target[5 * hermites]
                a7 = target[7 * hermites]
                a8 = target[8 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a5 = esp_fma8(Lanes(repeating: c[18]), x0, a5)
                a7 = esp_fma8(Lanes(repeating: c[26]), x0, a7)
                a8 = esp_fma8(Lanes(repeating: c[30]), x0, a8)
                let x9 = r[o + 9]
                a5 = esp_fma8(Lanes(repeating: c[19]), x9, a5)
                a7 = esp_fma8(Lanes(repeating: c[27]), x9, a7)
                let x1 = r[o + 1]
                a5 = esp_fma8(Lanes(repeating: c[20]), x1, a5)
                a7 = esp_fma8(Lanes(repeating: c[28]), x1, a7)
                a8 = esp_fma8(Lanes(repeating: c[31]), x1, a8)
                let x10 = r[o + 10]
                a5 = esp_fma8(Lanes(repeating: c[21]), x10, a5)
                a7 = esp_fma8(Lanes(repeating: c[29]), x10, a7)
                let x2 = r[o + 2]
                a8 = esp_fma8(Lanes(repeating: c[32]), x2, a8)
                c += 33
                o += stride
            }
            target[5 * hermites] = a5
            target[7 * hermites] = a7
            target[8 * hermites] = a8
        }
    }
}
