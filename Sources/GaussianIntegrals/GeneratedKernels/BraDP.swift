// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of pure D and P: 15 rows, 122 coefficients.
    @inline(never)
    static func dP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { dP(work, h) }
    }

    @inline(__always)
    private static func dP(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a6 = Lanes.zero
            var a7 = Lanes.zero
            var a11 = Lanes.zero
            var a12 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a6 = target[6 * hermites]
                a7 = target[7 * hermites]
                a11 = target[11 * hermites]
                a12 = target[12 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[6]), x0, a1)
                a6 = esp_fma8(Lanes(repeating: c[40]), x0, a6)
                a7 = esp_fma8(Lanes(repeating: c[52]), x0, a7)
                a11 = esp_fma8(Lanes(repeating: c[90]), x0, a11)
                a12 = esp_fma8(Lanes(repeating: c[96]), x0, a12)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a1 = esp_fma8(Lanes(repeating: c[7]), x81, a1)
                a6 = esp_fma8(Lanes(repeating: c[41]), x81, a6)
                a7 = esp_fma8(Lanes(repeating: c[53]), x81, a7)
                a11 = esp_fma8(Lanes(repeating: c[91]), x81, a11)
                a12 = esp_fma8(Lanes(repeating: c[97]), x81, a12)
                let x9 = r[o + 9]
                a0 = esp_fma8(Lanes(repeating: c[2]), x9, a0)
                a1 = esp_fma8(Lanes(repeating: c[8]), x9, a1)
                a6 = esp_fma8(Lanes(repeating: c[42]), x9, a6)
                a7 = esp_fma8(Lanes(repeating: c[54]), x9, a7)
                a12 = esp_fma8(Lanes(repeating: c[98]), x9, a12)
                let x1 = r[o + 1]
                a6 = esp_fma8(Lanes(repeating: c[43]), x1, a6)
                a7 = esp_fma8(Lanes(repeating: c[55]), x1, a7)
                a11 = esp_fma8(Lanes(repeating: c[92]), x1, a11)
                let x162 = r[o + 162]
                a0 = esp_fma8(Lanes(repeating: c[3]), x162, a0)
                a6 = esp_fma8(Lanes(repeating: c[44]), x162, a6)
                a7 = esp_fma8(Lanes(repeating: c[56]), x162, a7)
                a12 = esp_fma8(Lanes(repeating: c[99]), x162, a12)
                let x90 = r[o + 90]
                a0 = esp_fma8(Lanes(repeating: c[4]), x90, a0)
                a1 = esp_fma8(Lanes(repeating: c[9]), x90, a1)
                a6 = esp_fma8(Lanes(repeating: c[45]), x90, a6)
                a7 = esp_fma8(Lanes(repeating: c[57]), x90, a7)
                a12 = esp_fma8(Lanes(repeating: c[100]), x90, a12)
                let x82 = r[o + 82]
                a6 = esp_fma8(Lanes(repeating: c[46]), x82, a6)
                a11 = esp_fma8(Lanes(repeating: c[93]), x82, a11)
                let x18 = r[o + 18]
                a1 = esp_fma8(Lanes(repeating: c[10]), x18, a1)
                a6 = esp_fma8(Lanes(repeating: c[47]), x18, a6)
                a7 = esp_fma8(Lanes(repeating: c[58]), x18, a7)
                a12 = esp_fma8(Lanes(repeating: c[101]), x18, a12)
                let x10 = r[o + 10]
                a7 = esp_fma8(Lanes(repeating: c[59]), x10, a7)
                let x2 = r[o + 2]
                a6 = esp_fma8(Lanes(repeating: c[48]), x2, a6)
                a7 = esp_fma8(Lanes(repeating: c[60]), x2, a7)
                a11 = esp_fma8(Lanes(repeating: c[94]), x2, a11)
                let x243 = r[o + 243]
                a6 = esp_fma8(Lanes(repeating: c[49]), x243, a6)
                a12 = esp_fma8(Lanes(repeating: c[102]), x243, a12)
                let x171 = r[o + 171]
                a0 = esp_fma8(Lanes(repeating: c[5]), x171, a0)
                a7 = esp_fma8(Lanes(repeating: c[61]), x171, a7)
                let x99 = r[o + 99]
                a1 = esp_fma8(Lanes(repeating: c[11]), x99, a1)
                a6 = esp_fma8(Lanes(repeating: c[50]), x99, a6)
                a12 = esp_fma8(Lanes(repeating: c[103]), x99, a12)
                let x83 = r[o + 83]
                a6 = esp_fma8(Lanes(repeating: c[51]), x83, a6)
                a11 = esp_fma8(Lanes(repeating: c[95]), x83, a11)
                let x27 = r[o + 27]
                a7 = esp_fma8(Lanes(repeating: c[62]), x27, a7)
                let x11 = r[o + 11]
                a7 = esp_fma8(Lanes(repeating: c[63]), x11, a7)
                c += 122
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[6 * hermites] = a6
            target[7 * hermites] = a7
            target[11 * hermites] = a11
            target[12 * hermites] = a12
        }
        do {
            var a2 = Lanes.zero
            var a3 = Lanes.zero
            var a4 = Lanes.zero
            var a8 = Lanes.zero
            var a9 = Lanes.zero
            var a14 = Lanes.zero
            if !work.isFirst {
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
                a4 = target[4 * hermites]
                a8 = target[8 * hermites]
                a9 = target[9 * hermites]
                a14 = target[14 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a2 = esp_fma8(Lanes(repeating: c[12]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[20]), x0, a3)
                a4 = esp_fma8(Lanes(repeating: c[28]), x0, a4)
                a8 = esp_fma8(Lanes(repeating: c[64]), x0, a8)
                a9 = esp_fma8(Lanes(repeating: c[76]), x0, a9)
                a14 = esp_fma8(Lanes(repeating: c[112]), x0, a14)
                let x81 = r[o + 81]
                a2 = esp_fma8(Lanes(repeating: c[13]), x81, a2)
                a3 = esp_fma8(Lanes(repeating: c[21]), x81, a3)
                a8 = esp_fma8(Lanes(repeating: c[65]), x81, a8)
                a9 = esp_fma8(Lanes(repeating: c[77]), x81, a9)
                a14 = esp_fma8(Lanes(repeating: c[113]), x81, a14)
                let x9 = r[o + 9]
                a2 = esp_fma8(Lanes(repeating: c[14]), x9, a2)
                a3 = esp_fma8(Lanes(repeating: c[22]), x9, a3)
                a4 = esp_fma8(Lanes(repeating: c[29]), x9, a4)
                a8 = esp_fma8(Lanes(repeating: c[66]), x9, a8)
                a14 = esp_fma8(Lanes(repeating: c[114]), x9, a14)
                let x1 = r[o + 1]
                a2 = esp_fma8(Lanes(repeating: c[15]), x1, a2)
                a3 = esp_fma8(Lanes(repeating: c[23]), x1, a3)
                a4 = esp_fma8(Lanes(repeating: c[30]), x1, a4)
                a8 = esp_fma8(Lanes(repeating: c[67]), x1, a8)
                a9 = esp_fma8(Lanes(repeating: c[78]), x1, a9)
                a14 = esp_fma8(Lanes(repeating: c[115]), x1, a14)
                let x162 = r[o + 162]
                a8 = esp_fma8(Lanes(repeating: c[68]), x162, a8)
                a9 = esp_fma8(Lanes(repeating: c[79]), x162, a9)
                a14 = esp_fma8(Lanes(repeating: c[116]), x162, a14)
                let x90 = r[o + 90]
                a2 = esp_fma8(Lanes(repeating: c[16]), x90, a2)
                a3 = esp_fma8(Lanes(repeating: c[24]), x90, a3)
                let x82 = r[o + 82]
                a2 = esp_fma8(Lanes(repeating: c[17]), x82, a2)
                a3 = esp_fma8(Lanes(repeating: c[25]), x82, a3)
                a8 = esp_fma8(Lanes(repeating: c[69]), x82, a8)
                a9 = esp_fma8(Lanes(repeating: c[80]), x82, a9)
                a14 = esp_fma8(Lanes(repeating: c[117]), x82, a14)
                let x18 = r[o + 18]
                a4 = esp_fma8(Lanes(repeating: c[31]), x18, a4)
                a8 = esp_fma8(Lanes(repeating: c[70]), x18, a8)
                a14 = esp_fma8(Lanes(repeating: c[118]), x18, a14)
                let x10 = r[o + 10]
                a2 = esp_fma8(Lanes(repeating: c[18]), x10, a2)
                a3 = esp_fma8(Lanes(repeating: c[26]), x10, a3)
                a4 = esp_fma8(Lanes(repeating: c[32]), x10, a4)
                a8 = esp_fma8(Lanes(repeating: c[71]), x10, a8)
                a14 = esp_fma8(Lanes(repeating: c[119]), x10, a14)
                let x2 = r[o + 2]
                a8 = esp_fma8(Lanes(repeating: c[72]), x2, a8)
                let x163 = r[o + 163]
                a8 = esp_fma8(Lanes(repeating: c[73]), x163, a8)
                a9 = esp_fma8(Lanes(repeating: c[81]), x163, a9)
                a14 = esp_fma8(Lanes(repeating: c[120]), x163, a14)
                let x91 = r[o + 91]
                a2 = esp_fma8(Lanes(repeating: c[19]), x91, a2)
                a3 = esp_fma8(Lanes(repeating: c[27]), x91, a3)
                let x19 = r[o + 19]
                a4 = esp_fma8(Lanes(repeating: c[33]), x19, a4)
                a8 = esp_fma8(Lanes(repeating: c[74]), x19, a8)
                a14 = esp_fma8(Lanes(repeating: c[121]), x19, a14)
                let x3 = r[o + 3]
                a8 = esp_fma8(Lanes(repeating: c[75]), x3, a8)
                c += 122
                o += stride
            }
            target[2 * hermites] = a2
            target[3 * hermites] = a3
            target[4 * hermites] = a4
            target[8 * hermites] = a8
            target[9 * hermites] = a9
            target[14 * hermites] = a14
        }
        do {
            var a5 = Lanes.zero
            var a10 = Lanes.zero
            var a13 = Lanes.zero
            if !work.isFirst {
                a5 = target[5 * hermites]
                a10 = target[10 * hermites]
                a13 = target[13 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a5 = esp_fma8(Lanes(repeating: c[34]), x0, a5)
                a10 = esp_fma8(Lanes(repeating: c[82]), x0, a10)
                a13 = esp_fma8(Lanes(repeating: c[104]), x0, a13)
                let x81 = r[o + 81]
                a10 = esp_fma8(Lanes(repeating: c[83]), x81, a10)
                a13 = esp_fma8(Lanes(repeating: c[105]), x81, a13)
                let x9 = r[o + 9]
                a5 = esp_fma8(Lanes(repeating: c[35]), x9, a5)
                a10 = esp_fma8(Lanes(repeating: c[84]), x9, a10)
                a13 = esp_fma8(Lanes(repeating: c[106]), x9, a13)
                let x1 = r[o + 1]
                a5 = esp_fma8(Lanes(repeating: c[36]), x1, a5)
                a10 = esp_fma8(Lanes(repeating: c[85]), x1, a10)
                let x162 = r[o + 162]
                a13 = esp_fma8(Lanes(repeating: c[107]), x162, a13)
                let x90 = r[o + 90]
                a10 = esp_fma8(Lanes(repeating: c[86]), x90, a10)
                a13 = esp_fma8(Lanes(repeating: c[108]), x90, a13)
                let x82 = r[o + 82]
                a10 = esp_fma8(Lanes(repeating: c[87]), x82, a10)
                let x18 = r[o + 18]
                a13 = esp_fma8(Lanes(repeating: c[109]), x18, a13)
                let x10 = r[o + 10]
                a5 = esp_fma8(Lanes(repeating: c[37]), x10, a5)
                a10 = esp_fma8(Lanes(repeating: c[88]), x10, a10)
                let x2 = r[o + 2]
                a5 = esp_fma8(Lanes(repeating: c[38]), x2, a5)
                let x171 = r[o + 171]
                a13 = esp_fma8(Lanes(repeating: c[110]), x171, a13)
                let x91 = r[o + 91]
                a10 = esp_fma8(Lanes(repeating: c[89]), x91, a10)
                let x27 = r[o + 27]
                a13 = esp_fma8(Lanes(repeating: c[111]), x27, a13)
                let x11 = r[o + 11]
                a5 = esp_fma8(Lanes(repeating: c[39]), x11, a5)
                c += 122
                o += stride
            }
            target[5 * hermites] = a5
            target[10 * hermites] = a10
            target[13 * hermites] = a13
        }
    }
}
