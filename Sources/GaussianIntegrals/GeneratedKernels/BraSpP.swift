// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of SP and P: 12 rows, 39 coefficients.
    @inline(never)
    static func spP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { spP(work, h) }
    }

    @inline(__always)
    private static func spP(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a3 = Lanes.zero
            var a4 = Lanes.zero
            var a6 = Lanes.zero
            var a7 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a3 = target[3 * hermites]
                a4 = target[4 * hermites]
                a6 = target[6 * hermites]
                a7 = target[7 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[2]), x0, a1)
                a3 = esp_fma8(Lanes(repeating: c[6]), x0, a3)
                a4 = esp_fma8(Lanes(repeating: c[9]), x0, a4)
                a6 = esp_fma8(Lanes(repeating: c[17]), x0, a6)
                a7 = esp_fma8(Lanes(repeating: c[21]), x0, a7)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a3 = esp_fma8(Lanes(repeating: c[7]), x81, a3)
                a4 = esp_fma8(Lanes(repeating: c[10]), x81, a4)
                a6 = esp_fma8(Lanes(repeating: c[18]), x81, a6)
                let x9 = r[o + 9]
                a1 = esp_fma8(Lanes(repeating: c[3]), x9, a1)
                a4 = esp_fma8(Lanes(repeating: c[11]), x9, a4)
                a6 = esp_fma8(Lanes(repeating: c[19]), x9, a6)
                a7 = esp_fma8(Lanes(repeating: c[22]), x9, a7)
                let x162 = r[o + 162]
                a3 = esp_fma8(Lanes(repeating: c[8]), x162, a3)
                let x90 = r[o + 90]
                a4 = esp_fma8(Lanes(repeating: c[12]), x90, a4)
                a6 = esp_fma8(Lanes(repeating: c[20]), x90, a6)
                let x18 = r[o + 18]
                a7 = esp_fma8(Lanes(repeating: c[23]), x18, a7)
                c += 39
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[3 * hermites] = a3
            target[4 * hermites] = a4
            target[6 * hermites] = a6
            target[7 * hermites] = a7
        }
        do {
            var a2 = Lanes.zero
            var a5 = Lanes.zero
            var a8 = Lanes.zero
            var a9 = Lanes.zero
            var a10 = Lanes.zero
            var a11 = Lanes.zero
            if !work.isFirst {
                a2 = target[2 * hermites]
                a5 = target[5 * hermites]
                a8 = target[8 * hermites]
                a9 = target[9 * hermites]
                a10 = target[10 * hermites]
                a11 = target[11 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a2 = esp_fma8(Lanes(repeating: c[4]), x0, a2)
                a5 = esp_fma8(Lanes(repeating: c[13]), x0, a5)
                a8 = esp_fma8(Lanes(repeating: c[24]), x0, a8)
                a9 = esp_fma8(Lanes(repeating: c[28]), x0, a9)
                a10 = esp_fma8(Lanes(repeating: c[32]), x0, a10)
                a11 = esp_fma8(Lanes(repeating: c[36]), x0, a11)
                let x81 = r[o + 81]
                a5 = esp_fma8(Lanes(repeating: c[14]), x81, a5)
                a9 = esp_fma8(Lanes(repeating: c[29]), x81, a9)
                let x9 = r[o + 9]
                a8 = esp_fma8(Lanes(repeating: c[25]), x9, a8)
                a10 = esp_fma8(Lanes(repeating: c[33]), x9, a10)
                let x1 = r[o + 1]
                a2 = esp_fma8(Lanes(repeating: c[5]), x1, a2)
                a5 = esp_fma8(Lanes(repeating: c[15]), x1, a5)
                a8 = esp_fma8(Lanes(repeating: c[26]), x1, a8)
                a9 = esp_fma8(Lanes(repeating: c[30]), x1, a9)
                a10 = esp_fma8(Lanes(repeating: c[34]), x1, a10)
                a11 = esp_fma8(Lanes(repeating: c[37]), x1, a11)
                let x82 = r[o + 82]
                a5 = esp_fma8(Lanes(repeating: c[16]), x82, a5)
                a9 = esp_fma8(Lanes(repeating: c[31]), x82, a9)
                let x10 = r[o + 10]
                a8 = esp_fma8(Lanes(repeating: c[27]), x10, a8)
                a10 = esp_fma8(Lanes(repeating: c[35]), x10, a10)
                let x2 = r[o + 2]
                a11 = esp_fma8(Lanes(repeating: c[38]), x2, a11)
                c += 39
                o += stride
            }
            target[2 * hermites] = a2
            target[5 * hermites] = a5
            target[8 * hermites] = a8
            target[9 * hermites] = a9
            target[10 * hermites] = a10
            target[11 * hermites] = a11
        }
    }
}
