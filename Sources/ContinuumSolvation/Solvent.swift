/// A medium: its name, if it has one, its static dielectric constant, and its descriptors, if they are known.
public struct Solvent: Sendable, Equatable {
    /// The name in reports; nil for a medium given by its dielectric constant.
    public let name: String?
    public let dielectricConstant: Double
    /// Nil for a medium given by its dielectric constant, and for solvents without published descriptors.
    public let descriptors: SolventDescriptors?

    /// - Parameter dielectricConstant: at least 1, that of vacuum.
    public init(dielectricConstant: Double) throws(SolventError) {
        guard dielectricConstant >= 1, dielectricConstant <= Self.largest else { throw .constant(dielectricConstant) }
        (name, self.dielectricConstant, descriptors) = (nil, dielectricConstant, nil)
    }

    /// From a name in `all`, in any case and spelling (`THF`, `1,2-dichloroethane`), or from a dielectric constant (`20`).
    public init(parsing text: String) throws(SolventError) {
        if let value = Double(text) {
            try self.init(dielectricConstant: value)
        } else {
            let key = Self.key(text)
            guard
                let found = SolventTable.entries.first(where: { ([$0.name] + $0.synonyms).contains { Self.key($0) == key } })
            else { throw .unknown(text) }
            self.init(found)
        }
    }

    private init(_ entry: SolventTable.Entry) {
        (name, dielectricConstant, descriptors) = (entry.name, entry.dielectricConstant, entry.descriptors)
    }

    var isWater: Bool { name == "water" }

    /// The largest accepted dielectric constant; the conductor limit is reached long before.
    public static let largest = 1e6

    /// `acetonitrile` or `epsilon 20`.
    public var title: String { name ?? "epsilon \(Self.plain(dielectricConstant))" }

    /// All solvents that have a name, in alphabetical order.
    public static var all: [Solvent] {
        SolventTable.entries.map(Solvent.init).sorted { ($0.name ?? "") < ($1.name ?? "") }
    }

    /// References for the dielectric constants.
    public static let reference =
        "Solvents: P. Winget, D. M. Dolney, D. J. Giesen, C. J. Cramer, D. G. Truhlar, Minnesota Solvent Descriptor Database (2010); "
        + "carbonates, 1,2-dimethoxyethane and 1,3-dioxolane: K. Xu, Chem. Rev. 104, 4303 (2004), doi 10.1021/cr030203g"

    static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
    }

    private static func key(_ text: String) -> String { String(text.lowercased().filter { $0.isLetter || $0.isNumber }) }
}

public enum SolventError: Error, CustomStringConvertible {
    case unknown(String)
    case constant(Double)

    public var description: String {
        switch self {
        case .unknown(let text):
            "there is no solvent '\(text)'. Give its dielectric constant, or one of: "
                + Solvent.all.compactMap(\.name).joined(separator: "; ") + "."
        case .constant(let value):
            "\(value) is no dielectric constant: it is a number from 1 (vacuum) to \(Solvent.plain(Solvent.largest))."
        }
    }
}
