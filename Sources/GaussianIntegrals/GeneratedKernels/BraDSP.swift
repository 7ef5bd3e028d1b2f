// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of pure D and SP: 20 rows, 146 coefficients.
    @inline(never)
    static func dSP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { dSP(work, h) }
    }

    @inline(__always)
    private static func dSP(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a2 = Lanes.zero
            var a8 = Lanes.zero
            var a9 = Lanes.zero
            var a15 = Lanes.zero
            var a16 = Lanes.zero
            var a17 = Lanes.zero
            if !work.isFirst {
                a2 = target[2 * hermites]
                a8 = target[8 * hermites]
                a9 = target[9 * hermites]
                a15 = target[15 * hermites]
                a16 = target[16 * hermites]
                a17 = target[17 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a2 = esp_fma8(Lanes(repeating: c[10]), x0, a2)
                a8 = esp_fma8(Lanes(repeating: c[48]), x0, a8)
                a9 = esp_fma8(Lanes(repeating: c[55]), x0, a9)
                a15 = esp_fma8(Lanes(repeating: c[109]), x0, a15)
                a16 = esp_fma8(Lanes(repeating: c[115]), x0, a16)
                a17 = esp_fma8(Lanes(repeating: c[120]), x0, a17)
                let x81 = r[o + 81]
                a2 = esp_fma8(Lanes(repeating: c[11]), x81, a2)
                a8 = esp_fma8(Lanes(repeating: c[49]), x81, a8)
                a9 = esp_fma8(Lanes(repeating: c[56]), x81, a9)
                a15 = esp_fma8(Lanes(repeating: c[110]), x81, a15)
                a16 = esp_fma8(Lanes(repeating: c[116]), x81, a16)
                a17 = esp_fma8(Lanes(repeating: c[121]), x81, a17)
                let x9 = r[o + 9]
                a2 = esp_fma8(Lanes(repeating: c[12]), x9, a2)
                a8 = esp_fma8(Lanes(repeating: c[50]), x9, a8)
                a9 = esp_fma8(Lanes(repeating: c[57]), x9, a9)
                a16 = esp_fma8(Lanes(repeating: c[117]), x9, a16)
                a17 = esp_fma8(Lanes(repeating: c[122]), x9, a17)
                let x1 = r[o + 1]
                a8 = esp_fma8(Lanes(repeating: c[51]), x1, a8)
                a9 = esp_fma8(Lanes(repeating: c[58]), x1, a9)
                a15 = esp_fma8(Lanes(repeating: c[111]), x1, a15)
                let x162 = r[o + 162]
                a8 = esp_fma8(Lanes(repeating: c[52]), x162, a8)
                a9 = esp_fma8(Lanes(repeating: c[59]), x162, a9)
                a16 = esp_fma8(Lanes(repeating: c[118]), x162, a16)
                a17 = esp_fma8(Lanes(repeating: c[123]), x162, a17)
                let x90 = r[o + 90]
                a2 = esp_fma8(Lanes(repeating: c[13]), x90, a2)
                a9 = esp_fma8(Lanes(repeating: c[60]), x90, a9)
                a17 = esp_fma8(Lanes(repeating: c[124]), x90, a17)
                let x82 = r[o + 82]
                a9 = esp_fma8(Lanes(repeating: c[61]), x82, a9)
                a15 = esp_fma8(Lanes(repeating: c[112]), x82, a15)
                let x18 = r[o + 18]
                a2 = esp_fma8(Lanes(repeating: c[14]), x18, a2)
                a8 = esp_fma8(Lanes(repeating: c[53]), x18, a8)
                a9 = esp_fma8(Lanes(repeating: c[62]), x18, a9)
                a16 = esp_fma8(Lanes(repeating: c[119]), x18, a16)
                a17 = esp_fma8(Lanes(repeating: c[125]), x18, a17)
                let x2 = r[o + 2]
                a8 = esp_fma8(Lanes(repeating: c[54]), x2, a8)
                a9 = esp_fma8(Lanes(repeating: c[63]), x2, a9)
                a15 = esp_fma8(Lanes(repeating: c[113]), x2, a15)
                let x243 = r[o + 243]
                a9 = esp_fma8(Lanes(repeating: c[64]), x243, a9)
                a17 = esp_fma8(Lanes(repeating: c[126]), x243, a17)
                let x99 = r[o + 99]
                a2 = esp_fma8(Lanes(repeating: c[15]), x99, a2)
                a9 = esp_fma8(Lanes(repeating: c[65]), x99, a9)
                a17 = esp_fma8(Lanes(repeating: c[127]), x99, a17)
                let x83 = r[o + 83]
                a9 = esp_fma8(Lanes(repeating: c[66]), x83, a9)
                a15 = esp_fma8(Lanes(repeating: c[114]), x83, a15)
                c += 146
                o += stride
            }
            target[2 * hermites] = a2
            target[8 * hermites] = a8
            target[9 * hermites] = a9
            target[15 * hermites] = a15
            target[16 * hermites] = a16
            target[17 * hermites] = a17
        }
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a3 = Lanes.zero
            var a7 = Lanes.zero
            var a10 = Lanes.zero
            var a18 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a3 = target[3 * hermites]
                a7 = target[7 * hermites]
                a10 = target[10 * hermites]
                a18 = target[18 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[4]), x0, a1)
                a3 = esp_fma8(Lanes(repeating: c[16]), x0, a3)
                a7 = esp_fma8(Lanes(repeating: c[42]), x0, a7)
                a10 = esp_fma8(Lanes(repeating: c[67]), x0, a10)
                a18 = esp_fma8(Lanes(repeating: c[128]), x0, a18)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a1 = esp_fma8(Lanes(repeating: c[5]), x81, a1)
                a3 = esp_fma8(Lanes(repeating: c[17]), x81, a3)
                a10 = esp_fma8(Lanes(repeating: c[68]), x81, a10)
                a18 = esp_fma8(Lanes(repeating: c[129]), x81, a18)
                let x9 = r[o + 9]
                a0 = esp_fma8(Lanes(repeating: c[2]), x9, a0)
                a1 = esp_fma8(Lanes(repeating: c[6]), x9, a1)
                a3 = esp_fma8(Lanes(repeating: c[18]), x9, a3)
                a7 = esp_fma8(Lanes(repeating: c[43]), x9, a7)
                a10 = esp_fma8(Lanes(repeating: c[69]), x9, a10)
                a18 = esp_fma8(Lanes(repeating: c[130]), x9, a18)
                let x1 = r[o + 1]
                a3 = esp_fma8(Lanes(repeating: c[19]), x1, a3)
                a7 = esp_fma8(Lanes(repeating: c[44]), x1, a7)
                a10 = esp_fma8(Lanes(repeating: c[70]), x1, a10)
                let x162 = r[o + 162]
                a1 = esp_fma8(Lanes(repeating: c[7]), x162, a1)
                a10 = esp_fma8(Lanes(repeating: c[71]), x162, a10)
                a18 = esp_fma8(Lanes(repeating: c[131]), x162, a18)
                let x90 = r[o + 90]
                a0 = esp_fma8(Lanes(repeating: c[3]), x90, a0)
                a1 = esp_fma8(Lanes(repeating: c[8]), x90, a1)
                a3 = esp_fma8(Lanes(repeating: c[20]), x90, a3)
                a10 = esp_fma8(Lanes(repeating: c[72]), x90, a10)
                a18 = esp_fma8(Lanes(repeating: c[132]), x90, a18)
                let x82 = r[o + 82]
                a3 = esp_fma8(Lanes(repeating: c[21]), x82, a3)
                let x18 = r[o + 18]
                a10 = esp_fma8(Lanes(repeating: c[73]), x18, a10)
                a18 = esp_fma8(Lanes(repeating: c[133]), x18, a18)
                let x10 = r[o + 10]
                a3 = esp_fma8(Lanes(repeating: c[22]), x10, a3)
                a7 = esp_fma8(Lanes(repeating: c[45]), x10, a7)
                a10 = esp_fma8(Lanes(repeating: c[74]), x10, a10)
                let x2 = r[o + 2]
                a7 = esp_fma8(Lanes(repeating: c[46]), x2, a7)
                a10 = esp_fma8(Lanes(repeating: c[75]), x2, a10)
                let x171 = r[o + 171]
                a1 = esp_fma8(Lanes(repeating: c[9]), x171, a1)
                a10 = esp_fma8(Lanes(repeating: c[76]), x171, a10)
                a18 = esp_fma8(Lanes(repeating: c[134]), x171, a18)
                let x91 = r[o + 91]
                a3 = esp_fma8(Lanes(repeating: c[23]), x91, a3)
                let x27 = r[o + 27]
                a10 = esp_fma8(Lanes(repeating: c[77]), x27, a10)
                a18 = esp_fma8(Lanes(repeating: c[135]), x27, a18)
                let x11 = r[o + 11]
                a7 = esp_fma8(Lanes(repeating: c[47]), x11, a7)
                a10 = esp_fma8(Lanes(repeating: c[78]), x11, a10)
                c += 146
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[3 * hermites] = a3
            target[7 * hermites] = a7
            target[10 * hermites] = a10
            target[18 * hermites] = a18
        }
        do {
            var a4 = Lanes.zero
            var a5 = Lanes.zero
            var a6 = Lanes.zero
            var a11 = Lanes.zero
            var a13 = Lanes.zero
            var a19 = Lanes.zero
            if !work.isFirst {
                a4 = target[4 * hermites]
                a5 = target[5 * hermites]
                a6 = target[6 * hermites]
                a11 = target[11 * hermites]
                a13 = target[13 * hermites]
                a19 = target[19 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a4 = esp_fma8(Lanes(repeating: c[24]), x0, a4)
                a5 = esp_fma8(Lanes(repeating: c[28]), x0, a5)
                a6 = esp_fma8(Lanes(repeating: c[36]), x0, a6)
                a11 = esp_fma8(Lanes(repeating: c[79]), x0, a11)
                a13 = esp_fma8(Lanes(repeating: c[95]), x0, a13)
                a19 = esp_fma8(Lanes(repeating: c[136]), x0, a19)
                let x81 = r[o + 81]
                a5 = esp_fma8(Lanes(repeating: c[29]), x81, a5)
                a11 = esp_fma8(Lanes(repeating: c[80]), x81, a11)
                a13 = esp_fma8(Lanes(repeating: c[96]), x81, a13)
                a19 = esp_fma8(Lanes(repeating: c[137]), x81, a19)
                let x9 = r[o + 9]
                a4 = esp_fma8(Lanes(repeating: c[25]), x9, a4)
                a5 = esp_fma8(Lanes(repeating: c[30]), x9, a5)
                a6 = esp_fma8(Lanes(repeating: c[37]), x9, a6)
                a11 = esp_fma8(Lanes(repeating: c[81]), x9, a11)
                a19 = esp_fma8(Lanes(repeating: c[138]), x9, a19)
                let x1 = r[o + 1]
                a4 = esp_fma8(Lanes(repeating: c[26]), x1, a4)
                a5 = esp_fma8(Lanes(repeating: c[31]), x1, a5)
                a6 = esp_fma8(Lanes(repeating: c[38]), x1, a6)
                a11 = esp_fma8(Lanes(repeating: c[82]), x1, a11)
                a13 = esp_fma8(Lanes(repeating: c[97]), x1, a13)
                a19 = esp_fma8(Lanes(repeating: c[139]), x1, a19)
                let x162 = r[o + 162]
                a11 = esp_fma8(Lanes(repeating: c[83]), x162, a11)
                a13 = esp_fma8(Lanes(repeating: c[98]), x162, a13)
                a19 = esp_fma8(Lanes(repeating: c[140]), x162, a19)
                let x90 = r[o + 90]
                a5 = esp_fma8(Lanes(repeating: c[32]), x90, a5)
                let x82 = r[o + 82]
                a5 = esp_fma8(Lanes(repeating: c[33]), x82, a5)
                a11 = esp_fma8(Lanes(repeating: c[84]), x82, a11)
                a13 = esp_fma8(Lanes(repeating: c[99]), x82, a13)
                a19 = esp_fma8(Lanes(repeating: c[141]), x82, a19)
                let x18 = r[o + 18]
                a6 = esp_fma8(Lanes(repeating: c[39]), x18, a6)
                a11 = esp_fma8(Lanes(repeating: c[85]), x18, a11)
                a19 = esp_fma8(Lanes(repeating: c[142]), x18, a19)
                let x10 = r[o + 10]
                a4 = esp_fma8(Lanes(repeating: c[27]), x10, a4)
                a5 = esp_fma8(Lanes(repeating: c[34]), x10, a5)
                a6 = esp_fma8(Lanes(repeating: c[40]), x10, a6)
                a11 = esp_fma8(Lanes(repeating: c[86]), x10, a11)
                a19 = esp_fma8(Lanes(repeating: c[143]), x10, a19)
                let x2 = r[o + 2]
                a11 = esp_fma8(Lanes(repeating: c[87]), x2, a11)
                let x163 = r[o + 163]
                a11 = esp_fma8(Lanes(repeating: c[88]), x163, a11)
                a13 = esp_fma8(Lanes(repeating: c[100]), x163, a13)
                a19 = esp_fma8(Lanes(repeating: c[144]), x163, a19)
                let x91 = r[o + 91]
                a5 = esp_fma8(Lanes(repeating: c[35]), x91, a5)
                let x19 = r[o + 19]
                a6 = esp_fma8(Lanes(repeating: c[41]), x19, a6)
                a11 = esp_fma8(Lanes(repeating: c[89]), x19, a11)
                a19 = esp_fma8(Lanes(repeating: c[145]), x19, a19)
                let x3 = r[o + 3]
                a11 = esp_fma8(Lanes(repeating: c[90]), x3, a11)
                c += 146
                o += stride
            }
            target[4 * hermites] = a4
            target[5 * hermites] = a5
            target[6 * hermites] = a6
            target[11 * hermites] = a11
            target[13 * hermites] = a13
            target[19 * hermites] = a19
        }
        do {
            var a12 = Lanes.zero
            var a14 = Lanes.zero
            if !work.isFirst {
                a12 = target[12 * hermites]
                a14 = target[14 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a12 = esp_fma8(Lanes(repeating: c[91]), x0, a12)
                a14 = esp_fma8(Lanes(repeating: c[101]), x0, a14)
                let x81 = r[o + 81]
                a12 = esp_fma8(Lanes(repeating: c[92]), x81, a12)
                a14 = esp_fma8(Lanes(repeating: c[102]), x81, a14)
                let x9 = r[o + 9]
                a14 = esp_fma8(Lanes(repeating: c[103]), x9, a14)
                let x1 = r[o + 1]
                a12 = esp_fma8(Lanes(repeating: c[93]), x1, a12)
                a14 = esp_fma8(Lanes(repeating: c[104]), x1, a14)
                let x90 = r[o + 90]
                a14 = esp_fma8(Lanes(repeating: c[105]), x90, a14)
                let x82 = r[o + 82]
                a12 = esp_fma8(Lanes(repeating: c[94]), x82, a12)
                a14 = esp_fma8(Lanes(repeating: c[106]), x82, a14)
                let x10 = r[o + 10]
                a14 = esp_fma8(Lanes(repeating: c[107]), x10, a14)
                let x91 = r[o + 91]
                a14 = esp_fma8(Lanes(repeating: c[108]), x91, a14)
                c += 146
                o += stride
            }
            target[12 * hermites] = a12
            target[14 * hermites] = a14
        }
    }
}
