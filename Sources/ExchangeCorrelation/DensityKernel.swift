/// Density and gradient of a block, `rho = sum_ij D_ij phi_i phi_j` and `grad rho = 2 sum_ij D_ij grad(phi_i) phi_j`.
///
/// The product `D phi` never reaches memory: for six functions i and 32 points it is summed up in registers, and
/// multiplied with the values and gradients of these functions at once.
enum DensityKernel {
    /// Functions in a tile of rows.
    static let tile = 6
    /// - Parameters:
    ///   - orbitals: rows in tiles of six, padded with zeros.
    ///   - packed: for every tile, `columns[tile]` groups of six elements of D.
    ///   - columns: for every tile, how many functions j it meets.
    ///   - part: without gradient, 1 to 3 gives the same quadratic form of a component of the orbitals' gradient.
    ///   - output: rho and the three components of its gradient, one after the other, at all points of the block.
    static func evaluate(
        _ orbitals: OrbitalMatrices, packed: UnsafePointer<Double>, columns: [Int32], withGradient: Bool, part: Int = 0,
        output: UnsafeMutablePointer<Lanes>
    ) {
        let width = OrbitalMatrices.vectors
        let length = width * orbitals.strips
        columns.withUnsafeBufferPointer { columns in
            for strip in 0..<orbitals.strips {
                var rho = Quad()
                var gx = Quad()
                var gy = Quad()
                var gz = Quad()
                var source = packed
                let value = UnsafePointer(orbitals.part(part, strip: strip))
                let (x, y) = (orbitals.part(1, strip: strip), orbitals.part(2, strip: strip))
                let z = orbitals.part(3, strip: strip)
                for t in 0..<columns.count {
                    var a = Quad()
                    var b = Quad()
                    var c = Quad()
                    var d = Quad()
                    var e = Quad()
                    var f = Quad()
                    var phi = value
                    for _ in 0..<Int(columns[t]) {
                        let p = Quad(phi)
                        a.add(p, times: source[0])
                        b.add(p, times: source[1])
                        c.add(p, times: source[2])
                        d.add(p, times: source[3])
                        e.add(p, times: source[4])
                        f.add(p, times: source[5])
                        phi += width
                        source += tile
                    }
                    let first = width * tile * t
                    accumulate(&rho, value + first, a, b, c, d, e, f)
                    if withGradient {
                        accumulate(&gx, x + first, a, b, c, d, e, f)
                        accumulate(&gy, y + first, a, b, c, d, e, f)
                        accumulate(&gz, z + first, a, b, c, d, e, f)
                    }
                }
                let target = output + width * strip
                rho.store(target, factor: 1)
                if withGradient {
                    gx.store(target + length, factor: 2)
                    gy.store(target + 2 * length, factor: 2)
                    gz.store(target + 3 * length, factor: 2)
                }
            }
        }
    }

    @inline(__always)
    private static func accumulate(
        _ sum: inout Quad, _ row: UnsafePointer<Lanes>, _ a: Quad, _ b: Quad, _ c: Quad, _ d: Quad, _ e: Quad, _ f: Quad
    ) {
        let width = OrbitalMatrices.vectors
        sum.add(Quad(row), times: a)
        sum.add(Quad(row + width), times: b)
        sum.add(Quad(row + 2 * width), times: c)
        sum.add(Quad(row + 3 * width), times: d)
        sum.add(Quad(row + 4 * width), times: e)
        sum.add(Quad(row + 5 * width), times: f)
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
