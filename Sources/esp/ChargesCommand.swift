import ArgumentParser
import Calculations
import FileFormats
import Foundation
import MolecularStructure
import MachineLimits
import RunFolders
import WavefunctionAnalysis

struct ChargesCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "charges",
        abstract: "Compute further atomic charges of a finished run.",
        usage: "esp charges <run> [<run> ...] [options]",
        discussion: """
            RUN is the folder of an esp computation or analysis. The requested charges are computed from its \
            checkpoints for every state and added to its result.json (and account.csv); existing charges of \
            other schemes are kept. npa also gives natural Wiberg indices, becke fuzzy bond orders.

            A scheme that finds no charges (no convergence, an element without data) says why and does not stop the others.

            SCHEMES
              \(ChargeScheme.allCases.prefix(7).map(\.rawValue).joined(separator: ", ")),
              \(ChargeScheme.allCases.dropFirst(7).map(\.rawValue).joined(separator: ", "))

            EXAMPLES
              esp charges complex.esp
              esp charges complex.esp --scheme npa,hirshfeld_i
              esp charges complex.esp --scheme chelpg --chelpg-radius Nb=1.45
            """)

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp("Atomic charge schemes: all, or keys separated by commas.", valueName: "all|key,..."),
        completion: .names(ChargeSchemeChoice.names),
        transform: { try ChargeSchemeChoice.parse($0) })
    var scheme: [ChargeScheme] = ChargeScheme.allCases

    @OptionGroup var fits: PotentialFitOptions

    @Flag(help: "Print result.json instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try FileBatch.check(folders, json: json)
        try fits.check(scheme)
        try fits.checkBonds(scheme)
    }

    func run() throws {
        try FileBatch.run(folders, isQuiet: quiet) { path in
            try Ranks.sharing(path, creates: false) { folder in
                var charges = fits.input
                charges.schemes = scheme.map(\.rawValue)
                let progress = ProgressReport(isQuiet: quiet, results: json ? .json : .ofCharges)
                let added = try AddedCharges(
                    folder: folder, charges: charges, resources: machine.resources, monitor: progress.monitor)
                do {
                    try added.run()
                } catch let error where error is OutputFileError || error is RunFolderError {
                    throw Failure(error, ofRun: folder)
                }
                if !json {
                    try Console.output(
                        "\nresults written to \(folder): \(OutputFolder.resultName); 'esp report \(folder)' updates the page\n")
                }
            }
        }
    }
}
