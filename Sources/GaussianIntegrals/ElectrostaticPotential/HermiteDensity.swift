import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// Charge densities in one basis as sums of Hermite Gaussians, with one set for every pair of primitive exponents on two atoms.
/// Shells of an atom with a common exponent share its entry.
///
/// A product of two primitives with exponents a on A and b on B is a Gaussian of exponent p = a + b at
/// P = (a A + b B) / p times a polynomial, and that product is a finite sum of derivatives of exp(-p (r - P)^2) with
/// respect to P: McMurchie and Davidson, J. Comput. Phys. 26, 218 (1978), doi 10.1016/0021-9991(78)90092-X.
struct HermiteDensity {
    /// One primitive pair.
    struct Element: Sendable {
        var exponent: Double
        var center: SIMD3<Double>
        /// Highest total order of the derivatives.
        var order: Int
        /// For every density, the coefficients of the derivatives (t, u, v), in ascending order of t + u + v, and in the order of
        /// `CartesianMonomials` for equal sums.
        var coefficients: [[Double]]
    }

    let elements: [Element]

    /// - Parameters:
    ///   - densities: functions x functions. Only the symmetric parts are used.
    ///   - threshold: primitive pairs with a product prefactor exp(-a b R^2 / p) below this are omitted immediately.
    init(basis: AtomicOrbitalBasis, densities: [Matrix], pool: WorkerPool, threshold: Double = 1e-20) {
        let atoms = Self.atomPrimitives(basis)
        let pairs = atoms.indices.flatMap { i in (0...i).map { (i, $0) } }
        elements = pool.map(pairs.count) { index in
            let (i, j) = pairs[index]
            return Self.elements(
                atoms[i], atoms[j], sameAtom: i == j, densities: densities, largestExponent: -log(threshold))
        }.flatMap { $0 }
    }

    /// Composition of the functions of one atom.
    private struct AtomPrimitives: Sendable {
        let functions: [Int]
        let center: SIMD3<Double>
        let exponents: [Double]
        /// Highest angular momentum of each exponent.
        let angularMomenta: [Int]
        /// First column of each exponent. Columns are Cartesian monomials of all degrees up to the highest angular momentum.
        let firstColumns: [Int]
        /// Functions of the atom x columns.
        let coefficients: Matrix
    }

    private static func atomPrimitives(_ basis: AtomicOrbitalBasis) -> [AtomPrimitives] {
        (0..<basis.molecule.centerCount).compactMap { atom in
            let shells = basis.shells.filter { $0.atom == atom }
            guard let center = shells.first?.center else { return nil }
            var momentum: [Double: Int] = [:]
            for shell in shells {
                for exponent in shell.exponents {
                    momentum[exponent] = max(momentum[exponent] ?? 0, shell.highestAngularMomentum)
                }
            }
            let exponents = momentum.keys.sorted(by: >)
            let momenta = exponents.map { momentum[$0] ?? 0 }
            var firstColumns: [Int] = []
            var columns = 0
            for l in momenta {
                firstColumns.append(columns)
                columns += hermiteCount(l)
            }
            let place = Dictionary(uniqueKeysWithValues: zip(exponents, firstColumns))
            let functions = shells.flatMap { Array($0.functions) }
            var matrix = Matrix(rows: functions.count, columns: columns)
            var row = 0
            for shell in shells {
                for contraction in shell.contractions {
                    let l = contraction.angularMomentum
                    let angular = AngularTransformation.matrix(l, shell.functionType)
                    for component in 0..<angular.rows {
                        for (exponent, c) in zip(shell.exponents, contraction.coefficients) {
                            let first = (place[exponent] ?? 0) + hermiteCount(l - 1)
                            for monomial in 0..<angular.columns {
                                matrix[row, first + monomial] += c * angular[component, monomial]
                            }
                        }
                        row += 1
                    }
                }
            }
            return AtomPrimitives(
                functions: functions, center: center, exponents: exponents, angularMomenta: momenta,
                firstColumns: firstColumns, coefficients: matrix)
        }
    }

