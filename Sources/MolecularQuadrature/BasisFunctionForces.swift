import CVectorShims
import GaussianBasis
import VectorFunctions

/// The forces of a block's points on basis functions: rows of numbers in the layout of the orbital values.
package struct OrbitalPull {
    /// For every function: u, the factor of the derivative of c . grad(phi); nil without c.
    let curvature: UnsafePointer<Double>?
    /// For every function: the factor of the derivative of phi.
    let slope: UnsafePointer<Double>
    /// Three rows of the vector c at all points of the block, `stride` apart; nil without c.
    let direction: UnsafePointer<Double>?
    let stride: Int

    package init(
        slope: UnsafePointer<Double>, curvature: UnsafePointer<Double>?, direction: UnsafePointer<Double>?, stride: Int
    ) {
        self.slope = slope
        self.curvature = curvature
        self.direction = direction
        self.stride = stride
    }
}

extension BasisFunctionEvaluator {
    package func atom(ofUnit index: Int) -> Int { tables.units[index].atom }

    /// Adds sum_i [slope_i grad(phi_i) + curvature_i grad(c . grad(phi_i))] over one unit's functions i to the rows
    /// `forces` (x, y and z, `pull.stride` apart) at every point, and returns the sum over the points.
    ///
    /// - Parameters:
    ///   - rows: for every function of the basis, its row in the layout.
    ///   - layout: of `pull.slope` and `pull.curvature`.
    package func addForces(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        layout: OrbitalLayout, rows: UnsafePointer<Int32>, pull: OrbitalPull, to forces: UnsafeMutablePointer<Double>
    ) -> SIMD3<Double> {
        let unit = tables.units[index]
        var total = (Lanes.zero, Lanes.zero, Lanes.zero)
        withUnsafeTemporaryAllocation(of: RadialTerm.self, capacity: tables.longestContraction) { terms in
            let count = fillTerms(terms, unit, squaredDistance: box.squaredDistance(unit.x, unit.y, unit.z))
            for strip in 0..<layout.strips {
                for v in 0..<layout.vectors {
                    let point = 8 * (strip * layout.vectors + v)
                    var site = PointPull(
                        x: loadLanes(x + point) - unit.x, y: loadLanes(y + point) - unit.y, z: loadLanes(z + point) - unit.z)
                    if let direction = pull.direction {
                        site.setDirection(
                            loadLanes(direction + point), loadLanes(direction + pull.stride + point),
                            loadLanes(direction + 2 * pull.stride + point))
                    }
                    let offset = strip * layout.stripStride + 8 * v
                    site.setRadial(terms.baseAddress!, count, isSecond: false)
                    add(unit.first, &site, pull, rows, offset: offset, rowStride: layout.rowStride)
                    if let second = unit.second {
                        site.setRadial(terms.baseAddress!, count, isSecond: true)
                        add(second, &site, pull, rows, offset: offset, rowStride: layout.rowStride)
                    }
                    total.0 += site.fx
                    total.1 += site.fy
                    total.2 += site.fz
                    storeLanes(loadLanes(forces + point) + site.fx, forces + point)
                    storeLanes(loadLanes(forces + pull.stride + point) + site.fy, forces + pull.stride + point)
                    storeLanes(loadLanes(forces + 2 * pull.stride + point) + site.fz, forces + 2 * pull.stride + point)
                }
            }
        }
        return SIMD3(total.0.sum(), total.1.sum(), total.2.sum())
    }

    @inline(__always)
    private func add(
        _ part: RadialUnit.Part, _ site: inout PointPull, _ pull: OrbitalPull, _ rows: UnsafePointer<Int32>, offset: Int,
        rowStride: Int
    ) {
        @inline(__always)
        func value(_ source: UnsafePointer<Double>, _ function: Int) -> Lanes {
            loadLanes(source + offset + Int(rows[part.firstFunction + function]) * rowStride)
        }
        switch part.angularMomentum {
        case 0:
            site.addS(slope: value(pull.slope, 0), curvature: pull.curvature.map { value($0, 0) })
        case 1:
            site.addP(
                slope: (value(pull.slope, 0), value(pull.slope, 1), value(pull.slope, 2)),
                curvature: pull.curvature.map { (value($0, 0), value($0, 1), value($0, 2)) })
        default:
            addGeneral(part, &site, slope: { value(pull.slope, $0) }, curvature: pull.curvature.map { c in { value(c, $0) } })
        }
    }

