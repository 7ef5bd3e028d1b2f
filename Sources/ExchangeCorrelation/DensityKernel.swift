/// Density and gradient of a block, `rho = sum_ij D_ij phi_i phi_j` and `grad rho = 2 sum_ij D_ij grad(phi_i) phi_j`.
///
/// The product `D phi` never reaches memory: for six functions i and 32 points it is summed up in registers, and multiplied
/// with the values and gradients of these functions at once.
enum DensityKernel {
    /// Functions in a tile of rows.
    static let tile = 6
    /// Vectors of eight points in a strip of columns.
    static let strip = 4

    /// - Parameters:
    ///   - orbitals: rows in tiles of six, padded with zeros.
    ///   - packed: for every tile, `columns[tile]` groups of six elements of D.
    ///   - columns: for every tile, how many functions j it meets.
    ///   - output: rho and the three components of its gradient, `vectors` each.
    static func evaluate(
        _ orbitals: OrbitalMatrices, packed: UnsafePointer<Double>, columns: [Int32], withGradient: Bool,
        output: UnsafeMutablePointer<Lanes>
    ) {
        let vectors = orbitals.vectors
        columns.withUnsafeBufferPointer { columns in
            for start in stride(from: 0, to: vectors, by: strip) {
                var rho = Quad()
                var gx = Quad()
                var gy = Quad()
                var gz = Quad()
                var source = packed
                for t in 0..<columns.count {
                    let count = Int(columns[t])
                    let first = tile * t * orbitals.stride + start
                    var a = Quad()
                    var b = Quad()
                    var c = Quad()
                    var d = Quad()
                    var e = Quad()
                    var f = Quad()
                    var phi = UnsafePointer(orbitals.value + start)
                    for _ in 0..<count {
                        let p = Quad(phi)
                        a.add(p, times: source[0])
                        b.add(p, times: source[1])
                        c.add(p, times: source[2])
                        d.add(p, times: source[3])
                        e.add(p, times: source[4])
                        f.add(p, times: source[5])
                        phi += orbitals.stride
                        source += tile
                    }
                    let s = orbitals.stride
                    accumulate(&rho, orbitals.value + first, s, a, b, c, d, e, f)
                    if withGradient {
                        accumulate(&gx, orbitals.x + first, s, a, b, c, d, e, f)
                        accumulate(&gy, orbitals.y + first, s, a, b, c, d, e, f)
                        accumulate(&gz, orbitals.z + first, s, a, b, c, d, e, f)
                    }
                }
                rho.store(output + start, factor: 1)
                if withGradient {
                    gx.store(output + vectors + start, factor: 2)
                    gy.store(output + 2 * vectors + start, factor: 2)
                    gz.store(output + 3 * vectors + start, factor: 2)
                }
            }
        }
    }

    @inline(__always)
    private static func accumulate(
        _ sum: inout Quad, _ row: UnsafePointer<Lanes>, _ stride: Int, _ a: Quad, _ b: Quad, _ c: Quad, _ d: Quad,
        _ e: Quad, _ f: Quad
    ) {
        sum.add(Quad(row), times: a)
        sum.add(Quad(row + stride), times: b)
        sum.add(Quad(row + 2 * stride), times: c)
        sum.add(Quad(row + 3 * stride), times: d)
        sum.add(Quad(row + 4 * stride), times: e)
        sum.add(Quad(row + 5 * stride), times: f)
    }
}

/// Values at 32 points.
private struct Quad {
    var p, q, r, s: Lanes

    @inline(__always)
    init() {
        p = Lanes(repeating: 0)
        q = p
        r = p
        s = p
    }

    @inline(__always)
    init(_ source: UnsafePointer<Lanes>) {
        p = source[0]
        q = source[1]
        r = source[2]
        s = source[3]
    }

    @inline(__always)
    mutating func add(_ other: Quad, times factor: Double) {
        let f = Lanes(repeating: factor)
        p = fused(other.p, f, p)
        q = fused(other.q, f, q)
        r = fused(other.r, f, r)
        s = fused(other.s, f, s)
    }

    @inline(__always)
    mutating func add(_ other: Quad, times factor: Quad) {
        p = fused(other.p, factor.p, p)
        q = fused(other.q, factor.q, q)
        r = fused(other.r, factor.r, r)
        s = fused(other.s, factor.s, s)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Lanes>, factor: Double) {
        target[0] = p * factor
        target[1] = q * factor
        target[2] = r * factor
        target[3] = s * factor
    }
}
