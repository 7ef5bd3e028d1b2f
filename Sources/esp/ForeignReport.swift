import Calculations
import MolecularStructure
import RunFolders

extension TextReport {
    /// The head of a report on another program's wavefunction.
    static func heading(_ document: ResultDocument, path: String, folder: String) -> String {
        var lines = [
            (
                "molecule",
                "\(path): \(HillFormula(document.molecule.symbols).text(separator: " ")), \(document.molecule.symbols.count) atoms"
            ),
            ("method", document.model.method),
            ("basis", "\(document.model.basisFunctions) functions (\(document.model.functionType))"),
        ]
        let cores = zip(document.molecule.atomicNumbers, document.molecule.effectiveNuclearCharges)
            .reduce(0) { $0 + Double($1.0) - $1.1 }
        if cores > 0 { lines.append(("cores", "\(Int(cores)) core electrons replaced or omitted")) }
        let ghosts = (document.molecule.ghosts ?? []).map(\.symbol)
        if !ghosts.isEmpty {
            lines.append(
                (
                    "ghosts",
                    "\(ghosts.count) ghost atoms (basis functions without a nucleus): \(HillFormula(ghosts).text(separator: " "))"
                ))
        }
        if let source = document.source { lines.append(("read as", source.convention)) }
        lines.append(("output", folder))
        return "esp \(ProgramVersion.number)\n" + lines.map { line($0.0, $0.1) }.joined()
    }
}