    private func addGeneral(
        _ part: RadialUnit.Part, _ site: inout PointPull, slope: (Int) -> Lanes, curvature: ((Int) -> Lanes)?
    ) {
        let l = part.angularMomentum
        let angular = tables.transformations[l]
        let count = CartesianMonomials.count(l)
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * count) { weights in
            for m in 0..<(2 * count) { weights[m] = .zero }
            for f in 0..<angular.functionCount {
                let s = slope(f)
                let u = curvature.map { $0(f) } ?? .zero
                for k in angular.starts[f]..<angular.starts[f + 1] {
                    let factor = Lanes(repeating: angular.values[k])
                    weights[angular.columns[k]] = esp_fma8(factor, s, weights[angular.columns[k]])
                    weights[count + angular.columns[k]] = esp_fma8(factor, u, weights[count + angular.columns[k]])
                }
            }
            site.addMonomials(
                l, slope: weights.baseAddress!, curvature: curvature == nil ? nil : weights.baseAddress! + count)
        }
    }
}

/// Eight points about one centre, and the sums that form the force on it.
///
/// With a function M(x, y, z) R(r), S = R'/r and T = S'/r: its gradient is grad(M) R + M r S, and that of
/// c . grad(phi) = (c . grad(M)) R + M (c . r) S is computed below.
private struct PointPull {
    let x, y, z, square: Lanes
    private var cx = Lanes.zero, cy = Lanes.zero, cz = Lanes.zero, cr = Lanes.zero
    private var radial = Lanes.zero, first = Lanes.zero, second = Lanes.zero
    var fx = Lanes.zero, fy = Lanes.zero, fz = Lanes.zero

    @inline(__always)
    init(x: Lanes, y: Lanes, z: Lanes) {
        self.x = x
        self.y = y
        self.z = z
        square = esp_fma8(x, x, esp_fma8(y, y, z * z))
    }

    @inline(__always)
    mutating func setDirection(_ a: Lanes, _ b: Lanes, _ c: Lanes) {
        cx = a
        cy = b
        cz = c
        cr = esp_fma8(a, x, esp_fma8(b, y, c * z))
    }

    @inline(__always)
    mutating func setRadial(_ terms: UnsafePointer<RadialTerm>, _ count: Int, isSecond: Bool) {
        radial = .zero
        first = .zero
        second = .zero
        for k in 0..<count {
            let e = exponential(square * terms[k].exponent)
            let c = isSecond ? terms[k].second : terms[k].first
            let slope = isSecond ? terms[k].secondSlope : terms[k].firstSlope
            radial = esp_fma8(e, Lanes(repeating: c), radial)
            first = esp_fma8(e, Lanes(repeating: slope), first)
            second = esp_fma8(e, Lanes(repeating: 2 * slope * terms[k].exponent), second)
        }
    }

    @inline(__always)
    mutating func addS(slope: Lanes, curvature: Lanes?) {
        addParts(value: slope, gradient: (.zero, .zero, .zero))
        if let curvature { addCurvature(value: curvature, gradient: (.zero, .zero, .zero), turned: (.zero, .zero, .zero)) }
    }

    @inline(__always)
    mutating func addP(slope w: (Lanes, Lanes, Lanes), curvature: (Lanes, Lanes, Lanes)?) {
        addParts(value: esp_fma8(w.0, x, esp_fma8(w.1, y, w.2 * z)), gradient: w)
        if let u = curvature {
            addCurvature(
                value: esp_fma8(u.0, x, esp_fma8(u.1, y, u.2 * z)), gradient: u, turned: (.zero, .zero, .zero))
        }
    }

