// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of Cartesian D and P: 18 rows, 108 coefficients.
    @inline(never)
    static func d6P(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { d6P(work, h) }
    }

    @inline(__always)
    private static func d6P(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a1 = Lanes.zero
            var a2 = Lanes.zero
            var a3 = Lanes.zero
            var a5 = Lanes.zero
            var a7 = Lanes.zero
            var a12 = Lanes.zero
            if !work.isFirst {
                a1 = target[1 * hermites]
                a2 = target[2 * hermites]
                a3 = target[3 * hermites]
                a5 = target[5 * hermites]
                a7 = target[7 * hermites]
                a12 = target[12 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a1 = esp_fma8(Lanes(repeating: c[4]), x0, a1)
                a2 = esp_fma8(Lanes(repeating: c[10]), x0, a2)
                a3 = esp_fma8(Lanes(repeating: c[16]), x0, a3)
                a5 = esp_fma8(Lanes(repeating: c[28]), x0, a5)
                a7 = esp_fma8(Lanes(repeating: c[42]), x0, a7)
                a12 = esp_fma8(Lanes(repeating: c[72]), x0, a12)
                let x81 = r[o + 81]
                a1 = esp_fma8(Lanes(repeating: c[5]), x81, a1)
                a2 = esp_fma8(Lanes(repeating: c[11]), x81, a2)
                a3 = esp_fma8(Lanes(repeating: c[17]), x81, a3)
                a5 = esp_fma8(Lanes(repeating: c[29]), x81, a5)
                a7 = esp_fma8(Lanes(repeating: c[43]), x81, a7)
                a12 = esp_fma8(Lanes(repeating: c[73]), x81, a12)
                let x9 = r[o + 9]
                a1 = esp_fma8(Lanes(repeating: c[6]), x9, a1)
                a3 = esp_fma8(Lanes(repeating: c[18]), x9, a3)
                a5 = esp_fma8(Lanes(repeating: c[30]), x9, a5)
                a7 = esp_fma8(Lanes(repeating: c[44]), x9, a7)
                a12 = esp_fma8(Lanes(repeating: c[74]), x9, a12)
                let x1 = r[o + 1]
                a2 = esp_fma8(Lanes(repeating: c[12]), x1, a2)
                a5 = esp_fma8(Lanes(repeating: c[31]), x1, a5)
                a7 = esp_fma8(Lanes(repeating: c[45]), x1, a7)
                a12 = esp_fma8(Lanes(repeating: c[75]), x1, a12)
                let x162 = r[o + 162]
                a1 = esp_fma8(Lanes(repeating: c[7]), x162, a1)
                a2 = esp_fma8(Lanes(repeating: c[13]), x162, a2)
                a3 = esp_fma8(Lanes(repeating: c[19]), x162, a3)
                let x90 = r[o + 90]
                a1 = esp_fma8(Lanes(repeating: c[8]), x90, a1)
                a3 = esp_fma8(Lanes(repeating: c[20]), x90, a3)
                a5 = esp_fma8(Lanes(repeating: c[32]), x90, a5)
                a7 = esp_fma8(Lanes(repeating: c[46]), x90, a7)
                a12 = esp_fma8(Lanes(repeating: c[76]), x90, a12)
                let x82 = r[o + 82]
                a2 = esp_fma8(Lanes(repeating: c[14]), x82, a2)
                a5 = esp_fma8(Lanes(repeating: c[33]), x82, a5)
                a7 = esp_fma8(Lanes(repeating: c[47]), x82, a7)
                a12 = esp_fma8(Lanes(repeating: c[77]), x82, a12)
                let x10 = r[o + 10]
                a5 = esp_fma8(Lanes(repeating: c[34]), x10, a5)
                a7 = esp_fma8(Lanes(repeating: c[48]), x10, a7)
                a12 = esp_fma8(Lanes(repeating: c[78]), x10, a12)
                let x171 = r[o + 171]
                a1 = esp_fma8(Lanes(repeating: c[9]), x171, a1)
                a3 = esp_fma8(Lanes(repeating: c[21]), x171, a3)
                let x163 = r[o + 163]
                a2 = esp_fma8(Lanes(repeating: c[15]), x163, a2)
                let x91 = r[o + 91]
                a5 = esp_fma8(Lanes(repeating: c[35]), x91, a5)
                a7 = esp_fma8(Lanes(repeating: c[49]), x91, a7)
                a12 = esp_fma8(Lanes(repeating: c[79]), x91, a12)
                c += 108
                o += stride
            }
            target[1 * hermites] = a1
            target[2 * hermites] = a2
            target[3 * hermites] = a3
            target[5 * hermites] = a5
            target[7 * hermites] = a7
            target[12 * hermites] = a12
        }
        do {
            var a0 = Lanes.zero
            var a4 = Lanes.zero
            var a6 = Lanes.zero
            var a8 = Lanes.zero
            var a9 = Lanes.zero
            var a10 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
                a4 = target[4 * hermites]
                a6 = target[6 * hermites]
                a8 = target[8 * hermites]
                a9 = target[9 * hermites]
                a10 = target[10 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                a4 = esp_fma8(Lanes(repeating: c[22]), x0, a4)
                a6 = esp_fma8(Lanes(repeating: c[36]), x0, a6)
                a8 = esp_fma8(Lanes(repeating: c[50]), x0, a8)
                a9 = esp_fma8(Lanes(repeating: c[56]), x0, a9)
                a10 = esp_fma8(Lanes(repeating: c[62]), x0, a10)
                let x81 = r[o + 81]
                a0 = esp_fma8(Lanes(repeating: c[1]), x81, a0)
                a4 = esp_fma8(Lanes(repeating: c[23]), x81, a4)
                a6 = esp_fma8(Lanes(repeating: c[37]), x81, a6)
                a8 = esp_fma8(Lanes(repeating: c[51]), x81, a8)
                a9 = esp_fma8(Lanes(repeating: c[57]), x81, a9)
                let x9 = r[o + 9]
                a4 = esp_fma8(Lanes(repeating: c[24]), x9, a4)
                a9 = esp_fma8(Lanes(repeating: c[58]), x9, a9)
                a10 = esp_fma8(Lanes(repeating: c[63]), x9, a10)
                let x1 = r[o + 1]
                a6 = esp_fma8(Lanes(repeating: c[38]), x1, a6)
                a8 = esp_fma8(Lanes(repeating: c[52]), x1, a8)
                let x162 = r[o + 162]
                a0 = esp_fma8(Lanes(repeating: c[2]), x162, a0)
                a6 = esp_fma8(Lanes(repeating: c[39]), x162, a6)
                let x90 = r[o + 90]
                a4 = esp_fma8(Lanes(repeating: c[25]), x90, a4)
                a9 = esp_fma8(Lanes(repeating: c[59]), x90, a9)
                let x82 = r[o + 82]
                a6 = esp_fma8(Lanes(repeating: c[40]), x82, a6)
                a8 = esp_fma8(Lanes(repeating: c[53]), x82, a8)
                let x18 = r[o + 18]
                a4 = esp_fma8(Lanes(repeating: c[26]), x18, a4)
                a9 = esp_fma8(Lanes(repeating: c[60]), x18, a9)
                a10 = esp_fma8(Lanes(repeating: c[64]), x18, a10)
                let x2 = r[o + 2]
                a8 = esp_fma8(Lanes(repeating: c[54]), x2, a8)
                let x243 = r[o + 243]
                a0 = esp_fma8(Lanes(repeating: c[3]), x243, a0)
                let x163 = r[o + 163]
                a6 = esp_fma8(Lanes(repeating: c[41]), x163, a6)
                let x99 = r[o + 99]
                a4 = esp_fma8(Lanes(repeating: c[27]), x99, a4)
                a9 = esp_fma8(Lanes(repeating: c[61]), x99, a9)
                let x83 = r[o + 83]
                a8 = esp_fma8(Lanes(repeating: c[55]), x83, a8)
                let x27 = r[o + 27]
                a10 = esp_fma8(Lanes(repeating: c[65]), x27, a10)
                c += 108
                o += stride
            }
            target[0 * hermites] = a0
            target[4 * hermites] = a4
            target[6 * hermites] = a6
            target[8 * hermites] = a8
            target[9 * hermites] = a9
            target[10 * hermites] = a10
        }
        do {
            var a11 = Lanes.zero
            var a13 = Lanes.zero
            var a14 = Lanes.zero
            var a15 = Lanes.zero
            var a16 = Lanes.zero
            var a17 = Lanes.zero
            if !work.isFirst {
                a11 = target[11 * hermites]
                a13 = target[13 * hermites]
                a14 = target[14 * hermites]
                a15 = target[15 * hermites]
                a16 = target[16 * hermites]
                a17 = target[17 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a11 = esp_fma8(Lanes(repeating: c[66]), x0, a11)
                a13 = esp_fma8(Lanes(repeating: c[80]), x0, a13)
                a14 = esp_fma8(Lanes(repeating: c[86]), x0, a14)
                a15 = esp_fma8(Lanes(repeating: c[92]), x0, a15)
                a16 = esp_fma8(Lanes(repeating: c[98]), x0, a16)
                a17 = esp_fma8(Lanes(repeating: c[104]), x0, a17)
                let x81 = r[o + 81]
                a15 = esp_fma8(Lanes(repeating: c[93]), x81, a15)
                let x9 = r[o + 9]
                a11 = esp_fma8(Lanes(repeating: c[67]), x9, a11)
                a13 = esp_fma8(Lanes(repeating: c[81]), x9, a13)
                a14 = esp_fma8(Lanes(repeating: c[87]), x9, a14)
                a16 = esp_fma8(Lanes(repeating: c[99]), x9, a16)
                let x1 = r[o + 1]
                a11 = esp_fma8(Lanes(repeating: c[68]), x1, a11)
                a13 = esp_fma8(Lanes(repeating: c[82]), x1, a13)
                a14 = esp_fma8(Lanes(repeating: c[88]), x1, a14)
                a15 = esp_fma8(Lanes(repeating: c[94]), x1, a15)
                a16 = esp_fma8(Lanes(repeating: c[100]), x1, a16)
                a17 = esp_fma8(Lanes(repeating: c[105]), x1, a17)
                let x82 = r[o + 82]
                a15 = esp_fma8(Lanes(repeating: c[95]), x82, a15)
                let x18 = r[o + 18]
                a11 = esp_fma8(Lanes(repeating: c[69]), x18, a11)
                a13 = esp_fma8(Lanes(repeating: c[83]), x18, a13)
                let x10 = r[o + 10]
                a11 = esp_fma8(Lanes(repeating: c[70]), x10, a11)
                a13 = esp_fma8(Lanes(repeating: c[84]), x10, a13)
                a14 = esp_fma8(Lanes(repeating: c[89]), x10, a14)
                a16 = esp_fma8(Lanes(repeating: c[101]), x10, a16)
                let x2 = r[o + 2]
                a14 = esp_fma8(Lanes(repeating: c[90]), x2, a14)
                a15 = esp_fma8(Lanes(repeating: c[96]), x2, a15)
                a16 = esp_fma8(Lanes(repeating: c[102]), x2, a16)
                a17 = esp_fma8(Lanes(repeating: c[106]), x2, a17)
                let x83 = r[o + 83]
                a15 = esp_fma8(Lanes(repeating: c[97]), x83, a15)
                let x19 = r[o + 19]
                a11 = esp_fma8(Lanes(repeating: c[71]), x19, a11)
                a13 = esp_fma8(Lanes(repeating: c[85]), x19, a13)
                let x11 = r[o + 11]
                a14 = esp_fma8(Lanes(repeating: c[91]), x11, a14)
                a16 = esp_fma8(Lanes(repeating: c[103]), x11, a16)
                let x3 = r[o + 3]
                a17 = esp_fma8(Lanes(repeating: c[107]), x3, a17)
                c += 108
                o += stride
            }
            target[11 * hermites] = a11
            target[13 * hermites] = a13
            target[14 * hermites] = a14
            target[15 * hermites] = a15
            target[16 * hermites] = a16
            target[17 * hermites] = a17
        }
    }
}
