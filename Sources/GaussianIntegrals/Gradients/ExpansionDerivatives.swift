import Foundation
import GaussianBasis

/// Dependence of the Hermite expansion coefficients of one primitive pair on the positions of its two shells.
///
/// At fixed centre P = (a A + b B) / p, the coefficients depend on A - B only. For a quantity f of the pair,
/// df/dA = (a/p) df/dP + df/d(A-B) and df/dB = (b/p) df/dP - df/d(A-B). The derivative df/dP raises Hermite Gaussians by one
/// degree. Helgaker and Taylor, Theor. Chim. Acta 83, 177 (1992), doi 10.1007/BF01132826.
struct ExpansionDerivatives {
    /// a / p.
    private(set) var fraction = 0.0
    /// Derivatives with respect to the components of A - B, in the order of the entries of `ShellPairClass`: x, then y, then z.
    private(set) var values: [[Double]] = [[], [], []]
    /// Second derivatives with respect to the components of A - B, if requested: xx, xy, xz, yy, yz, zz.
    private(set) var seconds: [[Double]] = []
    private var tables: [Double] = []
    private var slopes: [Double] = []
    private var curvatures: [Double] = []

    /// Index of a pair of axes in `seconds`.
    static func place(_ i: Int, _ j: Int) -> Int { [[0, 1, 2], [1, 3, 4], [2, 4, 5]][i][j] }

    /// Computes the derivatives for the primitive pair `primitive` (an index into the arrays of `list`) of a pair of shells.
    mutating func fill(_ list: ShellPairList, _ pair: ShellPair, primitive: Int, includesSecond: Bool = false) {
        let pairClass = list.classes[pair.classIndex]
        let (shellA, shellB) = (list.basis.shells[pair.shellA], list.basis.shells[pair.shellB])
        let source = Int(list.sources[primitive])
        let (i, j) = (source / shellB.exponents.count, source % shellB.exponents.count)
        let (alpha, beta) = (shellA.exponents[i], shellB.exponents[j])
        let p = alpha + beta
        fraction = alpha / p
        let separation = shellA.center - shellB.center
        let factor = exp(-alpha * beta / p * (separation * separation).sum()) / p
        let (la, lb) = (pairClass.shapeA.highest, pairClass.shapeB.highest)
        let tableSize = (la + 1) * (lb + 1) * (la + lb + 1)
        if tables.count < 3 * tableSize {
            tables = [Double](repeating: 0, count: 3 * tableSize)
            slopes = tables
            curvatures = tables
        }
        for axis in 0..<3 {
            let offset = axis * tableSize
            ShellPairList.fillTable(
                &tables, at: offset, la: la, lb: lb, p: p, pa: -beta / p * separation[axis], pb: alpha / p * separation[axis])
            fillSlopes(at: offset, la: la, lb: lb, alpha: alpha, beta: beta, separation: separation[axis])
            if includesSecond {
                fillCurvatures(at: offset, la: la, lb: lb, alpha: alpha, beta: beta, separation: separation[axis])
            }
        }
        for axis in 0..<3 {
            values[axis] = [Double](repeating: 0, count: pairClass.entryCount)
        }
        seconds = includesSecond ? (0..<6).map { _ in [Double](repeating: 0, count: pairClass.entryCount) } : []
        let contractionsB = shellB.contractions.count
        for k in 0..<pairClass.termCount {
            let term = pairClass.terms[k]
            let (ka, kb) = (Int(term.contractionPair) / contractionsB, Int(term.contractionPair) % contractionsB)
            let scale =
                term.factor * factor * shellA.contractions[ka].coefficients[i] * shellB.contractions[kb].coefficients[j]
            let (x, y, z) = (Int(term.x), tableSize + Int(term.y), 2 * tableSize + Int(term.z))
            let entry = Int(term.entry)
            values[0][entry] += scale * slopes[x] * tables[y] * tables[z]
            values[1][entry] += scale * tables[x] * slopes[y] * tables[z]
            values[2][entry] += scale * tables[x] * tables[y] * slopes[z]
            guard includesSecond else { continue }
            seconds[0][entry] += scale * curvatures[x] * tables[y] * tables[z]
            seconds[1][entry] += scale * slopes[x] * slopes[y] * tables[z]
            seconds[2][entry] += scale * slopes[x] * tables[y] * slopes[z]
            seconds[3][entry] += scale * tables[x] * curvatures[y] * tables[z]
            seconds[4][entry] += scale * tables[x] * slopes[y] * slopes[z]
            seconds[5][entry] += scale * tables[x] * tables[y] * curvatures[z]
        }
    }

    /// Corresponding second derivatives, from `tables` and `slopes`.
    private mutating func fillCurvatures(at offset: Int, la: Int, lb: Int, alpha: Double, beta: Double, separation: Double) {
        let p = alpha + beta
        let half = 0.5 / p
        let degree = la + lb
        func place(_ i: Int, _ j: Int) -> Int { offset + (i * (lb + 1) + j) * (degree + 1) }
        for k in place(0, 0)...(place(la, lb) + degree) { curvatures[k] = 0 }
        let rate = -2 * alpha * beta / p
        curvatures[offset] = rate * separation * rate * separation + rate
        for i in 0...la {
            for j in 0...lb where i + j > 0 {
                let raisesA = i > 0
                let from = raisesA ? place(i - 1, j) : place(i, j - 1)
                let to = place(i, j)
                let slope = raisesA ? -beta / p : alpha / p
                for t in 0...(i + j) {
                    var value = slope * separation * curvatures[from + t] + 2 * slope * slopes[from + t]
                    if t > 0 { value += half * curvatures[from + t - 1] }
                    if t < i + j - 1 { value += Double(t + 1) * curvatures[from + t + 1] }
                    curvatures[to + t] = value
                }
            }
        }
    }

    /// Derivatives of E_t^(ij) exp(-a b / p (A-B)^2) with respect to A - B, without the exponential.
    private mutating func fillSlopes(at offset: Int, la: Int, lb: Int, alpha: Double, beta: Double, separation: Double) {
        let p = alpha + beta
        let half = 0.5 / p
        let degree = la + lb
        func place(_ i: Int, _ j: Int) -> Int { offset + (i * (lb + 1) + j) * (degree + 1) }
        for k in place(0, 0)...(place(la, lb) + degree) { slopes[k] = 0 }
        slopes[offset] = -2 * alpha * beta / p * separation
        for i in 0...la {
            for j in 0...lb where i + j > 0 {
                let raisesA = i > 0
                let from = raisesA ? place(i - 1, j) : place(i, j - 1)
                let to = place(i, j)
                // P - A = -(b/p) (A - B) and P - B = (a/p) (A - B).
                let slope = raisesA ? -beta / p : alpha / p
                for t in 0...(i + j) {
                    var value = slope * separation * slopes[from + t] + slope * tables[from + t]
                    if t > 0 { value += half * slopes[from + t - 1] }
                    if t < i + j - 1 { value += Double(t + 1) * slopes[from + t + 1] }
                    slopes[to + t] = value
                }
            }
        }
    }
}
