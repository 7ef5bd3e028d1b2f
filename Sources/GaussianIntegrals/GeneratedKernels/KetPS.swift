// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of P and S: 3 columns, 6 coefficients.
    @inline(never)
    static func pS(_ work: KetTransformation) {
        var row = 0
        // Nine and fifteen rows, of p and d shells, divide by three only.
        while work.rowCount % 4 != 0, row + 3 <= work.rowCount, (work.rowCount - row) % 3 == 0 {
            pSBy3(work, row)
            row += 3
        }
        while row + 4 <= work.rowCount {
            pSBy4(work, row)
            row += 4
        }
        while row < work.rowCount {
            pSBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func pSBy4(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 4
        let target = work.target + row * 3
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            var a0x3 = Lanes.zero
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a1x2 = Lanes.zero
            var a1x3 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a2x2 = Lanes.zero
            var a2x3 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[3]
                a0x2 = target[6]
                a0x3 = target[9]
                a1x0 = target[1]
                a1x1 = target[4]
                a1x2 = target[7]
                a1x3 = target[10]
                a2x0 = target[2]
                a2x1 = target[5]
                a2x2 = target[8]
                a2x3 = target[11]
            }
            let x0x0 = source[0]
            let x0x1 = source[4]
            let x0x2 = source[8]
            let x0x3 = source[12]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            a0x2 = esp_fma8(c0, x0x2, a0x2)
            a0x3 = esp_fma8(c0, x0x3, a0x3)
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x0x0, a1x0)
            a1x1 = esp_fma8(c2, x0x1, a1x1)
            a1x2 = esp_fma8(c2, x0x2, a1x2)
            a1x3 = esp_fma8(c2, x0x3, a1x3)
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x0x0, a2x0)
            a2x1 = esp_fma8(c4, x0x1, a2x1)
            a2x2 = esp_fma8(c4, x0x2, a2x2)
            a2x3 = esp_fma8(c4, x0x3, a2x3)
            let x1x0 = source[1]
            let x1x1 = source[5]
            let x1x2 = source[9]
            let x1x3 = source[13]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            a0x1 = esp_fma8(c1, x1x1, a0x1)
            a0x2 = esp_fma8(c1, x1x2, a0x2)
            a0x3 = esp_fma8(c1, x1x3, a0x3)
            let x2x0 = source[2]
            let x2x1 = source[6]
            let x2x2 = source[10]
            let x2x3 = source[14]
            let c3 = c[3]
            a1x0 = esp_fma8(c3, x2x0, a1x0)
            a1x1 = esp_fma8(c3, x2x1, a1x1)
            a1x2 = esp_fma8(c3, x2x2, a1x2)
            a1x3 = esp_fma8(c3, x2x3, a1x3)
            let x3x0 = source[3]
            let x3x1 = source[7]
            let x3x2 = source[11]
            let x3x3 = source[15]
            let c5 = c[5]
            a2x0 = esp_fma8(c5, x3x0, a2x0)
            a2x1 = esp_fma8(c5, x3x1, a2x1)
            a2x2 = esp_fma8(c5, x3x2, a2x2)
            a2x3 = esp_fma8(c5, x3x3, a2x3)
            target[0] = a0x0
            target[3] = a0x1
            target[6] = a0x2
            target[9] = a0x3
            target[1] = a1x0
            target[4] = a1x1
            target[7] = a1x2
            target[10] = a1x3
            target[2] = a2x0
            target[5] = a2x1
            target[8] = a2x2
            target[11] = a2x3
        }
    }

    @inline(never)
    private static func pSBy3(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 4
        let target = work.target + row * 3
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a1x2 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a2x2 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[3]
                a0x2 = target[6]
                a1x0 = target[1]
                a1x1 = target[4]
                a1x2 = target[7]
                a2x0 = target[2]
                a2x1 = target[5]
                a2x2 = target[8]
            }
            let x0x0 = source[0]
            let x0x1 = source[4]
            let x0x2 = source[8]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            a0x2 = esp_fma8(c0, x0x2, a0x2)
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x0x0, a1x0)
            a1x1 = esp_fma8(c2, x0x1, a1x1)
            a1x2 = esp_fma8(c2, x0x2, a1x2)
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x0x0, a2x0)
            a2x1 = esp_fma8(c4, x0x1, a2x1)
            a2x2 = esp_fma8(c4, x0x2, a2x2)
            let x1x0 = source[1]
            let x1x1 = source[5]
            let x1x2 = source[9]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            a0x1 = esp_fma8(c1, x1x1, a0x1)
            a0x2 = esp_fma8(c1, x1x2, a0x2)
            let x2x0 = source[2]
            let x2x1 = source[6]
            let x2x2 = source[10]
            let c3 = c[3]
            a1x0 = esp_fma8(c3, x2x0, a1x0)
            a1x1 = esp_fma8(c3, x2x1, a1x1)
            a1x2 = esp_fma8(c3, x2x2, a1x2)
            let x3x0 = source[3]
            let x3x1 = source[7]
            let x3x2 = source[11]
            let c5 = c[5]
            a2x0 = esp_fma8(c5, x3x0, a2x0)
            a2x1 = esp_fma8(c5, x3x1, a2x1)
            a2x2 = esp_fma8(c5, x3x2, a2x2)
            target[0] = a0x0
            target[3] = a0x1
            target[6] = a0x2
            target[1] = a1x0
            target[4] = a1x1
            target[7] = a1x2
            target[2] = a2x0
            target[5] = a2x1
            target[8] = a2x2
        }
    }

    @inline(never)
    private static func pSBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 4
        let target = work.target + row * 3
        do {
            var a0x0 = Lanes.zero
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a1x0 = target[1]
                a2x0 = target[2]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x0x0, a1x0)
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x0x0, a2x0)
            let x1x0 = source[1]
            let c1 = c[1]
            a0x0 = esp_fma8(c1, x1x0, a0x0)
            let x2x0 = source[2]
            let c3 = c[3]
            a1x0 = esp_fma8(c3, x2x0, a1x0)
            let x3x0 = source[3]
            let c5 = c[5]
            a2x0 = esp_fma8(c5, x3x0, a2x0)
            target[0] = a0x0
            target[1] = a1x0
            target[2] = a2x0
        }
    }
}
