// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of pure D and S: 5 columns, 24 coefficients.
    @inline(never)
    static func dS(_ work: KetTransformation) {
        var row = 0
        while row + 2 <= work.rowCount {
            dSBy2(work, row)
            row += 2
        }
        while row + 1 <= work.rowCount {
            dSBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func dSBy2(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 5
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a4x0 = Lanes.zero
            var a4x1 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[5]
                a2x0 = target[2]
                a2x1 = target[7]
                a4x0 = target[4]
                a4x1 = target[9]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            let c8 = c[8]
            a2x0 = esp_fma8(c8, x0x0, a2x0)
            a2x1 = esp_fma8(c8, x0x1, a2x1)
            let c19 = c[19]
            a4x0 = esp_fma8(c19, x0x0, a4x0)
            a4x1 = esp_fma8(c19, x0x1, a4x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            a0x1 = esp_fma8(c1, x1x1, a0x1)
            let c9 = c[9]
            a2x0 = esp_fma8(c9, x1x0, a2x0)
            a2x1 = esp_fma8(c9, x1x1, a2x1)
            let c20 = c[20]
            a4x0 = esp_fma8(c20, x1x0, a4x0)
            a4x1 = esp_fma8(c20, x1x1, a4x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c2 = c[2]
            a0x0 = esp_fma8(c2, x2x0, a0x0)
            a0x1 = esp_fma8(c2, x2x1, a0x1)
            let c10 = c[10]
            a2x0 = esp_fma8(c10, x2x0, a2x0)
            a2x1 = esp_fma8(c10, x2x1, a2x1)
            let c21 = c[21]
            a4x0 = esp_fma8(c21, x2x0, a4x0)
            a4x1 = esp_fma8(c21, x2x1, a4x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c11 = c[11]
            a2x0 = esp_fma8(c11, x3x0, a2x0)
            a2x1 = esp_fma8(c11, x3x1, a2x1)
            let x4x0 = source[4]
            let x4x1 = source[14]
            let c12 = c[12]
            a2x0 = esp_fma8(c12, x4x0, a2x0)
            a2x1 = esp_fma8(c12, x4x1, a2x1)
            let c22 = c[22]
            a4x0 = esp_fma8(c22, x4x0, a4x0)
            a4x1 = esp_fma8(c22, x4x1, a4x1)
            let x5x0 = source[5]
            let x5x1 = source[15]
            let c3 = c[3]
            a0x0 = esp_fma8(c3, x5x0, a0x0)
            a0x1 = esp_fma8(c3, x5x1, a0x1)
            let x7x0 = source[7]
            let x7x1 = source[17]
            let c13 = c[13]
            a2x0 = esp_fma8(c13, x7x0, a2x0)
            a2x1 = esp_fma8(c13, x7x1, a2x1)
            let c23 = c[23]
            a4x0 = esp_fma8(c23, x7x0, a4x0)
            a4x1 = esp_fma8(c23, x7x1, a4x1)
            let x9x0 = source[9]
            let x9x1 = source[19]
            let c14 = c[14]
            a2x0 = esp_fma8(c14, x9x0, a2x0)
            a2x1 = esp_fma8(c14, x9x1, a2x1)
            target[0] = a0x0
            target[5] = a0x1
            target[2] = a2x0
            target[7] = a2x1
            target[4] = a4x0
            target[9] = a4x1
        }
        do {
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            if !work.isFirst {
                a1x0 = target[1]
                a1x1 = target[6]
                a3x0 = target[3]
                a3x1 = target[8]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c4 = c[4]
            a1x0 = esp_fma8(c4, x0x0, a1x0)
            a1x1 = esp_fma8(c4, x0x1, a1x1)
            let c15 = c[15]
            a3x0 = esp_fma8(c15, x0x0, a3x0)
            a3x1 = esp_fma8(c15, x0x1, a3x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c16 = c[16]
            a3x0 = esp_fma8(c16, x1x0, a3x0)
            a3x1 = esp_fma8(c16, x1x1, a3x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c5 = c[5]
            a1x0 = esp_fma8(c5, x2x0, a1x0)
            a1x1 = esp_fma8(c5, x2x1, a1x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c6 = c[6]
            a1x0 = esp_fma8(c6, x3x0, a1x0)
            a1x1 = esp_fma8(c6, x3x1, a1x1)
            let c17 = c[17]
            a3x0 = esp_fma8(c17, x3x0, a3x0)
            a3x1 = esp_fma8(c17, x3x1, a3x1)
            let x6x0 = source[6]
            let x6x1 = source[16]
            let c18 = c[18]
            a3x0 = esp_fma8(c18, x6x0, a3x0)
            a3x1 = esp_fma8(c18, x6x1, a3x1)
            let x8x0 = source[8]
            let x8x1 = source[18]
            let c7 = c[7]
            a1x0 = esp_fma8(c7, x8x0, a1x0)
            a1x1 = esp_fma8(c7, x8x1, a1x1)
            target[1] = a1x0
            target[6] = a1x1
            target[3] = a3x0
            target[8] = a3x1
        }
    }

    @inline(never)
    private static func dSBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 5
        do {
            var a0x0 = Lanes.zero
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            var a3x0 = Lanes.zero
            var a4x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a1x0 = target[1]
                a2x0 = target[2]
                a3x0 = target[3]
                a4x0 = target[4]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            let c4 = c[4]
            a1x0 = esp_fma8(c4, x0x0, a1x0)
            let c8 = c[8]
            a2x0 = esp_fma8(c8, x0x0, a2x0)
            let c15 = c[15]
            a3x0 = esp_fma8(c15, x0x0, a3x0)
            let c19 = c[19]
            a4x0 = esp_fma8(c19, x0x0, a4x0)
            let x1x0 = source[1]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            let c9 = c[9]
            a2x0 = esp_fma8(c9, x1x0, a2x0)
            let c16 = c[16]
            a3x0 = esp_fma8(c16, x1x0, a3x0)
            let c20 = c[20]
            a4x0 = esp_fma8(c20, x1x0, a4x0)
            let x2x0 = source[2]
            let c2 = c[2]
            a0x0 = esp_fma8(c2, x2x0, a0x0)
            let c5 = c[5]
            a1x0 = esp_fma8(c5, x2x0, a1x0)
            let c10 = c[10]
            a2x0 = esp_fma8(c10, x2x0, a2x0)
            let c21 = c[21]
            a4x0 = esp_fma8(c21, x2x0, a4x0)
            let x3x0 = source[3]
            let c6 = c[6]
            a1x0 = esp_fma8(c6, x3x0, a1x0)
            let c11 = c[11]
            a2x0 = esp_fma8(c11, x3x0, a2x0)
            let c17 = c[17]
            a3x0 = esp_fma8(c17, x3x0, a3x0)
            let x4x0 = source[4]
            let c12 = c[12]
            a2x0 = esp_fma8(c12, x4x0, a2x0)
            let c22 = c[22]
            a4x0 = esp_fma8(c22, x4x0, a4x0)
            let x5x0 = source[5]
            let c3 = c[3]
            a0x0 = esp_fma8(c3, x5x0, a0x0)
            let x6x0 = source[6]
            let c18 = c[18]
            a3x0 = esp_fma8(c18, x6x0, a3x0)
            let x7x0 = source[7]
            let c13 = c[13]
            a2x0 = esp_fma8(c13, x7x0, a2x0)
            let c23 = c[23]
            a4x0 = esp_fma8(c23, x7x0, a4x0)
            let x8x0 = source[8]
            let c7 = c[7]
            a1x0 = esp_fma8(c7, x8x0, a1x0)
            let x9x0 = source[9]
            let c14 = c[14]
            a2x0 = esp_fma8(c14, x9x0, a2x0)
            target[0] = a0x0
            target[1] = a1x0
            target[2] = a2x0
            target[3] = a3x0
            target[4] = a4x0
        }
    }
}
