import FileFormats
import Foundation
import ParallelExecution
import ReductionSeries

/// Runs the matrix of a study, cell by cell, and skips what an earlier call finished.
struct Study {
    let command: StudyCommand
    private let progress: ProgressReport

    /// Checks everything that can be checked before the first calculation.
    init(command: StudyCommand) throws {
        self.command = command
        progress = ProgressReport(isQuiet: command.quiet)
        for file in command.files { _ = try XYZFile(readingFrom: file, units: nil) }
        try checkModels()
    }

    /// Throws for a method or basis that no cell could be computed with, before any time is spent.
    private func checkModels() throws {
        let pool = WorkerPool(threads: 1)
        for method in command.methods {
            let single = try compute(method: method, basis: "default")
            _ = try StateSolver(
                electrons: single.electrons, model: single.model, convergence: single.convergence, pool: pool,
                memory: Machine.defaultMemory)
        }
        for basis in command.bases {
            let model = try compute(method: "hf", basis: basis).model
            for file in command.files {
                _ = try model.assignment().resolve(
                    for: XYZFile(readingFrom: file, units: nil).molecule, in: model.library.library())
            }
        }
    }

    /// - Returns: the matrix, and how the calculations failed that gave no result.
    func run() throws -> (result: StudyResult, failures: [Failure]) {
        var cells: [StudyResult.Cell] = []
        var all: [Failure] = []
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
                            all.append(failure)
                        }
                    }
                    cells.append(
                        .init(
                            method: method, basis: basis, structures: structures, comparison: ComplexComparison(complexes),
                            failures: failures))
                }
            }
        }
        return (StudyResult(cells: cells), all)
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
        // Structures of the first method and basis serve for all.
        let search = RelaxedStates(
            command: try compute(method: command.methods[0], basis: command.bases[0]), folder: folder(file).path)
        var result: ResultDocument?
        var start = file
        for charge in [base, base - 1, base - 2] {
            let known = folder(file).appendingPathComponent("q\(charge).xyz").path
            let isKnown = FileManager.default.fileExists(atPath: known)
            start = isKnown ? known : try search.structure(charge: charge, multiplicity: nil, from: start)
            var single = try compute(method: method, basis: basis)
            single.file = start
            let found = try finished(single, charges: [charge], in: cell.appendingPathComponent("q\(charge).esp").path)
            if result == nil { result = found } else { result?.states += found.states }
        }
        guard let result else { throw Failure(.internalError, "\(file): no states") }
        return result
    }

    /// The result in a folder when it is what this calculation would give; charge schemes that it lacks are added. Else a new one.
    private func finished(_ single: ComputeCommand, charges: [Int], in folder: String) throws -> ResultDocument {
        var single = single
        single.electrons.charge = charges
        single.output.output = folder
        single.output.json = true
        let computation = try Computation(
            command: single, isSeries: false, arguments: Array(CommandLine.arguments.dropFirst()))
        if let old = try? FinishedRun.document(in: folder) {
            let differences = computation.differences(from: old)
            if differences.isEmpty, old.states.allSatisfy(\.converged) { return try withAllCharges(old, single, in: folder) }
            if !differences.isEmpty {
                progress.note("\(folder) holds another calculation (\(differences.joined(separator: "; "))): computing anew")
            }
        }
        let document = try computation.run()
        guard document.states.allSatisfy(\.converged) else {
            throw Failure(.notConverged, "\(folder): not converged")
        }
        return document
    }

    private func withAllCharges(_ old: ResultDocument, _ single: ComputeCommand, in folder: String) throws -> ResultDocument {
        var options = try single.output.charges.options(library: single.model.library.library(), memory: single.machine.memory)
        // Those that found no charges have said why.
        let known = Set(old.model.chargeSchemes?.keys.map { $0 } ?? [])
        options.schemes.removeAll { known.contains($0.rawValue) }
        guard !options.schemes.isEmpty else { return old }
        return try AddedCharges(folder: folder, options: options, machine: single.machine, progress: progress).run()
            .document
    }

    private func compute(method: String, basis: String) throws -> ComputeCommand {
        // One word each: a value may begin with a hyphen.
        var arguments = ["file", "--method=\(method)", "--charges=\(command.charges)", "--cube=none", "--picture=none", "--no-report"]
        if let search = command.search { arguments.append("--search=\(search.rawValue)") }
        if basis != "default" { arguments.append("--basis=\(basis)") }
        var single: ComputeCommand
        do {
            single = try ComputeCommand.parse(arguments)
        } catch {
            throw Failure(.usage, ComputeCommand.message(for: error))
        }
        single.machine = command.machine
        single.output.quiet = command.quiet
        return single
    }

    private func folder(_ file: String) -> URL {
        URL(fileURLWithPath: command.output).appendingPathComponent(OutputFolder.stem(of: file))
    }
}
