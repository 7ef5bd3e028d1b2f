import CVectorShims
import GaussianBasis
import VectorFunctions

extension BasisFunctionEvaluator {
    /// Second derivatives of one unit's functions at the points of a block: xx, xy, xz, yy, yz, zz.
    ///
    /// - Parameters:
    ///   - rows: for every function of the basis, its row in the layout.
    ///   - layout: of each of the six outputs.
    package func evaluateSecond(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        layout: OrbitalLayout, rows: UnsafePointer<Int32>, output: [UnsafeMutablePointer<Double>]
    ) {
        let unit = tables.units[index]
        let highest = max(unit.first.angularMomentum, unit.second?.angularMomentum ?? 0)
        let monomials = CartesianMonomials.count(highest)
        withUnsafeTemporaryAllocation(of: RadialTerm.self, capacity: tables.longestContraction) { terms in
            withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 6 * monomials + 3 * (highest + 1)) { scratch in
                guard let active = terms.baseAddress, let seconds = scratch.baseAddress else { return }
                let count = fillTerms(terms, unit, squaredDistance: box.squaredDistance(unit.x, unit.y, unit.z))
                let powers = seconds + 6 * monomials
                for strip in 0..<layout.strips {
                    for v in 0..<layout.vectors {
                        let point = 8 * (strip * layout.vectors + v)
                        let site = CurvedSite(
                            x: loadLanes(x + point) - unit.x, y: loadLanes(y + point) - unit.y,
                            z: loadLanes(z + point) - unit.z)
                        let offset = strip * layout.stripStride + 8 * v
                        for (isSecond, part) in [(false, unit.first)] + (unit.second.map { [(true, $0)] } ?? []) {
                            site.fill(
                                part.angularMomentum, terms: active, count: count, isSecond: isSecond, powers: powers,
                                into: seconds)
                            write(
                                part, seconds, rows: rows, offset: offset, rowStride: layout.rowStride, output: output)
                        }
                    }
                }
            }
        }
    }

    /// Turns monomials into functions.
    private func write(
        _ part: RadialUnit.Part, _ seconds: UnsafePointer<Lanes>, rows: UnsafePointer<Int32>, offset: Int, rowStride: Int,
        output: [UnsafeMutablePointer<Double>]
    ) {
        func store(_ value: Lanes, _ place: Int, function: Int) {
            storeLanes(value, output[place] + offset + Int(rows[part.firstFunction + function]) * rowStride)
        }
        guard part.angularMomentum > 1 else {
            for function in 0..<(2 * part.angularMomentum + 1) {
                for place in 0..<6 { store(seconds[6 * function + place], place, function: function) }
            }
            return
        }
        let angular = tables.transformations[part.angularMomentum]
        for function in 0..<angular.functionCount {
            for place in 0..<6 {
                var sum = Lanes.zero
                for k in angular.starts[function]..<angular.starts[function + 1] {
                    sum = esp_fma8(Lanes(repeating: angular.values[k]), seconds[6 * angular.columns[k] + place], sum)
                }
                store(sum, place, function: function)
            }
        }
    }
}

/// Eight points about one centre.
///
/// With a function M(x, y, z) R(r), S = R'/r and T = S'/r, its second derivative along a and b is
/// M_ab R + (M_a b + M_b a) S + M (delta_ab S + a b T).
private struct CurvedSite {
    let x, y, z: Lanes

    /// Of all monomials of degree l times the radial function, six values each.
    func fill(
        _ l: Int, terms: UnsafePointer<RadialTerm>, count: Int, isSecond: Bool, powers: UnsafeMutablePointer<Lanes>,
        into target: UnsafeMutablePointer<Lanes>
    ) {
        let square = esp_fma8(x, x, esp_fma8(y, y, z * z))
        var (r, s, t) = (Lanes.zero, Lanes.zero, Lanes.zero)
        for k in 0..<count {
            let e = exponential(square * terms[k].exponent)
            let c = isSecond ? terms[k].second : terms[k].first
            let slope = isSecond ? terms[k].secondSlope : terms[k].firstSlope
            r = esp_fma8(e, Lanes(repeating: c), r)
            s = esp_fma8(e, Lanes(repeating: slope), s)
            t = esp_fma8(e, Lanes(repeating: 2 * slope * terms[k].exponent), t)
        }
        let (px, py, pz) = (powers, powers + (l + 1), powers + 2 * (l + 1))
        (px[0], py[0], pz[0]) = (Lanes(repeating: 1), Lanes(repeating: 1), Lanes(repeating: 1))
        for k in 0..<l {
            px[k + 1] = px[k] * x
            py[k + 1] = py[k] * y
            pz[k + 1] = pz[k] * z
        }
        /// Derivative of the k-th power.
        func power(_ p: UnsafeMutablePointer<Lanes>, _ k: Int, _ order: Int) -> Lanes {
            if k < order { return .zero }
            return order == 0 ? p[k] : order == 1 ? p[k - 1] * Double(k) : p[k - 2] * Double(k * (k - 1))
        }
        var place = 0
        for rest in 0...l {
            let i = l - rest
            for k in 0...rest {
                let j = rest - k
                let (x0, x1, x2) = (px[i], power(px, i, 1), power(px, i, 2))
                let (y0, y1, y2) = (py[j], power(py, j, 1), power(py, j, 2))
                let (z0, z1, z2) = (pz[k], power(pz, k, 1), power(pz, k, 2))
                let yz: Lanes = y0 * z0
                let xz: Lanes = x0 * z0
                let xy: Lanes = x0 * y0
                let m: Lanes = x0 * yz
                let mx: Lanes = x1 * yz
                let my: Lanes = y1 * xz
                let mz: Lanes = z1 * xy
                let ms: Lanes = m * s
                let mt: Lanes = m * t
                /// M_ab R + (M_a b + M_b a) S + M a b T.
                @inline(__always)
                func bend(_ mab: Lanes, _ ma: Lanes, _ a: Lanes, _ mb: Lanes, _ b: Lanes) -> Lanes {
                    let turned: Lanes = esp_fma8(ma, b, mb * a)
                    let far: Lanes = mt * a * b
                    return esp_fma8(mab, r, esp_fma8(turned, s, far))
                }
                target[place] = bend(x2 * yz, mx, x, mx, x) + ms
                target[place + 1] = bend(x1 * y1 * z0, mx, x, my, y)
                target[place + 2] = bend(x1 * y0 * z1, mx, x, mz, z)
                target[place + 3] = bend(y2 * xz, my, y, my, y) + ms
                target[place + 4] = bend(x0 * y1 * z1, my, y, mz, z)
                target[place + 5] = bend(z2 * xy, mz, z, mz, z) + ms
                place += 6
            }
        }
    }
}
