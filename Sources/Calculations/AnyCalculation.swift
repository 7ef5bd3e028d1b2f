import FileFormats
import Foundation
import RunFolders

/// The outcome of a calculation of any task.
public enum CalculationOutcome: Sendable {
    case states(ResultDocument)
    case structure(OptimizationDocument)
}

extension CalculationInput {
    /// Runs the calculation, whatever its task.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist.
    ///   - replaces: whether to replace the results of another calculation in the folder.
    public func run(
        folder: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws -> CalculationOutcome {
        switch task {
        case .energy:
            .states(try Calculation(self, folder: folder, replaces: replaces, call: call, monitor: monitor).run())
        case .adiabatic:
            .states(try AdiabaticSeries(self, folder: folder, replaces: replaces, call: call, monitor: monitor).run())
        case .counterpoise:
            .states(try Counterpoise(self, folder: folder, replaces: replaces, call: call, monitor: monitor).run())
        case .frequencies:
            .states(try FrequencyCalculation.run(self, folder: folder, replaces: replaces, call: call, monitor: monitor).document)
        case .optimization:
            .structure(try GeometryRelaxation(self, folder: folder, replaces: replaces, call: call, monitor: monitor).run())
        }
    }

    /// The folder for the results if none is named.
    package var defaultFolder: String {
        relaxesStructure
            ? OutputFolder.relaxationName(for: molecule.name, charge: states.charges?.first, own: molecule.charge)
            : OutputFolder.defaultName(for: molecule.name)
    }
}

/// A finished calculation or optimisation, read back for its input.
package struct FinishedCalculation {
    package let input: CalculationInput
    package let outcome: CalculationOutcome

    /// - Throws: `RunFolderError` if there is none, or if the basis sets that it names have changed since; `InputFileError` if it cannot
    ///   be read.
    package init(readingFrom path: String) throws {
        let (stored, fingerprint): (StoredInput?, String)
        if OptimizationFiles.isFolder(path) {
            let document = try OptimizationDocument(
                readingFrom: OutputFolder(existing: path).url(OptimizationFiles.documentName).path)
            fingerprint = document.basisFingerprint
            // Vibrations that were computed at the structure found belong to the calculation.
            if var whole = document.input?.whole, let run = try? FinishedRun.document(in: path),
                let vibrations = run.input?.whole, vibrations.task == .frequencies
            {
                (whole.task, whole.frequencies) = (.frequencies, vibrations.frequencies)
                whole.frequencies.relaxes = true
                (outcome, stored) = (.states(run), .whole(whole))
            } else {
                (outcome, stored) = (.structure(document), document.input)
            }
        } else {
            let document = try FinishedRun.document(in: path)
            (outcome, stored, fingerprint) = (.states(document), document.input, document.model.basisFingerprint)
        }
        guard let input = stored?.whole else {
            throw RunFolderError.damaged(
                "\(path) does not hold the input that it was made from: another program or an earlier version made it.")
        }
        self.input = input
        guard try input.model.resolved(for: input.molecule.file().molecule).fingerprint == fingerprint else {
            throw RunFolderError.damaged(
                "\(path): the basis sets that its input names have changed since. It cannot be repeated.")
        }
    }
}

extension OptimizationFiles {
    /// Whether a folder contains an optimisation.
    static func isFolder(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: OutputFolder(existing: path).url(documentName).path)
    }
}
