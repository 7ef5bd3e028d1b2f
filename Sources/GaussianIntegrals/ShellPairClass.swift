import GaussianBasis
import LinearAlgebra

/// The angular type of a shell: the angular momenta of its contractions, [0, 1] for an SP shell.
struct ShellShape: Hashable {
    let angularMomenta: [Int]
    let functionType: AngularFunctionType

    init(_ shell: Shell) {
        angularMomenta = shell.contractions.map(\.angularMomentum)
        functionType = shell.functionType
    }

    init(angularMomenta: [Int], functionType: AngularFunctionType) {
        self.angularMomenta = angularMomenta
        self.functionType = functionType
    }

    /// The letters of the angular momenta, such as "SP".
    var label: String { String(angularMomenta.map { Array("SPDFGHIKLMNO")[min($0, 11)] }) }
    var highest: Int { angularMomenta.max() ?? 0 }
    var functionCount: Int {
        angularMomenta.reduce(0) { $0 + AngularTransformation.functionCount($1, functionType) }
    }
}

/// Properties of products of two shells that depend only on the types of the shells: the Hermite Gaussians of each product of
/// basis functions, and the expressions of their coefficients in one-dimensional expansion coefficients.
///
/// Row ab (= a * functionCountB + b) contains the entries `rowStart[ab] ..< rowStart[ab + 1]`. Each entry is the coefficient of
/// Hermite Gaussian `hermite[entry]`. Structural zeros are not stored.
final class ShellPairClass: @unchecked Sendable {
    /// One product of three one-dimensional coefficients in the sum of an entry.
    struct Term {
        let entry: Int32
        let contractionPair: Int32
        /// Indices in the one-dimensional tables of x, y and z.
        let x: Int32
        let y: Int32
        let z: Int32
        let factor: Double
    }

    let shapeA: ShellShape
    let shapeB: ShellShape
    let functionCountA: Int
    let functionCountB: Int
    /// Highest degree of the Hermite Gaussians.
    let degree: Int
    let hermiteCount: Int
    let entryCount: Int
    let rowStart: UnsafePointer<Int32>
    let hermite: UnsafePointer<Int32>
    /// (-1)^(t+u+v) of every entry: the sign of the Hermite Gaussians of a ket.
    let sign: UnsafePointer<Double>
    /// t+u+v of every entry.
    let entryDegree: UnsafePointer<Int32>
    let terms: UnsafePointer<Term>
    let termCount: Int
    /// The rows in pairs, for table-driven kernels.
    let rowPairs: RowPairs
    /// The straight-line kernels of this class, if there are any.
    let straightLine: StraightLinePair?

    /// The letters of both shells, such as "SP S".
    var label: String { "\(shapeA.label) \(shapeB.label)" }
    var productCount: Int { functionCountA * functionCountB }

    init(_ shapeA: ShellShape, _ shapeB: ShellShape) {
        self.shapeA = shapeA
        self.shapeB = shapeB
        let la = shapeA.highest
        let lb = shapeB.highest
        functionCountA = shapeA.functionCount
        functionCountB = shapeB.functionCount
        degree = la + lb
        hermiteCount = HermiteIndex.count(upTo: degree)

        let rowsA = Self.functions(of: shapeA)
        let rowsB = Self.functions(of: shapeB)
        var starts: [Int32] = [0]
        var hermiteOfEntry: [Int32] = []
        var termList: [Term] = []
        for a in rowsA {
            for b in rowsB {
                var entryOfHermite: [Int: Int] = [:]
                var rowTerms: [(h: Int, term: (Int, Int, Int), factor: Double)] = []
                for ma in a.monomials {
                    for mb in b.monomials {
                        for t in 0...(ma.power.x + mb.power.x) {
                            for u in 0...(ma.power.y + mb.power.y) {
                                for v in 0...(ma.power.z + mb.power.z) {
                                    rowTerms.append(
                                        (
                                            HermiteIndex.index(t, u, v),
                                            (
                                                Self.place(ma.power.x, mb.power.x, t, lb: lb, degree: degree),
                                                Self.place(ma.power.y, mb.power.y, u, lb: lb, degree: degree),
                                                Self.place(ma.power.z, mb.power.z, v, lb: lb, degree: degree)
                                            ), ma.factor * mb.factor
                                        ))
                                }
                            }
                        }
                    }
                }
                for h in Set(rowTerms.map(\.h)).sorted() {
                    entryOfHermite[h] = hermiteOfEntry.count
                    hermiteOfEntry.append(Int32(h))
                }
                for row in rowTerms {
                    termList.append(
                        Term(
                            entry: Int32(entryOfHermite[row.h] ?? 0),
                            contractionPair: Int32(a.contraction * shapeB.angularMomenta.count + b.contraction),
                            x: Int32(row.term.0), y: Int32(row.term.1), z: Int32(row.term.2), factor: row.factor))
                }
                starts.append(Int32(hermiteOfEntry.count))
            }
        }
        let powers = HermiteIndex.powers(upTo: degree)
        let degrees = hermiteOfEntry.map { h in powers[Int(h)].t + powers[Int(h)].u + powers[Int(h)].v }
        entryCount = hermiteOfEntry.count
        rowStart = Self.copy(starts)
        hermite = Self.copy(hermiteOfEntry)
        sign = Self.copy(degrees.map { $0 % 2 == 0 ? 1.0 : -1.0 })
        entryDegree = Self.copy(degrees.map { Int32($0) })
        terms = Self.copy(termList)
        termCount = termList.count
        rowPairs = RowPairs(
            rows: (0..<(starts.count - 1)).map { Array(hermiteOfEntry[Int(starts[$0])..<Int(starts[$0 + 1])]) })
        // Generated kernels exist only for two pure or two Cartesian shells, if the distinction matters.
        let kinds = Set([(shapeA, la), (shapeB, lb)].filter { $1 >= 2 }.map { $0.functionType.isCartesian($1) })
        straightLine =
            kinds.count > 1
            ? nil
            : StraightLinePair.allCases.first {
                $0.shape == (shapeA.angularMomenta, shapeB.angularMomenta, kinds.contains(true))
            }
    }

    deinit {
        rowStart.deallocate()
        hermite.deallocate()
        sign.deallocate()
        entryDegree.deallocate()
        terms.deallocate()
    }

    /// Index of E_t^(ij) in a one-dimensional table.
    @inline(__always)
    static func place(_ i: Int, _ j: Int, _ t: Int, lb: Int, degree: Int) -> Int {
        (i * (lb + 1) + j) * (degree + 1) + t
    }

    private typealias AngularFunction = (
        contraction: Int, monomials: [(power: (x: Int, y: Int, z: Int), factor: Double)]
    )

    private static func functions(of shape: ShellShape) -> [AngularFunction] {
        shape.angularMomenta.enumerated().flatMap { contraction, l -> [AngularFunction] in
            let matrix = AngularTransformation.matrix(l, shape.functionType)
            let powers = CartesianMonomials.powers(l)
            return (0..<matrix.rows).map { row in
                (contraction, powers.indices.filter { matrix[row, $0] != 0 }.map { (powers[$0], matrix[row, $0]) })
            }
        }
    }

    private static func copy<T>(_ values: [T]) -> UnsafePointer<T> {
        let result = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
        result.initialize(from: values, count: values.count)
        return UnsafePointer(result)
    }
}
