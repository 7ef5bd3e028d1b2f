import FileFormats
import Foundation
import MolecularStructure

/// Condensed Fukui functions of one state, from the charges of the states with one electron more and one less, all at the same structure.
///
/// - f+ = q(N) - q(N+1): where the molecule accepts an electron;
/// - f- = q(N-1) - q(N): where it donates one;
/// - f0 = (f+ + f-) / 2: where a radical attacks;
/// - dual descriptor f+ - f-: positive where electrons are accepted rather than donated.
///
/// R. G. Parr, W. Yang, J. Am. Chem. Soc. 106, 4049 (1984), doi 10.1021/ja00326a036; condensed to atoms: W. Yang,
/// W. J. Mortier, J. Am. Chem. Soc. 108, 5708 (1986), doi 10.1021/ja00279a008; dual descriptor: C. Morell, A. Grand,
/// A. Toro-Labbe, J. Phys. Chem. A 109, 205 (2005), doi 10.1021/jp046577a.
public struct FukuiIndices: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-fukui-1"

    public var schema = FukuiIndices.currentSchema
    /// Total charge of the state that the functions belong to.
    public var charge: Int
    public var symbols: [String]
    public var fragments: [Fragment]
    public var schemes: [Scheme]

    /// By one charge scheme.
    public struct Scheme: Codable, Sendable, Equatable {
        public var name: String
        public var atoms: Values
        public var fragments: Values
    }

    /// One value per atom or fragment. Null if the state with an electron more or less was not computed.
    public struct Values: Codable, Sendable, Equatable {
        @ExplicitNull public var plus: [Double]?
        @ExplicitNull public var minus: [Double]?

        public var average: [Double]? { combined { 0.5 * ($0 + $1) } }
        public var dual: [Double]? { combined { $0 - $1 } }

        /// In the order of `FukuiIndices.names`.
        var all: [[Double]?] { [plus, minus, average, dual] }

        private func combined(_ operation: (Double, Double) -> Double) -> [Double]? {
            guard let plus, let minus else { return nil }
            return zip(plus, minus).map(operation)
        }
    }

    static let names = ["f+", "f-", "f0", "dual"]

    /// - Throws: `FukuiError` if the state, or both of its neighbours, are missing.
    public init(_ account: ElectronAccount, charge: Int) throws {
        func place(_ charge: Int) -> Int? { account.states.firstIndex { $0.charge == charge } }
        let known = account.states.map(\.charge)
        guard let middle = place(charge) else { throw FukuiError.noState(charge, known: known) }
        let (more, less) = (place(charge - 1), place(charge + 1))
        guard more != nil || less != nil else { throw FukuiError.noNeighbours(charge, known: known) }
        func values(_ charges: [[Double]]) -> Values {
            func difference(_ a: Int?, _ b: Int?) -> [Double]? {
                guard let a, let b else { return nil }
                return zip(charges[a], charges[b]).map { $0 - $1 }
            }
            return Values(plus: difference(middle, more), minus: difference(less, middle))
        }
        self.charge = charge
        symbols = account.symbols
        fragments = account.fragments
        schemes = account.schemes.map {
            Scheme(name: $0.name, atoms: values($0.atomCharges), fragments: values($0.fragmentCharges))
        }
    }

    public func json() throws -> Data { try JSONLayout.encoded(self) }

    /// Fragments and atoms by scheme, four decimals, at most 100 columns.
    public var text: String {
        var result = "condensed Fukui functions of the state with charge \(charge)\n"
        for scheme in schemes {
            result += "\n" + column(scheme.name, 32) + Self.names.map { column($0, 12, right: true) }.joined() + "\n"
            for (index, fragment) in fragments.enumerated() {
                result += column("  " + String(fragment.name.prefix(29)), 32) + row(scheme.fragments, index)
            }
            for (index, symbol) in symbols.enumerated() {
                result += column("  " + column("\(index + 1)", 4, right: true) + " " + symbol, 32) + row(scheme.atoms, index)
            }
        }
        return result
    }

    private func row(_ values: Values, _ index: Int) -> String {
        values.all.map { list in list.map { column($0[index], 12, 4) } ?? column("-", 12, right: true) }.joined() + "\n"
    }
}

/// Why there are no Fukui functions.
public enum FukuiError: Error, Equatable, CustomStringConvertible {
    case noState(Int, known: [Int])
    case noNeighbours(Int, known: [Int])

    public var description: String {
        switch self {
        case .noState(let charge, let known):
            "there is no state of charge \(charge), only \(Self.list(known)); compute it, or name another with --charge."
        case .noNeighbours(let charge, let known):
            "Fukui functions of charge \(charge) need charge \(charge - 1) or \(charge + 1), too, but there are only \(Self.list(known)); "
                + "compute them in one run, such as with --charge \(charge + 1),\(charge),\(charge - 1)."
        }
    }

    private static func list(_ charges: [Int]) -> String { charges.map(String.init).joined(separator: ", ") }
}
