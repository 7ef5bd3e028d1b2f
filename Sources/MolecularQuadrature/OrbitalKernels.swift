import CVectorShims
import GaussianBasis
import VectorFunctions

/// Points of a block, eight by eight.
struct PointRows {
    let x, y, z: UnsafePointer<Double>
    let vectors: Int

    func advanced(by count: Int) -> PointRows { PointRows(x: x + count, y: y + count, z: z + count, vectors: vectors) }
}

/// The destination of a block's orbital values.
struct OrbitalRows {
    let rows: UnsafePointer<Int32>
    /// Vectors from one row to the next.
    let stride: Int
    let value, x, y, z: UnsafeMutablePointer<Lanes>

    @inline(__always)
    func offset(ofFunction function: Int) -> Int { Int(rows[function]) * stride }

    func advanced(by count: Int) -> OrbitalRows {
        OrbitalRows(rows: rows, stride: stride, value: value + count, x: x + count, y: y + count, z: z + count)
    }
}

/// A primitive: minus its exponent, and for up to two contractions the coefficient c and the slope -2 a c.
struct RadialTerm {
    let exponent, first, firstSlope, second, secondSlope: Double
}

/// For every point of a block: the vector from a centre, and for up to two contractions R(r) = sum c exp(-a r^2) and
/// R'(r) / r.
struct RadialRows {
    let vectors: Int
    let x, y, z: UnsafeMutablePointer<Lanes>
    let radial: (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>)
    let slope: (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>)

    /// - Parameter scratch: room for seven rows.
    init(_ scratch: UnsafeMutablePointer<Lanes>, vectors: Int) {
        self.vectors = vectors
        x = scratch
        y = scratch + vectors
        z = scratch + 2 * vectors
        radial = (scratch + 3 * vectors, scratch + 5 * vectors)
        slope = (scratch + 4 * vectors, scratch + 6 * vectors)
    }

    func radial(_ slot: Int) -> UnsafeMutablePointer<Lanes> { slot == 0 ? radial.0 : radial.1 }
    func slope(_ slot: Int) -> UnsafeMutablePointer<Lanes> { slot == 0 ? slope.0 : slope.1 }

    func fillOne(
        _ points: PointRows, x cx: Double, y cy: Double, z cz: Double, terms: UnsafePointer<RadialTerm>, count: Int
    ) {
        for v in 0..<vectors {
            let square = displace(points, v, cx, cy, cz)
            var r = Lanes(repeating: 0)
            var s = r
            for k in 0..<count {
                let e = exponential(square * terms[k].exponent)
                r = fused(e, Lanes(repeating: terms[k].first), r)
                s = fused(e, Lanes(repeating: terms[k].firstSlope), s)
            }
            radial.0[v] = r
            slope.0[v] = s
        }
    }

    func fillTwo(
        _ points: PointRows, x cx: Double, y cy: Double, z cz: Double, terms: UnsafePointer<RadialTerm>, count: Int
    ) {
        for v in 0..<vectors {
            let square = displace(points, v, cx, cy, cz)
            var r = Lanes(repeating: 0)
            var s = r
            var q = r
            var t = r
            for k in 0..<count {
                let e = exponential(square * terms[k].exponent)
                r = fused(e, Lanes(repeating: terms[k].first), r)
                s = fused(e, Lanes(repeating: terms[k].firstSlope), s)
                q = fused(e, Lanes(repeating: terms[k].second), q)
                t = fused(e, Lanes(repeating: terms[k].secondSlope), t)
            }
            radial.0[v] = r
            slope.0[v] = s
            radial.1[v] = q
            slope.1[v] = t
        }
    }

    @inline(__always)
    private func displace(_ points: PointRows, _ v: Int, _ cx: Double, _ cy: Double, _ cz: Double) -> Lanes {
        let dx = loadLanes(points.x + 8 * v) - cx
        let dy = loadLanes(points.y + 8 * v) - cy
        let dz = loadLanes(points.z + 8 * v) - cz
        x[v] = dx
        y[v] = dy
        z[v] = dz
        return fused(dx, dx, fused(dy, dy, dz * dz))
    }
}

/// Radial parts times angular functions.
enum AngularKernels {
    static func s(_ radial: RadialRows, _ slot: Int, _ output: OrbitalRows, function: Int, _ withGradient: Bool) {
        let offset = output.offset(ofFunction: function)
        let r = radial.radial(slot)
        let t = radial.slope(slot)
        for v in 0..<radial.vectors { output.value[offset + v] = r[v] }
        guard withGradient else { return }
        for v in 0..<radial.vectors {
            output.x[offset + v] = t[v] * radial.x[v]
            output.y[offset + v] = t[v] * radial.y[v]
            output.z[offset + v] = t[v] * radial.z[v]
        }
    }

