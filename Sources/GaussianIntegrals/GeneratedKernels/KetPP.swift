// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of P and P: 9 columns, 33 coefficients.
    @inline(never)
    static func pP(_ work: KetTransformation) {
        var row = 0
        while row + 2 <= work.rowCount {
            pPBy2(work, row)
            row += 2
        }
        while row + 1 <= work.rowCount {
            pPBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func pPBy2(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 9
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[9]
                a1x0 = target[1]
                a1x1 = target[10]
                a3x0 = target[3]
                a3x1 = target[12]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            let c3 = c[3]
            a1x0 = esp_fma8(c3, x0x0, a1x0)
            a1x1 = esp_fma8(c3, x0x1, a1x1)
            let c11 = c[11]
            a3x0 = esp_fma8(c11, x0x0, a3x0)
            a3x1 = esp_fma8(c11, x0x1, a3x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            a0x1 = esp_fma8(c1, x1x1, a0x1)
            let c4 = c[4]
            a1x0 = esp_fma8(c4, x1x0, a1x0)
            a1x1 = esp_fma8(c4, x1x1, a1x1)
            let c12 = c[12]
            a3x0 = esp_fma8(c12, x1x0, a3x0)
            a3x1 = esp_fma8(c12, x1x1, a3x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c5 = c[5]
            a1x0 = esp_fma8(c5, x2x0, a1x0)
            a1x1 = esp_fma8(c5, x2x1, a1x1)
            let c13 = c[13]
            a3x0 = esp_fma8(c13, x2x0, a3x0)
            a3x1 = esp_fma8(c13, x2x1, a3x1)
            let x4x0 = source[4]
            let x4x1 = source[14]
            let c2 = c[2]
            a0x0 = esp_fma8(c2, x4x0, a0x0)
            a0x1 = esp_fma8(c2, x4x1, a0x1)
            let x5x0 = source[5]
            let x5x1 = source[15]
            let c6 = c[6]
            a1x0 = esp_fma8(c6, x5x0, a1x0)
            a1x1 = esp_fma8(c6, x5x1, a1x1)
            let c14 = c[14]
            a3x0 = esp_fma8(c14, x5x0, a3x0)
            a3x1 = esp_fma8(c14, x5x1, a3x1)
            target[0] = a0x0
            target[9] = a0x1
            target[1] = a1x0
            target[10] = a1x1
            target[3] = a3x0
            target[12] = a3x1
        }
        do {
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a6x0 = Lanes.zero
            var a6x1 = Lanes.zero
            var a8x0 = Lanes.zero
            var a8x1 = Lanes.zero
            if !work.isFirst {
                a2x0 = target[2]
                a2x1 = target[11]
                a6x0 = target[6]
                a6x1 = target[15]
                a8x0 = target[8]
                a8x1 = target[17]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c7 = c[7]
            a2x0 = esp_fma8(c7, x0x0, a2x0)
            a2x1 = esp_fma8(c7, x0x1, a2x1)
            let c22 = c[22]
            a6x0 = esp_fma8(c22, x0x0, a6x0)
            a6x1 = esp_fma8(c22, x0x1, a6x1)
            let c30 = c[30]
            a8x0 = esp_fma8(c30, x0x0, a8x0)
            a8x1 = esp_fma8(c30, x0x1, a8x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c8 = c[8]
            a2x0 = esp_fma8(c8, x1x0, a2x0)
            a2x1 = esp_fma8(c8, x1x1, a2x1)
            let c23 = c[23]
            a6x0 = esp_fma8(c23, x1x0, a6x0)
            a6x1 = esp_fma8(c23, x1x1, a6x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c9 = c[9]
            a2x0 = esp_fma8(c9, x3x0, a2x0)
            a2x1 = esp_fma8(c9, x3x1, a2x1)
            let c24 = c[24]
            a6x0 = esp_fma8(c24, x3x0, a6x0)
            a6x1 = esp_fma8(c24, x3x1, a6x1)
            let c31 = c[31]
            a8x0 = esp_fma8(c31, x3x0, a8x0)
            a8x1 = esp_fma8(c31, x3x1, a8x1)
            let x6x0 = source[6]
            let x6x1 = source[16]
            let c10 = c[10]
            a2x0 = esp_fma8(c10, x6x0, a2x0)
            a2x1 = esp_fma8(c10, x6x1, a2x1)
            let c25 = c[25]
            a6x0 = esp_fma8(c25, x6x0, a6x0)
            a6x1 = esp_fma8(c25, x6x1, a6x1)
            let x9x0 = source[9]
            let x9x1 = source[19]
            let c32 = c[32]
            a8x0 = esp_fma8(c32, x9x0, a8x0)
            a8x1 = esp_fma8(c32, x9x1, a8x1)
            target[2] = a2x0
            target[11] = a2x1
            target[6] = a6x0
            target[15] = a6x1
            target[8] = a8x0
            target[17] = a8x1
        }
        do {
            var a4x0 = Lanes.zero
            var a4x1 = Lanes.zero
            var a5x0 = Lanes.zero
            var a5x1 = Lanes.zero
            var a7x0 = Lanes.zero
            var a7x1 = Lanes.zero
            if !work.isFirst {
                a4x0 = target[4]
                a4x1 = target[13]
                a5x0 = target[5]
                a5x1 = target[14]
                a7x0 = target[7]
                a7x1 = target[16]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c15 = c[15]
            a4x0 = esp_fma8(c15, x0x0, a4x0)
            a4x1 = esp_fma8(c15, x0x1, a4x1)
            let c18 = c[18]
            a5x0 = esp_fma8(c18, x0x0, a5x0)
            a5x1 = esp_fma8(c18, x0x1, a5x1)
            let c26 = c[26]
            a7x0 = esp_fma8(c26, x0x0, a7x0)
            a7x1 = esp_fma8(c26, x0x1, a7x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c16 = c[16]
            a4x0 = esp_fma8(c16, x2x0, a4x0)
            a4x1 = esp_fma8(c16, x2x1, a4x1)
            let c19 = c[19]
            a5x0 = esp_fma8(c19, x2x0, a5x0)
            a5x1 = esp_fma8(c19, x2x1, a5x1)
            let c27 = c[27]
            a7x0 = esp_fma8(c27, x2x0, a7x0)
            a7x1 = esp_fma8(c27, x2x1, a7x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c20 = c[20]
            a5x0 = esp_fma8(c20, x3x0, a5x0)
            a5x1 = esp_fma8(c20, x3x1, a5x1)
            let c28 = c[28]
            a7x0 = esp_fma8(c28, x3x0, a7x0)
            a7x1 = esp_fma8(c28, x3x1, a7x1)
            let x7x0 = source[7]
            let x7x1 = source[17]
            let c17 = c[17]
            a4x0 = esp_fma8(c17, x7x0, a4x0)
            a4x1 = esp_fma8(c17, x7x1, a4x1)
            let x8x0 = source[8]
            let x8x1 = source[18]
            let c21 = c[21]
            a5x0 = esp_fma8(c21, x8x0, a5x0)
            a5x1 = esp_fma8(c21, x8x1, a5x1)
            let c29 = c[29]
            a7x0 = esp_fma8(c29, x8x0, a7x0)
            a7x1 = esp_fma8(c29, x8x1, a7x1)
            target[4] = a4x0
            target[13] = a4x1
            target[5] = a5x0
            target[14] = a5x1
            target[7] = a7x0
            target[16] = a7x1
        }
    }

    @inline(never)
    private static func pPBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 9
        do {
            var a0x0 = Lanes.zero
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            var a3x0 = Lanes.zero
            var a4x0 = Lanes.zero
            var a6x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a1x0 = target[1]
                a2x0 = target[2]
                a3x0 = target[3]
                a4x0 = target[4]
                a6x0 = target[6]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            let c3 = c[3]
            a1x0 = esp_fma8(c3, x0x0, a1x0)
            let c7 = c[7]
            a2x0 = esp_fma8(c7, x0x0, a2x0)
            let c11 = c[11]
            a3x0 = esp_fma8(c11, x0x0, a3x0)
            let c15 = c[15]
            a4x0 = esp_fma8(c15, x0x0, a4x0)
            let c22 = c[22]
            a6x0 = esp_fma8(c22, x0x0, a6x0)
            let x1x0 = source[1]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            let c4 = c[4]
            a1x0 = esp_fma8(c4, x1x0, a1x0)
            let c8 = c[8]
            a2x0 = esp_fma8(c8, x1x0, a2x0)
            let c12 = c[12]
            a3x0 = esp_fma8(c12, x1x0, a3x0)
            let c23 = c[23]
            a6x0 = esp_fma8(c23, x1x0, a6x0)
            let x2x0 = source[2]
            let c5 = c[5]
            a1x0 = esp_fma8(c5, x2x0, a1x0)
            let c13 = c[13]
            a3x0 = esp_fma8(c13, x2x0, a3x0)
            let c16 = c[16]
            a4x0 = esp_fma8(c16, x2x0, a4x0)
            let x3x0 = source[3]
            let c9 = c[9]
            a2x0 = esp_fma8(c9, x3x0, a2x0)
            let c24 = c[24]
            a6x0 = esp_fma8(c24, x3x0, a6x0)
            let x4x0 = source[4]
            let c2 = c[2]
            a0x0 = esp_fma8(c2, x4x0, a0x0)
            let x5x0 = source[5]
            let c6 = c[6]
            a1x0 = esp_fma8(c6, x5x0, a1x0)
            let c14 = c[14]
            a3x0 = esp_fma8(c14, x5x0, a3x0)
            let x6x0 = source[6]
            let c10 = c[10]
            a2x0 = esp_fma8(c10, x6x0, a2x0)
            let c25 = c[25]
            a6x0 = esp_fma8(c25, x6x0, a6x0)
            let x7x0 = source[7]
            let c17 = c[17]
            a4x0 = esp_fma8(c17, x7x0, a4x0)
            target[0] = a0x0
            target[1] = a1x0
            target[2] = a2x0
            target[3] = a3x0
            target[4] = a4x0
            target[6] = a6x0
        }
        do {
            var a5x0 = Lanes.zero
            var a7x0 = Lanes.zero
            var a8x0 = Lanes.zero
            if !work.isFirst {
                a5x0 = target[5]
                a7x0 = target[7]
                a8x0 = target[8]
            }
            let x0x0 = source[0]
            let c18 = c[18]
            a5x0 = esp_fma8(c18, x0x0, a5x0)
            let c26 = c[26]
            a7x0 = esp_fma8(c26, x0x0, a7x0)
            let c30 = c[30]
            a8x0 = esp_fma8(c30, x0x0, a8x0)
            let x2x0 = source[2]
            let c19 = c[19]
            a5x0 = esp_fma8(c19, x2x0, a5x0)
            let c27 = c[27]
            a7x0 = esp_fma8(c27, x2x0, a7x0)
            let x3x0 = source[3]
            let c20 = c[20]
            a5x0 = esp_fma8(c20, x3x0, a5x0)
            let c28 = c[28]
            a7x0 = esp_fma8(c28, x3x0, a7x0)
            let c31 = c[31]
            a8x0 = esp_fma8(c31, x3x0, a8x0)
            let x8x0 = source[8]
            let c21 = c[21]
            a5x0 = esp_fma8(c21, x8x0, a5x0)
            let c29 = c[29]
            a7x0 = esp_fma8(c29, x8x0, a7x0)
            let x9x0 = source[9]
            let c32 = c[32]
            a8x0 = esp_fma8(c32, x9x0, a8x0)
            target[5] = a5x0
            target[7] = a7x0
            target[8] = a8x0
        }
    }
}
