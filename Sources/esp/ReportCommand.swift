import ArgumentParser
import FileFormats
import Foundation
import ReductionSeries
import Report

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "A page with pictures and tables of finished runs, side by side.",
        usage: "esp report <run> [<run> ...] [options]",
        discussion: """
            RUN is the folder of an esp computation. The page is one HTML file that needs no network. Of several runs it shows all \
            states in pictures that turn together, and decides the claims about the flow of added electrons.

            EXAMPLES
              esp report complex.esp
              esp report nb-tcbq.esp nb-al-tcbq.esp -o comparison.html
            """)

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("File to write (default: report.html in the folder of the first run).", valueName: "file"))
    var output: String?

    func run() throws {
        try Failure.reporting {
            let page = try ReportOutput.page(of: folders)
            let url = output.map { URL(fileURLWithPath: $0) }
                ?? URL(fileURLWithPath: folders[0]).appendingPathComponent(OutputFolder.reportName)
            try AtomicFile.write(page, to: url)
            try Console.output("report: \(url.relativePath)\n")
        }
    }
}

enum ReportOutput {
    static func page(of folders: [String]) throws -> Data {
        let runs = try folders.map { folder in
            let document = try FinishedRun.document(in: folder)
            return Report.Run(name: OutputFolder.stem(of: folder), document: document, account: try ElectronAccount(document))
        }
        let complexes = runs.map { AccountedComplex(name: $0.name, account: $0.account, symbols: $0.document.molecule.symbols) }
        return try Report(runs: runs, comparison: ComplexComparison(complexes)).html()
    }
}
