import FileFormats
import MolecularStructure
import RunFolders

extension CalculationError {
    /// The message that a structure dissociated; nil while the departing fragment is still near.
    package init?(dissociation: OptimizationDocument.DissociationRecord, charge: Int) {
        guard dissociation.hasDissociated else { return nil }
        self = .notConverged(
            "with charge \(signed(charge)) this structure dissociates: at the end the distance between \(dissociation.atomNames) and the "
                + "other atoms is \(dissociation.gapText) Angstrom. Use --hold to keep a distance fixed.")
    }

    /// That a search did not come to a stationary point; nil if it did.
    package init?(unfinished document: OptimizationDocument, maximumSteps: Int) {
        guard !document.converged else { return nil }
        self =
            document.dissociation.flatMap { CalculationError(dissociation: $0, charge: document.charge) }
            ?? .notConverged(
                "the optimisation of charge \(signed(document.charge)) did not converge within \(maximumSteps) structures. Run the same command with a larger "
                    + "--max-steps to continue.")
    }
}

extension OptimizationDocument.DissociationRecord {
    package var atomNames: String {
        (atoms.count == 1 ? "atom " : "atoms ") + AtomList(indices: atoms.map { $0 - 1 }).description
    }
    package var gapText: String { column(gap * PhysicalConstants.bohrInAngstrom, 0, 2) }
}

extension SymmetryBreakingRecord {
    private var lengthText: String { column(length * PhysicalConstants.bohrInAngstrom, 0, 2) + " Angstrom" }

    /// For the progress of a search.
    package var announcement: String {
        "structure \(point) is a stationary point and \(symmetry). Forces cannot break its symmetry; displacing it by \(lengthText) "
            + "(--keep-symmetry turns this off)"
    }

    /// The outcome, once the search has converged.
    package var result: String {
        let change = energyChange.map { column(1000 * $0, 0, 3) + " mEh from there" } ?? "energy unknown"
        let start = "Structure \(point), \(symmetry), was moved out of its symmetry by \(lengthText)"
        return outcome == "returned"
            ? "\(start) and returned to it."
            : "\(start)\n  and did not return (\(change)): it was not a minimum, or another minimum is near."
    }
}
