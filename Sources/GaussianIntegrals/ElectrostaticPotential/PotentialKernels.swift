import CVectorShims
import GaussianBasis

/// Points of one leaf of the partition, and the accumulators of the potential at these points.
struct PotentialTarget {
    /// Number of batches of eight points.
    let batches: Int
    /// Coordinates: x of all batches, then y, then z.
    let coordinates: UnsafePointer<Lanes>
    /// Potential: `batches` vectors per density.
    let potential: UnsafeMutablePointer<Lanes>
    let densities: Int
}

/// Sums of F_n(T) P_n(x) over listed primitive pairs of one order, for the points of a leaf.
///
/// The record of a pair contains the doubles sqrt(p), sqrt(p) P_x, sqrt(p) P_y, sqrt(p) P_z, followed by the coefficients of
/// `PotentialPolynomials` for each density.
struct PotentialKernel {
    let order: Int
    let records: UnsafePointer<Double>
    /// Distance in doubles between consecutive records.
    let stride: Int

    static let headerCount = 4

    /// Adds the potential of the listed pairs from exact Boys functions.
    func addNear(_ list: UnsafePointer<Int32>, _ count: Int, to target: PotentialTarget) {
        switch order {
        case 0: addFirstOrders(list, count, target, NearOrder0.self)
        case 1: addFirstOrders(list, count, target, NearOrder1.self)
        case 2: addFirstOrders(list, count, target, NearOrder2.self)
        default: addAnyOrder(list, count, target, near: true)
        }
    }

    /// Adds the potential of the listed pairs from the asymptotic forms of the Boys functions.
    func addFar(_ list: UnsafePointer<Int32>, _ count: Int, to target: PotentialTarget) {
        switch order {
        case 0: addFirstOrders(list, count, target, FarOrder0.self)
        case 1: addFirstOrders(list, count, target, FarOrder1.self)
        case 2: addFirstOrders(list, count, target, FarOrder2.self)
        default: addAnyOrder(list, count, target, near: false)
        }
    }

    /// Orders 0, 1, 2. The compiler generates a separate loop for each `Case`.
    private func addFirstOrders<Case: KernelCase>(
        _ list: UnsafePointer<Int32>, _ count: Int, _ target: PotentialTarget, _: Case.Type
    ) {
        let (near, order) = (Case.isNear, Case.order)
        let (xs, ys, zs) = (
            target.coordinates, target.coordinates + target.batches, target.coordinates + 2 * target.batches
        )
        let tables = BoysLookup.shared
        let (boys, exponential) = (tables.orders + order * BoysLookup.orderStride, tables.exponential)
        let coefficientCount = order == 0 ? 1 : (order == 1 ? 4 : 11)
        let (batches, densities, potential) = (target.batches, target.densities, target.potential)
        for item in 0..<count {
            let record = records + Int(list[item]) * stride
            let scale = Lanes(repeating: record[0])
            let (px, py, pz) = (Lanes(repeating: -record[1]), Lanes(repeating: -record[2]), Lanes(repeating: -record[3]))
            for batch in 0..<batches {
                let x = esp_fma8(xs[batch], scale, px)
                let y = esp_fma8(ys[batch], scale, py)
                let z = esp_fma8(zs[batch], scale, pz)
                let t = esp_fma8(x, x, esp_fma8(y, y, z * z))
                let f =
                    near
                    ? FirstBoysValues(t, order: order, table: boys, exponential: exponential)
                    : FirstBoysValues(asymptotic: t, order: order)
                var c = record + Self.headerCount
                var sum = potential + batch
                for _ in 0..<densities {
                    var value = esp_fma8(f.f0, Lanes(repeating: c[0]), sum[0])
                    if order == 1 {
                        var p1 = x * c[1]
                        p1 = esp_fma8(y, Lanes(repeating: c[2]), p1)
                        p1 = esp_fma8(z, Lanes(repeating: c[3]), p1)
                        value = esp_fma8(f.f1, p1, value)
                    } else if order == 2 {
                        var p1 = esp_fma8(x, Lanes(repeating: c[2]), Lanes(repeating: c[1]))
                        p1 = esp_fma8(y, Lanes(repeating: c[3]), p1)
                        p1 = esp_fma8(z, Lanes(repeating: c[4]), p1)
                        // x (c_xx x + c_xy y + c_xz z) + y (c_yy y + c_yz z) + c_zz z z.
                        let px = esp_fma8(
                            x, Lanes(repeating: c[5]), esp_fma8(y, Lanes(repeating: c[6]), z * c[7]))
                        let py = esp_fma8(y, Lanes(repeating: c[8]), z * c[9])
                        let p2 = esp_fma8(x, px, esp_fma8(y, py, z * z * c[10]))
                        value = esp_fma8(f.f1, p1, value)
                        value = esp_fma8(f.f2, p2, value)
                    }
                    sum[0] = value
                    sum += batches
                    c += coefficientCount
                }
            }
        }
    }

