// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension KetTransformation {
    /// Products of S and S: 1 columns, 1 coefficients.
    @inline(never)
    static func sS(_ work: KetTransformation) {
        var row = 0
        // Nine and fifteen rows, of p and d shells, divide by three only.
        while work.rowCount % 4 != 0, row + 3 <= work.rowCount, (work.rowCount - row) % 3 == 0 {
            sSBy3(work, row)
            row += 3
        }
        while row + 4 <= work.rowCount {
            sSBy4(work, row)
            row += 4
        }
        while row < work.rowCount {
            sSBy1(work, row)
            row += 1
        }
    }

    @inline(never)
    private static func sSBy4(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 1
        let target = work.target + row * 1
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            var a0x3 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[1]
                a0x2 = target[2]
                a0x3 = target[3]
            }
            let x0x0 = source[0]
            let x0x1 = source[1]
            let x0x2 = source[2]
            let x0x3 = source[3]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            a0x2 = esp_fma8(c0, x0x2, a0x2)
            a0x3 = esp_fma8(c0, x0x3, a0x3)
            target[0] = a0x0
            target[1] = a0x1
            target[2] = a0x2
            target[3] = a0x3
        }
    }

    @inline(never)
    private static func sSBy3(_ work: KetTransformation, _ row: Int) {
        let c = work.coefficients
        let source = work.source + row * 1
        let target = work.target + row * 1
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0]
                a0x1 = target[1]
                a0x2 = target[2]
            }
            let x0x0 = source[0]
            let x0x1 = source[1]
            let x0x2 = source[2]
            let c0 = c[0]
            a0x0 = esp_fma8(c0, x0x0, a0x0)
            a0x1 = esp_fma8(c0, x0x1, a0x1)
            a0x2 = esp_fma8(c0, x0x2, a0x2)
            target[0] = a0x0
            target[1] = a0x1
            target[2] = a0x2
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
