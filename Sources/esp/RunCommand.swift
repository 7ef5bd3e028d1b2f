import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp run`: a calculation from an input file.
struct RunCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "A calculation from an input file in JSON.",
        usage: "esp run <file> [options]",
        discussion: """
            FILE holds the whole input of a calculation (schema \(CalculationInput.currentSchema)), or MolSSI's qcschema_input with the \
            driver energy, gradient or hessian. Every result.json and optimization.json has an input under "input"; \
            omitted keys have the defaults of esp compute and esp optimize. A qcschema_input is answered by a qcschema_output on \
            standard output; its "keywords" are parts of an input of the first form: states, model, convergence, frequencies, \
            charges and resources.

            EXAMPLES
              esp run input.json
              esp run qcschema.json > answer.json
            """)

    @Argument(help: ArgumentHelp("Input in JSON.", valueName: "file"), completion: .file(extensions: ["json"]))
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the results (default: <stem>.esp, or <stem>.opt for an optimisation).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace the results of another calculation in the folder, with all that was made of them.")
    var force = false

    @Flag(help: "Print the result in JSON instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws { try OutputFolder.checkName(output) }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let (input, driver) = try CalculationInput.reading(file)
            let isQCSchema = driver != nil
            try Ranks.sharing(output ?? input.defaultFolder) { folder in
                let progress = ProgressReport(isQuiet: quiet, results: json || isQCSchema ? .none : .ofCalculation)
                if let text = try input.takenByDefault() { progress.note(text) }
                let outcome = try input.run(folder: folder, replaces: force, call: .ofThisProcess, monitor: progress.monitor)
                switch outcome {
                case .states(let document):
                    if isQCSchema {
                        let charge = input.states.charges?.first
                        guard let state = document.states.first(where: { $0.charge == charge ?? $0.charge }),
                            let answer = QCSchemaOutput(document, state: state, driver: driver)
                        else {
                            throw Failure(.internalError, "\(file): there is no state to answer with.")
                        }
                        try Console.output(String(decoding: answer.json(), as: UTF8.self))
                    } else if json {
                        try Console.output(String(decoding: document.json(), as: UTF8.self))
                    } else if let state = document.states.first(where: { state in
                        state.vibrations != nil && state.charge == input.states.charges?.first ?? input.molecule.charge ?? 0
                    }), input.task == .frequencies {
                        try Console.output(TextReport.vibrations(state, document: document, folder: folder))
                    }
                case .structure(let document):
                    try Console.output(
                        json
                            ? String(decoding: document.json(), as: UTF8.self)
                            : TextReport.optimization(document, first: try input.molecule.file().molecule, folder: folder))
                }
                try Failure.throwUnlessConverged(outcome, of: input)
            }
        }
    }
}