    private func addAnyOrder(_ list: UnsafePointer<Int32>, _ count: Int, _ target: PotentialTarget, near: Bool) {
        let (xs, ys, zs) = (
            target.coordinates, target.coordinates + target.batches, target.coordinates + 2 * target.batches
        )
        let tables = BoysLookup.shared
        let table = tables.orders + order * BoysLookup.orderStride
        let coefficientCount = PotentialPolynomials.count(order: order)
        let batches = target.batches
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: hermiteCount(order) + order + 1) { scratch in
            guard let monomials = scratch.baseAddress else { return }
            let boys = monomials + hermiteCount(order)
            monomials[0] = Lanes(repeating: 1)
            for item in 0..<count {
                let record = records + Int(list[item]) * stride
                let scale = Lanes(repeating: record[0])
                let (px, py, pz) = (
                    Lanes(repeating: -record[1]), Lanes(repeating: -record[2]), Lanes(repeating: -record[3])
                )
                for batch in 0..<batches {
                    let x = esp_fma8(xs[batch], scale, px)
                    let y = esp_fma8(ys[batch], scale, py)
                    let z = esp_fma8(zs[batch], scale, pz)
                    let t = esp_fma8(x, x, esp_fma8(y, y, z * z))
                    if near {
                        boysValues(t, order: order, table: table, exponential: tables.exponential, into: boys)
                    } else {
                        asymptoticBoysValues(t, order: order, into: boys)
                    }
                    fillMonomials(monomials, x, y, z)
                    for density in 0..<target.densities {
                        var c = record + Self.headerCount + density * coefficientCount
                        var value = target.potential[density * batches + batch]
                        for n in 0...order {
                            let first = hermiteCount(PotentialPolynomials.lowestDegree(n, order: order) - 1)
                            let terms = hermiteCount(n) - first
                            let source = monomials + first
                            var even = Lanes.zero
                            var odd = Lanes.zero
                            var k = 0
                            while k + 1 < terms {
                                even = esp_fma8(source[k], Lanes(repeating: c[k]), even)
                                odd = esp_fma8(source[k + 1], Lanes(repeating: c[k + 1]), odd)
                                k += 2
                            }
                            if k < terms { even = esp_fma8(source[k], Lanes(repeating: c[k]), even) }
                            value = esp_fma8(boys[n], even + odd, value)
                            c += terms
                        }
                        target.potential[density * batches + batch] = value
                    }
                }
            }
        }
    }

    /// All monomials up to `order`, degree by degree. Element 0 must already be 1.
    @inline(__always)
    private func fillMonomials(_ monomials: UnsafeMutablePointer<Lanes>, _ x: Lanes, _ y: Lanes, _ z: Lanes) {
        var previous = monomials
        var next = monomials + 1
        for degree in 0..<order {
            // Monomials with a factor x are x times all monomials of the next lower degree, in the same order.
            let below = (degree + 1) * (degree + 2) / 2
            for k in 0..<below { next[k] = x * previous[k] }
            // y^j z^k: the last degree + 1 monomials of the next lower degree do not contain x.
            let last = previous + (below - degree - 1)
            for k in 0...degree { next[below + k] = y * last[k] }
            next[below + degree + 1] = z * last[degree]
            previous = next
            next += below + degree + 2
        }
    }
}

/// Compile-time parameters of the loops of `addFirstOrders`.
private protocol KernelCase {
    static var order: Int { get }
    static var isNear: Bool { get }
}

private enum NearOrder0: KernelCase {
    static var order: Int { 0 }
    static var isNear: Bool { true }
}

