// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of F and S: 7 rows, 70 coefficients.
    @inline(never)
    static func fS(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { fS(work, h) }
    }

    @inline(__always)
    private static func fS(_ work: BraTransformation, _ h: Int) {
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
            var a5 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
                a4 = target[4 * hermites]
                a5 = target[5 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[8]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[16]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[28]), x0, a3)
                a4 = esp_fma8(Lanes(repeating: c[40]), x0, a4)
                a5 = esp_fma8(Lanes(repeating: c[52]), x0, a5)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a1 = esp_fma8(Lanes(repeating: c[9]), x81, a1)
                a2 = esp_fma8(Lanes(repeating: c[17]), x81, a2)
                a3 = esp_fma8(Lanes(repeating: c[29]), x81, a3)
                a4 = esp_fma8(Lanes(repeating: c[41]), x81, a4)
                a5 = esp_fma8(Lanes(repeating: c[53]), x81, a5)
                let x9 = r[o + 9]
                a0 = esp_fma8(Lanes(repeating: c[2]), x9, a0)
                a1 = esp_fma8(Lanes(repeating: c[10]), x9, a1)
                a2 = esp_fma8(Lanes(repeating: c[18]), x9, a2)
                a3 = esp_fma8(Lanes(repeating: c[30]), x9, a3)
                a4 = esp_fma8(Lanes(repeating: c[42]), x9, a4)
                a5 = esp_fma8(Lanes(repeating: c[54]), x9, a5)
                let x1 = r[o + 1]
                a1 = esp_fma8(Lanes(repeating: c[11]), x1, a1)
                a2 = esp_fma8(Lanes(repeating: c[19]), x1, a2)
                a3 = esp_fma8(Lanes(repeating: c[31]), x1, a3)
                a4 = esp_fma8(Lanes(repeating: c[43]), x1, a4)
                a5 = esp_fma8(Lanes(repeating: c[55]), x1, a5)
                let x162 = r[o + 162]
                a0 = esp_fma8(Lanes(repeating: c[3]), x162, a0)
                a2 = esp_fma8(Lanes(repeating: c[20]), x162, a2)
                a3 = esp_fma8(Lanes(repeating: c[32]), x162, a3)
                a4 = esp_fma8(Lanes(repeating: c[44]), x162, a4)
                a5 = esp_fma8(Lanes(repeating: c[56]), x162, a5)
                let x90 = r[o + 90]
                a0 = esp_fma8(Lanes(repeating: c[4]), x90, a0)
                a1 = esp_fma8(Lanes(repeating: c[12]), x90, a1)
                a2 = esp_fma8(Lanes(repeating: c[21]), x90, a2)
                a4 = esp_fma8(Lanes(repeating: c[45]), x90, a4)
                let x82 = r[o + 82]
                a1 = esp_fma8(Lanes(repeating: c[13]), x82, a1)
                a3 = esp_fma8(Lanes(repeating: c[33]), x82, a3)
                a4 = esp_fma8(Lanes(repeating: c[46]), x82, a4)
                a5 = esp_fma8(Lanes(repeating: c[57]), x82, a5)
                let x18 = r[o + 18]
                a0 = esp_fma8(Lanes(repeating: c[5]), x18, a0)
                a2 = esp_fma8(Lanes(repeating: c[22]), x18, a2)
                a3 = esp_fma8(Lanes(repeating: c[34]), x18, a3)
                a4 = esp_fma8(Lanes(repeating: c[47]), x18, a4)
                a5 = esp_fma8(Lanes(repeating: c[58]), x18, a5)
                let x10 = r[o + 10]
                a1 = esp_fma8(Lanes(repeating: c[14]), x10, a1)
                a2 = esp_fma8(Lanes(repeating: c[23]), x10, a2)
                a3 = esp_fma8(Lanes(repeating: c[35]), x10, a3)
                a5 = esp_fma8(Lanes(repeating: c[59]), x10, a5)
                let x2 = r[o + 2]
                a2 = esp_fma8(Lanes(repeating: c[24]), x2, a2)
                a3 = esp_fma8(Lanes(repeating: c[36]), x2, a3)
                a4 = esp_fma8(Lanes(repeating: c[48]), x2, a4)
                let x243 = r[o + 243]
                a4 = esp_fma8(Lanes(repeating: c[49]), x243, a4)
                let x171 = r[o + 171]
                a0 = esp_fma8(Lanes(repeating: c[6]), x171, a0)
                a2 = esp_fma8(Lanes(repeating: c[25]), x171, a2)
                let x163 = r[o + 163]
                a3 = esp_fma8(Lanes(repeating: c[37]), x163, a3)
                a5 = esp_fma8(Lanes(repeating: c[60]), x163, a5)
                let x99 = r[o + 99]
                a4 = esp_fma8(Lanes(repeating: c[50]), x99, a4)
                let x91 = r[o + 91]
                a1 = esp_fma8(Lanes(repeating: c[15]), x91, a1)
                let x83 = r[o + 83]
                a4 = esp_fma8(Lanes(repeating: c[51]), x83, a4)
                let x27 = r[o + 27]
                a0 = esp_fma8(Lanes(repeating: c[7]), x27, a0)
                a2 = esp_fma8(Lanes(repeating: c[26]), x27, a2)
                let x19 = r[o + 19]
                a3 = esp_fma8(Lanes(repeating: c[38]), x19, a3)
                a5 = esp_fma8(Lanes(repeating: c[61]), x19, a5)
                let x11 = r[o + 11]
                a2 = esp_fma8(Lanes(repeating: c[27]), x11, a2)
                let x3 = r[o + 3]
                a3 = esp_fma8(Lanes(repeating: c[39]), x3, a3)
                c += 70
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[3 * hermites] = a3
            target[4 * hermites] = a4
            target[5 * hermites] = a5
        }
        do {
            var a6 = Lanes.zero
            if !work.isFirst {
                a6 = target[6 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a6 = esp_fma8(Lanes(repeating: c[62]), x0, a6)
                let x81 = r[o + 81]
                a6 = esp_fma8(Lanes(repeating: c[63]), x81, a6)
                let x9 = r[o + 9]
                a6 = esp_fma8(Lanes(repeating: c[64]), x9, a6)
                let x162 = r[o + 162]
                a6 = esp_fma8(Lanes(repeating: c[65]), x162, a6)
                let x90 = r[o + 90]
                a6 = esp_fma8(Lanes(repeating: c[66]), x90, a6)
                let x18 = r[o + 18]
                a6 = esp_fma8(Lanes(repeating: c[67]), x18, a6)
                let x243 = r[o + 243]
                a6 = esp_fma8(Lanes(repeating: c[68]), x243, a6)
                let x99 = r[o + 99]
                a6 = esp_fma8(Lanes(repeating: c[69]), x99, a6)
                c += 70
                o += stride
            }
            target[6 * hermites] = a6
        }
    }
}
