/// A medium: its name, if it has one, and its static dielectric constant.
public struct Solvent: Sendable, Equatable {
    /// The name in reports; nil for a medium given by its dielectric constant.
    public let name: String?
    public let dielectricConstant: Double

    /// - Parameter dielectricConstant: at least 1, that of vacuum.
    public init(dielectricConstant: Double) throws(SolventError) {
        guard dielectricConstant >= 1, dielectricConstant <= Self.largest else { throw .constant(dielectricConstant) }
        self.init(name: nil, dielectricConstant)
    }

    /// From a name in `all`, in any case and spelling (`THF`, `1,2-dichloroethane`), or from a dielectric constant (`20`).
    public init(parsing text: String) throws(SolventError) {
        if let value = Double(text) {
            try self.init(dielectricConstant: value)
        } else {
            let key = Self.key(text)
            guard let found = Self.table.first(where: { ([$0.name] + $0.synonyms).contains { Self.key($0) == key } }) else {
                throw .unknown(text)
            }
            self.init(name: found.name, found.dielectricConstant)
        }
    }

    private init(name: String?, _ dielectricConstant: Double) {
        (self.name, self.dielectricConstant) = (name, dielectricConstant)
    }

    /// The largest accepted dielectric constant; the conductor limit is reached long before.
    public static let largest = 1e6

    /// `acetonitrile` or `epsilon 20`.
    public var title: String { name ?? "epsilon \(Self.plain(dielectricConstant))" }

    /// All solvents that have a name, in alphabetical order.
    public static var all: [Solvent] {
        table.map { Solvent(name: $0.name, $0.dielectricConstant) }.sorted { ($0.name ?? "") < ($1.name ?? "") }
    }

    /// References for the dielectric constants.
    public static let reference =
        "Dielectric constants: P. Winget, D. M. Dolney, D. J. Giesen, C. J. Cramer, D. G. Truhlar, Minnesota Solvent Descriptor Database (2010); "
        + "carbonates, 1,2-dimethoxyethane and 1,3-dioxolane: K. Xu, Chem. Rev. 104, 4303 (2004), doi 10.1021/cr030203g"

    static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
    }

    private static func key(_ text: String) -> String { String(text.lowercased().filter { $0.isLetter || $0.isNumber }) }

    private static let table: [(name: String, dielectricConstant: Double, synonyms: [String])] = [
        ("water", 78.3553, ["h2o"]), ("acetonitrile", 35.688, ["mecn", "ch3cn"]),
        ("dimethyl sulfoxide", 46.826, ["dmso"]), ("N,N-dimethylformamide", 37.219, ["dmf", "dimethylformamide"]),
        ("N,N-dimethylacetamide", 37.781, ["dma", "dmac", "dimethylacetamide"]), ("tetrahydrofuran", 7.4257, ["thf"]),
        ("dichloromethane", 8.93, ["dcm", "ch2cl2", "methylene chloride"]), ("chloroform", 4.7113, ["chcl3"]),
        ("carbon tetrachloride", 2.2280, ["ccl4", "tetrachloromethane"]),
        ("acetone", 20.493, ["propanone"]), ("2-butanone", 18.246, ["butanone", "methyl ethyl ketone", "mek"]),
        ("methanol", 32.613, ["meoh"]), ("ethanol", 24.852, ["etoh"]), ("2-propanol", 19.264, ["isopropanol"]),
        ("1-butanol", 17.332, ["butanol"]), ("1-octanol", 9.8629, ["octanol"]), ("diethyl ether", 4.24, ["ether"]),
        ("toluene", 2.3741, []), ("benzene", 2.2706, []), ("cyclohexane", 2.0165, []), ("hexane", 1.8819, ["n-hexane"]),
        ("heptane", 1.9113, ["n-heptane"]), ("nitromethane", 36.562, []),
        ("1,2-dichloroethane", 10.125, ["dichloroethane", "dce"]),
        ("pyridine", 12.978, []), ("1,4-dioxane", 2.2099, ["dioxane"]), ("chlorobenzene", 5.6968, []),
        ("fluorobenzene", 5.42, []), ("1,2-dichlorobenzene", 9.9949, ["o-dichlorobenzene"]),
        ("ethyl acetate", 5.9867, ["ethyl ethanoate"]),
        ("benzonitrile", 25.592, []), ("propionitrile", 29.324, ["propanonitrile"]), ("butyronitrile", 24.291, ["butanonitrile"]),
        ("nitrobenzene", 34.809, []), ("aniline", 6.8882, []), ("anisole", 4.2247, []), ("formamide", 108.94, []),
        ("ethylene carbonate", 89.78, ["ec"]), ("propylene carbonate", 64.92, ["pc"]), ("dimethyl carbonate", 3.107, ["dmc"]),
        ("diethyl carbonate", 2.805, ["dec"]), ("ethyl methyl carbonate", 2.958, ["emc"]),
        ("1,2-dimethoxyethane", 7.2, ["dme", "dimethoxyethane", "monoglyme"]), ("1,3-dioxolane", 7.1, ["dioxolane", "dol"]),
    ]
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
