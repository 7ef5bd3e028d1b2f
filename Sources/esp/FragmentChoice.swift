import ArgumentParser
import MolecularStructure

/// Fragments as the command line names them: `name=3,7-9`, atoms counted from 1.
enum FragmentChoice {
    static func parse(_ text: String) throws -> Fragment {
        func refuse(_ reason: String) -> ValidationError {
            ValidationError("'\(text)': \(reason); write --fragment \"name=3,7-9\" with atom numbers from 1")
        }
        guard let sign = text.lastIndex(of: "=") else { throw refuse("there is no =") }
        let name = text[..<sign].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !name.isEmpty, name.count <= 60 else { throw refuse("a name has 1 to 60 letters") }
        var atoms = Set<Int>()
        for part in text[text.index(after: sign)...].split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.filter { !$0.isWhitespace }) }
            guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, bounds.count <= 2, first >= 1, last >= first,
                last <= 100_000
            else { throw refuse("'\(part)' is neither a number nor a range") }
            for number in first...last where !atoms.insert(number - 1).inserted { throw refuse("atom \(number) occurs twice") }
        }
        return Fragment(name: name, kind: .chosen, atoms: Array(atoms))
    }
}

extension OutputOptions {
    /// Fragments of the molecule by its bonds, less what `--fragment` names.
    func fragmentation(of molecule: Molecule) throws -> Fragmentation {
        do {
            return try Fragmentation(molecule, chosen: fragment)
        } catch {
            throw Failure(.badInput, "--fragment: \(error)")
        }
    }
}
