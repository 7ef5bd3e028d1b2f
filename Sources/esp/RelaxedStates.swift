import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries

/// The states of a series, each at its own relaxed structure: relaxes what has not been relaxed yet, then computes the state there.
///
/// Everything lies in one folder: `q-1.opt` is the search for the structure of charge -1, `q-1.esp` the results there. What is
/// finished is not done again.
struct RelaxedStates {
    /// Options of the electronic calculations; its file and charges do not matter.
    let command: ComputeCommand
    let folder: String

    /// Relaxes one state.
    ///
    /// - Parameter start: an XYZ file with the structure to start from.
    /// - Returns: the XYZ file with the relaxed structure.
    /// - Throws: `Failure` when the search did not converge within the steps allowed.
    func structure(charge: Int, multiplicity: Int?, from start: String) throws -> String {
        // Behind the terminator: the name of a file may begin with a hyphen.
        var search = try OptimizeCommand.parse(["--", start])
        search.electrons = electrons(charge, multiplicity, of: start)
        search.model = command.model
        search.convergence = command.convergence
        search.machine = command.machine
        search.output = path(charge, "opt")
        search.quiet = command.output.quiet
        let relaxation = try GeometryRelaxation(command: search, arguments: Array(CommandLine.arguments.dropFirst()))
        let document = try relaxation.run()
        let file = relaxation.folder.url(OptimizationFiles.structureName).path
        guard document.converged else {
            throw document.separation.flatMap { Failure(parting: $0, charge: charge) }
                ?? Failure(
                    .notConverged,
                    "the search for the structure of charge \(signed(charge)) did not converge; \(file) has the best so far. The same "
                        + "command goes on from there.")
        }
        return file
    }

    /// The results of one state at its relaxed structure.
    func result(charge: Int, multiplicity: Int?, at structure: String) throws -> ResultDocument {
        var single = command
        single.file = structure
        single.electrons = electrons(charge, multiplicity, of: structure)
        single.output.output = path(charge, "esp")
        // Only the tables of the whole series are shown.
        single.output.json = true
        return try Computation(command: single, isSeries: false, arguments: Array(CommandLine.arguments.dropFirst())).run()
    }

    private func electrons(_ charge: Int, _ multiplicity: Int?, of file: String) -> ElectronOptions {
        var electrons = command.electrons
        // Unit and frame are those of the file that the user gave; files of minima are in Angstrom.
        if file != command.file { (electrons.units, electrons.frame) = (nil, nil) }
        electrons.charge = [charge]
        electrons.multiplicity = multiplicity.map { [$0] }
        return electrons
    }

    private func path(_ charge: Int, _ ending: String) -> String {
        URL(fileURLWithPath: folder).appendingPathComponent("q\(charge).\(ending)").path
    }
}
