import ArgumentParser
import Calculations
import RunFolders

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "A page with pictures and tables of finished runs, side by side.",
        usage: "esp report <run> [<run> ...] [options]",
        discussion: """
            RUN is the folder of an esp computation. The page is one HTML file that needs no network. Of several runs it shows all \
            states in pictures that turn together, from one side where the molecules share a ring, and their figures side by side. \
            --claims lmlct adds the claims about charge transfer (see esp compare) at the end, where some can be tested.

            EXAMPLES
              esp report complex.esp
              esp report nb-tcbq.esp nb-al-tcbq.esp -o comparison.html
            """)

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "File to write (default: report.html in the run's folder; of several runs, report_<others>.html in that of the first).",
            valueName: "file"))
    var output: String?

    @Option(help: "Also decide these claims about charge transfer.")
    var claims: CompareCommand.Claims?

    @OptionGroup var fragments: FragmentOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try OutputFolder.checkName(output)
        if folders.count > 1, !fragments.fragment.isEmpty {
            throw ValidationError("--fragment names atoms of one molecule; leave it out for a page about several")
        }
    }

    func run() throws {
        try Failure.reporting {
            try Console.output(
                RunReport(resources: machine.resources, monitor: .ofFinishedRun, decidesClaims: claims != nil).write(
                    runs: folders, to: output, fragments: fragments.fragment) + "\n")
        }
    }
}