    /// grad(M) R + M r S.
    @inline(__always)
    private mutating func addParts(value: Lanes, gradient: (Lanes, Lanes, Lanes)) {
        let s = value * first
        fx += esp_fma8(gradient.0, radial, s * x)
        fy += esp_fma8(gradient.1, radial, s * y)
        fz += esp_fma8(gradient.2, radial, s * z)
    }

    /// (c . grad) grad(M) R + [(c . grad(M)) S + M (c . r) T] r + [grad(M) (c . r) + M c] S; `turned` is (c . grad) grad(M).
    @inline(__always)
    private mutating func addCurvature(value: Lanes, gradient: (Lanes, Lanes, Lanes), turned: (Lanes, Lanes, Lanes)) {
        let along = esp_fma8(cx, gradient.0, esp_fma8(cy, gradient.1, cz * gradient.2))
        let s = esp_fma8(along, first, value * cr * second)
        fx += esp_fma8(turned.0, radial, esp_fma8(s, x, esp_fma8(gradient.0, cr, value * cx) * first))
        fy += esp_fma8(turned.1, radial, esp_fma8(s, y, esp_fma8(gradient.1, cr, value * cy) * first))
        fz += esp_fma8(turned.2, radial, esp_fma8(s, z, esp_fma8(gradient.2, cr, value * cz) * first))
    }

    /// Polynomials of degree l with coefficients in the order of `CartesianMonomials`.
    mutating func addMonomials(_ l: Int, slope: UnsafePointer<Lanes>, curvature: UnsafePointer<Lanes>?) {
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 3 * (l + 1)) { scratch in
            let px = scratch.baseAddress!
            let (py, pz) = (px + (l + 1), px + 2 * (l + 1))
            (px[0], py[0], pz[0]) = (Lanes(repeating: 1), Lanes(repeating: 1), Lanes(repeating: 1))
            for k in 0..<l {
                px[k + 1] = px[k] * x
                py[k + 1] = py[k] * y
                pz[k + 1] = pz[k] * z
            }
            /// Derivative of order `order` of the k-th power.
            @inline(__always)
            func power(_ p: UnsafeMutablePointer<Lanes>, _ k: Int, _ order: Int) -> Lanes {
                if k < order { return .zero }
                let factor = order == 0 ? 1.0 : order == 1 ? Double(k) : Double(k * (k - 1))
                return p[k - order] * factor
            }
            var value = Lanes.zero, gradient = (Lanes.zero, Lanes.zero, Lanes.zero)
            var bent = Lanes.zero, bentGradient = (Lanes.zero, Lanes.zero, Lanes.zero)
            var turned = (Lanes.zero, Lanes.zero, Lanes.zero)
            for (m, (i, j, k)) in CartesianMonomials.powers(l).enumerated() {
                let (x0, x1, x2) = (px[i], power(px, i, 1), power(px, i, 2))
                let (y0, y1, y2) = (py[j], power(py, j, 1), power(py, j, 2))
                let (z0, z1, z2) = (pz[k], power(pz, k, 1), power(pz, k, 2))
                let w = slope[m]
                value += w * x0 * y0 * z0
                gradient.0 += w * x1 * y0 * z0
                gradient.1 += w * x0 * y1 * z0
                gradient.2 += w * x0 * y0 * z1
                guard let curvature else { continue }
                let u = curvature[m]
                bent += u * x0 * y0 * z0
                bentGradient.0 += u * x1 * y0 * z0
                bentGradient.1 += u * x0 * y1 * z0
                bentGradient.2 += u * x0 * y0 * z1
                let xy = u * x1 * y1 * z0
                let xz = u * x1 * y0 * z1
                let yz = u * x0 * y1 * z1
                turned.0 += cx * u * x2 * y0 * z0 + cy * xy + cz * xz
                turned.1 += cx * xy + cy * u * x0 * y2 * z0 + cz * yz
                turned.2 += cx * xz + cy * yz + cz * u * x0 * y0 * z2
            }
            addParts(value: value, gradient: gradient)
            if curvature != nil { addCurvature(value: bent, gradient: bentGradient, turned: turned) }
        }
    }
}
