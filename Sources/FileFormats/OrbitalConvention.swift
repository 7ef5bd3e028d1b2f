import Foundation
import GaussianBasis
import LinearAlgebra

/// The meaning of the numbers in a file with orbitals. The Molden format does not specify whether coefficients of contractions multiply
/// normalised primitives, nor how functions are normalised; programs differ.
struct OrbitalConvention: Sendable, CustomStringConvertible {
    enum CartesianNorm: Sendable {
        /// Every function has unit norm.
        case each
        /// All functions have the factor that normalises x^l.
        case likeFirst
        /// All functions have the factor that would normalise a product of different letters (xy, xyz).
        case common
        /// Every function has the norm (2l - 1)!!, as in Turbomole's files.
        case doubleFactorial
        /// Cartesian d functions as in NWChem's files: the coefficients of xx, yy, zz are 2/3, those of xy, xz, yz 1/sqrt(3) of those over
        /// functions of unit norm. Taken from a file of NWChem, where these two factors make the orbitals orthonormal to the last digit,
        /// and the orbitals so read have a diagonal Fock matrix with the orbital energies of the file.
        case nwchem
    }

    /// Coefficients of contractions multiply unnormalised exp(-a r^2): they include the norms of the primitives.
    var hasRawPrimitives = false
    /// The orbitals' coefficients belong to normalised contractions, even where those of the file are not.
    var normalizesContractions = false
    var cartesianNorm = CartesianNorm.each
    /// Functions of |m| = 3 and 4 have the opposite sign, as in ORCA's files.
    var flipsHighM = false

    var description: String {
        var parts = [
            hasRawPrimitives ? "contractions over unnormalised primitives" : "contractions over normalised primitives",
            normalizesContractions ? "normalised by the reader" : "as they stand",
        ]
        switch cartesianNorm {
        case .each: break
        case .likeFirst: parts.append("Cartesian functions normalised like x^l")
        case .doubleFactorial: parts.append("Cartesian functions of norm (2l-1)!!")
        case .common: parts.append("Cartesian functions with one common factor")
        case .nwchem: parts.append("Cartesian d functions as NWChem writes them")
        }
        if flipsHighM { parts.append("opposite signs for |m| = 3 and 4") }
        return parts.joined(separator: ", ")
    }

    /// From the documented convention to the deviating ones.
    static func candidates(for file: ForeignWavefunction) -> [OrbitalConvention] {
        guard file.format == .molden else { return [OrbitalConvention()] }
        let hasCartesian = file.shells.contains { $0.isCartesian && $0.angularMomentum >= 2 }
        let hasHighM = file.shells.contains { !$0.isCartesian && $0.angularMomentum >= 3 }
        var result: [OrbitalConvention] = []
        for flips in hasHighM ? [false, true] : [false] {
            for norm in hasCartesian ? [CartesianNorm.each, .likeFirst, .common, .doubleFactorial, .nwchem] : [.each] {
                for (raw, normalizes) in [(false, false), (false, true), (true, true)] {
                    result.append(
                        .init(
                            hasRawPrimitives: raw, normalizesContractions: normalizes, cartesianNorm: norm, flipsHighM: flips))
                }
            }
        }
        return result
    }

    /// Coefficients that multiply normalised primitives.
    func primitiveCoefficients(of shell: ContractedShell) -> [Double] {
        guard hasRawPrimitives else { return shell.coefficients }
        return zip(shell.coefficients, shell.exponents).map {
            $0 / AngularTransformation.radialNormalization(shell.angularMomentum, exponent: $1)
        }
    }

    /// From coefficients over the functions of the file to those over `basis`.
    func transformation(of file: ForeignWavefunction, to basis: AtomicOrbitalBasis) -> FunctionTransformation {
        FunctionTransformation(file: file, basis: basis, convention: self)
    }

    /// Norm of the contraction as the file has it, from the normalised one; 1 where the reader normalises.
    fileprivate func contractionNorm(of shell: ContractedShell, normalized: ContractedShell) -> Double {
        guard !normalizesContractions else { return 1 }
        let own = primitiveCoefficients(of: shell)
        guard let largest = own.indices.max(by: { abs(own[$0]) < abs(own[$1]) }) else { return 1 }
        return own[largest] / normalized.coefficients[largest]
    }

