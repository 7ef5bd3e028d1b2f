// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of SP and SP: 16 rows, 46 coefficients.
    @inline(never)
    static func spSP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { spSP(work, h) }
    }

    @inline(__always)
    private static func spSP(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a1 = Lanes.zero
            var a2 = Lanes.zero
            var a4 = Lanes.zero
            var a6 = Lanes.zero
            var a8 = Lanes.zero
            var a9 = Lanes.zero
            if !work.isFirst {
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a4 = target[4 * hermites]
                a6 = target[6 * hermites]
                a8 = target[8 * hermites]
                a9 = target[9 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a1 = esp_fma8(Lanes(repeating: c[1]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[3]), x0, a2)
                a4 = esp_fma8(Lanes(repeating: c[7]), x0, a4)
                a6 = esp_fma8(Lanes(repeating: c[12]), x0, a6)
                a8 = esp_fma8(Lanes(repeating: c[20]), x0, a8)
                a9 = esp_fma8(Lanes(repeating: c[22]), x0, a9)
                let x81 = r[o + 81]
                a1 = esp_fma8(Lanes(repeating: c[2]), x81, a1)
                a4 = esp_fma8(Lanes(repeating: c[8]), x81, a4)
                a6 = esp_fma8(Lanes(repeating: c[13]), x81, a6)
                a9 = esp_fma8(Lanes(repeating: c[23]), x81, a9)
                let x9 = r[o + 9]
                a2 = esp_fma8(Lanes(repeating: c[4]), x9, a2)
                a6 = esp_fma8(Lanes(repeating: c[14]), x9, a6)
                a8 = esp_fma8(Lanes(repeating: c[21]), x9, a8)
                a9 = esp_fma8(Lanes(repeating: c[24]), x9, a9)
                let x90 = r[o + 90]
                a6 = esp_fma8(Lanes(repeating: c[15]), x90, a6)
                a9 = esp_fma8(Lanes(repeating: c[25]), x90, a9)
                c += 46
                o += stride
            }
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[4 * hermites] = a4
            target[6 * hermites] = a6
            target[8 * hermites] = a8
            target[9 * hermites] = a9
        }
        do {
            var a0 = Lanes.zero
            var a3 = Lanes.zero
            var a5 = Lanes.zero
            var a7 = Lanes.zero
            var a12 = Lanes.zero
            var a13 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a3 = target[3 * hermites]
                a5 = target[5 * hermites]
                a7 = target[7 * hermites]
                a12 = target[12 * hermites]
                a13 = target[13 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a3 = esp_fma8(Lanes(repeating: c[5]), x0, a3)
                a5 = esp_fma8(Lanes(repeating: c[9]), x0, a5)
                a7 = esp_fma8(Lanes(repeating: c[16]), x0, a7)
                a12 = esp_fma8(Lanes(repeating: c[33]), x0, a12)
                a13 = esp_fma8(Lanes(repeating: c[35]), x0, a13)
                let x81 = r[o + 81]
                a5 = esp_fma8(Lanes(repeating: c[10]), x81, a5)
                a7 = esp_fma8(Lanes(repeating: c[17]), x81, a7)
                a13 = esp_fma8(Lanes(repeating: c[36]), x81, a13)
                let x1 = r[o + 1]
                a3 = esp_fma8(Lanes(repeating: c[6]), x1, a3)
                a7 = esp_fma8(Lanes(repeating: c[18]), x1, a7)
                a12 = esp_fma8(Lanes(repeating: c[34]), x1, a12)
                a13 = esp_fma8(Lanes(repeating: c[37]), x1, a13)
                let x162 = r[o + 162]
                a5 = esp_fma8(Lanes(repeating: c[11]), x162, a5)
                let x82 = r[o + 82]
                a7 = esp_fma8(Lanes(repeating: c[19]), x82, a7)
                a13 = esp_fma8(Lanes(repeating: c[38]), x82, a13)
                c += 46
                o += stride
            }
            target[0 * hermites] = a0
            target[3 * hermites] = a3
            target[5 * hermites] = a5
            target[7 * hermites] = a7
            target[12 * hermites] = a12
            target[13 * hermites] = a13
        }
        do {
            var a10 = Lanes.zero
            var a11 = Lanes.zero
            var a14 = Lanes.zero
            var a15 = Lanes.zero
            if !work.isFirst {
                a10 = target[10 * hermites]
                a11 = target[11 * hermites]
                a14 = target[14 * hermites]
                a15 = target[15 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a10 = esp_fma8(Lanes(repeating: c[26]), x0, a10)
                a11 = esp_fma8(Lanes(repeating: c[29]), x0, a11)
                a14 = esp_fma8(Lanes(repeating: c[39]), x0, a14)
                a15 = esp_fma8(Lanes(repeating: c[43]), x0, a15)
                let x9 = r[o + 9]
                a10 = esp_fma8(Lanes(repeating: c[27]), x9, a10)
                a11 = esp_fma8(Lanes(repeating: c[30]), x9, a11)
                a14 = esp_fma8(Lanes(repeating: c[40]), x9, a14)
                let x1 = r[o + 1]
                a11 = esp_fma8(Lanes(repeating: c[31]), x1, a11)
                a14 = esp_fma8(Lanes(repeating: c[41]), x1, a14)
                a15 = esp_fma8(Lanes(repeating: c[44]), x1, a15)
                let x18 = r[o + 18]
                a10 = esp_fma8(Lanes(repeating: c[28]), x18, a10)
                let x10 = r[o + 10]
                a11 = esp_fma8(Lanes(repeating: c[32]), x10, a11)
                a14 = esp_fma8(Lanes(repeating: c[42]), x10, a14)
                let x2 = r[o + 2]
                a15 = esp_fma8(Lanes(repeating: c[45]), x2, a15)
                c += 46
                o += stride
            }
            target[10 * hermites] = a10
            target[11 * hermites] = a11
            target[14 * hermites] = a14
            target[15 * hermites] = a15
        }
    }
}
