import Foundation
import GaussianBasis
import LinearAlgebra

/// Derivatives of integrals of O = sum over the axes of u_k o_k, where o_k acts on one coordinate: kinetic energy and dipole
/// moment.
struct SeparableGradient {
    enum AxisOperator {
        /// -1/2 d^2/dx^2
        case kinetic
        /// x, relative to the origin of the coordinates.
        case position

        /// Increase of the power of a monomial.
        var degree: Int { self == .kinetic ? 2 : 1 }
    }

    /// Derivative of sum_mn P_mn <m|O|n> with respect to the centre of the first shell.
    private(set) var ofOperator = SIMD3<Double>.zero
    /// Derivative of sum_mn W_mn <m|n> with respect to the centre of the first shell.
    private(set) var ofOverlap = SIMD3<Double>.zero
    /// sum_mn P_mn <m|n>.
    private(set) var overlap = 0.0

    /// Initialises for the functions of two shells in one order.
    ///
    /// - Parameters:
    ///   - densities: P, and W if the derivative of the overlap is required.
    ///   - weights: u.
    init(_ a: Shell, _ b: Shell, densities: [Matrix], operator axisOperator: AxisOperator, weights u: SIMD3<Double>) {
        let (la, lb) = (a.highestAngularMomentum, b.highestAngularMomentum)
        let separation = a.center - b.center
        let distanceSquared = (separation * separation).sum()
        let blocks = MonomialDensityBlock.blocks(a, b, densities)
        let raised = lb + axisOperator.degree
        let columns = raised + 1
        let depth = la + raised + 2
        let tableSize = (la + 2) * columns * depth
        var tables = [Double](repeating: 0, count: 3 * tableSize)
        // For each axis: overlap, operator, and their derivatives with respect to A; row i, column j.
        let side = (la + 1) * (lb + 1)
        var one = [Double](repeating: 0, count: 12 * side)
        for (i, alpha) in a.exponents.enumerated() {
            for (j, beta) in b.exponents.enumerated() {
                let p = alpha + beta
                let product = exp(-alpha * beta / p * distanceSquared)
                if product < 1e-30 { continue }
                let rootPi = (Double.pi / p).squareRoot()
                for axis in 0..<3 {
                    ShellPairList.fillTable(
                        &tables, at: axis * tableSize, la: la + 1, lb: raised, p: p, pa: -beta / p * separation[axis],
                        pb: alpha / p * separation[axis])
                    func s(_ i: Int, _ j: Int) -> Double { rootPi * tables[axis * tableSize + (i * columns + j) * depth] }
                    func o(_ i: Int, _ j: Int) -> Double {
                        guard axisOperator == .kinetic else { return s(i, j + 1) + b.center[axis] * s(i, j) }
                        var value = beta * Double(2 * j + 1) * s(i, j) - 2 * beta * beta * s(i, j + 2)
                        if j > 1 { value -= 0.5 * Double(j * (j - 1)) * s(i, j - 2) }
                        return value
                    }
                    for i in 0...la {
                        for j in 0...lb {
                            let place = 4 * axis * side + i * (lb + 1) + j
                            one[place] = s(i, j)
                            one[place + side] = o(i, j)
                            one[place + 2 * side] = 2 * alpha * s(i + 1, j) - (i > 0 ? Double(i) * s(i - 1, j) : 0)
                            one[place + 3 * side] = 2 * alpha * o(i + 1, j) - (i > 0 ? Double(i) * o(i - 1, j) : 0)
                        }
                    }
                }
                for block in blocks {
                    let scale = product * a.contractions[block.a].coefficients[i] * b.contractions[block.b].coefficients[j]
                    var (operators, overlaps, charge) = (SIMD3<Double>.zero, SIMD3<Double>.zero, 0.0)
                    for term in block.terms {
                        let x = Int(term.x), y = 4 * side + Int(term.y), z = 8 * side + Int(term.z)
                        let (sx, sy, sz) = (one[x], one[y], one[z])
                        let (ox, oy, oz) = (u.x * one[x + side], u.y * one[y + side], u.z * one[z + side])
                        let (dx, dy, dz) = (one[x + 2 * side], one[y + 2 * side], one[z + 2 * side])
                        let (ex, ey, ez) = (u.x * one[x + 3 * side], u.y * one[y + 3 * side], u.z * one[z + 3 * side])
                        let byX = ex * sy * sz + dx * (oy * sz + sy * oz)
                        let byY = ey * sx * sz + dy * (ox * sz + sx * oz)
                        let byZ = ez * sx * sy + dz * (ox * sy + sx * oy)
                        operators += term.densities[0] * SIMD3(byX, byY, byZ)
                        overlaps += term.densities[1] * SIMD3(dx * sy * sz, sx * dy * sz, sx * sy * dz)
                        charge += term.densities[0] * sx * sy * sz
                    }
                    ofOperator += scale * operators
                    ofOverlap += scale * overlaps
                    overlap += scale * charge
                }
            }
        }
    }
}