    /// Norm of the function at a row of the Cartesian shell.
    fileprivate func cartesianFactor(_ l: Int, row: Int) -> Double {
        let p = CartesianMonomials.powers(l)[row]
        let odd = { (n: Int) in stride(from: 2 * n - 1, to: 1, by: -2).reduce(1.0) { $0 * Double($1) } }
        let product = odd(p.x) * odd(p.y) * odd(p.z)
        return switch cartesianNorm {
        case .each: 1
        case .likeFirst: (product / odd(l)).squareRoot()
        case .common: product.squareRoot()
        case .doubleFactorial: odd(l).squareRoot()
        case .nwchem: l == 2 ? (product > 1 ? 1.5 : 3.0.squareRoot()) : 1
        }
    }

    fileprivate func sign(_ l: Int, row: Int) -> Double { flipsHighM && (3...4).contains(abs(row - l)) ? -1 : 1 }
}

/// Functions of a file as combinations of basis functions: a sparse matrix, basis functions by functions of the file.
struct FunctionTransformation {
    /// For each function of the file the basis functions of which it consists.
    private var parts: [[(function: Int, factor: Double)]]
    private let functionCount: Int
    private(set) var notes: [String] = []

    /// Pure, Cartesian, or Cartesian d alone; other mixtures become Cartesian throughout.
    static func functionType(of file: ForeignWavefunction) -> AngularFunctionType {
        let d = Set(file.shells.filter { $0.angularMomentum == 2 }.map(\.isCartesian))
        let higher = Set(file.shells.filter { $0.angularMomentum > 2 }.map(\.isCartesian))
        if d.union(higher) == [false] || d.union(higher).isEmpty { return .pure }
        if d == [true], higher == [false] { return .cartesianD }
        return .cartesian
    }

    init(file: ForeignWavefunction, basis: AtomicOrbitalBasis, convention: OrbitalConvention) {
        functionCount = basis.functionCount
        let order = AngularOrder(file.format)
        // Shells of an atom keep their order in the basis; atoms may alternate in the file.
        var places = [[(first: Int, shell: ContractedShell)]](repeating: [], count: basis.molecule.centerCount)
        var count = 0
        for shell in basis.contractedShells {
            places[shell.atom].append((count, shell))
            count += shell.functionCount
        }
        var used = [Int](repeating: 0, count: places.count)
        parts = []
        var embeds = false
        for shell in file.shells {
            let l = shell.angularMomentum
            let (first, own) = places[shell.atom][used[shell.atom]]
            used[shell.atom] += 1
            let becomesCartesian = own.isCartesian
            let norm = convention.contractionNorm(of: shell, normalized: own)
            for row in order.rows(l, isCartesian: shell.isCartesian) ?? [] {
                if shell.isCartesian == becomesCartesian || l < 2 {
                    let factor =
                        shell.isCartesian && l >= 2
                        ? convention.cartesianFactor(l, row: row) : convention.sign(l, row: row)
                    parts.append([(first + row, norm * factor)])
                } else {
                    embeds = true
                    let factor = norm * convention.sign(l, row: row)
                    parts.append(Self.embedding(l, row).map { (first + $0, factor * $1) })
                }
            }
        }
        if embeds {
            notes.append(
                "The file mixes pure and Cartesian functions; all are Cartesian here, which changes Loewdin's populations, "
                    + "but not the density.")
        }
    }

    /// A pure function as a sum of normalised Cartesian ones.
    private static func embedding(_ l: Int, _ row: Int) -> [(Int, Double)] {
        let pure = AngularTransformation.matrix(l, .pure)
        let cartesian = AngularTransformation.matrix(l, .cartesian)
        return (0..<pure.columns).compactMap { pure[row, $0] == 0 ? nil : ($0, pure[row, $0] / cartesian[$0, $0]) }
    }

    /// Coefficients over the basis from those over the file's functions.
    func apply(_ coefficients: Matrix) -> Matrix {
        var result = Matrix(rows: functionCount, columns: coefficients.columns)
        for (place, list) in parts.enumerated() {
            for (function, factor) in list {
                for column in 0..<coefficients.columns {
                    result[function, column] += factor * coefficients[place, column]
                }
            }
        }
        return result
    }
}

/// Numbers in messages.
enum TextNumber {
    /// Three digits.
    static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}
