import ArgumentParser
import Calculations
import FileFormats
import RunFolders

/// Fragments as the command line names them: `name=3,7-9`, atoms counted from 1.
enum FragmentChoice {
    static func parse(_ text: String) throws -> FragmentInput {
        func refuse(_ reason: String) -> ValidationError {
            ValidationError("'\(text)': \(reason); write --fragment \"name=3,7-9\" with atom numbers from 1")
        }
        guard let sign = text.lastIndex(of: "=") else { throw refuse("there is no =") }
        let name = text[..<sign].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !name.isEmpty, name.unicodeScalars.count <= 60 else { throw refuse("a name has 1 to 60 letters") }
        guard ForeignText.line(name) == name else { throw refuse("a name has no control characters") }
        let atoms: AtomList
        do {
            atoms = try AtomList(parsing: text[text.index(after: sign)...])
        } catch {
            throw refuse("'\(error.text)' is neither a number nor a range")
        }
        if let number = atoms.repeated { throw refuse("atom \(number) occurs twice") }
        return FragmentInput(name: name, atoms: atoms.indices)
    }
}

/// Fragments defined by the user, as options of every command that shows fragments.
struct FragmentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A fragment of your own, by atom numbers, in addition to those derived from the bonds; may be repeated.",
            valueName: "name=3,7-9"),
        transform: { try FragmentChoice.parse($0) })
    var fragment: [FragmentInput] = []
}
