// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of S and S: 1 columns, 1 coefficients.
    @inline(never)
    static func sS(_ work: KetTransformation) {
        var row = 0
        while row + 2 <= work.rowCount {
            sSBy2(work, row)
            row += 2
        }
        while row + 1 <= work.rowCount {
            sSBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func sSBy2(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 1
        let target = work.target + row * 1
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[1]
            }
            let x0x0 = source[0]
            let x0x1 = source[1]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            target[0] = a0x0
            target[1] = a0x1
        }
    }

    @inline(never)
    private static func sSBy1(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 1
        let target = work.target + row * 1
        do {
            var a0x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
            }
            let x0x0 = source[0]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            target[0] = a0x0
        }
    }
}
