import ArgumentParser
import Calculations
import RunFolders

/// Results of every command that analyses wavefunctions.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results (default: <stem>.esp).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace the results of another calculation in the folder, with all that was made of them.")
    var force = false

    @OptionGroup var charges: ChargeOptions

    @OptionGroup var fragments: FragmentOptions

    @Flag(help: "Print result.json to standard output instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws { try OutputFolder.checkName(output) }

    /// - Parameter fields: the fields to write and draw.
    func analyses(_ fields: FieldOptions) -> AnalysisInput {
        var input = AnalysisInput()
        input.charges = charges.input
        input.fragments = fragments.fragment
        input.cubes = fields.cube
        input.cubeSpacing = fields.cubeSpacing ?? input.cubeSpacing
        input.pictures = fields.picture
        return input
    }
}

/// Fields on grids of points and pictures of them.
struct FieldOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cube files: esp, density, spin, difference (relative to the base state: the neutral one of a series with anions, else the first), step (relative to the previous state), homo, lumo; or none "
                + "(default: none).",
            valueName: "esp,density,spin|none"),
        completion: .names(AnalysisInput.Cube.allCases.map(\.rawValue) + ["none"]),
        transform: { try AnalysisInput.Cube.parse($0) })
    var cube: [AnalysisInput.Cube] = AnalysisInput().cubes

    @Option(
        help: ArgumentHelp("Spacing of the cube points in bohr (default: \(AnalysisInput().cubeSpacing)).", valueName: "bohr"))
    var cubeSpacing: Double?

    @Option(
        help: ArgumentHelp(
            "Pictures: esp, density, difference, step, spin, or orbitals such as homo, lumo+1, beta:homo (esp picture draws them otherwise); or none.",
            valueName: "esp,difference,spin|none"),
        completion: .names(AnalysisInput.Picture.named.map(\.rawValue) + ["none"]),
        transform: { try AnalysisInput.Picture.parse($0) })
    var picture: [AnalysisInput.Picture] = AnalysisInput().pictures

    func validate() throws {
        guard let cubeSpacing else { return }
        try Self.checkCubeSpacing(cubeSpacing)
        if cube.isEmpty { throw ValidationError("--cube-spacing belongs to --cube, which names no cube") }
    }

    static func checkCubeSpacing(_ spacing: Double) throws {
        guard spacing >= 0.02, spacing <= 5 else {
            throw ValidationError("--cube-spacing must lie between 0.02 and 5 bohr")
        }
    }
}

/// Options of computations with several states.
struct ComputationOptions: ParsableArguments {
    @Flag(help: "Also compute nuclear gradients.")
    var gradient = false

    @Flag(
        help: "With --integrals fitted: also compute the energy of exact integrals at the final densities, and print the difference.")
    var checkFit = false

    @Flag(inversion: .prefixedNo, help: "Write report.html, a page with pictures and tables.")
    var report = true

    @Flag(help: "Relax the first state, compute the others at its structure, then relax those, too (adiabatic states).")
    var relax = false
}

/// Profile of a computation.
struct ProfileOptions: ParsableArguments {
    @Flag(help: "Print a time profile to standard error.")
    var profile = false
}
