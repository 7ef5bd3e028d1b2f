// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of Cartesian D and SP: 24 rows, 129 coefficients.
    @inline(never)
    static func d6SP(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { d6SP(work, h) }
    }

    @inline(__always)
    private static func d6SP(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a4 = Lanes.zero
            var a7 = Lanes.zero
            var a8 = Lanes.zero
            var a10 = Lanes.zero
            var a16 = Lanes.zero
            var a17 = Lanes.zero
            if !work.isFirst {
                a4 = target[4 * hermites]
                a7 = target[7 * hermites]
                a8 = target[8 * hermites]
                a10 = target[10 * hermites]
                a16 = target[16 * hermites]
                a17 = target[17 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a4 = esp_fma8(Lanes(repeating: c[19]), x0, a4)
                a7 = esp_fma8(Lanes(repeating: c[35]), x0, a7)
                a8 = esp_fma8(Lanes(repeating: c[43]), x0, a8)
                a10 = esp_fma8(Lanes(repeating: c[53]), x0, a10)
                a16 = esp_fma8(Lanes(repeating: c[86]), x0, a16)
                a17 = esp_fma8(Lanes(repeating: c[90]), x0, a17)
                let x81 = r[o + 81]
                a4 = esp_fma8(Lanes(repeating: c[20]), x81, a4)
                a7 = esp_fma8(Lanes(repeating: c[36]), x81, a7)
                a8 = esp_fma8(Lanes(repeating: c[44]), x81, a8)
                a10 = esp_fma8(Lanes(repeating: c[54]), x81, a10)
                a17 = esp_fma8(Lanes(repeating: c[91]), x81, a17)
                let x9 = r[o + 9]
                a4 = esp_fma8(Lanes(repeating: c[21]), x9, a4)
                a7 = esp_fma8(Lanes(repeating: c[37]), x9, a7)
                a10 = esp_fma8(Lanes(repeating: c[55]), x9, a10)
                a16 = esp_fma8(Lanes(repeating: c[87]), x9, a16)
                a17 = esp_fma8(Lanes(repeating: c[92]), x9, a17)
                let x1 = r[o + 1]
                a7 = esp_fma8(Lanes(repeating: c[38]), x1, a7)
                a8 = esp_fma8(Lanes(repeating: c[45]), x1, a8)
                a10 = esp_fma8(Lanes(repeating: c[56]), x1, a10)
                a16 = esp_fma8(Lanes(repeating: c[88]), x1, a16)
                a17 = esp_fma8(Lanes(repeating: c[93]), x1, a17)
                let x90 = r[o + 90]
                a4 = esp_fma8(Lanes(repeating: c[22]), x90, a4)
                a7 = esp_fma8(Lanes(repeating: c[39]), x90, a7)
                a10 = esp_fma8(Lanes(repeating: c[57]), x90, a10)
                a17 = esp_fma8(Lanes(repeating: c[94]), x90, a17)
                let x82 = r[o + 82]
                a7 = esp_fma8(Lanes(repeating: c[40]), x82, a7)
                a8 = esp_fma8(Lanes(repeating: c[46]), x82, a8)
                a10 = esp_fma8(Lanes(repeating: c[58]), x82, a10)
                a17 = esp_fma8(Lanes(repeating: c[95]), x82, a17)
                let x10 = r[o + 10]
                a7 = esp_fma8(Lanes(repeating: c[41]), x10, a7)
                a10 = esp_fma8(Lanes(repeating: c[59]), x10, a10)
                a16 = esp_fma8(Lanes(repeating: c[89]), x10, a16)
                a17 = esp_fma8(Lanes(repeating: c[96]), x10, a17)
                let x91 = r[o + 91]
                a7 = esp_fma8(Lanes(repeating: c[42]), x91, a7)
                a10 = esp_fma8(Lanes(repeating: c[60]), x91, a10)
                a17 = esp_fma8(Lanes(repeating: c[97]), x91, a17)
                c += 129
                o += stride
            }
            target[4 * hermites] = a4
            target[7 * hermites] = a7
            target[8 * hermites] = a8
            target[10 * hermites] = a10
            target[16 * hermites] = a16
            target[17 * hermites] = a17
        }
        do {
            var a0 = Lanes.zero
            var a1 = Lanes.zero
            var a2 = Lanes.zero
            var a5 = Lanes.zero
            var a6 = Lanes.zero
            var a13 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a5 = target[5 * hermites]
                a6 = target[6 * hermites]
                a13 = target[13 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a1 = esp_fma8(Lanes(repeating: c[3]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[7]), x0, a2)
                a5 = esp_fma8(Lanes(repeating: c[23]), x0, a5)
                a6 = esp_fma8(Lanes(repeating: c[29]), x0, a6)
                a13 = esp_fma8(Lanes(repeating: c[70]), x0, a13)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a1 = esp_fma8(Lanes(repeating: c[4]), x81, a1)
                a2 = esp_fma8(Lanes(repeating: c[8]), x81, a2)
                a5 = esp_fma8(Lanes(repeating: c[24]), x81, a5)
                a6 = esp_fma8(Lanes(repeating: c[30]), x81, a6)
                a13 = esp_fma8(Lanes(repeating: c[71]), x81, a13)
                let x9 = r[o + 9]
                a2 = esp_fma8(Lanes(repeating: c[9]), x9, a2)
                a5 = esp_fma8(Lanes(repeating: c[25]), x9, a5)
                a6 = esp_fma8(Lanes(repeating: c[31]), x9, a6)
                a13 = esp_fma8(Lanes(repeating: c[72]), x9, a13)
                let x162 = r[o + 162]
                a0 = esp_fma8(Lanes(repeating: c[2]), x162, a0)
                a1 = esp_fma8(Lanes(repeating: c[5]), x162, a1)
                a2 = esp_fma8(Lanes(repeating: c[10]), x162, a2)
                a5 = esp_fma8(Lanes(repeating: c[26]), x162, a5)
                let x90 = r[o + 90]
                a2 = esp_fma8(Lanes(repeating: c[11]), x90, a2)
                a5 = esp_fma8(Lanes(repeating: c[27]), x90, a5)
                a6 = esp_fma8(Lanes(repeating: c[32]), x90, a6)
                a13 = esp_fma8(Lanes(repeating: c[73]), x90, a13)
                let x18 = r[o + 18]
                a6 = esp_fma8(Lanes(repeating: c[33]), x18, a6)
                a13 = esp_fma8(Lanes(repeating: c[74]), x18, a13)
                let x243 = r[o + 243]
                a1 = esp_fma8(Lanes(repeating: c[6]), x243, a1)
                let x171 = r[o + 171]
                a2 = esp_fma8(Lanes(repeating: c[12]), x171, a2)
                a5 = esp_fma8(Lanes(repeating: c[28]), x171, a5)
                let x99 = r[o + 99]
                a6 = esp_fma8(Lanes(repeating: c[34]), x99, a6)
                a13 = esp_fma8(Lanes(repeating: c[75]), x99, a13)
                c += 129
                o += stride
            }
            target[0 * hermites] = a0
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[5 * hermites] = a5
            target[6 * hermites] = a6
            target[13 * hermites] = a13
        }
        do {
            var a3 = Lanes.zero
            var a9 = Lanes.zero
            var a11 = Lanes.zero
            var a20 = Lanes.zero
            var a21 = Lanes.zero
            var a23 = Lanes.zero
            if !work.isFirst {
                a3 = target[3 * hermites]
                a9 = target[9 * hermites]
                a11 = target[11 * hermites]
                a20 = target[20 * hermites]
                a21 = target[21 * hermites]
                a23 = target[23 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a3 = esp_fma8(Lanes(repeating: c[13]), x0, a3)
                a9 = esp_fma8(Lanes(repeating: c[47]), x0, a9)
                a11 = esp_fma8(Lanes(repeating: c[61]), x0, a11)
                a20 = esp_fma8(Lanes(repeating: c[110]), x0, a20)
                a21 = esp_fma8(Lanes(repeating: c[113]), x0, a21)
                a23 = esp_fma8(Lanes(repeating: c[125]), x0, a23)
                let x81 = r[o + 81]
                a3 = esp_fma8(Lanes(repeating: c[14]), x81, a3)
                a9 = esp_fma8(Lanes(repeating: c[48]), x81, a9)
                a11 = esp_fma8(Lanes(repeating: c[62]), x81, a11)
                a21 = esp_fma8(Lanes(repeating: c[114]), x81, a21)
                let x1 = r[o + 1]
                a3 = esp_fma8(Lanes(repeating: c[15]), x1, a3)
                a9 = esp_fma8(Lanes(repeating: c[49]), x1, a9)
                a11 = esp_fma8(Lanes(repeating: c[63]), x1, a11)
                a20 = esp_fma8(Lanes(repeating: c[111]), x1, a20)
                a21 = esp_fma8(Lanes(repeating: c[115]), x1, a21)
                a23 = esp_fma8(Lanes(repeating: c[126]), x1, a23)
                let x162 = r[o + 162]
                a3 = esp_fma8(Lanes(repeating: c[16]), x162, a3)
                a9 = esp_fma8(Lanes(repeating: c[50]), x162, a9)
                let x82 = r[o + 82]
                a3 = esp_fma8(Lanes(repeating: c[17]), x82, a3)
                a9 = esp_fma8(Lanes(repeating: c[51]), x82, a9)
                a11 = esp_fma8(Lanes(repeating: c[64]), x82, a11)
                a21 = esp_fma8(Lanes(repeating: c[116]), x82, a21)
                let x2 = r[o + 2]
                a11 = esp_fma8(Lanes(repeating: c[65]), x2, a11)
                a20 = esp_fma8(Lanes(repeating: c[112]), x2, a20)
                a21 = esp_fma8(Lanes(repeating: c[117]), x2, a21)
                a23 = esp_fma8(Lanes(repeating: c[127]), x2, a23)
                let x163 = r[o + 163]
                a3 = esp_fma8(Lanes(repeating: c[18]), x163, a3)
                a9 = esp_fma8(Lanes(repeating: c[52]), x163, a9)
                let x83 = r[o + 83]
                a11 = esp_fma8(Lanes(repeating: c[66]), x83, a11)
                a21 = esp_fma8(Lanes(repeating: c[118]), x83, a21)
                let x3 = r[o + 3]
                a23 = esp_fma8(Lanes(repeating: c[128]), x3, a23)
                c += 129
                o += stride
            }
            target[3 * hermites] = a3
            target[9 * hermites] = a9
            target[11 * hermites] = a11
            target[20 * hermites] = a20
            target[21 * hermites] = a21
            target[23 * hermites] = a23
        }
        do {
            var a12 = Lanes.zero
            var a14 = Lanes.zero
            var a15 = Lanes.zero
            var a18 = Lanes.zero
            var a19 = Lanes.zero
            var a22 = Lanes.zero
            if !work.isFirst {
                a12 = target[12 * hermites]
                a14 = target[14 * hermites]
                a15 = target[15 * hermites]
                a18 = target[18 * hermites]
                a19 = target[19 * hermites]
                a22 = target[22 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a12 = esp_fma8(Lanes(repeating: c[67]), x0, a12)
                a14 = esp_fma8(Lanes(repeating: c[76]), x0, a14)
                a15 = esp_fma8(Lanes(repeating: c[80]), x0, a15)
                a18 = esp_fma8(Lanes(repeating: c[98]), x0, a18)
                a19 = esp_fma8(Lanes(repeating: c[104]), x0, a19)
                a22 = esp_fma8(Lanes(repeating: c[119]), x0, a22)
                let x9 = r[o + 9]
                a12 = esp_fma8(Lanes(repeating: c[68]), x9, a12)
                a14 = esp_fma8(Lanes(repeating: c[77]), x9, a14)
                a15 = esp_fma8(Lanes(repeating: c[81]), x9, a15)
                a18 = esp_fma8(Lanes(repeating: c[99]), x9, a18)
                a19 = esp_fma8(Lanes(repeating: c[105]), x9, a19)
                a22 = esp_fma8(Lanes(repeating: c[120]), x9, a22)
                let x1 = r[o + 1]
                a15 = esp_fma8(Lanes(repeating: c[82]), x1, a15)
                a18 = esp_fma8(Lanes(repeating: c[100]), x1, a18)
                a19 = esp_fma8(Lanes(repeating: c[106]), x1, a19)
                a22 = esp_fma8(Lanes(repeating: c[121]), x1, a22)
                let x18 = r[o + 18]
                a12 = esp_fma8(Lanes(repeating: c[69]), x18, a12)
                a14 = esp_fma8(Lanes(repeating: c[78]), x18, a14)
                a15 = esp_fma8(Lanes(repeating: c[83]), x18, a15)
                a18 = esp_fma8(Lanes(repeating: c[101]), x18, a18)
                let x10 = r[o + 10]
                a15 = esp_fma8(Lanes(repeating: c[84]), x10, a15)
                a18 = esp_fma8(Lanes(repeating: c[102]), x10, a18)
                a19 = esp_fma8(Lanes(repeating: c[107]), x10, a19)
                a22 = esp_fma8(Lanes(repeating: c[122]), x10, a22)
                let x2 = r[o + 2]
                a19 = esp_fma8(Lanes(repeating: c[108]), x2, a19)
                a22 = esp_fma8(Lanes(repeating: c[123]), x2, a22)
                let x27 = r[o + 27]
                a14 = esp_fma8(Lanes(repeating: c[79]), x27, a14)
                let x19 = r[o + 19]
                a15 = esp_fma8(Lanes(repeating: c[85]), x19, a15)
                a18 = esp_fma8(Lanes(repeating: c[103]), x19, a18)
                let x11 = r[o + 11]
                a19 = esp_fma8(Lanes(repeating: c[109]), x11, a19)
                a22 = esp_fma8(Lanes(repeating: c[124]), x11, a22)
                c += 129
                o += stride
            }
            target[12 * hermites] = a12
            target[14 * hermites] = a14
            target[15 * hermites] = a15
            target[18 * hermites] = a18
            target[19 * hermites] = a19
            target[22 * hermites] = a22
        }
    }
}
