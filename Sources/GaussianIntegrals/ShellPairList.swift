import Foundation
import GaussianBasis
import MolecularStructure

/// Primitive pairs as structures of arrays.
struct PrimitivePairs: @unchecked Sendable {
    let exponent: UnsafePointer<Double>
    let centerX: UnsafePointer<Double>
    let centerY: UnsafePointer<Double>
    let centerZ: UnsafePointer<Double>
    /// Estimated square root of the primitive pair's self-repulsion integral.
    let size: UnsafePointer<Double>
    let coefficients: UnsafePointer<Double>

    static let empty: PrimitivePairs = {
        let none = UnsafePointer(UnsafeMutablePointer<Double>.allocate(capacity: 1))
        return PrimitivePairs(exponent: none, centerX: none, centerY: none, centerZ: none, size: none, coefficients: none)
    }()

    func deallocate() {
        for pointer in [exponent, centerX, centerY, centerZ, size, coefficients] { pointer.deallocate() }
    }
}

/// One pair of shells and the range of its primitives.
struct ShellPair {
    let shellA: Int
    let shellB: Int
    let classIndex: Int
    /// First basis functions of the two shells.
    let firstA: Int
    let firstB: Int
    /// Range in the primitive arrays of `ShellPairList`.
    var firstPrimitive: Int
    var primitiveCount: Int
    /// Index of the first primitive's Hermite coefficients. Those of the others follow with a stride equal to the class's entry
    /// count.
    var firstCoefficient: Int
    /// Square root of the largest (ab|ab); set by `schwarzBounds`.
    var bound: Double
}

/// The products of all pairs of shells, expanded in Hermite Gaussians. The list is constructed once per geometry and used for all
/// Coulomb integrals.
///
/// Negligible primitive pairs are omitted; the others are sorted in descending order of size. Hermite coefficients include the
/// contraction coefficients, the Gaussian product factor and 1/p. McMurchie and Davidson, J. Comput. Phys. 26, 218 (1978),
/// doi 10.1016/0021-9991(78)90092-X.
final class ShellPairList: @unchecked Sendable {
    let basis: AtomicOrbitalBasis
    private(set) var classes: [ShellPairClass] = []
    private(set) var pairs: [ShellPair] = []

    // Primitive pairs during the construction of the list.
    private var exponent: [Double] = []
    private var centerX: [Double] = []
    private var centerY: [Double] = []
    private var centerZ: [Double] = []
    private var size: [Double] = []
    private var coefficients: [Double] = []
    /// Valid for the lifetime of this list.
    private(set) var primitives: PrimitivePairs
    /// For every primitive pair, i * (primitives of shell B) + j.
    private(set) var sources: [Int32] = []

    /// Primitive pairs are omitted if the product of their size (square root of an integral) and the largest size is below this.
    static let primitiveThreshold = 1e-16

    /// Cost: O(overlapping pairs of shells). Shells A and B of a pair are ordered by type, in descending order of angular
    /// momentum.
    init(basis: AtomicOrbitalBasis) {
        self.basis = basis
        primitives = PrimitivePairs.empty
        let shapes = basis.shells.map { ShellShape($0) }
        let distinct = Array(Set(shapes)).sorted {
            ($0.highest, $0.functionCount) != ($1.highest, $1.functionCount)
                ? ($0.highest, $0.functionCount) > ($1.highest, $1.functionCount)
                : $0.angularMomenta.lexicographicallyPrecedes($1.angularMomenta)
        }
        let rank = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        var classIndex: [[Int]: Int] = [:]
        let largest = basis.shells.map { Self.selfSize($0) }.max() ?? 1
        for i in basis.shells.indices {
            for j in 0...i {
                let swap = (rank[shapes[i]] ?? 0) > (rank[shapes[j]] ?? 0)
                let (a, b) = swap ? (j, i) : (i, j)
                let key = [rank[shapes[a]] ?? 0, rank[shapes[b]] ?? 0]
                if classIndex[key] == nil {
                    classIndex[key] = classes.count
                    classes.append(ShellPairClass(shapes[a], shapes[b]))
                }
                append(a, b, classIndex: classIndex[key] ?? 0, threshold: Self.primitiveThreshold / largest)
            }
        }
        movePrimitives()
    }

    /// Single shells, as products with the constant function 1: one side of two- and three-centre integrals. Cost: O(shells).
    init(singleShellsOf basis: AtomicOrbitalBasis) {
        self.basis = basis
        primitives = PrimitivePairs.empty
        let unit = ShellShape(angularMomenta: [0], functionType: .pure)
        var classIndex: [ShellShape: Int] = [:]
        for (a, shell) in basis.shells.enumerated() {
            let shape = ShellShape(shell)
            if classIndex[shape] == nil {
                classIndex[shape] = classes.count
                classes.append(ShellPairClass(shape, unit))
            }
            append(a, nil, classIndex: classIndex[shape] ?? 0, threshold: 0)
        }
        movePrimitives()
    }

    private func movePrimitives() {
        primitives = PrimitivePairs(
            exponent: Self.copy(exponent), centerX: Self.copy(centerX), centerY: Self.copy(centerY),
            centerZ: Self.copy(centerZ), size: Self.copy(size), coefficients: Self.copy(coefficients))
        (exponent, centerX, centerY, centerZ, size, coefficients) = ([], [], [], [], [], [])
    }

    deinit { primitives.deallocate() }

    private static func copy(_ values: [Double]) -> UnsafePointer<Double> {
        let result = UnsafeMutablePointer<Double>.allocate(capacity: max(1, values.count))
        result.initialize(from: values, count: values.count)
        return UnsafePointer(result)
    }

