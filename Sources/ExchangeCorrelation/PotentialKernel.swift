import CVectorShims

/// The matrix `M_ij = sum_p B_ip phi_jp` of a block, whose sum with its transpose is the block's share of the
/// potential.
enum PotentialKernel {
    /// Functions j whose rows of orbital values are worked on together.
    static let tile = 8
    /// Functions i that are worked on together.
    static let group = 3

    /// `B_ip = c0 phi_i + cx dphi_i/dx + cy dphi_i/dy + cz dphi_i/dz` at every point, in strips of rows like those of
    /// the orbitals.
    ///
    /// - Parameter part: without gradient, 1 to 3 takes a component of the orbitals' gradient in place of their values.
    /// - Returns: vectors from one strip of B to the next.
    static func fillRows(
        _ rows: UnsafeMutablePointer<Lanes>, _ orbitals: OrbitalMatrices, coefficients: UnsafePointer<Lanes>,
        withGradient: Bool, part: Int = 0
    ) -> Int {
        let width = OrbitalMatrices.vectors
        let length = width * orbitals.strips
        let count = orbitals.functionCount
        // Up to a whole group of functions.
        let padded = (count + group - 1) / group * group
        for strip in 0..<orbitals.strips {
            let value = orbitals.part(part, strip: strip)
            let (x, y) = (orbitals.part(1, strip: strip), orbitals.part(2, strip: strip))
            let z = orbitals.part(3, strip: strip)
            let target = rows + strip * padded * width
            for v in 0..<width {
                let c = coefficients[strip * width + v]
                if withGradient {
                    let cx = coefficients[length + strip * width + v]
                    let cy = coefficients[2 * length + strip * width + v]
                    let cz = coefficients[3 * length + strip * width + v]
                    var k = v
                    for _ in 0..<count {
                        target[k] = fused(cz, z[k], fused(cy, y[k], fused(cx, x[k], c * value[k])))
                        k += width
                    }
                } else {
                    for i in 0..<count { target[i * width + v] = c * value[i * width + v] }
                }
            }
            for k in count * width..<padded * width { target[k] = Lanes(repeating: 0) }
        }
        return padded * width
    }

    /// - Parameters:
    ///   - rows: B, in strips `rowsStride` vectors apart.
    ///   - part: of the orbitals, with which B is multiplied.
    ///   - counts: for every tile of eight functions j, how many functions i it meets.
    ///   - result: element (i, j) is at `i * resultStride + j`.
    @inline(never)
    static func multiply(
        _ rows: UnsafePointer<Lanes>, rowsStride: Int, _ orbitals: OrbitalMatrices, part: Int = 0, counts: [Int32],
        result: UnsafeMutablePointer<Double>, resultStride: Int
    ) {
        let width = OrbitalMatrices.vectors
        let orbitalStride = 4 * orbitals.partSize
        let strips = orbitals.strips
        counts.withUnsafeBufferPointer { counts in
            for t in 0..<counts.count {
                let phi = orbitals.part(part, strip: 0) + tile * t * width
                var i = 0
                while i < counts[t] {
                    var a = Octet()
                    var b = Octet()
                    var c = Octet()
                    var row = rows + i * width
                    var column = UnsafePointer(phi)
                    for _ in 0..<strips {
                        for v in 0..<width {
                            add(&a, &b, &c, row[v], row[width + v], row[2 * width + v], column + v, width)
                        }
                        row += rowsStride
                        column += orbitalStride
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
