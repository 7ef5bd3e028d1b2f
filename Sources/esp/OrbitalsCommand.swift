import ArgumentParser
import Calculations
import RunFolders
import WavefunctionAnalysis

struct OrbitalsCommand: PropertyCommand {
    static let configuration = CommandConfiguration(
        commandName: "orbitals",
        abstract: "Which fragments the orbitals belong to, and the density of states by fragment.",
        usage: "esp orbitals <run> [options]",
        discussion: """
            RUN is the folder of an esp computation or analysis. For every state the orbitals about the gap are listed with \
            the shares of the fragments. orbitals.csv in the folder has all orbitals with the shares of fragments and atoms, \
            and a picture a state (q-1_m2.dos.svg) the density of states by fragment.

            EXAMPLES
              esp orbitals complex.esp
              esp orbitals complex.esp --around 8 --scheme mulliken
              esp orbitals complex.esp --width 0.2 --range -12,3
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("lowdin or mulliken.", valueName: "name"))
    var scheme: PopulationScheme = .lowdin

    @Option(help: ArgumentHelp("Number of orbitals listed on either side of the gap.", valueName: "n"))
    var around = 5

    @Option(help: ArgumentHelp("Full width at half maximum of an orbital in the density of states, in eV.", valueName: "eV"))
    var width = 0.5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Energies that the density of states covers, in eV (default: the gap and 8 eV about it).", valueName: "low,high"),
        transform: { try OrbitalsCommand.range($0) })
    var range: ClosedRange<Double>?

    @OptionGroup var fragmentOptions: FragmentOptions
    @OptionGroup(title: "Machine") var memory: MemoryOption

    func validate() throws {
        guard (0...1000).contains(around) else { throw ValidationError("--around must lie between 0 and 1000") }
        guard width >= 0.01, width <= 10 else { throw ValidationError("--width must lie between 0.01 and 10 eV") }
    }

    private static func range(_ text: String) throws -> ClosedRange<Double> {
        guard let values = NumberList.values(text, count: 2), values[0] < values[1] else {
            throw ValidationError("'\(text)' is not a range of energies; write two numbers, such as --range -12,3")
        }
        return values[0]...values[1]
    }

    func run() throws {
        try show(
            OrbitalsProperty(scheme: scheme, around: around, width: width, energies: range), of: [folder],
            fragments: fragmentOptions.fragment, resources: ResourceInput(threads: nil, memory: memory.memory))
    }
}

extension PopulationScheme: ExpressibleByArgument {}
