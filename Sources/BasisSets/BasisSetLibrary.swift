import FileFormats
import Foundation
import GaussianBasis

/// A problem with the choice of a basis set. Every message names the cure.
public enum BasisSetError: Error, Equatable, CustomStringConvertible {
    case libraryNotFound(searched: [String])
    case unknownName(String, near: [String])
    case elementMissing(symbol: String, set: String, alternatives: [String])
    case angularMomentumTooHigh(symbol: String, set: String, letter: String)
    case projectorTooHigh(symbol: String, set: String, letter: String)
    case corePotentialMissing(symbol: String, set: String, alternatives: [String])
    case invalidAssignment(String)
    case noSuchAtom(number: Int, count: Int)
    case otherElement(stated: String, number: Int, found: String)

    public var description: String {
        switch self {
        case .libraryNotFound(let searched):
            "the folder of basis sets was not found; searched: \(searched.joined(separator: ", ")). Set the environment "
                + "variable \(BasisSetLibrary.environmentVariable) or the option --basis-folder to the folder "
                + "BasisSets of the program."
        case .unknownName(let name, let near):
            "the basis set '\(excerpt(name))' is unknown. "
                + (near.isEmpty ? "" : "Near names: \(near.joined(separator: ", ")). ")
                + "'esp basis list' lists all; --basis-file reads one of your own."
        case .elementMissing(let symbol, let set, let alternatives):
            "the basis set \(set) does not define \(symbol). "
                + (alternatives.isEmpty
                    ? "Give \(symbol) another set with --basis-for \(symbol)=NAME or --basis-file FILE."
                    : "Give \(symbol) another set, for example --basis-for \(symbol)=\(alternatives[0])"
                        + (alternatives.count > 1 ? " (also: \(alternatives.dropFirst().joined(separator: ", ")))." : "."))
        case .angularMomentumTooHigh(let symbol, let set, let letter):
            "the basis set \(set) has \(letter) functions on \(symbol); s to g are supported. Take a smaller set for it: "
                + "--basis-for \(symbol)=NAME."
        case .projectorTooHigh(let symbol, let set, let letter):
            "the core potential of \(set) on \(symbol) projects on \(letter) functions; s to g are supported. Take another "
                + "set for it: --basis-for \(symbol)=NAME."
        case .corePotentialMissing(let symbol, let set, let alternatives):
            "the functions of \(set) on \(symbol) belong to a core potential, and there is none: they cannot hold the core electrons. "
                + "Add the potential to the file (the section '\(symbol.uppercased())-ECP ...' of the Gaussian94 form, ecp_potentials "
                + "of the JSON form)"
                + (alternatives.isEmpty
                    ? "." : ", or give \(symbol) a set that has it: --basis-for \(symbol)=\(alternatives[0]).")
        case .invalidAssignment(let text):
            "'\(excerpt(text))' does not assign a basis set to elements or atoms. Write --basis-for Nb,Al=LANL2MB, or --basis-for Cl1,Cl5=NAME "
                + "or 1,4-6=NAME with the numbers of atoms from 1."
        case .noSuchAtom(let number, let count):
            "--basis-for names atom \(number), but the molecule has atoms 1 to \(count). Correct the number."
        case .otherElement(let stated, let number, let found):
            "--basis-for names \(stated)\(number), but atom \(number) of the file is \(found). Write \(found)\(number), or correct the number."
        }
    }
}

/// The basis sets that come with the program: a folder with one .gbs file a set.
public struct BasisSetLibrary: Sendable {
    public static let environmentVariable = "ESP_BASIS_SETS"

