// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of S and S: 1 rows, 1 coefficients.
    @inline(never)
    static func sS(_ work: BraTransformation) {
        var h = 0
        while h + 5 <= work.hermiteCount {
            sSBy5(work, h)
            h += 5
        }
        while h + 4 <= work.hermiteCount {
            sSBy4(work, h)
            h += 4
        }
        while h + 1 <= work.hermiteCount {
            sSBy1(work, h)
            h += 1
        }
    }

    @inline(never)
    private static func sSBy5(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r0 = work.cubes + Int(work.places[h + 0])
        let r1 = work.cubes + Int(work.places[h + 1])
        let r2 = work.cubes + Int(work.places[h + 2])
        let r3 = work.cubes + Int(work.places[h + 3])
        let r4 = work.cubes + Int(work.places[h + 4])
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            var a0x3 = Lanes.zero
            var a0x4 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
                a0x1 = target[0 * hermites + 1]
                a0x2 = target[0 * hermites + 2]
                a0x3 = target[0 * hermites + 3]
                a0x4 = target[0 * hermites + 4]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0x0 = r0[o + 0]
                let x0x1 = r1[o + 0]
                let x0x2 = r2[o + 0]
                let x0x3 = r3[o + 0]
                let x0x4 = r4[o + 0]
                let c0 = Lanes(repeating: c[0])
                a0x0 = esp_fma8(c0, x0x0, a0x0)
                a0x1 = esp_fma8(c0, x0x1, a0x1)
                a0x2 = esp_fma8(c0, x0x2, a0x2)
                a0x3 = esp_fma8(c0, x0x3, a0x3)
                a0x4 = esp_fma8(c0, x0x4, a0x4)
                c += 1
                o += stride
            }
            target[0 * hermites + 0] = a0x0
            target[0 * hermites + 1] = a0x1
            target[0 * hermites + 2] = a0x2
            target[0 * hermites + 3] = a0x3
            target[0 * hermites + 4] = a0x4
        }
    }

    @inline(never)
    private static func sSBy4(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r0 = work.cubes + Int(work.places[h + 0])
        let r1 = work.cubes + Int(work.places[h + 1])
        let r2 = work.cubes + Int(work.places[h + 2])
        let r3 = work.cubes + Int(work.places[h + 3])
        do {
            var a0x0 = Lanes.zero
            var a0x1 = Lanes.zero
            var a0x2 = Lanes.zero
            var a0x3 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
                a0x1 = target[0 * hermites + 1]
                a0x2 = target[0 * hermites + 2]
                a0x3 = target[0 * hermites + 3]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0x0 = r0[o + 0]
                let x0x1 = r1[o + 0]
                let x0x2 = r2[o + 0]
                let x0x3 = r3[o + 0]
                let c0 = Lanes(repeating: c[0])
                a0x0 = esp_fma8(c0, x0x0, a0x0)
                a0x1 = esp_fma8(c0, x0x1, a0x1)
                a0x2 = esp_fma8(c0, x0x2, a0x2)
                a0x3 = esp_fma8(c0, x0x3, a0x3)
                c += 1
                o += stride
            }
            target[0 * hermites + 0] = a0x0
            target[0 * hermites + 1] = a0x1
            target[0 * hermites + 2] = a0x2
            target[0 * hermites + 3] = a0x3
        }
    }

    @inline(never)
    private static func sSBy1(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r0 = work.cubes + Int(work.places[h + 0])
        do {
            var a0x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0x0 = r0[o + 0]
                let c0 = Lanes(repeating: c[0])
                a0x0 = esp_fma8(c0, x0x0, a0x0)
                c += 1
                o += stride
            }
            target[0 * hermites + 0] = a0x0
        }
    }
}
