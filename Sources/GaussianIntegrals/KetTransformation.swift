import CVectorShims

/// Transforms Hermite Gaussians of a ket to products of its functions, lane by lane:
/// target[ab, cd] = sum_h E_h^(cd) source[ab, h]. The arguments of one kernel call.
struct KetTransformation {
    /// E_h^(cd) of eight ket primitives.
    let coefficients: UnsafePointer<Lanes>
    /// Rows ab over the ket's Hermite Gaussians.
    let source: UnsafePointer<Lanes>
    let rowCount: Int
    /// Rows ab over the ket's products.
    let target: UnsafeMutablePointer<Lanes>
    /// Whether the target is overwritten instead of added to.
    let isFirst: Bool

    /// Table-driven kernel for any class of pairs.
    func general(_ ketClass: ShellPairClass) {
        ketClass.rowPairs.groups.withUnsafeBufferPointer { groups in
            ketClass.rowPairs.steps.withUnsafeBufferPointer { steps in
                guard let base = steps.baseAddress else { return }
                var row = 0
                while row + 3 <= rowCount {
                    for group in groups { generalBy3(group, base, ketClass, row) }
                    row += 3
                }
                while row < rowCount {
                    for group in groups { generalBy1(group, base, ketClass, row) }
                    row += 1
                }
            }
        }
    }

    @inline(__always)
    private func generalBy3(
        _ group: RowPairs.Group, _ steps: UnsafePointer<RowPairs.Step>, _ ketClass: ShellPairClass, _ row: Int
    ) {
        let n = ketClass.productCount
        let hermites = ketClass.hermiteCount
        let columnA = target + row * n + Int(group.rowA)
        let columnB = target + row * n + Int(group.rowB)
        let r0 = source + row * hermites
        let r1 = source + (row + 1) * hermites
        let r2 = source + (row + 2) * hermites
        var a0 = Lanes.zero
        var a1 = Lanes.zero
        var a2 = Lanes.zero
        var b0 = Lanes.zero
        var b1 = Lanes.zero
        var b2 = Lanes.zero
        if !isFirst {
            a0 = columnA[0]
            a1 = columnA[n]
            a2 = columnA[2 * n]
            b0 = columnB[0]
            b1 = columnB[n]
            b2 = columnB[2 * n]
        }
        for s in Int(group.firstStep)..<Int(group.sharedEnd) {
            let h = Int(steps[s].hermite)
            let ca = coefficients[Int(steps[s].entryA)]
            let cb = coefficients[Int(steps[s].entryB)]
            let x0 = r0[h]
            a0 = esp_fma8(ca, x0, a0)
            b0 = esp_fma8(cb, x0, b0)
            let x1 = r1[h]
            a1 = esp_fma8(ca, x1, a1)
            b1 = esp_fma8(cb, x1, b1)
            let x2 = r2[h]
            a2 = esp_fma8(ca, x2, a2)
            b2 = esp_fma8(cb, x2, b2)
        }
        for s in Int(group.sharedEnd)..<Int(group.endOfA) {
            let h = Int(steps[s].hermite)
            let coefficient = coefficients[Int(steps[s].entryA)]
            a0 = esp_fma8(coefficient, r0[h], a0)
            a1 = esp_fma8(coefficient, r1[h], a1)
            a2 = esp_fma8(coefficient, r2[h], a2)
        }
        for s in Int(group.endOfA)..<Int(group.endOfB) {
            let h = Int(steps[s].hermite)
            let coefficient = coefficients[Int(steps[s].entryB)]
            b0 = esp_fma8(coefficient, r0[h], b0)
            b1 = esp_fma8(coefficient, r1[h], b1)
            b2 = esp_fma8(coefficient, r2[h], b2)
        }
        columnA[0] = a0
        columnA[n] = a1
        columnA[2 * n] = a2
        if group.rowB == group.rowA { return }
        columnB[0] = b0
        columnB[n] = b1
        columnB[2 * n] = b2
    }

    @inline(__always)
    private func generalBy1(
        _ group: RowPairs.Group, _ steps: UnsafePointer<RowPairs.Step>, _ ketClass: ShellPairClass, _ row: Int
    ) {
        let n = ketClass.productCount
        let hermites = ketClass.hermiteCount
        let columnA = target + row * n + Int(group.rowA)
        let columnB = target + row * n + Int(group.rowB)
        let r0 = source + row * hermites
        var a0 = Lanes.zero
        var b0 = Lanes.zero
        if !isFirst {
            a0 = columnA[0]
            b0 = columnB[0]
        }
        for s in Int(group.firstStep)..<Int(group.sharedEnd) {
            let h = Int(steps[s].hermite)
            let ca = coefficients[Int(steps[s].entryA)]
            let cb = coefficients[Int(steps[s].entryB)]
            let x0 = r0[h]
            a0 = esp_fma8(ca, x0, a0)
            b0 = esp_fma8(cb, x0, b0)
        }
        for s in Int(group.sharedEnd)..<Int(group.endOfA) {
            let h = Int(steps[s].hermite)
            let coefficient = coefficients[Int(steps[s].entryA)]
            a0 = esp_fma8(coefficient, r0[h], a0)
        }
        for s in Int(group.endOfA)..<Int(group.endOfB) {
            let h = Int(steps[s].hermite)
            let coefficient = coefficients[Int(steps[s].entryB)]
            b0 = esp_fma8(coefficient, r0[h], b0)
        }
        columnA[0] = a0
        if group.rowB == group.rowA { return }
        columnB[0] = b0
    }
}
