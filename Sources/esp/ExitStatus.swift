import ArgumentParser
import BasisSets
import Calculations
import FileFormats
import Foundation
import RunFolders

/// Exit codes of the program: those of sysexits.h, and 2 for a calculation that did not converge.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case notConverged = 2
    case usage = 64
    case badInput = 65
    case inputMissing = 66
    case unavailable = 69
    case internalError = 70
    case outOfMemory = 71
    case outputNotCreated = 73
    case inputOutput = 74
    case interrupted = 130
    case terminated = 143

    var meaning: String {
        switch self {
        case .success: "done"
        case .notConverged: "a calculation did not converge; its checkpoint is kept"
        case .usage: "the command line is wrong"
        case .badInput: "an input is wrong: molecule, basis set, charge, method"
        case .inputMissing: "an input file is missing or cannot be read"
        case .unavailable: "this processor or installation cannot run the program"
        case .internalError: "an internal error"
        case .outOfMemory: "too little memory"
        case .outputNotCreated: "the output folder or a file in it cannot be created, or holds another calculation"
        case .inputOutput: "writing failed, for example because the disk is full"
        case .interrupted: "interrupted (SIGINT, Ctrl-C); checkpoints are kept"
        case .terminated: "terminated (SIGTERM or SIGHUP); checkpoints are kept"
        }
    }

    static var table: String {
        allCases.map { status in
            let code = String(status.rawValue)
            return String(repeating: " ", count: 5 - code.count) + code + "  " + status.meaning
        }.joined(separator: "\n")
    }
}

/// A failure that ends the program with a message and an exit code.
struct Failure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The same, for a scratch folder: the cure is another scratch folder.
    ///
    /// - Parameter scratch: the folder given by `--scratch`; nil without.
    init(_ error: any Error, scratch: String?) {
        self.init(error)
        guard let scratch else { return }
        switch error {
        case let error as OutputFileError where Self.isInside(error.path, scratch):
            self = Failure(status, error.description(option: "--scratch"))
        case let error as RunFolderError:
            if case .inUse(let path) = error, Self.isInside(path, scratch) {
                self = Failure(status, error.description(option: "--scratch"))
            }
        default: break
        }
    }

    /// Whether a path is a folder, or inside it.
    private static func isInside(_ path: String, _ folder: String) -> Bool {
        let (path, root) = (URL(fileURLWithPath: path).path, URL(fileURLWithPath: folder).path)
        return path == root || path.hasPrefix(root + "/")
    }

    /// The same, for a command that writes to the folder of a finished run and has no option for another folder.
    init(_ error: any Error, ofRun run: String) {
        self.init(error)
        switch error {
        case RunFolderError.inUse(let path):
            self = Failure(status, "\(path): this folder is in use by another esp process. Wait until it has finished.")
        case let error as OutputFileError where Self.isInside(error.path, run):
            let (problem, cure) =
                switch error {
                case .notCreated(_, let reason), .folderNotCreated(_, let reason):
                    (
                        "the file cannot be created (\(reason)); the results were printed but not saved",
                        "Copy \(run) to a folder you may write to."
                    )
                case .diskFull:
                    (
                        "the disk is full (or your quota is used up); nothing was left half-written",
                        "Free some space, or copy \(run) to another disk."
                    )
                case .notWritten(_, let reason), .passedOnInPart(_, let reason):
                    (
                        "writing failed (\(reason)); nothing was left half-written",
                        "Check the disk, or copy \(run) to another one."
                    )
                }
            self = Failure(status, "\(error.path): \(problem). \(cure)")
        default: break
        }
    }

    /// Chooses the exit code of an error by its type.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as InputFileError: self.init(Self.status(of: error), error.description)
        case let error as BasisSetError:
            if case .libraryNotFound = error {
                self.init(.unavailable, error.description)
            } else {
                self.init(.badInput, error.description)
            }
        case let error as CheckpointError: self.init(.badInput, error.description)
        case let error as OutputFileError: self.init(Self.status(of: error), error.description)
        case let error as RunFolderError: self.init(Self.status(of: error), error.description)
        case let error as CalculationError: self.init(Self.status(of: error), error.description)
        case let error as ValidationError: self.init(.usage, error.message)
        default: self.init(.internalError, "\(error)")
        }
    }

    private static func status(of error: CalculationError) -> ExitStatus {
        switch error {
        case .usage: .usage
        case .badInput: .badInput
        case .notConverged: .notConverged
        case .outOfMemory: .outOfMemory
        case .inputOutput: .inputOutput
        case .unavailable: .unavailable
        case .internalFault: .internalError
        }
    }

    private static func status(of error: RunFolderError) -> ExitStatus {
        switch error {
        case .inUse, .occupied: .outputNotCreated
        case .missing: .inputMissing
        case .damaged: .badInput
        case .tooLittleMemory: .outOfMemory
        }
    }

    private static func status(of error: InputFileError) -> ExitStatus {
        switch error {
        case .notFound, .notReadable, .notARegularFile: .inputMissing
        case .tooLarge, .empty, .binary, .malformed: .badInput
        }
    }

    private static func status(of error: OutputFileError) -> ExitStatus {
        switch error {
        case .folderNotCreated, .notCreated: .outputNotCreated
        case .diskFull, .notWritten, .passedOnInPart: .inputOutput
        }
    }

    /// Ends the program with its exit code if a state did not converge.
    static func throwUnlessConverged(_ document: ResultDocument) throws {
        let open = document.states.filter { !$0.converged }
        guard open.isEmpty else {
            let charges = open.map { signed($0.charge) }.joined(separator: ", ")
            Console.error(
                ErrorText.text(
                    "SCF not converged for charge \(charges) within the maximum number of iterations. Run the same command to "
                        + "restart from the checkpoint; --max-iterations, --damping and --level-shift may help."))
            throw ExitCode(ExitStatus.notConverged.rawValue)
        }
    }

    static func throwUnlessConverged(_ outcome: CalculationOutcome, of input: CalculationInput) throws {
        switch outcome {
        case .states(let document): try throwUnlessConverged(document)
        case .structure(let document): try throwUnlessConverged(document, maxSteps: input.optimization.maximumSteps)
        }
    }

    static func throwUnlessConverged(_ document: OptimizationDocument, maxSteps: Int) throws {
        if let error = CalculationError(unfinished: document, maximumSteps: maxSteps) { throw error }
    }

    /// Runs `body`; an error is written to standard error as one message and ends the program with its exit code.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            // A signal that arrived during startup also ends the shortest command.
            try Interruption.check()
            try body()
        } catch let code as ExitCode {
            throw code
        } catch {
            let failure = Failure(error)
            Console.error(ErrorText.text(failure.description))
            Ranks.end(failure.status.rawValue, error)
            // Without exit handlers: that of OpenBLAS waits forever if its threads could not be created for lack of memory. Both outputs
            // are unbuffered, so nothing is lost.
            _exit(failure.status.rawValue)
        }
    }
}
