import ArgumentParser
import Calculations
import WavefunctionAnalysis

struct AccountCommand: PropertyCommand {
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
              esp account complex.esp --fragment "chlorides=20-22"
                  the atoms 20 to 22 as a fragment of their own
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("Charge scheme to show in the text tables; may be repeated (default: all).", valueName: "name"),
        completion: .names(ChargeScheme.allCases.map(\.rawValue)))
    var scheme: [String] = []

    @Option(help: "text, or all numbers in full precision as csv or json.")
    var format: PropertyFormat = .text

    @OptionGroup var fragments: FragmentOptions

    func validate() throws {
        if format != .text, !scheme.isEmpty {
            throw ValidationError("--scheme chooses tables of text; --format \(format.rawValue) has all schemes")
        }
    }

    func run() throws {
        try show(AccountProperty(schemes: scheme), of: [folder], format: format, fragments: fragments.fragment)
    }
}
