import ArgumentParser
import Calculations
import WavefunctionAnalysis

struct SurfaceCommand: PropertyCommand {
    static let configuration = CommandConfiguration(
        commandName: "surface",
        abstract: "Statistics and extrema of the electrostatic potential on the molecular surface, from a finished run.",
        usage: "esp surface <run> [<run> ...] [options]",
        discussion: """
            RUN is the folder of an esp computation or analysis. For every state: area, volume, positive and negative area, \
            mean and extreme potential, variances, balance, average deviation, polarity index, area by ranges of the \
            potential, the same by atom and fragment, and all local minima and maxima with the atoms they belong to. \
            Numbers go to surface.json and surface.csv in the folder, the extrema to PDB files, the ranges to surface.svg.

            EXAMPLES
              esp surface complex.esp
              esp surface complex.esp --level 0.0004
              esp surface complex.esp --spacing 0.2      a finer search of the surface
            """)

    @Argument(help: ArgumentHelp("Folders of finished computations.", valueName: "run"), completion: .directory)
    var folders: [String]

    @Option(help: ArgumentHelp("Electron density on the surface, in electrons per bohr^3.", valueName: "density"))
    var level = Isosurface.defaultDensityLevel

    @Option(help: ArgumentHelp("Spacing of the grid in which the surface is searched, in bohr.", valueName: "bohr"))
    var spacing = Isosurface.defaultSpacing

    @Flag(help: "Print surface.json instead of the tables.")
    var json = false

    @OptionGroup var fragments: FragmentOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try FileBatch.check(folders, json: json)
        guard level >= 1e-6, level <= 10 else {
            throw ValidationError("--level must lie between 1e-6 and 10 electrons per bohr^3")
        }
        guard spacing >= 0.05, spacing <= 1 else { throw ValidationError("--spacing must lie between 0.05 and 1 bohr") }
    }

    func run() throws {
        try show(
            SurfaceProperty(level: level, spacing: spacing), of: folders, format: json ? .json : .text,
            fragments: fragments.fragment, resources: machine.resources)
    }
}
