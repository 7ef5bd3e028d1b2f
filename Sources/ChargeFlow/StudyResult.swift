import FileFormats
import Foundation
import ReductionSeries

/// The criteria over a matrix of methods, basis sets and kinds of structures.
public struct StudyResult: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-study-1"

    public var schema = StudyResult.currentSchema
    public var cells: [Cell]
    /// Of all cells, in words; nil in vacuum.
    public var medium: String?

    /// One method, basis and kind of structures.
    public struct Cell: Codable, Sendable, Equatable {
        public var method: String
        /// Name of the basis set, or `paper`.
        public var basis: String
        public var structures: ElectronAccount.Structures
        public var comparison: ComplexComparison
        /// Complexes that gave no result, with the reason.
        public var failures: [String: String]
        /// Sets of complexes with one formula; nil in studies of earlier versions.
        public var isomers: [IsomerEnsemble]?

        public init(
            method: String, basis: String, structures: ElectronAccount.Structures, comparison: ComplexComparison,
            failures: [String: String], isomers: [IsomerEnsemble] = []
        ) {
            self.isomers = isomers
            self.method = method
            self.basis = basis
            self.structures = structures
            self.comparison = comparison
            self.failures = failures
        }

        /// Without bridging halogens and with them, where the claim has that choice.
        func tallies(_ claim: ChargeFlowCriteria.Claim) -> [ComplexComparison.Tally] {
            comparison.tallies.filter { $0.claim == claim }
        }
    }

    public enum Verdict: String, Codable, Sendable {
        case supported, mixed
        case notSupported = "not_supported"
        /// There is no cell in which every one of the four claims could be tested.
        case notTestable = "not_testable"
    }

    public init(cells: [Cell], medium: String? = nil) {
        self.cells = cells
        self.medium = medium
    }

    /// Claims that together make the mechanism.
    public static let deciding: [ChargeFlowCriteria.Claim] = [.p1, .p2, .p3, .p4]
    /// What has to be in the matrix before its verdict is final.
    public static let requiredMethods: Set = ["b3lyp", "wb97x", "hf"]
    public static let requiredBases: Set = ["paper", "def2-tzvp"]

    /// Supported when every deciding claim is supported in every cell that tests it, with and without bridges; not supported
    /// when in every cell some claim fails to be.
    public var verdict: Verdict {
        let tested = cells.filter { cell in Self.deciding.allSatisfy { !cell.tallies($0).isEmpty } }
        guard !tested.isEmpty else { return .notTestable }
        let supported = tested.count { cell in
            Self.deciding.allSatisfy { cell.tallies($0).allSatisfy(\.isSupported) }
        }
        return supported == tested.count ? .supported : supported == 0 ? .notSupported : .mixed
    }

    /// What the required matrix still lacks, in words; empty when the verdict is final.
    public var missing: [String] {
        var result: [String] = []
        for method in Self.requiredMethods.sorted() {
            for basis in Self.requiredBases.sorted() {
                for structures in ElectronAccount.Structures.allCases {
                    let cell = cells.first {
                        $0.method.lowercased() == method && $0.basis.lowercased() == basis && $0.structures == structures
                    }
                    let name = "\(method), \(basis), \(structures.rawValue)"
                    guard let cell else {
                        result.append(name)
                        continue
                    }
                    if !cell.failures.isEmpty { result.append("\(name): \(cell.failures.keys.sorted().joined(separator: ", "))") }
                }
            }
        }
        return result
    }

    /// One line a cell, the verdict, and what is missing; at most 100 columns.
    public var text: String {
        let claims = ChargeFlowCriteria.Claim.allCases
        var result = medium.map { "medium: \($0)\n" } ?? ""
        result +=
            column("method", 10) + column("basis", 14) + column("structures", 12)
            + claims.map { column($0.rawValue, 10, right: true) }.joined() + "\n"
        for cell in cells {
            result +=
                column(String(cell.method.prefix(9)), 10) + column(String(cell.basis.prefix(13)), 14)
                + column(cell.structures.rawValue, 12)
            result += claims.map { column(Self.summary(cell.tallies($0)), 10, right: true) }.joined() + "\n"
        }
        result += "holds in so many schemes of those that decide; where bridging halogens may count, without them\n"
        for cell in cells {
            for (complex, reason) in cell.failures.sorted(by: { $0.key < $1.key }) {
                result += "  no result: \(cell.method), \(cell.basis), \(cell.structures.rawValue), \(complex): \(reason)\n"
            }
        }
        let missing = missing
        result += "\nP1 to P4 over these cells: \(verdict.rawValue.replacingOccurrences(of: "_", with: " "))"
        result += missing.isEmpty ? ".\n" : ", preliminary. Not run or without result:\n"
        return result + missing.map { "  \($0)\n" }.joined() + ensembleText
    }

    private var ensembleText: String {
        cells.flatMap { cell in
            (cell.isomers ?? []).map { "\n\(cell.method), \(cell.basis), \(cell.structures.rawValue): " + $0.text }
        }.joined()
    }

    private static func summary(_ tallies: [ComplexComparison.Tally]) -> String {
        tallies.first { $0.countsBridges != true }.map { "\($0.holding)/\($0.schemes)" } ?? "-"
    }
}
