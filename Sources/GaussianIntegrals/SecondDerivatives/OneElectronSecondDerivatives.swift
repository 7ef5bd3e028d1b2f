import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of overlap and kinetic integrals.
public enum OneElectronSecondDerivatives {
    public struct Derivatives: Sendable {
        /// Second derivatives of sum_mn P_mn T_mn - sum_mn W_mn S_mn, without the diagonal blocks of the atoms (see
        /// `SkeletonDerivatives`).
        public var energy: Matrix
        /// Derivatives of T and of S, for every coordinate; symmetric.
        public var kinetic: [Matrix]
        public var overlap: [Matrix]
    }

    /// Basis functions move with their atoms. The result is bitwise identical for any number of threads. Cost: that of the
    /// integrals.
    /// - Parameters:
    ///   - density: P, symmetric.
    ///   - energyWeightedDensity: W, symmetric.
    public static func evaluate(
        basis: AtomicOrbitalBasis, density: Matrix, energyWeightedDensity: Matrix, pool: WorkerPool
    ) -> Derivatives {
        let shells = basis.shells
        let coordinates = 3 * basis.molecule.atoms.count
        let n = basis.functionCount
        let empty = [Matrix](repeating: Matrix(rows: n, columns: n), count: coordinates)
        var result = Derivatives(energy: Matrix(rows: coordinates, columns: coordinates), kinetic: empty, overlap: empty)
        let parts = pool.map(shells.count) { i in
            (0..<i).map { j in
                // Integrals over functions of one atom do not change.
                shells[j].atom == shells[i].atom
                    ? nil
                    : SeparableSecondDerivatives(shells[i], shells[j], density: density, energyWeighted: energyWeightedDensity)
            }
        }
        for (i, row) in parts.enumerated() {
            for (j, part) in row.enumerated() {
                guard let part else { continue }
                let (a, b) = (shells[i], shells[j])
                for axis in 0..<3 {
                    let (x, y) = (3 * a.atom + axis, 3 * b.atom + axis)
                    for m in 0..<a.functionCount {
                        for l in 0..<b.functionCount {
                            let (f, g) = (a.firstFunction + m, b.firstFunction + l)
                            let (s, t) = (part.overlap[axis][m, l], part.kinetic[axis][m, l])
                            for (p, q) in [(f, g), (g, f)] {
                                result.overlap[x][p, q] += s
                                result.overlap[y][p, q] -= s
                                result.kinetic[x][p, q] += t
                                result.kinetic[y][p, q] -= t
                            }
                        }
                    }
                    for other in 0..<3 {
                        // Both orders of the functions. The derivative with respect to B is the negative of that with respect to
                        // A.
                        let value = -2 * part.energy[axis, other]
                        result.energy[x, 3 * b.atom + other] += value
                        result.energy[3 * b.atom + other, x] += value
                    }
                }
            }
        }
        return result
    }
}

/// Derivatives with respect to the centre of the first of two shells.
struct SeparableSecondDerivatives: Sendable {
    /// For x, y, z: blocks of functions.
    let overlap, kinetic: [Matrix]
    /// Second derivatives of sum_mn P_mn <m|T|n> - W_mn <m|n> over the functions in this order.
    let energy: Matrix