private enum NearOrder1: KernelCase {
    static var order: Int { 1 }
    static var isNear: Bool { true }
}

private enum NearOrder2: KernelCase {
    static var order: Int { 2 }
    static var isNear: Bool { true }
}

private enum FarOrder0: KernelCase {
    static var order: Int { 0 }
    static var isNear: Bool { false }
}

private enum FarOrder1: KernelCase {
    static var order: Int { 1 }
    static var isNear: Bool { false }
}

private enum FarOrder2: KernelCase {
    static var order: Int { 2 }
    static var isNear: Bool { false }
}

/// F_0, F_1, F_2 in registers. Functions above the requested order are zero and have no cost.
private struct FirstBoysValues {
    var f0 = Lanes.zero
    var f1 = Lanes.zero
    var f2 = Lanes.zero

    @inline(__always)
    init(_ t: Lanes, order: Int, table: UnsafePointer<Double>, exponential: UnsafePointer<Double>) {
        if esp_all_below8(t, BoysLookup.limit) != 0 {
            self.init(tabulated: t, order: order, table: table, exponential: exponential)
            return
        }
        self.init(asymptotic: t, order: order)
        if esp_all_below8(-t, -BoysLookup.limit) != 0 { return }
        // Lanes beyond the table use exp(-31) and are replaced by the asymptotic values.
        let near = FirstBoysValues(
            tabulated: esp_min8(t, Lanes(repeating: BoysLookup.limit.nextDown)), order: order, table: table,
            exponential: exponential)
        f0 = esp_select_below8(t, BoysLookup.limit, near.f0, f0)
        if order > 0 { f1 = esp_select_below8(t, BoysLookup.limit, near.f1, f1) }
        if order > 1 { f2 = esp_select_below8(t, BoysLookup.limit, near.f2, f2) }
    }

    @inline(__always)
    init(tabulated t: Lanes, order: Int, table: UnsafePointer<Double>, exponential: UnsafePointer<Double>) {
        let argument = BoysArgument(t)
        let highest = argument.value(table)
        switch order {
        case 0: f0 = highest
        case 1:
            let e = argument.exponential(exponential)
            f1 = highest
            f0 = esp_fma8(t + t, f1, e)
        default:
            let e = argument.exponential(exponential)
            let twice = t + t
            f2 = highest
            f1 = esp_fma8(twice, f2, e) * (1.0 / 3)
            f0 = esp_fma8(twice, f1, e)
        }
    }

    /// F_n = (2n - 1)!! / 2^(n+1) sqrt(pi) T^(-n-1/2).
    @inline(__always)
    init(asymptotic t: Lanes, order: Int) {
        let root = esp_reciprocal_sqrt8(t)
        f0 = root * (0.5 * Double.pi.squareRoot())
        if order == 0 { return }
        let half = root * root * 0.5
        f1 = f0 * half
        if order == 1 { return }
        f2 = f1 * half * 3
    }
}

/// Writes F_0 ... F_order to `result`.
@inline(__always)
private func boysValues(
    _ t: Lanes, order: Int, table: UnsafePointer<Double>, exponential: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Lanes>
) {
    let clipped = esp_min8(t, Lanes(repeating: BoysLookup.limit.nextDown))
    let argument = BoysArgument(clipped)
    let e = argument.exponential(exponential)
    let twice = clipped + clipped
    var value = argument.value(table)
    result[order] = value
    var m = order
    while m > 0 {
        value = esp_fma8(twice, value, e) * (1 / Double(2 * m - 1))
        m -= 1
        result[m] = value
    }
    if esp_all_below8(t, BoysLookup.limit) != 0 { return }
    let root = esp_reciprocal_sqrt8(t)
    let half = root * root * 0.5
    var far = root * (0.5 * Double.pi.squareRoot())
    for n in 0...order {
        result[n] = esp_select_below8(t, BoysLookup.limit, result[n], far)
        far *= half * Double(2 * n + 1)
    }
}

@inline(__always)
private func asymptoticBoysValues(_ t: Lanes, order: Int, into result: UnsafeMutablePointer<Lanes>) {
    let root = esp_reciprocal_sqrt8(t)
    let half = root * root * 0.5
    var far = root * (0.5 * Double.pi.squareRoot())
    for n in 0...order {
        result[n] = far
        far *= half * Double(2 * n + 1)
    }
}
