import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// How the numbers were obtained, and with which program.
enum MethodSection {
    static func method(_ report: Report) -> Section {
        var section = Section(title: "Method")
        for run in report.runs {
            let model = run.document.model
            let symbols = elementsWithCorePotential(run.document.molecule).joined(separator: ", ")
            let prefix = report.runs.count > 1 ? "\(run.name): " : ""
            section.text.append(
                "\(prefix)\(model.title) (\(model.basisFunctions) \(model.functionType) functions)"
                    + (symbols.isEmpty ? "" : ", effective core potentials on \(symbols)")
                    + (model.grid.map { "; integration grid \($0)" } ?? "")
                    + ". All states at one geometry: energy differences are vertical.")
            if let ghosts = run.document.molecule.ghosts, !ghosts.isEmpty {
                section.text.append(
                    "\(prefix)Ghost atoms, which have basis functions and no nucleus and are not drawn: "
                        + HillFormula(ghosts.map(\.symbol)).text(separator: " ") + ".")
            }
            for (scheme, fit) in model.potentialFits.sorted(by: { $0.key < $1.key }) {
                section.text.append(
                    "\(prefix)\(report.schemeTitles[scheme] ?? scheme): \(fit.points) points, "
                        + fit.radiiInAngstrom.sorted { $0.key < $1.key }.map { element, radius in
                            "\(element) \(NumberText.fixed(radius, 2)) \u{00C5} (\(fit.radiusSources[element] ?? "source unknown"))"
                        }.joined(separator: ", ") + ".")
                section.text += fit.notes
            }
        }
        var seen = Set<String>()
        let references = report.runs.flatMap { [citation($0.document.provenance)] + $0.document.model.references }
            .filter { seen.insert($0).inserted }
        section.lists = [.init(title: "Literature", items: references.map(item))]
        return section
    }

    /// In the form of CITATION.cff. The program is the one that wrote the page; its version is that of the results.
    private static func citation(_ provenance: ResultDocument.Provenance) -> String {
        "The esp authors, esp: electrostatic potentials and charges of molecules and their reduced states, version "
            + "\(provenance.version)."
    }

    private static func elementsWithCorePotential(_ molecule: ResultDocument.MoleculeRecord) -> [String] {
        let charges = zip(molecule.atomicNumbers, molecule.effectiveNuclearCharges)
        return Set(zip(molecule.symbols, charges).filter { Double($1.0) != $1.1 }.map(\.0)).sorted()
    }

    /// A reference whose DOI becomes a link.
    static func item(_ reference: String) -> Section.Item {
        // Only harmless characters, because the DOI is part of an attribute.
        let pattern = /,?\s*doi[:\s]\s*(10\.[0-9]{4,9}\/[A-Za-z0-9._;()\/:\-]*[A-Za-z0-9)])\.?/
        guard let match = reference.firstMatch(of: pattern) else { return Section.Item(text: reference, link: nil) }
        var text = reference
        text.removeSubrange(match.range)
        return Section.Item(text: text, link: String(match.1))
    }

    static func provenance(_ report: Report) -> Section {
        var section = Section(title: "Provenance")
        section.lists = report.runs.map { run in
            let origin = run.document.provenance
            let libraries = origin.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return Section.List(
                title: run.name,
                items: [
                    "Program: \(origin.creator) \(origin.version), \(origin.instructionSet)", "Libraries: \(libraries)",
                    "Input: \(origin.input)", "Command: \(([origin.creator] + origin.arguments).joined(separator: " "))",
                    "Finished: \(origin.finished), after \(DurationText.text(origin.wallSeconds)) on \(origin.threads) thread\(origin.threads == 1 ? "" : "s")",
                    "All numbers in full precision, in atomic units: result.json (\(run.document.schema))",
                ].map { Section.Item(text: $0, link: nil) })
        }
        return section
    }
}
