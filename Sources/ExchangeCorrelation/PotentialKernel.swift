import CVectorShims

/// The matrix `M_ij = sum_p B_ip phi_jp` of a block, whose sum with its transpose is the block's share of the potential.
enum PotentialKernel {
    /// Functions j whose rows of orbital values are worked on together.
    static let tile = 8
    /// Functions i that are worked on together.
    static let group = 3

    /// `B_ip = c0 phi_i + cx dphi_i/dx + cy dphi_i/dy + cz dphi_i/dz` at every point, in rows like those of the orbitals.
    static func fillRows(
        _ rows: UnsafeMutablePointer<Lanes>, _ orbitals: OrbitalMatrices, coefficients: UnsafePointer<Lanes>,
        withGradient: Bool
    ) {
        let vectors = orbitals.vectors
        for i in 0..<orbitals.functionCount {
            let offset = i * orbitals.stride
            let value = orbitals.value + offset
            let target = rows + offset
            if withGradient {
                let x = orbitals.x + offset
                let y = orbitals.y + offset
                let z = orbitals.z + offset
                for v in 0..<vectors {
                    var sum = coefficients[v] * value[v]
                    sum = fused(coefficients[vectors + v], x[v], sum)
                    sum = fused(coefficients[2 * vectors + v], y[v], sum)
                    sum = fused(coefficients[3 * vectors + v], z[v], sum)
                    target[v] = sum
                }
            } else {
                for v in 0..<vectors { target[v] = coefficients[v] * value[v] }
            }
        }
        // Up to a whole group of functions.
        var i = orbitals.functionCount
        while i % group != 0 {
            for v in 0..<vectors { rows[i * orbitals.stride + v] = Lanes(repeating: 0) }
            i += 1
        }
    }

    /// - Parameters:
    ///   - rows: B.
    ///   - counts: for every tile of eight functions j, how many functions i it meets.
    ///   - result: element (i, j) is at `i * resultStride + j`.
    static func multiply(
        _ rows: UnsafePointer<Lanes>, _ orbitals: OrbitalMatrices, counts: [Int32],
        result: UnsafeMutablePointer<Double>, resultStride: Int
    ) {
        let vectors = orbitals.vectors
        let stride = orbitals.stride
        counts.withUnsafeBufferPointer { counts in
            for t in 0..<counts.count {
                let phi = orbitals.value + tile * t * stride
                var i = 0
                while i < counts[t] {
                    var a = Octet()
                    var b = Octet()
                    var c = Octet()
                    var row = rows + i * stride
                    var column = UnsafePointer(phi)
                    for _ in 0..<vectors {
                        let x = row[0]
                        let y = row[stride]
                        let z = row[2 * stride]
                        add(&a, &b, &c, x, y, z, column, stride)
                        row += 1
                        column += 1
                    }
                    let target = result + i * resultStride + tile * t
                    lanePointer(target).pointee = a.sums
                    lanePointer(target + resultStride).pointee = b.sums
                    lanePointer(target + 2 * resultStride).pointee = c.sums
                    i += group
                }
            }
        }
    }

    @inline(__always)
    private static func add(
        _ a: inout Octet, _ b: inout Octet, _ c: inout Octet, _ x: Lanes, _ y: Lanes, _ z: Lanes,
        _ column: UnsafePointer<Lanes>, _ stride: Int
    ) {
        var p = column[0]
        a.p0 = fused(x, p, a.p0)
        b.p0 = fused(y, p, b.p0)
        c.p0 = fused(z, p, c.p0)
        p = column[stride]
        a.p1 = fused(x, p, a.p1)
        b.p1 = fused(y, p, b.p1)
        c.p1 = fused(z, p, c.p1)
        p = column[2 * stride]
        a.p2 = fused(x, p, a.p2)
        b.p2 = fused(y, p, b.p2)
        c.p2 = fused(z, p, c.p2)
        p = column[3 * stride]
        a.p3 = fused(x, p, a.p3)
        b.p3 = fused(y, p, b.p3)
        c.p3 = fused(z, p, c.p3)
        p = column[4 * stride]
        a.p4 = fused(x, p, a.p4)
        b.p4 = fused(y, p, b.p4)
        c.p4 = fused(z, p, c.p4)
        p = column[5 * stride]
        a.p5 = fused(x, p, a.p5)
        b.p5 = fused(y, p, b.p5)
        c.p5 = fused(z, p, c.p5)
        p = column[6 * stride]
        a.p6 = fused(x, p, a.p6)
        b.p6 = fused(y, p, b.p6)
        c.p6 = fused(z, p, c.p6)
        p = column[7 * stride]
        a.p7 = fused(x, p, a.p7)
        b.p7 = fused(y, p, b.p7)
        c.p7 = fused(z, p, c.p7)
    }
}

/// Sums over points, eight partial ones each, for one function i and eight functions j.
private struct Octet {
    var p0, p1, p2, p3, p4, p5, p6, p7: Lanes

    @inline(__always)
    init() {
        p0 = Lanes(repeating: 0)
        p1 = p0
        p2 = p0
        p3 = p0
        p4 = p0
        p5 = p0
        p6 = p0
        p7 = p0
    }

    @inline(__always)
    var sums: Lanes { esp_sums8(p0, p1, p2, p3, p4, p5, p6, p7) }
}
