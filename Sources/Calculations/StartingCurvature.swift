import FileFormats
import GeometryOptimization
import MolecularStructure
import RunFolders

/// The initial second derivatives of a search for a stationary point.
struct StartingCurvature {
    let hessian: CartesianHessian
    /// The requested mode; nil if none was requested.
    let uphill: UphillMode?

    /// Reads the second derivatives of a run: those of the given charge if available, otherwise those of another charge.
    ///
    /// - Parameter saddleMode: number of a normal mode of these second derivatives, counted from 1. A negative number reverses
    ///   its direction.
    /// - Throws: `CalculationError.badInput` if the run has no second derivatives, or those of other atoms.
    init(from folder: String, charge: Int, of molecule: Molecule, saddleMode: Int?) throws {
        let document = try FinishedRun.document(in: folder)
        let known = document.states.filter { $0.vibrations != nil }
        let states = known.filter { $0.vibrations?.hessianLacks == nil }
        guard known.isEmpty || !states.isEmpty else {
            throw CalculationError.badInput(
                "\(folder) has second derivatives of some atoms only. Compute all with esp frequencies \(folder) --freeze none.")
        }
        guard let vibrations = (states.first { $0.charge == charge } ?? states.first)?.vibrations else {
            throw CalculationError.badInput("\(folder) has no second derivatives. Compute them with esp frequencies \(folder).")
        }
        guard document.molecule.symbols == molecule.atoms.map(\.element.symbol) else {
            throw CalculationError.badInput("\(folder) is of other atoms, or has them in another order.")
        }
        hessian = CartesianHessian(
            matrix: vibrations.hessianMatrix, positions: OptimizationFiles.vectors(document.molecule.geometry))
        uphill = try saddleMode.map { mode in
            let index = Int(mode.magnitude) - 1
            guard vibrations.normalModes.indices.contains(index) else {
                throw CalculationError.usage(
                    "\(folder) has \(vibrations.normalModes.count) modes; there is no mode \(index + 1).")
            }
            return .along(OptimizationFiles.vectors(vibrations.normalModes[index]).map { mode < 0 ? -$0 : $0 })
        }
    }
}
