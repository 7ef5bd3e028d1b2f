import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// The states of a series, each at its own relaxed structure: relaxes the remaining states, then computes each state at its structure.
///
/// Everything is in one folder: `q-1.opt` is the optimisation for charge -1, `q-1.esp` the results there. Finished parts are not repeated.
struct RelaxedStates {
    /// Input of the electronic calculations; its molecule and charges are not used.
    let input: CalculationInput
    let folder: String
    /// Whether to replace other searches and results in the folder.
    let replaces: Bool
    let call: CallRecord
    let monitor: CalculationMonitor

    /// Relaxes one state.
    ///
    /// - Parameter start: the structure to start from.
    /// - Returns: the relaxed structure, named by the path of its XYZ file.
    /// - Throws: `CalculationError.notConverged` if the search did not converge within the maximum number of steps.
    func structure(charge: Int, multiplicity: Int?, from start: MoleculeInput) throws -> MoleculeInput {
        var search = single(charge, multiplicity, at: start)
        search.task = .optimization
        let relaxation = try GeometryRelaxation(
            search, folder: path(charge, "opt"), leavesRun: false, replaces: replaces, call: call, monitor: monitor)
        let document = try relaxation.run()
        let file = relaxation.folder.url(OptimizationFiles.structureName).path
        guard document.converged else {
            throw document.dissociation.flatMap { CalculationError(dissociation: $0, charge: charge) }
                ?? .notConverged(
                    "the optimisation of charge \(signed(charge)) did not converge within \(search.optimization.maximumSteps) structures; "
                        + "\(file) has the best one. Optimise it with esp optimize, and start from the result.")
        }
        return MoleculeInput(try XYZFile(readingFrom: file), name: file)
    }

    /// The results of one state at its relaxed structure.
    func result(charge: Int, multiplicity: Int?, at structure: MoleculeInput) throws -> ResultDocument {
        try Calculation(
            single(charge, multiplicity, at: structure), folder: path(charge, "esp"), replaces: replaces, call: call,
            monitor: monitor.withoutResults
        ).run()
    }

    private func single(_ charge: Int, _ multiplicity: Int?, at structure: MoleculeInput) -> CalculationInput {
        var result = input
        result.task = .energy
        result.molecule = structure
        result.states.charges = [charge]
        result.states.reduction = nil
        result.states.multiplicities = multiplicity.map { [$0] }
        result.states.addsElectrons = false
        return result
    }

    private func path(_ charge: Int, _ ending: String) -> String { Self.path(in: folder, charge, ending) }

    private static func path(in folder: String, _ charge: Int, _ ending: String) -> String {
        URL(fileURLWithPath: folder).appendingPathComponent("q\(charge).\(ending)").path
    }

    /// Where `structure` writes the structure of a state, the best one so far while it is being relaxed.
    static func structurePath(in folder: String, charge: Int) -> String {
        URL(fileURLWithPath: path(in: folder, charge, "opt")).appendingPathComponent(OptimizationFiles.structureName).path
    }

    /// The folder with the relaxed states of a series, inside its own.
    static let name = "relaxed"

    /// The results of a relaxed state.
    ///
    /// - Parameter folder: of the whole series.
    static func runPath(in folder: String, charge: Int) -> String {
        path(in: OutputFolder(existing: folder).url(name).relativePath, charge, "esp")
    }
}
