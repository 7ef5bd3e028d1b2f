import ChargeFlow
import Foundation
import ReductionSeries

/// Where added electrons go: charges of fragments and their shares of the electrons.
public struct AccountProperty: RunProperty {
    public static let name = "account"

    /// Charge schemes to show in the text; empty for all.
    public var schemes: [String]

    public init(schemes: [String] = []) { self.schemes = schemes }

    public struct Value: PropertyValue {
        public let account: ElectronAccount
        fileprivate let schemes: [String]

        public func rendered(as format: PropertyFormat) throws -> String? {
            switch format {
            case .text: account.text(schemes: schemes.isEmpty ? nil : schemes)
            case .csv: account.csv
            case .json: String(decoding: try account.json(), as: UTF8.self)
            }
        }
    }

    /// - Throws: `CalculationError.usage` for a scheme that the run does not have.
    public func value(of run: OpenedRun) throws -> Value {
        let account = try AccountedComplex(run.document(), folder: run.path).account
        let known = account.schemes.map(\.name)
        if let unknown = schemes.first(where: { !known.contains($0) }) {
            throw CalculationError.usage(
                "there are no '\(unknown)' charges in \(run.path), only \(known.joined(separator: ", ")).")
        }
        return Value(account: account, schemes: schemes)
    }
}