    static func p(_ radial: RadialRows, _ slot: Int, _ output: OrbitalRows, function: Int, _ withGradient: Bool) {
        let a = output.offset(ofFunction: function)
        let b = output.offset(ofFunction: function + 1)
        let c = output.offset(ofFunction: function + 2)
        let radius = radial.radial(slot)
        let slope = radial.slope(slot)
        for v in 0..<radial.vectors {
            let r = radius[v]
            output.value[a + v] = r * radial.x[v]
            output.value[b + v] = r * radial.y[v]
            output.value[c + v] = r * radial.z[v]
        }
        guard withGradient else { return }
        for v in 0..<radial.vectors {
            let r = radius[v]
            let x = radial.x[v]
            let y = radial.y[v]
            let z = radial.z[v]
            let sx = slope[v] * x
            let sy = slope[v] * y
            let sz = slope[v] * z
            output.x[a + v] = fused(sx, x, r)
            output.y[a + v] = sx * y
            output.z[a + v] = sx * z
            output.x[b + v] = sx * y
            output.y[b + v] = fused(sy, y, r)
            output.z[b + v] = sy * z
            output.x[c + v] = sx * z
            output.y[c + v] = sy * z
            output.z[c + v] = fused(sz, z, r)
        }
    }

    static func general(
        _ l: Int, _ rows: AngularRows, _ radial: RadialRows, _ slot: Int, _ output: OrbitalRows, function: Int,
        _ withGradient: Bool
    ) {
        let monomials = CartesianMonomials.count(l)
        let radius = radial.radial(slot)
        let slope = radial.slope(slot)
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 3 * (l + 1) + 4 * monomials) { scratch in
            let powers = scratch.baseAddress!
            let cartesian = powers + 3 * (l + 1)
            for v in 0..<radial.vectors {
                fillPowers(powers, l, radial.x[v], radial.y[v], radial.z[v])
                fillMonomials(cartesian, powers, l, radius[v], slope[v], withGradient)
                rows.columns.withUnsafeBufferPointer { columns in
                    rows.values.withUnsafeBufferPointer { factors in
                        rows.starts.withUnsafeBufferPointer { starts in
                            for i in 0..<rows.functionCount {
                                let offset = output.offset(ofFunction: function + i) + v
                                var value = Lanes(repeating: 0)
                                var gx = value
                                var gy = value
                                var gz = value
                                for k in starts[i]..<starts[i + 1] {
                                    let factor = Lanes(repeating: factors[k])
                                    let source = cartesian + 4 * columns[k]
                                    value = fused(factor, source[0], value)
                                    if withGradient {
                                        gx = fused(factor, source[1], gx)
                                        gy = fused(factor, source[2], gy)
                                        gz = fused(factor, source[3], gz)
                                    }
                                }
                                output.value[offset] = value
                                if withGradient {
                                    output.x[offset] = gx
                                    output.y[offset] = gy
                                    output.z[offset] = gz
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// x^0 ... x^l, then those of y and z.
    @inline(__always)
    private static func fillPowers(_ powers: UnsafeMutablePointer<Lanes>, _ l: Int, _ x: Lanes, _ y: Lanes, _ z: Lanes) {
        let (py, pz) = (l + 1, 2 * (l + 1))
        powers[0] = Lanes(repeating: 1)
        powers[py] = Lanes(repeating: 1)
        powers[pz] = Lanes(repeating: 1)
        for k in 0..<l {
            powers[k + 1] = powers[k] * x
            powers[py + k + 1] = powers[py + k] * y
            powers[pz + k + 1] = powers[pz + k] * z
        }
    }

    /// For every monomial x^i y^j z^k in order: m R, then its derivatives dm/dx R + m x R'/r and so on.
    @inline(__always)
    private static func fillMonomials(
        _ target: UnsafeMutablePointer<Lanes>, _ powers: UnsafeMutablePointer<Lanes>, _ l: Int, _ radius: Lanes,
        _ slope: Lanes, _ withGradient: Bool
    ) {
        let (py, pz) = (powers + (l + 1), powers + 2 * (l + 1))
        var place = 0
        for rest in 0...l {
            let i = l - rest
            for k in 0...rest {
                let j = rest - k
                let yz = py[j] * pz[k]
                let monomial = powers[i] * yz
                target[place] = monomial * radius
                if withGradient {
                    let m = monomial * slope
                    var gx = m * powers[1]
                    var gy = m * py[1]
                    var gz = m * pz[1]
                    if i > 0 { gx = fused(powers[i - 1] * Double(i), yz * radius, gx) }
                    if j > 0 { gy = fused(powers[i] * py[j - 1] * Double(j), pz[k] * radius, gy) }
                    if k > 0 { gz = fused(powers[i] * pz[k - 1] * Double(k), py[j] * radius, gz) }
                    target[place + 1] = gx
                    target[place + 2] = gy
                    target[place + 3] = gz
                }
                place += 4
            }
        }
    }
}
