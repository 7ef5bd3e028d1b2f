import ChargeFlow
import ArgumentParser
import Calculations
import FileFormats
import ReductionSeries
import RunFolders

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Claims about the flow of added electrons, decided for finished runs of several complexes.",
        usage: "esp compare <run> <run> ... [--json]",
        discussion: """
            Each claim is decided in every charge scheme from the bonds and the charges; the names of the folders play no part. \
            A difference below \(ChargeFlowCriteria.margin) e is undecided.

            EXAMPLE
              esp compare nb-tcbq.esp nb-al-tcbq.esp al-tcbq.esp
            """)

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Flag(help: "JSON instead of the table.")
    var json = false

    func run() throws {
        try Failure.reporting {
            let comparison = ComplexComparison(try AccountedComplex.all(readingFrom: folders))
            guard json else { return try Console.output(comparison.text) }
            try Console.output(String(decoding: JSONLayout.encoded(comparison), as: UTF8.self))
        }
    }
}
