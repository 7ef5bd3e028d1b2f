import CVectorShims

/// Transforms Hermite Gaussians of a bra to products of its functions, with vectors that contain one ket pair per lane:
/// target[ab, h] = sum over bra primitives and g of E_g^(ab) R_(g+h). The arguments of one kernel call.
struct BraTransformation {
    /// R_tuv of the primitives, see `HermiteCoulombIntegrals`.
    let cubes: UnsafePointer<Lanes>
    let cubeStride: Int
    /// E_g^(ab) of the first primitive; those of the other primitives follow.
    let coefficients: UnsafePointer<Double>
    let primitiveCount: Int
    /// Indices of Hermite Gaussians in a cube.
    let places: UnsafePointer<Int32>
    /// Number of Hermite Gaussians of the ket: the length of a row of the target.
    let hermiteCount: Int
    let target: UnsafeMutablePointer<Lanes>
    /// Whether the target is overwritten instead of added to.
    let isFirst: Bool

    /// Table-driven kernel for any class of pairs.
    func general(_ braClass: ShellPairClass) {
        braClass.rowPairs.groups.withUnsafeBufferPointer { groups in
            braClass.rowPairs.steps.withUnsafeBufferPointer { steps in
                guard let base = steps.baseAddress else { return }
                for group in groups {
                    var h = 0
                    while h + 3 <= hermiteCount {
                        generalBy3(group, base, entryCount: braClass.entryCount, h)
                        h += 3
                    }
                    while h < hermiteCount {
                        generalBy1(group, base, entryCount: braClass.entryCount, h)
                        h += 1
                    }
                }
            }
        }
    }

    @inline(__always)
    private func generalBy3(_ group: RowPairs.Group, _ steps: UnsafePointer<RowPairs.Step>, entryCount: Int, _ h: Int) {
        let rowA = target + Int(group.rowA) * hermiteCount + h
        let rowB = target + Int(group.rowB) * hermiteCount + h
        let r0 = cubes + Int(places[h + 0])
        let r1 = cubes + Int(places[h + 1])
        let r2 = cubes + Int(places[h + 2])
        var a0 = Lanes.zero
        var a1 = Lanes.zero
        var a2 = Lanes.zero
        var b0 = Lanes.zero
        var b1 = Lanes.zero
        var b2 = Lanes.zero
        if !isFirst {
            a0 = rowA[0]
            a1 = rowA[1]
            a2 = rowA[2]
            b0 = rowB[0]
            b1 = rowB[1]
            b2 = rowB[2]
        }
        var c = coefficients
        var cube = 0
        for _ in 0..<primitiveCount {
            for s in Int(group.firstStep)..<Int(group.sharedEnd) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let ca = Lanes(repeating: c[Int(steps[s].entryA)])
                let cb = Lanes(repeating: c[Int(steps[s].entryB)])
                let x0 = r0[o]
                a0 = esp_fma8(ca, x0, a0)
                b0 = esp_fma8(cb, x0, b0)
                let x1 = r1[o]
                a1 = esp_fma8(ca, x1, a1)
                b1 = esp_fma8(cb, x1, b1)
                let x2 = r2[o]
                a2 = esp_fma8(ca, x2, a2)
                b2 = esp_fma8(cb, x2, b2)
            }
            for s in Int(group.sharedEnd)..<Int(group.endOfA) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let coefficient = Lanes(repeating: c[Int(steps[s].entryA)])
                a0 = esp_fma8(coefficient, r0[o], a0)
                a1 = esp_fma8(coefficient, r1[o], a1)
                a2 = esp_fma8(coefficient, r2[o], a2)
            }
            for s in Int(group.endOfA)..<Int(group.endOfB) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let coefficient = Lanes(repeating: c[Int(steps[s].entryB)])
                b0 = esp_fma8(coefficient, r0[o], b0)
                b1 = esp_fma8(coefficient, r1[o], b1)
                b2 = esp_fma8(coefficient, r2[o], b2)
            }
            c += entryCount
            cube += cubeStride
        }
        rowA[0] = a0
        rowA[1] = a1
        rowA[2] = a2
        if group.rowB == group.rowA { return }
        rowB[0] = b0
        rowB[1] = b1
        rowB[2] = b2
    }

    @inline(__always)
    private func generalBy1(_ group: RowPairs.Group, _ steps: UnsafePointer<RowPairs.Step>, entryCount: Int, _ h: Int) {
        let rowA = target + Int(group.rowA) * hermiteCount + h
        let rowB = target + Int(group.rowB) * hermiteCount + h
        let r0 = cubes + Int(places[h + 0])
        var a0 = Lanes.zero
        var b0 = Lanes.zero
        if !isFirst {
            a0 = rowA[0]
            b0 = rowB[0]
        }
        var c = coefficients
        var cube = 0
        for _ in 0..<primitiveCount {
            for s in Int(group.firstStep)..<Int(group.sharedEnd) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let ca = Lanes(repeating: c[Int(steps[s].entryA)])
                let cb = Lanes(repeating: c[Int(steps[s].entryB)])
                let x0 = r0[o]
                a0 = esp_fma8(ca, x0, a0)
                b0 = esp_fma8(cb, x0, b0)
            }
            for s in Int(group.sharedEnd)..<Int(group.endOfA) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let coefficient = Lanes(repeating: c[Int(steps[s].entryA)])
                a0 = esp_fma8(coefficient, r0[o], a0)
            }
            for s in Int(group.endOfA)..<Int(group.endOfB) {
                let o = cube + Int(places[Int(steps[s].hermite)])
                let coefficient = Lanes(repeating: c[Int(steps[s].entryB)])
                b0 = esp_fma8(coefficient, r0[o], b0)
            }
            c += entryCount
            cube += cubeStride
        }
        rowA[0] = a0
        if group.rowB == group.rowA { return }
        rowB[0] = b0
    }
}
