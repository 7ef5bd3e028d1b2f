import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp trajectory`: analysis of molecular dynamics.
struct TrajectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trajectory",
        abstract: "Analysis of a trajectory: distances, coordination numbers, bonds, angles, vibrational spectra.",
        usage: "esp trajectory <run|file> [options]",
        discussion: """
            RUN is the folder of esp dynamics, FILE a trajectory in XYZ or extended XYZ form. Bonds made and broken are always listed, by \
            the rules that the program uses everywhere; --pair, --angle and --spectrum ask for more.

            EXAMPLES
              esp trajectory cluster.dynamics --pair Zr-O --pair Zr-Cl --within 3
                  radial distributions and coordination numbers with running averages
              esp trajectory complex.dynamics --angle Nb-Cl-Al
              esp trajectory water.dynamics --spectrum --skip 500
                  vibrations from velocities, infrared spectrum from dipole moments
              esp trajectory other.xyz --interval 2 --pair 1-O

            RESULTS go to the folder of the run, or to <stem>.analysis for a file (or --output): trajectory.json, and tables (CSV) \
            and plots (SVG): bonds, coordination, radial, angles, angle-histogram, spectrum.
            """)

    @Argument(
        help: ArgumentHelp("Folder of esp dynamics, or a trajectory in XYZ form.", valueName: "run|file"), completion: .file())
    var path: String

    @Option(
        help: ArgumentHelp(
            "Atoms of a second kind around those of a first, such as Zr-O; an atom by its number, such as 1-O; may be repeated.",
            valueName: "A-B"))
    var pair: [String] = []

    @Option(help: ArgumentHelp("Limit of the coordination numbers, in Angstrom.", valueName: "r"))
    var within = TrajectoryRequest().within

    @Option(help: ArgumentHelp("Longest distance of the radial distributions, in Angstrom.", valueName: "r"))
    var longest = TrajectoryRequest().longestDistance

    @Option(help: ArgumentHelp("Width of the intervals of the radial distributions, in Angstrom.", valueName: "w"))
    var width = TrajectoryRequest().width

    @Option(
        help: ArgumentHelp(
            "Radius in Angstrom of the sphere whose mean density is the unit of g(r) (default: the wall of the run; without either, atoms per "
                + "cubic Angstrom).", valueName: "R"))
    var sphere: Double?

    @Option(
        help: ArgumentHelp(
            "Angles between bonds by elements, such as Nb-Cl-Al, or of three atoms by number; may be repeated.",
            valueName: "A-B-C"))
    var angle: [String] = []

    @Flag(help: "Vibrational spectrum from the velocities, and infrared spectrum from the dipole moments.")
    var spectrum = false

    @Option(
        help: ArgumentHelp(
            "Longest time of correlations for the spectrum, in femtoseconds (default: half of the trajectory, at most 1000).",
            valueName: "fs"))
    var lag: Double?

    @Option(help: ArgumentHelp("Highest wavenumber of the spectrum, in cm-1.", valueName: "cm-1"))
    var highest = TrajectoryRequest().highestWavenumber

    @Option(help: ArgumentHelp("Window of running averages, in femtoseconds.", valueName: "fs"))
    var window = TrajectoryRequest().window

    @Option(
        help: ArgumentHelp("Time for which a bond must be made or broken to count, in femtoseconds.", valueName: "fs"))
    var persistence = TrajectoryRequest().persistence

    @Option(help: ArgumentHelp("Time to leave out at the beginning, in femtoseconds.", valueName: "fs"))
    var skip = 0.0

    @Option(
        help: ArgumentHelp("Time between structures, in femtoseconds, for files that do not say.", valueName: "fs"))
    var interval: Double?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the results (default: that of the run, or <stem>.analysis).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Print trajectory.json to standard output instead of the report.")
    var json = false

    func validate() throws {
        try OutputFolder.checkName(output)
        if let flaw = request.flaw { throw ValidationError(flaw) }
    }

    private var request: TrajectoryRequest {
        var request = TrajectoryRequest()
        (request.pairs, request.angles, request.wantsSpectrum) = (pair, angle, spectrum)
        (request.within, request.longestDistance, request.width, request.sphere) = (within, longest, width, sphere)
        (request.lag, request.highestWavenumber, request.window) = (lag, highest, window)
        (request.persistence, request.skip, request.interval) = (persistence, skip, interval)
        return request
    }

    func run() throws {
        try Failure.reporting {
            let analysis = try TrajectoryAnalysis(path, request)
            for note in analysis.notes { Console.error("esp: note: \(note)") }
            let result = try analysis.result()
            try Interruption.check()
            let place = output ?? (TrajectoryAnalysis.isRun(path) ? path : OutputFolder.stem(of: path) + ".analysis")
            let folder = try OutputFolder(path: place)
            let lock = try FolderLock(folder)
            defer { withExtendedLifetime(lock) {} }
            for (name, data) in try result.files() { try folder.write(data, name: name) }
            try Console.output(
                json ? String(decoding: JSONLayout.encoded(result), as: UTF8.self) : result.text + "\nresults in \(folder.path)\n"
            )
        }
    }
}
