import CVectorShims

/// Adds the potential of point multipoles of one order to the points of a leaf.
///
/// A record contains the centre (three doubles), followed by the coefficients of `MultipolePolynomial` for each density.
struct MultipoleKernel {
    let order: Int
    let records: UnsafePointer<Double>
    let stride: Int

    static let headerCount = 3

    func add(_ list: UnsafePointer<Int32>, _ count: Int, to target: PotentialTarget) {
        switch order {
        case 1: add(list, count, target, Order1.self)
        case 2: add(list, count, target, Order2.self)
        case 3: add(list, count, target, Order3.self)
        case 4: add(list, count, target, Order4.self)
        case 5: add(list, count, target, Order5.self)
        case 6: add(list, count, target, Order6.self)
        case 7: add(list, count, target, Order7.self)
        default: add(list, count, target, Order8.self)
        }
    }

    /// Four batches at a time: their coordinates and partial sums fill the registers, and each coefficient is used four times.
    private func add<Order: MultipoleOrder>(
        _ list: UnsafePointer<Int32>, _ count: Int, _ target: PotentialTarget, _: Order.Type
    ) {
        let order = Order.value
        let batches = target.batches
        let densities = target.densities
        for item in 0..<count {
            let record = records + Int(list[item]) * stride
            var batch = 0
            while batch < batches {
                let c0 = target.coordinates + batch
                let (x0, y0, z0, r0) = Self.inverted(c0, batches, record)
                let (x1, y1, z1, r1) = Self.inverted(c0 + 1, batches, record)
                let (x2, y2, z2, r2) = Self.inverted(c0 + 2, batches, record)
                let (x3, y3, z3, r3) = Self.inverted(c0 + 3, batches, record)
                var c = record + Self.headerCount
                var sum = target.potential + batch
                for _ in 0..<densities {
                    var (q0, q1, q2, q3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
                    // Powers x^(L-i) y^(i-j) z^(j-k), each in descending order.
                    for i in 0...order {
                        var (a0, a1, a2, a3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
                        for j in 0...i {
                            var b0 = Lanes(repeating: c[0])
                            var (b1, b2, b3) = (b0, b0, b0)
                            for k in 0..<j {
                                let value = Lanes(repeating: c[k + 1])
                                b0 = esp_fma8(b0, z0, value)
                                b1 = esp_fma8(b1, z1, value)
                                b2 = esp_fma8(b2, z2, value)
                                b3 = esp_fma8(b3, z3, value)
                            }
                            a0 = esp_fma8(a0, y0, b0)
                            a1 = esp_fma8(a1, y1, b1)
                            a2 = esp_fma8(a2, y2, b2)
                            a3 = esp_fma8(a3, y3, b3)
                            c += j + 1
                        }
                        q0 = esp_fma8(q0, x0, a0)
                        q1 = esp_fma8(q1, x1, a1)
                        q2 = esp_fma8(q2, x2, a2)
                        q3 = esp_fma8(q3, x3, a3)
                    }
                    sum[0] = esp_fma8(q0, r0, sum[0])
                    sum[1] = esp_fma8(q1, r1, sum[1])
                    sum[2] = esp_fma8(q2, r2, sum[2])
                    sum[3] = esp_fma8(q3, r3, sum[3])
                    sum += batches
                }
                batch += 4
            }
        }
    }

    /// (r - C) / R^2 and 1 / R.
    @inline(__always)
    private static func inverted(
        _ coordinates: UnsafePointer<Lanes>, _ batches: Int, _ record: UnsafePointer<Double>
    ) -> (Lanes, Lanes, Lanes, Lanes) {
        let x = coordinates[0] - Lanes(repeating: record[0])
        let y = coordinates[batches] - Lanes(repeating: record[1])
        let z = coordinates[2 * batches] - Lanes(repeating: record[2])
        let root = esp_reciprocal_sqrt8(esp_fma8(x, x, esp_fma8(y, y, z * z)))
        let square = root * root
        return (x * square, y * square, z * square, root)
    }
}

/// An order that is known at compile time.
private protocol MultipoleOrder {
    static var value: Int { get }
}

private enum Order1: MultipoleOrder {
    static var value: Int { 1 }
}

private enum Order2: MultipoleOrder {
    static var value: Int { 2 }
}

private enum Order3: MultipoleOrder {
    static var value: Int { 3 }
}

private enum Order4: MultipoleOrder {
    static var value: Int { 4 }
}

private enum Order5: MultipoleOrder {
    static var value: Int { 5 }
}

private enum Order6: MultipoleOrder {
    static var value: Int { 6 }
}

private enum Order7: MultipoleOrder {
    static var value: Int { 7 }
}

private enum Order8: MultipoleOrder {
    static var value: Int { 8 }
}