    /// The content of a file's head, and its path.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let aliases: [String]
        public let path: String
        public let functionType: AngularFunctionType
    }

    public let folder: String
    /// Ordered by name.
    public let entries: [Entry]

    /// Reads the heads of all files of a folder. An unreadable file is listed under its file name, and causes an error when its set is
    /// requested.
    public init(folder: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.lowercased().hasSuffix(".gbs") }.sorted()
        guard !files.isEmpty else { throw BasisSetError.libraryNotFound(searched: [folder]) }
        self.folder = folder
        entries = files.map { name in
            let path = folder + "/" + name
            let text = try? TextFile(readingFrom: path, expected: "a basis set in Gaussian94 form")
            let header = text.map { BasisSetHeader($0) }
            return Entry(
                name: header?.name ?? String(name.dropLast(4)), aliases: header?.aliases ?? [], path: path,
                functionType: header?.functionType ?? .pure)
        }
        .sorted { $0.name.lowercased() < $1.name.lowercased() }
    }

    /// Finds the folder: the one named by the user, otherwise that of the environment variable, otherwise `share/esp/BasisSets` of the
    /// installation (the program is in its `bin`, or in `libexec/esp` of a release), otherwise `BasisSets` of the checkout that contains the
    /// program or the working directory.
    public static func locate(
        option: String?, environment: [String: String], executable: String?, currentFolder: String
    ) throws -> BasisSetLibrary {
        if let named = option ?? environment[environmentVariable].flatMap({ $0.isEmpty ? nil : $0 }) {
            return try BasisSetLibrary(folder: named)
        }
        var candidates: [String] = []
        if let executable {
            let program = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
            candidates += ["../share/esp/BasisSets", "../../share/esp/BasisSets"].map {
                program.appendingPathComponent($0).standardizedFileURL.path
            }
            candidates += ancestors(of: program)
        }
        candidates += ancestors(of: URL(fileURLWithPath: currentFolder))
        for candidate in candidates {
            if let library = try? BasisSetLibrary(folder: candidate) { return library }
        }
        throw BasisSetError.libraryNotFound(searched: candidates)
    }

    /// `BasisSets` in a folder and in up to five folders above it.
    private static func ancestors(of folder: URL) -> [String] {
        var result: [String] = []
        var current = folder.standardizedFileURL
        for _ in 0..<6 {
            result.append(current.appendingPathComponent("BasisSets").path)
            let parent = current.deletingLastPathComponent().standardizedFileURL
            if parent.path == current.path { break }
            current = parent
        }
        return result
    }

    /// The entry for a name or alias; case, spaces, hyphens and underscores are ignored.
    public func entry(named name: String) throws(BasisSetError) -> Entry {
        let wanted = Self.normalized(name)
        if let entry = entries.first(where: { ([$0.name] + $0.aliases).contains { Self.normalized($0) == wanted } }) {
            return entry
        }
        throw .unknownName(name, near: nearNames(to: wanted))
    }

    /// Reads the set with a name or alias. LANL2MB is completed with STO-3G for H to Ne, as its authors and Gaussian do.
    public func basisSet(named name: String) throws -> BasisSet {
        let entry = try entry(named: name)
        let set = try Gaussian94.basisSet(readingFrom: entry.path)
        guard Self.normalized(entry.name) == "lanl2mb", let lightEntry = try? self.entry(named: "STO-3G") else { return set }
        let light = try Gaussian94.basisSet(readingFrom: lightEntry.path)
        return BasisSet(
            name: set.name, aliases: set.aliases, functionType: set.functionType,
            references: set.references + light.references.map { "H-Ne (STO-3G): \($0)" },
            elements: set.elements.merging(light.elements.filter { $0.key.atomicNumber <= 10 }) { own, _ in own })
    }

    static func normalized(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "_" }
    }

    private func nearNames(to wanted: String) -> [String] {
        entries.map { entry in
            (entry.name, ([entry.name] + entry.aliases).map { editDistance(Self.normalized($0), wanted) }.min() ?? .max)
        }
        .filter { $0.1 <= max(3, wanted.count / 2) }
        .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        .prefix(4).map(\.0)
    }
}

/// Number of insertions, deletions and replacements that turn one text into the other (Levenshtein). Texts are cut
/// to 64 characters.
package func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(64))
    let b = Array(b.prefix(64))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let replaced = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