    /// The primitive pairs of two atoms.
    private static func elements(
        _ a: AtomPrimitives, _ b: AtomPrimitives, sameAtom: Bool, densities: [Matrix], largestExponent: Double
    ) -> [Element] {
        var elements: [Element] = []
        let separation = b.center - a.center
        let squaredDistance = (separation * separation).sum()
        guard let softestA = a.exponents.last, let softestB = b.exponents.last,
            softestA * softestB / (softestA + softestB) * squaredDistance < largestExponent
        else { return [] }
        let primitives = densities.map { density -> Matrix in
            var block = Matrix(rows: a.functions.count, columns: b.functions.count)
            for (i, m) in a.functions.enumerated() {
                for (j, n) in b.functions.enumerated() {
                    // Both triangles of the symmetric part; the diagonal block is counted once.
                    block[i, j] = (density[m, n] + density[n, m]) * (sameAtom ? 0.5 : 1)
                }
            }
            return a.coefficients.times(block.times(b.coefficients), transposed: true)
        }
        for i in a.exponents.indices {
            for j in 0..<(sameAtom ? i + 1 : b.exponents.count) {
                let (alpha, beta) = (a.exponents[i], b.exponents[j])
                let p = alpha + beta
                guard alpha * beta / p * squaredDistance < largestExponent else { continue }
                let expansion = HermiteExpansion(
                    alpha, beta, from: a.center, to: b.center, a.angularMomenta[i], b.angularMomenta[j])
                let coefficients = primitives.map { matrix in
                    expansion.contract(
                        matrix, row: a.firstColumns[i], column: b.firstColumns[j], factor: sameAtom && i != j ? 2 : 1)
                }
                elements.append(
                    Element(
                        exponent: p, center: (alpha * a.center + beta * b.center) / p,
                        order: a.angularMomenta[i] + b.angularMomenta[j], coefficients: coefficients))
            }
        }
        return elements
    }
}

/// Number of derivatives (t, u, v) with t + u + v <= order; 0 for order -1.
@inline(__always)
func hermiteCount(_ order: Int) -> Int { (order + 1) * (order + 2) * (order + 3) / 6 }

/// Expansion coefficients of products of Cartesian primitives on two centres in Hermite Gaussians, for all powers up to given
/// angular momenta on the two centres.
struct HermiteExpansion {
    private let la: Int
    private let lb: Int
    /// For x, y, z: coefficient (i, j, t) has the index `(i * (lb + 1) + j) * (la + lb + 1) + t`.
    private let axes: [[Double]]

    init(_ a: Double, _ b: Double, from A: SIMD3<Double>, to B: SIMD3<Double>, _ la: Int, _ lb: Int) {
        self.la = la
        self.lb = lb
        let p = a + b
        let center = (a * A + b * B) / p
        axes = (0..<3).map { axis in
            let distance = A[axis] - B[axis]
            let pa = center[axis] - A[axis]
            let pb = center[axis] - B[axis]
            let width = la + lb + 1
            var e = [Double](repeating: 0, count: (la + 1) * (lb + 1) * width)
            e[0] = exp(-a * b / p * distance * distance)
            // From (i, j) to the next power on one centre: e'_t = e_(t-1) / 2p + X e_t + (t+1) e_(t+1).
            func raise(from source: Int, to target: Int, degree: Int, _ x: Double) {
                for t in 0...(degree + 1) {
                    var value = t <= degree ? x * e[source * width + t] : 0
                    if t > 0 { value += e[source * width + t - 1] / (2 * p) }
                    if t + 1 <= degree { value += Double(t + 1) * e[source * width + t + 1] }
                    e[target * width + t] = value
                }
            }
            for i in 0...la {
                if i > 0 { raise(from: (i - 1) * (lb + 1), to: i * (lb + 1), degree: i - 1, pa) }
                for j in 0..<lb {
                    raise(from: i * (lb + 1) + j, to: i * (lb + 1) + j + 1, degree: i + j, pb)
                }
            }
            return e
        }
    }

    /// sum_ij D_ij E^ij_tuv over a block of `matrix`. The rows are the monomials of degrees 0...la on the first centre, the
    /// columns those of degrees 0...lb on the second.
    func contract(_ matrix: Matrix, row: Int, column: Int, factor: Double) -> [Double] {
        var result = [Double](repeating: 0, count: hermiteCount(la + lb))
        let width = la + lb + 1
        var r = row
        for degreeA in 0...la {
            for m in CartesianMonomials.powers(degreeA) {
                var c = column
                for degreeB in 0...lb {
                    for n in CartesianMonomials.powers(degreeB) {
                        let value = factor * matrix[r, c]
                        c += 1
                        if value == 0 { continue }
                        let x = (m.x * (lb + 1) + n.x) * width
                        let y = (m.y * (lb + 1) + n.y) * width
                        let z = (m.z * (lb + 1) + n.z) * width
                        for t in 0...(m.x + n.x) {
                            let vx = value * axes[0][x + t]
                            if vx == 0 { continue }
                            for u in 0...(m.y + n.y) {
                                let vy = vx * axes[1][y + u]
                                for v in 0...(m.z + n.z) {
                                    let place = hermiteCount(t + u + v - 1) + CartesianMonomials.index(t, u, v)
                                    result[place] += vy * axes[2][z + v]
                                }
                            }
                        }
                    }
                }
                r += 1
            }
        }
        return result
    }
}
