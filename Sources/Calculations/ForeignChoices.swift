import FileFormats
import MolecularStructure
import RunFolders

/// The value of `--core`: `Nb=28`, `noble-gas` or `xtb`.
public enum CoreChoice: Sendable {
    case all(CoreConvention)
    case electrons(Element, Int)

    public init(parsing text: String) throws {
        if let convention = CoreConvention(rawValue: text.lowercased()) {
            self = .all(convention)
            return
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let element = Element(symbol: String(parts[0])), let count = Int(parts[1]), count >= 0 else {
            throw CalculationError.usage("'\(text)' names no core; write --core Nb=28, --core noble-gas or --core xtb")
        }
        self = .electrons(element, count)
    }
}

/// The value of `--element`: `Mn=I`, or `2,5-7=I` for atoms by number.
public struct ElementChoice: Sendable {
    public let element: Element
    /// The element as the file has it; nil if atoms are given by number.
    private let written: Element?
    private let atoms: [Int]

    public init(parsing text: String) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let element = Element(symbol: String(parts[1])) else {
            throw CalculationError.usage("'\(text)' names no element; write --element Mn=I or --element 2,5-7=I")
        }
        self.element = element
        written = Element(symbol: String(parts[0]))
        do {
            atoms = try written == nil ? AtomList(parsing: parts[0]).indices : []
        } catch {
            throw CalculationError.usage(
                "'\(parts[0])' is neither an element nor a list of atoms; write --element Mn=I or --element 2,5-7=I")
        }
    }

    /// Indices of the selected atoms.
    package func indices(in molecule: Molecule) -> [Int] {
        written == nil ? atoms : molecule.atoms.indices.filter { molecule.atoms[$0].element == written }
    }
}
