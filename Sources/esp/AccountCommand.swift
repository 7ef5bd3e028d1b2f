import ArgumentParser
import Calculations
import FileFormats
import Foundation
import ReductionSeries

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Where added electrons go: charges of fragments and their shares, from a finished run.",
        usage: "esp account <run> [options]",
        discussion: """
            RUN is the folder of an esp computation with several charges. Each charge scheme in its result.json gives a table: \
            the charge of every fragment in every state, and its share of each added electron and of all of them. The shares \
            of a scheme sum to one.

            EXAMPLES
              esp account complex.esp
              esp account complex.esp --scheme chelpg
              esp account complex.esp --format csv > account.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv, json }

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("Charge scheme to show in the text tables; may be repeated (default: all).", valueName: "name"))
    var scheme: [String] = []

    @Option(help: "text, or all numbers in full precision as csv or json.")
    var format: Format = .text

    func run() throws {
        try Failure.reporting {
            let account = try AccountedComplex(readingFrom: folder).account
            let known = account.schemes.map(\.name)
            if let unknown = scheme.first(where: { !known.contains($0) }) {
                throw Failure(.usage, "there are no '\(unknown)' charges in \(folder), only \(known.joined(separator: ", ")).")
            }
            switch format {
            case .text: try Console.output(account.text(schemes: scheme.isEmpty ? nil : scheme))
            case .csv: try Console.output(account.csv)
            case .json: try Console.output(String(decoding: account.json(), as: UTF8.self))
            }
        }
    }
}
