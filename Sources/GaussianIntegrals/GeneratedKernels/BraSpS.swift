// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of SP and S: 4 rows, 7 coefficients.
    @inline(never)
    static func spS(_ work: BraTransformation) {
        var h = 0
        while h + 5 <= work.hermiteCount {
            spSBy5(work, h)
            h += 5
        }
        while h + 4 <= work.hermiteCount {
            spSBy4(work, h)
            h += 4
        }
        while h + 1 <= work.hermiteCount {
            spSBy1(work, h)
            h += 1
        }
    }

    @inline(never)
    private static func spSBy5(_ work: BraTransformation, _ h: Int) {
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
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a1x2 = Lanes.zero
            var a1x3 = Lanes.zero
            var a1x4 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a2x2 = Lanes.zero
            var a2x3 = Lanes.zero
            var a2x4 = Lanes.zero
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            var a3x2 = Lanes.zero
            var a3x3 = Lanes.zero
            var a3x4 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
                a0x1 = target[0 * hermites + 1]
                a0x2 = target[0 * hermites + 2]
                a0x3 = target[0 * hermites + 3]
                a0x4 = target[0 * hermites + 4]
                a1x0 = target[1 * hermites + 0]
                a1x1 = target[1 * hermites + 1]
                a1x2 = target[1 * hermites + 2]
                a1x3 = target[1 * hermites + 3]
                a1x4 = target[1 * hermites + 4]
                a2x0 = target[2 * hermites + 0]
                a2x1 = target[2 * hermites + 1]
                a2x2 = target[2 * hermites + 2]
                a2x3 = target[2 * hermites + 3]
                a2x4 = target[2 * hermites + 4]
                a3x0 = target[3 * hermites + 0]
                a3x1 = target[3 * hermites + 1]
                a3x2 = target[3 * hermites + 2]
                a3x3 = target[3 * hermites + 3]
                a3x4 = target[3 * hermites + 4]
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
                let c1 = Lanes(repeating: c[1])
                a1x0 = esp_fma8(c1, x0x0, a1x0)
                a1x1 = esp_fma8(c1, x0x1, a1x1)
                a1x2 = esp_fma8(c1, x0x2, a1x2)
                a1x3 = esp_fma8(c1, x0x3, a1x3)
                a1x4 = esp_fma8(c1, x0x4, a1x4)
                let c3 = Lanes(repeating: c[3])
                a2x0 = esp_fma8(c3, x0x0, a2x0)
                a2x1 = esp_fma8(c3, x0x1, a2x1)
                a2x2 = esp_fma8(c3, x0x2, a2x2)
                a2x3 = esp_fma8(c3, x0x3, a2x3)
                a2x4 = esp_fma8(c3, x0x4, a2x4)
                let c5 = Lanes(repeating: c[5])
                a3x0 = esp_fma8(c5, x0x0, a3x0)
                a3x1 = esp_fma8(c5, x0x1, a3x1)
                a3x2 = esp_fma8(c5, x0x2, a3x2)
                a3x3 = esp_fma8(c5, x0x3, a3x3)
                a3x4 = esp_fma8(c5, x0x4, a3x4)
                let x81x0 = r0[o + 81]
                let x81x1 = r1[o + 81]
                let x81x2 = r2[o + 81]
                let x81x3 = r3[o + 81]
                let x81x4 = r4[o + 81]
                let c2 = Lanes(repeating: c[2])
                a1x0 = esp_fma8(c2, x81x0, a1x0)
                a1x1 = esp_fma8(c2, x81x1, a1x1)
                a1x2 = esp_fma8(c2, x81x2, a1x2)
                a1x3 = esp_fma8(c2, x81x3, a1x3)
                a1x4 = esp_fma8(c2, x81x4, a1x4)
                let x9x0 = r0[o + 9]
                let x9x1 = r1[o + 9]
                let x9x2 = r2[o + 9]
                let x9x3 = r3[o + 9]
                let x9x4 = r4[o + 9]
                let c4 = Lanes(repeating: c[4])
                a2x0 = esp_fma8(c4, x9x0, a2x0)
                a2x1 = esp_fma8(c4, x9x1, a2x1)
                a2x2 = esp_fma8(c4, x9x2, a2x2)
                a2x3 = esp_fma8(c4, x9x3, a2x3)
                a2x4 = esp_fma8(c4, x9x4, a2x4)
                let x1x0 = r0[o + 1]
                let x1x1 = r1[o + 1]
                let x1x2 = r2[o + 1]
                let x1x3 = r3[o + 1]
                let x1x4 = r4[o + 1]
                let c6 = Lanes(repeating: c[6])
                a3x0 = esp_fma8(c6, x1x0, a3x0)
                a3x1 = esp_fma8(c6, x1x1, a3x1)
                a3x2 = esp_fma8(c6, x1x2, a3x2)
                a3x3 = esp_fma8(c6, x1x3, a3x3)
                a3x4 = esp_fma8(c6, x1x4, a3x4)
                c += 7
                o += stride
            }
            target[0 * hermites + 0] = a0x0
            target[0 * hermites + 1] = a0x1
            target[0 * hermites + 2] = a0x2
            target[0 * hermites + 3] = a0x3
            target[0 * hermites + 4] = a0x4
            target[1 * hermites + 0] = a1x0
            target[1 * hermites + 1] = a1x1
            target[1 * hermites + 2] = a1x2
            target[1 * hermites + 3] = a1x3
            target[1 * hermites + 4] = a1x4
            target[2 * hermites + 0] = a2x0
            target[2 * hermites + 1] = a2x1
            target[2 * hermites + 2] = a2x2
            target[2 * hermites + 3] = a2x3
            target[2 * hermites + 4] = a2x4
            target[3 * hermites + 0] = a3x0
            target[3 * hermites + 1] = a3x1
            target[3 * hermites + 2] = a3x2
            target[3 * hermites + 3] = a3x3
            target[3 * hermites + 4] = a3x4
        }
    }

    @inline(never)
    private static func spSBy4(_ work: BraTransformation, _ h: Int) {
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
            var a1x0 = Lanes.zero
            var a1x1 = Lanes.zero
            var a1x2 = Lanes.zero
            var a1x3 = Lanes.zero
            var a2x0 = Lanes.zero
            var a2x1 = Lanes.zero
            var a2x2 = Lanes.zero
            var a2x3 = Lanes.zero
            var a3x0 = Lanes.zero
            var a3x1 = Lanes.zero
            var a3x2 = Lanes.zero
            var a3x3 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
                a0x1 = target[0 * hermites + 1]
                a0x2 = target[0 * hermites + 2]
                a0x3 = target[0 * hermites + 3]
                a1x0 = target[1 * hermites + 0]
                a1x1 = target[1 * hermites + 1]
                a1x2 = target[1 * hermites + 2]
                a1x3 = target[1 * hermites + 3]
                a2x0 = target[2 * hermites + 0]
                a2x1 = target[2 * hermites + 1]
                a2x2 = target[2 * hermites + 2]
                a2x3 = target[2 * hermites + 3]
                a3x0 = target[3 * hermites + 0]
                a3x1 = target[3 * hermites + 1]
                a3x2 = target[3 * hermites + 2]
                a3x3 = target[3 * hermites + 3]
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
                let c1 = Lanes(repeating: c[1])
                a1x0 = esp_fma8(c1, x0x0, a1x0)
                a1x1 = esp_fma8(c1, x0x1, a1x1)
                a1x2 = esp_fma8(c1, x0x2, a1x2)
                a1x3 = esp_fma8(c1, x0x3, a1x3)
                let c3 = Lanes(repeating: c[3])
                a2x0 = esp_fma8(c3, x0x0, a2x0)
                a2x1 = esp_fma8(c3, x0x1, a2x1)
                a2x2 = esp_fma8(c3, x0x2, a2x2)
                a2x3 = esp_fma8(c3, x0x3, a2x3)
                let c5 = Lanes(repeating: c[5])
                a3x0 = esp_fma8(c5, x0x0, a3x0)
                a3x1 = esp_fma8(c5, x0x1, a3x1)
                a3x2 = esp_fma8(c5, x0x2, a3x2)
                a3x3 = esp_fma8(c5, x0x3, a3x3)
                let x81x0 = r0[o + 81]
                let x81x1 = r1[o + 81]
                let x81x2 = r2[o + 81]
                let x81x3 = r3[o + 81]
                let c2 = Lanes(repeating: c[2])
                a1x0 = esp_fma8(c2, x81x0, a1x0)
                a1x1 = esp_fma8(c2, x81x1, a1x1)
                a1x2 = esp_fma8(c2, x81x2, a1x2)
                a1x3 = esp_fma8(c2, x81x3, a1x3)
                let x9x0 = r0[o + 9]
                let x9x1 = r1[o + 9]
                let x9x2 = r2[o + 9]
                let x9x3 = r3[o + 9]
                let c4 = Lanes(repeating: c[4])
                a2x0 = esp_fma8(c4, x9x0, a2x0)
                a2x1 = esp_fma8(c4, x9x1, a2x1)
                a2x2 = esp_fma8(c4, x9x2, a2x2)
                a2x3 = esp_fma8(c4, x9x3, a2x3)
                let x1x0 = r0[o + 1]
                let x1x1 = r1[o + 1]
                let x1x2 = r2[o + 1]
                let x1x3 = r3[o + 1]
                let c6 = Lanes(repeating: c[6])
                a3x0 = esp_fma8(c6, x1x0, a3x0)
                a3x1 = esp_fma8(c6, x1x1, a3x1)
                a3x2 = esp_fma8(c6, x1x2, a3x2)
                a3x3 = esp_fma8(c6, x1x3, a3x3)
                c += 7
                o += stride
            }
            target[0 * hermites + 0] = a0x0
            target[0 * hermites + 1] = a0x1
            target[0 * hermites + 2] = a0x2
            target[0 * hermites + 3] = a0x3
            target[1 * hermites + 0] = a1x0
            target[1 * hermites + 1] = a1x1
            target[1 * hermites + 2] = a1x2
            target[1 * hermites + 3] = a1x3
            target[2 * hermites + 0] = a2x0
            target[2 * hermites + 1] = a2x1
            target[2 * hermites + 2] = a2x2
            target[2 * hermites + 3] = a2x3
            target[3 * hermites + 0] = a3x0
            target[3 * hermites + 1] = a3x1
            target[3 * hermites + 2] = a3x2
            target[3 * hermites + 3] = a3x3
        }
    }

    @inline(never)
    private static func spSBy1(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r0 = work.cubes + Int(work.places[h + 0])
        do {
            var a0x0 = Lanes.zero
            var a1x0 = Lanes.zero
            var a2x0 = Lanes.zero
            var a3x0 = Lanes.zero
            if !work.isFirst {
                a0x0 = target[0 * hermites + 0]
                a1x0 = target[1 * hermites + 0]
                a2x0 = target[2 * hermites + 0]
                a3x0 = target[3 * hermites + 0]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0x0 = r0[o + 0]
                let c0 = Lanes(repeating: c[0])
                a0x0 = esp_fma8(c0, x0x0, a0x0)
                let c1 = Lanes(repeating: c[1])
                a1x0 = esp_fma8(c1, x0x0, a1x0)
                let c3 = Lanes(repeating: c[3])
                a2x0 = esp_fma8(c3, x0x0, a2x0)
                let c5 = Lanes(repeating: c[5])
                a3x0 = esp_fma8(c5, x0x0, a3x0)
                let x81x0 = r0[o + 81]
                let c2 = Lanes(repeating: c[2])
                a1x0 = esp_fma8(c2, x81x0, a1x0)
                let x9x0 = r0[o + 9]
                let c4 = Lanes(repeating: c[4])
                a2x0 = esp_fma8(c4, x9x0, a2x0)
                let x1x0 = r0[o + 1]
                let c6 = Lanes(repeating: c[6])
                a3x0 = esp_fma8(c6, x1x0, a3x0)
                c += 7
                o += stride
            }
            target[0 * hermites + 0] = a0x0
            target[1 * hermites + 0] = a1x0
            target[2 * hermites + 0] = a2x0
            target[3 * hermites + 0] = a3x0
        }
    }
}