    init(_ a: Shell, _ b: Shell, density: Matrix, energyWeighted: Matrix) {
        let (la, lb) = (a.highestAngularMomentum, b.highestAngularMomentum)
        let separation = a.center - b.center
        let distanceSquared = (separation * separation).sum()
        let columns = lb + 3
        let depth = la + lb + 5
        let tableSize = (la + 3) * columns * depth
        var tables = [Double](repeating: 0, count: 3 * tableSize)
        var overlap = (0..<3).map { _ in Matrix(rows: a.functionCount, columns: b.functionCount) }
        var kinetic = overlap
        var energy = Matrix(rows: 3, columns: 3)
        let blocks = MonomialDensityBlock.blocks(a, b, [density, energyWeighted])
        // Over monomials, for every pair of contractions: S and T for x, y, z.
        let widths = a.contractions.map { CartesianMonomials.count($0.angularMomentum) }
        let heights = b.contractions.map { CartesianMonomials.count($0.angularMomentum) }
        var sums = blocks.map { block in
            [[Double]](repeating: [Double](repeating: 0, count: widths[block.a] * heights[block.b]), count: 6)
        }
        // For each axis: s, t and their first and second derivatives with respect to A; row i, column j.
        let side = (la + 1) * (lb + 1)
        var one = [Double](repeating: 0, count: 18 * side)
        for (i, alpha) in a.exponents.enumerated() {
            for (j, beta) in b.exponents.enumerated() {
                let p = alpha + beta
                let product = exp(-alpha * beta / p * distanceSquared)
                if product < 1e-30 { continue }
                let rootPi = (Double.pi / p).squareRoot()
                for axis in 0..<3 {
                    ShellPairList.fillTable(
                        &tables, at: axis * tableSize, la: la + 2, lb: lb + 2, p: p, pa: -beta / p * separation[axis],
                        pb: alpha / p * separation[axis])
                    func s(_ i: Int, _ j: Int) -> Double { rootPi * tables[axis * tableSize + (i * columns + j) * depth] }
                    func t(_ i: Int, _ j: Int) -> Double {
                        var value = beta * Double(2 * j + 1) * s(i, j) - 2 * beta * beta * s(i, j + 2)
                        if j > 1 { value -= 0.5 * Double(j * (j - 1)) * s(i, j - 2) }
                        return value
                    }
                    func first(_ f: (Int, Int) -> Double, _ i: Int, _ j: Int) -> Double {
                        2 * alpha * f(i + 1, j) - (i > 0 ? Double(i) * f(i - 1, j) : 0)
                    }
                    func second(_ f: (Int, Int) -> Double, _ i: Int, _ j: Int) -> Double {
                        4 * alpha * alpha * f(i + 2, j) - 2 * alpha * Double(2 * i + 1) * f(i, j)
                            + (i > 1 ? Double(i * (i - 1)) * f(i - 2, j) : 0)
                    }
                    for i in 0...la {
                        for j in 0...lb {
                            let place = 6 * axis * side + i * (lb + 1) + j
                            one[place] = s(i, j)
                            one[place + side] = t(i, j)
                            one[place + 2 * side] = first(s, i, j)
                            one[place + 3 * side] = first(t, i, j)
                            one[place + 4 * side] = second(s, i, j)
                            one[place + 5 * side] = second(t, i, j)
                        }
                    }
                }
                for (k, block) in blocks.enumerated() {
                    let scale = product * a.contractions[block.a].coefficients[i] * b.contractions[block.b].coefficients[j]
                    for (m, term) in block.terms.enumerated() {
                        let places = [Int(term.x), 6 * side + Int(term.y), 12 * side + Int(term.z)]
                        /// Product over the axes of s differentiated `orders` times, or the sum over the axes of the products
                        /// with t for that axis.
                        func overlap(_ orders: [Int]) -> Double {
                            (0..<3).reduce(scale) { $0 * one[places[$1] + 2 * orders[$1] * side] }
                        }
                        func kinetic(_ orders: [Int]) -> Double {
                            (0..<3).reduce(0) { sum, chosen in
                                sum
                                    + (0..<3).reduce(scale) {
                                        $0 * one[places[$1] + (2 * orders[$1] + ($1 == chosen ? 1 : 0)) * side]
                                    }
                            }
                        }
                        for axis in 0..<3 {
                            var orders = [0, 0, 0]
                            orders[axis] = 1
                            sums[k][axis][m] += overlap(orders)
                            sums[k][3 + axis][m] += kinetic(orders)
                            for other in 0...axis {
                                var twice = orders
                                twice[other] += 1
                                let value = term.densities[0] * kinetic(twice) - term.densities[1] * overlap(twice)
                                energy[axis, other] += value
                                if other != axis { energy[other, axis] += value }
                            }
                        }
                    }
                }
            }
        }
        var row = 0
        var next = 0
        for ca in a.contractions {
            let ta = AngularTransformation.matrix(ca.angularMomentum, a.functionType)
            var column = 0
            for cb in b.contractions {
                let tb = AngularTransformation.matrix(cb.angularMomentum, b.functionType)
                for axis in 0..<3 {
                    for (isKinetic, place) in [(false, axis), (true, 3 + axis)] {
                        let block = ta.times(Matrix(rows: ta.columns, columns: tb.columns, elements: sums[next][place]))
                            .times(tb, otherTransposed: true)
                        for m in 0..<ta.rows {
                            for l in 0..<tb.rows {
                                if isKinetic {
                                    kinetic[axis][row + m, column + l] = block[m, l]
                                } else {
                                    overlap[axis][row + m, column + l] = block[m, l]
                                }
                            }
                        }
                    }
                }
                next += 1
                column += tb.rows
            }
            row += ta.rows
        }
        (self.overlap, self.kinetic, self.energy) = (overlap, kinetic, energy)
    }
}
