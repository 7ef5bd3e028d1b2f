// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of SP and SP: 16 columns, 46 coefficients.
    @inline(never)
    static func spSP(_ work: KetTransformation) {
        var row = 0
        while row + 2 <= work.rowCount {
            spSPBy2(work, row)
            row += 2
        }
        while row + 1 <= work.rowCount {
            spSPBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func spSPBy2(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 16
        do {
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a6x0 = Lanes.zero
            var a6x1 = Lanes.zero
            var a9x0 = Lanes.zero
            var a9x1 = Lanes.zero
            if !work.isFirst {
                a1x0 = target[1]
                a1x1 = target[17]
                a6x0 = target[6]
                a6x1 = target[22]
                a9x0 = target[9]
                a9x1 = target[25]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c1 = c[1]
            a1x0 = esp_fma8(c1, x0x0, a1x0)
            a1x1 = esp_fma8(c1, x0x1, a1x1)
            let c12 = c[12]
            a6x0 = esp_fma8(c12, x0x0, a6x0)
            a6x1 = esp_fma8(c12, x0x1, a6x1)
            let c22 = c[22]
            a9x0 = esp_fma8(c22, x0x0, a9x0)
            a9x1 = esp_fma8(c22, x0x1, a9x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x1x0, a1x0)
            a1x1 = esp_fma8(c2, x1x1, a1x1)
            let c13 = c[13]
            a6x0 = esp_fma8(c13, x1x0, a6x0)
            a6x1 = esp_fma8(c13, x1x1, a6x1)
            let c23 = c[23]
            a9x0 = esp_fma8(c23, x1x0, a9x0)
            a9x1 = esp_fma8(c23, x1x1, a9x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c14 = c[14]
            a6x0 = esp_fma8(c14, x2x0, a6x0)
            a6x1 = esp_fma8(c14, x2x1, a6x1)
            let c24 = c[24]
            a9x0 = esp_fma8(c24, x2x0, a9x0)
            a9x1 = esp_fma8(c24, x2x1, a9x1)
            let x5x0 = source[5]
            let x5x1 = source[15]
            let c15 = c[15]
            a6x0 = esp_fma8(c15, x5x0, a6x0)
            a6x1 = esp_fma8(c15, x5x1, a6x1)
            let c25 = c[25]
            a9x0 = esp_fma8(c25, x5x0, a9x0)
            a9x1 = esp_fma8(c25, x5x1, a9x1)
            target[1] = a1x0
            target[17] = a1x1
            target[6] = a6x0
            target[22] = a6x1
            target[9] = a9x0
            target[25] = a9x1
        }
        do {
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            var a7x0 = Lanes.zero
            var a7x1 = Lanes.zero
            var a13x0 = Lanes.zero
            var a13x1 = Lanes.zero
            if !work.isFirst {
                a3x0 = target[3]
                a3x1 = target[19]
                a7x0 = target[7]
                a7x1 = target[23]
                a13x0 = target[13]
                a13x1 = target[29]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c5 = c[5]
            a3x0 = esp_fma8(c5, x0x0, a3x0)
            a3x1 = esp_fma8(c5, x0x1, a3x1)
            let c16 = c[16]
            a7x0 = esp_fma8(c16, x0x0, a7x0)
            a7x1 = esp_fma8(c16, x0x1, a7x1)
            let c35 = c[35]
            a13x0 = esp_fma8(c35, x0x0, a13x0)
            a13x1 = esp_fma8(c35, x0x1, a13x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c17 = c[17]
            a7x0 = esp_fma8(c17, x1x0, a7x0)
            a7x1 = esp_fma8(c17, x1x1, a7x1)
            let c36 = c[36]
            a13x0 = esp_fma8(c36, x1x0, a13x0)
            a13x1 = esp_fma8(c36, x1x1, a13x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c6 = c[6]
            a3x0 = esp_fma8(c6, x3x0, a3x0)
            a3x1 = esp_fma8(c6, x3x1, a3x1)
            let c18 = c[18]
            a7x0 = esp_fma8(c18, x3x0, a7x0)
            a7x1 = esp_fma8(c18, x3x1, a7x1)
            let c37 = c[37]
            a13x0 = esp_fma8(c37, x3x0, a13x0)
            a13x1 = esp_fma8(c37, x3x1, a13x1)
            let x6x0 = source[6]
            let x6x1 = source[16]
            let c19 = c[19]
            a7x0 = esp_fma8(c19, x6x0, a7x0)
            a7x1 = esp_fma8(c19, x6x1, a7x1)
            let c38 = c[38]
            a13x0 = esp_fma8(c38, x6x0, a13x0)
            a13x1 = esp_fma8(c38, x6x1, a13x1)
            target[3] = a3x0
            target[19] = a3x1
            target[7] = a7x0
            target[23] = a7x1
            target[13] = a13x0
            target[29] = a13x1
        }
        do {
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a11x0 = Lanes.zero
            var a11x1 = Lanes.zero
            var a14x0 = Lanes.zero
            var a14x1 = Lanes.zero
            if !work.isFirst {
                a2x0 = target[2]
                a2x1 = target[18]
                a11x0 = target[11]
                a11x1 = target[27]
                a14x0 = target[14]
                a14x1 = target[30]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c3 = c[3]
            a2x0 = esp_fma8(c3, x0x0, a2x0)
            a2x1 = esp_fma8(c3, x0x1, a2x1)
            let c29 = c[29]
            a11x0 = esp_fma8(c29, x0x0, a11x0)
            a11x1 = esp_fma8(c29, x0x1, a11x1)
            let c39 = c[39]
            a14x0 = esp_fma8(c39, x0x0, a14x0)
            a14x1 = esp_fma8(c39, x0x1, a14x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x2x0, a2x0)
            a2x1 = esp_fma8(c4, x2x1, a2x1)
            let c30 = c[30]
            a11x0 = esp_fma8(c30, x2x0, a11x0)
            a11x1 = esp_fma8(c30, x2x1, a11x1)
            let c40 = c[40]
            a14x0 = esp_fma8(c40, x2x0, a14x0)
            a14x1 = esp_fma8(c40, x2x1, a14x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c31 = c[31]
            a11x0 = esp_fma8(c31, x3x0, a11x0)
            a11x1 = esp_fma8(c31, x3x1, a11x1)
            let c41 = c[41]
            a14x0 = esp_fma8(c41, x3x0, a14x0)
            a14x1 = esp_fma8(c41, x3x1, a14x1)
            let x8x0 = source[8]
            let x8x1 = source[18]
            let c32 = c[32]
            a11x0 = esp_fma8(c32, x8x0, a11x0)
            a11x1 = esp_fma8(c32, x8x1, a11x1)
            let c42 = c[42]
            a14x0 = esp_fma8(c42, x8x0, a14x0)
            a14x1 = esp_fma8(c42, x8x1, a14x1)
            target[2] = a2x0
            target[18] = a2x1
            target[11] = a11x0
            target[27] = a11x1
            target[14] = a14x0
            target[30] = a14x1
        }
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a4x0 = Lanes.zero
            var a4x1 = Lanes.zero
            var a5x0 = Lanes.zero
            var a5x1 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[16]
                a4x0 = target[4]
                a4x1 = target[20]
                a5x0 = target[5]
                a5x1 = target[21]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            let c7 = c[7]
            a4x0 = esp_fma8(c7, x0x0, a4x0)
            a4x1 = esp_fma8(c7, x0x1, a4x1)
            let c9 = c[9]
            a5x0 = esp_fma8(c9, x0x0, a5x0)
            a5x1 = esp_fma8(c9, x0x1, a5x1)
            let x1x0 = source[1]
            let x1x1 = source[11]
            let c8 = c[8]
            a4x0 = esp_fma8(c8, x1x0, a4x0)
            a4x1 = esp_fma8(c8, x1x1, a4x1)
            let c10 = c[10]
            a5x0 = esp_fma8(c10, x1x0, a5x0)
            a5x1 = esp_fma8(c10, x1x1, a5x1)
            let x4x0 = source[4]
            let x4x1 = source[14]
            let c11 = c[11]
            a5x0 = esp_fma8(c11, x4x0, a5x0)
            a5x1 = esp_fma8(c11, x4x1, a5x1)
            target[0] = a0x0
            target[16] = a0x1
            target[4] = a4x0
            target[20] = a4x1
            target[5] = a5x0
            target[21] = a5x1
        }
        do {
            var a8x0 = Lanes.zero
            var a8x1 = Lanes.zero
            var a10x0 = Lanes.zero
            var a10x1 = Lanes.zero
            var a12x0 = Lanes.zero
            var a12x1 = Lanes.zero
            if !work.isFirst {
                a8x0 = target[8]
                a8x1 = target[24]
                a10x0 = target[10]
                a10x1 = target[26]
                a12x0 = target[12]
                a12x1 = target[28]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c20 = c[20]
            a8x0 = esp_fma8(c20, x0x0, a8x0)
            a8x1 = esp_fma8(c20, x0x1, a8x1)
            let c26 = c[26]
            a10x0 = esp_fma8(c26, x0x0, a10x0)
            a10x1 = esp_fma8(c26, x0x1, a10x1)
            let c33 = c[33]
            a12x0 = esp_fma8(c33, x0x0, a12x0)
            a12x1 = esp_fma8(c33, x0x1, a12x1)
            let x2x0 = source[2]
            let x2x1 = source[12]
            let c21 = c[21]
            a8x0 = esp_fma8(c21, x2x0, a8x0)
            a8x1 = esp_fma8(c21, x2x1, a8x1)
            let c27 = c[27]
            a10x0 = esp_fma8(c27, x2x0, a10x0)
            a10x1 = esp_fma8(c27, x2x1, a10x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c34 = c[34]
            a12x0 = esp_fma8(c34, x3x0, a12x0)
            a12x1 = esp_fma8(c34, x3x1, a12x1)
            let x7x0 = source[7]
            let x7x1 = source[17]
            let c28 = c[28]
            a10x0 = esp_fma8(c28, x7x0, a10x0)
            a10x1 = esp_fma8(c28, x7x1, a10x1)
            target[8] = a8x0
            target[24] = a8x1
            target[10] = a10x0
            target[26] = a10x1
            target[12] = a12x0
            target[28] = a12x1
        }
        do {
            var a15x0 = Lanes.zero
            var a15x1 = Lanes.zero
            if !work.isFirst {
                a15x0 = target[15]
                a15x1 = target[31]
            }
            let x0x0 = source[0]
            let x0x1 = source[10]
            let c43 = c[43]
            a15x0 = esp_fma8(c43, x0x0, a15x0)
            a15x1 = esp_fma8(c43, x0x1, a15x1)
            let x3x0 = source[3]
            let x3x1 = source[13]
            let c44 = c[44]
            a15x0 = esp_fma8(c44, x3x0, a15x0)
            a15x1 = esp_fma8(c44, x3x1, a15x1)
            let x9x0 = source[9]
            let x9x1 = source[19]
            let c45 = c[45]
            a15x0 = esp_fma8(c45, x9x0, a15x0)
            a15x1 = esp_fma8(c45, x9x1, a15x1)
            target[15] = a15x0
            target[31] = a15x1
        }
    }

    @inline(never)
    private static func spSPBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 10
        let target = work.target + row * 16
        do {
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            var a4x0 = Lanes.zero
            var a6x0 = Lanes.zero
            var a8x0 = Lanes.zero
            var a9x0 = Lanes.zero
            if !work.isFirst {
                a1x0 = target[1]
                a2x0 = target[2]
                a4x0 = target[4]
                a6x0 = target[6]
                a8x0 = target[8]
                a9x0 = target[9]
            }
            let x0x0 = source[0]
            let c1 = c[1]
            a1x0 = esp_fma8(c1, x0x0, a1x0)
            let c3 = c[3]
            a2x0 = esp_fma8(c3, x0x0, a2x0)
            let c7 = c[7]
            a4x0 = esp_fma8(c7, x0x0, a4x0)
            let c12 = c[12]
            a6x0 = esp_fma8(c12, x0x0, a6x0)
            let c20 = c[20]
            a8x0 = esp_fma8(c20, x0x0, a8x0)
            let c22 = c[22]
            a9x0 = esp_fma8(c22, x0x0, a9x0)
            let x1x0 = source[1]
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x1x0, a1x0)
            let c8 = c[8]
            a4x0 = esp_fma8(c8, x1x0, a4x0)
            let c13 = c[13]
            a6x0 = esp_fma8(c13, x1x0, a6x0)
            let c23 = c[23]
            a9x0 = esp_fma8(c23, x1x0, a9x0)
            let x2x0 = source[2]
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x2x0, a2x0)
            let c14 = c[14]
            a6x0 = esp_fma8(c14, x2x0, a6x0)
            let c21 = c[21]
            a8x0 = esp_fma8(c21, x2x0, a8x0)
            let c24 = c[24]
            a9x0 = esp_fma8(c24, x2x0, a9x0)
            let x5x0 = source[5]
            let c15 = c[15]
            a6x0 = esp_fma8(c15, x5x0, a6x0)
            let c25 = c[25]
            a9x0 = esp_fma8(c25, x5x0, a9x0)
            target[1] = a1x0
            target[2] = a2x0
            target[4] = a4x0
            target[6] = a6x0
            target[8] = a8x0
            target[9] = a9x0
        }
        do {
            var a0x0 = Lanes.zero
            var a3x0 = Lanes.zero
            var a5x0 = Lanes.zero
            var a7x0 = Lanes.zero
            var a12x0 = Lanes.zero
            var a13x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a3x0 = target[3]
                a5x0 = target[5]
                a7x0 = target[7]
                a12x0 = target[12]
                a13x0 = target[13]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            let c5 = c[5]
            a3x0 = esp_fma8(c5, x0x0, a3x0)
            let c9 = c[9]
            a5x0 = esp_fma8(c9, x0x0, a5x0)
            let c16 = c[16]
            a7x0 = esp_fma8(c16, x0x0, a7x0)
            let c33 = c[33]
            a12x0 = esp_fma8(c33, x0x0, a12x0)
            let c35 = c[35]
            a13x0 = esp_fma8(c35, x0x0, a13x0)
            let x1x0 = source[1]
            let c10 = c[10]
            a5x0 = esp_fma8(c10, x1x0, a5x0)
            let c17 = c[17]
            a7x0 = esp_fma8(c17, x1x0, a7x0)
            let c36 = c[36]
            a13x0 = esp_fma8(c36, x1x0, a13x0)
            let x3x0 = source[3]
            let c6 = c[6]
            a3x0 = esp_fma8(c6, x3x0, a3x0)
            let c18 = c[18]
            a7x0 = esp_fma8(c18, x3x0, a7x0)
            let c34 = c[34]
            a12x0 = esp_fma8(c34, x3x0, a12x0)
            let c37 = c[37]
            a13x0 = esp_fma8(c37, x3x0, a13x0)
            let x4x0 = source[4]
            let c11 = c[11]
            a5x0 = esp_fma8(c11, x4x0, a5x0)
            let x6x0 = source[6]
            let c19 = c[19]
            a7x0 = esp_fma8(c19, x6x0, a7x0)
            let c38 = c[38]
            a13x0 = esp_fma8(c38, x6x0, a13x0)
            target[0] = a0x0
            target[3] = a3x0
            target[5] = a5x0
            target[7] = a7x0
            target[12] = a12x0
            target[13] = a13x0
        }
        do {
            var a10x0 = Lanes.zero
            var a11x0 = Lanes.zero
            var a14x0 = Lanes.zero
            var a15x0 = Lanes.zero
            if !work.isFirst {
                a10x0 = target[10]
                a11x0 = target[11]
                a14x0 = target[14]
                a15x0 = target[15]
            }
            let x0x0 = source[0]
            let c26 = c[26]
            a10x0 = esp_fma8(c26, x0x0, a10x0)
            let c29 = c[29]
            a11x0 = esp_fma8(c29, x0x0, a11x0)
            let c39 = c[39]
            a14x0 = esp_fma8(c39, x0x0, a14x0)
            let c43 = c[43]
            a15x0 = esp_fma8(c43, x0x0, a15x0)
            let x2x0 = source[2]
            let c27 = c[27]
            a10x0 = esp_fma8(c27, x2x0, a10x0)
            let c30 = c[30]
            a11x0 = esp_fma8(c30, x2x0, a11x0)
            let c40 = c[40]
            a14x0 = esp_fma8(c40, x2x0, a14x0)
            let x3x0 = source[3]
            let c31 = c[31]
            a11x0 = esp_fma8(c31, x3x0, a11x0)
            let c41 = c[41]
            a14x0 = esp_fma8(c41, x3x0, a14x0)
            let c44 = c[44]
            a15x0 = esp_fma8(c44, x3x0, a15x0)
            let x7x0 = source[7]
            let c28 = c[28]
            a10x0 = esp_fma8(c28, x7x0, a10x0)
            let x8x0 = source[8]
            let c32 = c[32]
            a11x0 = esp_fma8(c32, x8x0, a11x0)
            let c42 = c[42]
            a14x0 = esp_fma8(c42, x8x0, a14x0)
            let x9x0 = source[9]
            let c45 = c[45]
            a15x0 = esp_fma8(c45, x9x0, a15x0)
            target[10] = a10x0
            target[11] = a11x0
            target[14] = a14x0
            target[15] = a15x0
        }
    }
}