    /// Estimated square root of the largest self-repulsion integral of a shell.
    private static func selfSize(_ shell: Shell) -> Double {
        // The self-repulsion of a function with unit norm and exponent a is about 2 sqrt(a / pi).
        (2 * ((shell.exponents.max() ?? 1) / Double.pi).squareRoot()).squareRoot()
    }

    /// - Parameter b: nil for the constant function 1.
    private func append(_ a: Int, _ b: Int?, classIndex: Int, threshold: Double) {
        let pairClass = classes[classIndex]
        let shellA = basis.shells[a]
        // The factor of the spherical harmonic is included for s functions.
        let unit = 1 / AngularTransformation.matrix(0, .pure)[0, 0]
        let shellB = b.map { basis.shells[$0] } ?? Shell.constant(unit, at: shellA.center)
        let difference = shellA.center - shellB.center
        let distanceSquared = (difference * difference).sum()
        let la = pairClass.shapeA.highest
        let lb = pairClass.shapeB.highest
        let tableSize = (la + 1) * (lb + 1) * (la + lb + 1)
        var tables = [Double](repeating: 0, count: 3 * tableSize)
        var primitives: [(p: Double, center: SIMD3<Double>, size: Double, source: Int, coefficients: [Double])] = []

        for (i, alpha) in shellA.exponents.enumerated() {
            for (j, beta) in shellB.exponents.enumerated() {
                let p = alpha + beta
                let gaussianProduct = exp(-alpha * beta / p * distanceSquared)
                if gaussianProduct < 1e-30 { continue }
                let center = (alpha * shellA.center + beta * shellB.center) / p
                for axis in 0..<3 {
                    Self.fillTable(
                        &tables, at: axis * tableSize, la: la, lb: lb, p: p, pa: center[axis] - shellA.center[axis],
                        pb: center[axis] - shellB.center[axis])
                }
                let nb = shellB.contractions.count
                var contraction = [Double](repeating: 0, count: shellA.contractions.count * nb)
                for (ka, ca) in shellA.contractions.enumerated() {
                    for (kb, cb) in shellB.contractions.enumerated() {
                        contraction[ka * nb + kb] = ca.coefficients[i] * cb.coefficients[j] * gaussianProduct / p
                    }
                }
                var values = [Double](repeating: 0, count: pairClass.entryCount)
                for k in 0..<pairClass.termCount {
                    let term = pairClass.terms[k]
                    values[Int(term.entry)] +=
                        term.factor * contraction[Int(term.contractionPair)] * tables[Int(term.x)]
                        * tables[tableSize + Int(term.y)] * tables[2 * tableSize + Int(term.z)]
                }
                // R_h of a pair with itself is of the order p^(degree/2) times 2 pi^(5/2) / sqrt(2p).
                let rootP = p.squareRoot()
                var power = [1.0]
                for _ in 0..<pairClass.degree { power.append((power.last ?? 1) * rootP) }
                var largest = 0.0
                for k in values.indices {
                    largest = max(largest, abs(values[k]) * power[Int(pairClass.entryDegree[k])])
                }
                let size = largest * (2 * pow(Double.pi, 2.5) / (2 * p).squareRoot()).squareRoot()
                if size < threshold { continue }
                primitives.append((p, center, size, i * shellB.exponents.count + j, values))
            }
        }
        if primitives.isEmpty { return }
        primitives.sort { $0.size > $1.size }
        pairs.append(
            ShellPair(
                shellA: a, shellB: b ?? a, classIndex: classIndex, firstA: shellA.firstFunction, firstB: shellB.firstFunction,
                firstPrimitive: exponent.count, primitiveCount: primitives.count, firstCoefficient: coefficients.count,
                bound: 0))
        for primitive in primitives {
            exponent.append(primitive.p)
            centerX.append(primitive.center.x)
            centerY.append(primitive.center.y)
            centerZ.append(primitive.center.z)
            size.append(primitive.size)
            sources.append(Int32(primitive.source))
            coefficients.append(contentsOf: primitive.coefficients)
        }
    }

    /// E_t^(ij) for i <= la, j <= lb, with E_0^(00) = 1.
    static func fillTable(
        _ table: inout [Double], at offset: Int, la: Int, lb: Int, p: Double, pa: Double, pb: Double
    ) {
        let degree = la + lb
        let half = 0.5 / p
        table.withUnsafeMutableBufferPointer { e in
            func place(_ i: Int, _ j: Int) -> Int { offset + (i * (lb + 1) + j) * (degree + 1) }
            for k in place(0, 0)...(place(la, lb) + degree) { e[k] = 0 }
            e[place(0, 0)] = 1
            for i in 0...la {
                for j in 0...lb where i + j > 0 {
                    let raiseA = i > 0
                    let from = raiseA ? place(i - 1, j) : place(i, j - 1)
                    let to = place(i, j)
                    let x = raiseA ? pa : pb
                    for t in 0...(i + j) {
                        var value = x * e[from + t]
                        if t > 0 { value += half * e[from + t - 1] }
                        if t < i + j - 1 { value += Double(t + 1) * e[from + t + 1] }
                        e[to + t] = value
                    }
                }
            }
        }
    }

    /// Sets the Schwarz bounds, in the order of `pairs`.
    func setBounds(_ bounds: [Double]) {
        for i in pairs.indices { pairs[i].bound = bounds[i] }
    }

    /// Sorts the pairs; the order of the primitives does not change.
    func sortPairs(by areInOrder: (ShellPair, ShellPair) -> Bool, keeping isIncluded: (ShellPair) -> Bool) {
        pairs = pairs.filter(isIncluded).sorted(by: areInOrder)
    }
}
