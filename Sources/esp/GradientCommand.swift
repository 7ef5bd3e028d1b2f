import ArgumentParser
import Foundation
import MachineLimits
import RunFolders

/// `esp gradient`: `esp compute --gradient` for one state, without cube files and pictures.
struct GradientCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradient",
        abstract: "Energy and nuclear gradient of a molecule.",
        usage: "esp gradient <file> [<file> ...] [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form; its charge is that of --charge, else of charge= in its second \
            line, else 0. The derivatives are for a fixed integration grid. result.json has them under "gradient" of \
            each state, in hartree per bohr.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var files: [String]

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<SingleStateDefaults>
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var field: UniformFieldOption<AtOneStructure>
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Convergence") var guess: GuessOption<AtOneStructure>
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Machine") var profile: ProfileOptions

    func validate() throws {
        try FileBatch.check(files, output: output.output, json: output.json, defaultFolder: OutputFolder.defaultName(for:))
    }

    func run() throws {
        var command = try ComputeCommand.parse(
            ["--gradient", "--no-report", "--cube", "none", "--picture", "none", "--"] + files)
        command.electrons.take(electrons)
        command.model = model
        (command.field, command.guess) = (field, guess)
        command.convergence = convergence
        command.output = output
        command.machine = machine
        command.profile = profile
        try command.run(addsElectrons: false)
    }
}
