// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
import CVectorShims

extension BraTransformation {
    /// Products of S and S: 1 rows, 1 coefficients.
    @inline(never)
    static func sS(_ work: BraTransformation) {
        for h in 0..<work.hermiteCount { sS(work, h) }
    }

    @inline(__always)
    private static func sS(_ work: BraTransformation, _ h: Int) {
        let count = work.primitiveCount
        let stride = work.cubeStride
        let target = work.target + h
        let hermites = work.hermiteCount
        let r = work.cubes + Int(work.places[h])
        do {
            var a0 = Lanes.zero
            if !work.isFirst {
                a0 = target[0 * hermites]
            }
            var c = work.coefficients
            var o = 0
            for _ in 0..<count {
                let x0 = r[o + 0]
                a0 = esp_fma8(Lanes(repeating: c[0]), x0, a0)
                c += 1
                o += stride
            }
            target[0 * hermites] = a0
        }
    }
}
