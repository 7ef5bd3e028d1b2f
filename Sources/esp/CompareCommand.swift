import ArgumentParser
import Calculations
import ChargeFlow
import FileFormats
import RunFolders
import WavefunctionAnalysis

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Finished runs of any molecules side by side.",
        usage: "esp compare <run> <run> ... [options]",
        discussion: """
            Energies, electron affinities, gaps, dipoles, and the charges of classes of atoms with their shares of added \
            electrons, as tables, CSV or JSON. Extrema of the potential on the molecular surface are shown of runs for which \
            esp surface has found them.

            --claims lmlct adds the claims about charge transfer from ligand to metal to ligand, decided in every charge scheme \
            from the bonds and the charges; the names of the folders play no part. A difference below \
            \(ChargeFlowCriteria.margin) e is undecided.

            EXAMPLES
              esp compare water.esp ammonia.esp
              esp compare a.esp b.esp --scheme hirshfeld --format csv > both.csv
              esp compare nb-tcbq.esp nb-al-tcbq.esp al-tcbq.esp --claims lmlct
              esp compare nb-tcbq.esp nb-al-tcbq.esp --page both.html
            """)

    enum Claims: String, ExpressibleByArgument, CaseIterable { case lmlct }

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp(
            "Charge scheme of the text tables; may be repeated (default: chelpg, else the last that all runs have).",
            valueName: "name"),
        completion: .names(ChargeScheme.allCases.map(\.rawValue)))
    var scheme: [String] = []

    @Option(help: "text, or all numbers in full precision as csv or json.")
    var format: PropertyFormat = .text

    @Option(help: "Also decide these claims about charge transfer.")
    var claims: Claims?

    @Option(
        help: ArgumentHelp("Also write the page of esp report about these runs to a file.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var page: String?

    func validate() throws {
        if format != .text, !scheme.isEmpty {
            throw ValidationError("--scheme chooses tables of text; --format \(format.rawValue) has all schemes")
        }
        try OutputFolder.checkName(page)
        if format == .csv, claims != nil { throw ValidationError("--claims are not part of csv; take --format json") }
    }

    private struct Document: Encodable {
        var runs: [RunComparison.Run]
        var claims: ComplexComparison?
    }

    func run() throws {
        try Failure.reporting {
            let comparison = try RunComparison(readingFrom: folders, monitor: .ofFinishedRun)
            let decided = claims == nil ? nil : ComplexComparison(try AccountedComplex.all(readingFrom: folders))
            if let unknown = scheme.first(where: { !comparison.schemes.contains($0) }) {
                throw Failure(
                    .usage,
                    "not all runs have '\(unknown)' charges, only \(comparison.schemes.joined(separator: ", ")). esp charges adds them."
                )
            }
            switch format {
            case .text:
                try Console.output(comparison.text(schemes: scheme.isEmpty ? nil : scheme))
                if let decided { try Console.output("\n" + decided.text) }
            case .csv: try Console.output(comparison.csv)
            case .json:
                let document = Document(runs: comparison.runs, claims: decided)
                try Console.output(String(decoding: JSONLayout.encoded(document), as: UTF8.self))
            }
            if let page {
                let path = try RunReport(monitor: .ofFinishedRun, decidesClaims: claims != nil).write(runs: folders, to: page)
                // Tables may go to a file.
                if format == .text { try Console.output("\npage: \(path)\n") }
            }
        }
    }
}
