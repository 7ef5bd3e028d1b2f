import Foundation
import GaussianBasis

/// One or two contractions that share a centre and exponents, in a form that kernels can read without reference
/// counting.
struct RadialUnit: Sendable {
    struct Part: Sendable {
        var angularMomentum: Int
        /// Place of the first coefficient in `BasisFunctionTables.coefficients`.
        var coefficients: Int
        var firstFunction: Int
    }

    var atom: Int
    var x, y, z: Double
    /// Places in `BasisFunctionTables.exponents`.
    var exponents: Range<Int>
    var first: Part
    var second: Part?
    /// Distance in bohr beyond which all values and gradients are negligible.
    var extent: Double
}

/// Basis functions laid out for evaluation on points.
final class BasisFunctionTables: Sendable {
    let functionCount: Int
    let units: [RadialUnit]
    let exponents: [Double]
    /// Radial coefficients; for s and p with the angular norm folded in.
    let coefficients: [Double]
    let highestAngularMomentum: Int
    let longestContraction: Int
    /// By angular momentum from 2 on: the rows of the angular transformation without their zeros.
    let transformations: [AngularRows]

    init(basis: AtomicOrbitalBasis, negligible: Double) {
        functionCount = basis.functionCount
        var units: [RadialUnit] = []
        var exponents: [Double] = []
        var coefficients: [Double] = []
        for shell in basis.shells {
            var function = shell.firstFunction
            let range = exponents.count..<exponents.count + shell.exponents.count
            exponents += shell.exponents
            var parts: [RadialUnit.Part] = []
            for contraction in shell.contractions {
                let l = contraction.angularMomentum
                let norm = l < 2 ? AngularTransformation.matrix(l, shell.functionType)[0, 0] : 1
                parts.append(
                    RadialUnit.Part(angularMomentum: l, coefficients: coefficients.count, firstFunction: function))
                coefficients += contraction.coefficients.map { $0 * norm }
                function += AngularTransformation.functionCount(l, shell.functionType)
            }
            for k in stride(from: 0, to: parts.count, by: 2) {
                let pair = shell.contractions[k..<min(k + 2, parts.count)]
                units.append(
                    RadialUnit(
                        atom: shell.atom, x: shell.center.x, y: shell.center.y, z: shell.center.z, exponents: range, first: parts[k],
                        second: k + 1 < parts.count ? parts[k + 1] : nil,
                        extent: Self.extent(exponents: shell.exponents, contractions: Array(pair), negligible: negligible)))
            }
        }
        self.units = units
        self.exponents = exponents
        self.coefficients = coefficients
        longestContraction = basis.shells.reduce(0) { max($0, $1.exponents.count) }
        let highest = basis.shells.reduce(0) { max($0, $1.highestAngularMomentum) }
        highestAngularMomentum = highest
        transformations = (0...highest).map { AngularRows(angularMomentum: $0, type: basis.functionType) }
    }

    func functions(of unit: RadialUnit) -> Range<Int> {
        let last = unit.second ?? unit.first
        return unit.first.firstFunction..<last.firstFunction + transformations[last.angularMomentum].functionCount
    }

    /// The distance beyond which `sum |c| r^l exp(-a r^2)` and its slope stay below `negligible`.
    private static func extent(exponents: [Double], contractions: [Contraction], negligible: Double) -> Double {
        let step = 0.125
        var r = 100.0
        while r > step {
            var bound = 0.0
            for contraction in contractions {
                let l = Double(contraction.angularMomentum)
                for (a, c) in zip(exponents, contraction.coefficients) {
                    bound += abs(c) * pow(r, l) * exp(-a * r * r) * (1 + 2 * a * r + l / r)
                }
            }
            if bound > negligible { return r + step }
            r -= step
        }
        return 2 * step
    }
}

/// A sparse matrix of angular functions by Cartesian monomials.
struct AngularRows: Sendable {
    let functionCount: Int
    /// Row i has the entries `starts[i]..<starts[i + 1]`.
    let starts: [Int]
    let columns: [Int]
    let values: [Double]

    init(angularMomentum l: Int, type: AngularFunctionType) {
        let matrix = AngularTransformation.matrix(l, type)
        var starts = [0]
        var columns: [Int] = []
        var values: [Double] = []
        for i in 0..<matrix.rows {
            for j in 0..<matrix.columns where matrix[i, j] != 0 {
                columns.append(j)
                values.append(matrix[i, j])
            }
            starts.append(columns.count)
        }
        functionCount = matrix.rows
        self.starts = starts
        self.columns = columns
        self.values = values
    }
}
