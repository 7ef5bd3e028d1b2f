import FileFormats
import Foundation
import ReductionSeries

/// Runs the matrix of a study, cell by cell, and skips what an earlier call finished.
struct Study {
    let command: StudyCommand
    private let progress: ProgressReport

    init(command: StudyCommand) throws {
        self.command = command
        progress = ProgressReport(isQuiet: command.quiet)
        for file in command.files { _ = try XYZFile(readingFrom: file, units: nil) }
    }

    func run() throws -> StudyResult {
        var cells: [StudyResult.Cell] = []
        let kinds: [ElectronAccount.Structures] = command.relax ? [.vertical, .relaxed] : [.vertical]
        for basis in command.bases {
            for method in command.methods {
                for structures in kinds {
                    var complexes: [AccountedComplex] = []
                    var failures: [String: String] = [:]
                    for file in command.files {
                        let name = OutputFolder.stem(of: file)
                        progress.note("\(name): \(method), \(basis), \(structures.rawValue)")
                        do {
                            var document = try document(file, method: method, basis: basis, structures: structures)
                            // Bonds decide, whatever fragments a user named.
                            document.fragments = nil
                            complexes.append(
                                AccountedComplex(
                                    name: name, account: try ElectronAccount(document), symbols: document.molecule.symbols))
                        } catch {
                            let failure = Failure(error)
                            guard ![.interrupted, .terminated, .usage].contains(failure.status) else { throw failure }
                            progress.note("\(name): \(failure.description)")
                            failures[name] = failure.description
                        }
                    }
                    cells.append(
                        .init(
                            method: method, basis: basis, structures: structures, comparison: ComplexComparison(complexes),
                            failures: failures))
                }
            }
        }
        return StudyResult(cells: cells)
    }

    /// Three states of one complex in one cell; with relaxed structures the fragments are those of the first state.
    private func document(
        _ file: String, method: String, basis: String, structures: ElectronAccount.Structures
    ) throws -> ResultDocument {
        let input = try XYZFile(readingFrom: file, units: nil)
        let base = input.charge ?? 0
        let cell = folder(file).appendingPathComponent("\(method)_\(basis)")
        guard structures == .relaxed else {
            var single = try compute(method: method, basis: basis)
            single.file = file
            return try finished(
                single, charges: [base, base - 1, base - 2], in: cell.appendingPathComponent("vertical.esp").path)
        }
        // Minima of the first method and basis serve for all.
        let search = RelaxedStates(
            command: try compute(method: command.methods[0], basis: command.bases[0]), folder: folder(file).path)
        var result: ResultDocument?
        var start = file
        for charge in [base, base - 1, base - 2] {
            let known = folder(file).appendingPathComponent("q\(charge).xyz").path
            let isKnown = FileManager.default.fileExists(atPath: known)
            start = isKnown ? known : try search.minimum(charge: charge, multiplicity: nil, from: start)
            var single = try compute(method: method, basis: basis)
            single.file = start
            let found = try finished(single, charges: [charge], in: cell.appendingPathComponent("q\(charge).esp").path)
            if result == nil { result = found } else { result?.states += found.states }
        }
        guard let result else { throw Failure(.internalError, "\(file): no states") }
        return result
    }

    /// The result in a folder when it has all charges, converged, for the same molecule; else a new one.
    private func finished(_ single: ComputeCommand, charges: [Int], in folder: String) throws -> ResultDocument {
        if let old = try? FinishedRun.document(in: folder), old.states.map(\.charge) == charges,
            old.states.allSatisfy(\.converged),
            let molecule = old.molecule.molecule,
            molecule == (try XYZFile(readingFrom: single.file, units: single.electrons.units)).molecule
        {
            return old
        }
        var single = single
        single.electrons.charge = charges
        single.output.output = folder
        single.output.json = true
        let document = try Computation(
            command: single, isSeries: false, arguments: Array(CommandLine.arguments.dropFirst())
        ).run()
        guard document.states.allSatisfy(\.converged) else {
            throw Failure(.notConverged, "\(folder): not converged")
        }
        return document
    }

    private func compute(method: String, basis: String) throws -> ComputeCommand {
        var arguments = [
            "file", "--method", method, "--charges", command.charges, "--cube", "none", "--picture", "none", "--no-report",
        ]
        if let search = command.search { arguments += ["--search", search.rawValue] }
        if basis != "default" { arguments += ["--basis", basis] }
        var single = try ComputeCommand.parse(arguments)
        single.machine = command.machine
        single.output.quiet = command.quiet
        return single
    }

    private func folder(_ file: String) -> URL {
        URL(fileURLWithPath: command.output).appendingPathComponent(OutputFolder.stem(of: file))
    }
}
