// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of SP and S: 4 columns, 7 coefficients.
    @inline(never)
    static func spS(_ work: KetTransformation) {
        var row = 0
        while row + 2 <= work.rowCount {
            spSBy2(work, row)
            row += 2
        }
        while row + 1 <= work.rowCount {
            spSBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func spSBy2(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 4
        let target = work.target + row * 4
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[4]
                a1x0 = target[1]
                a1x1 = target[5]
                a2x0 = target[2]
                a2x1 = target[6]
            }
            let x0x0 = source[0]
            let x0x1 = source[4]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            let c1 = c[1]
            a1x0 = esp_fma8(c1, x0x0, a1x0)
            a1x1 = esp_fma8(c1, x0x1, a1x1)
            let c3 = c[3]
            a2x0 = esp_fma8(c3, x0x0, a2x0)
            a2x1 = esp_fma8(c3, x0x1, a2x1)
            let x1x0 = source[1]
            let x1x1 = source[5]
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x1x0, a1x0)
            a1x1 = esp_fma8(c2, x1x1, a1x1)
            let x2x0 = source[2]
            let x2x1 = source[6]
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x2x0, a2x0)
            a2x1 = esp_fma8(c4, x2x1, a2x1)
            target[0] = a0x0
            target[4] = a0x1
            target[1] = a1x0
            target[5] = a1x1
            target[2] = a2x0
            target[6] = a2x1
        }
        do {
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            if !work.isFirst {
                a3x0 = target[3]
                a3x1 = target[7]
            }
            let x0x0 = source[0]
            let x0x1 = source[4]
            let c5 = c[5]
            a3x0 = esp_fma8(c5, x0x0, a3x0)
            a3x1 = esp_fma8(c5, x0x1, a3x1)
            let x3x0 = source[3]
            let x3x1 = source[7]
            let c6 = c[6]
            a3x0 = esp_fma8(c6, x3x0, a3x0)
            a3x1 = esp_fma8(c6, x3x1, a3x1)
            target[3] = a3x0
            target[7] = a3x1
        }
    }

    @inline(never)
    private static func spSBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 4
        let target = work.target + row * 4
        do {
            var a0x0 = Lanes.zero
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            var a3x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a1x0 = target[1]
                a2x0 = target[2]
                a3x0 = target[3]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            let c1 = c[1]
            a1x0 = esp_fma8(c1, x0x0, a1x0)
            let c3 = c[3]
            a2x0 = esp_fma8(c3, x0x0, a2x0)
            let c5 = c[5]
            a3x0 = esp_fma8(c5, x0x0, a3x0)
            let x1x0 = source[1]
            let c2 = c[2]
            a1x0 = esp_fma8(c2, x1x0, a1x0)
            let x2x0 = source[2]
            let c4 = c[4]
            a2x0 = esp_fma8(c4, x2x0, a2x0)
            let x3x0 = source[3]
            let c6 = c[6]
            a3x0 = esp_fma8(c6, x3x0, a3x0)
            target[0] = a0x0
            target[1] = a1x0
            target[2] = a2x0
            target[3] = a3x0
        }
    }
}
