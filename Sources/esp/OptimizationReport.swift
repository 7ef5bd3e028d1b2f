import Calculations
import FileFormats
import Foundation
import GeometryOptimization
import MolecularStructure
import RunFolders

extension ProgressReport {
    /// A line of the table of structures; the first one is preceded by the head.
    func optimizationStep(_ step: StructureStep) {
        let measures = step.measures
        if step.number == 1 || step.change == nil {
            note("step         energy / Eh      change   max force   rms force    max step    rms step   time / s")
        }
        func small(_ value: Double) -> String { String(format: "%12.2e", value) }
        note(
            column("\(step.number)", 4, right: true) + column(step.energy, 20, 8) + (step.change.map(small) ?? column("", 12))
                + small(measures.largestForce) + small(measures.meanForce) + small(measures.largestStep)
                + small(measures.meanStep) + column(step.seconds, 11, 1))
    }
}

extension OptimizationDocument {
    /// What is known about the curvature of the energy at the outcome, one sentence per line; empty for two atoms, which have only one
    /// mode.
    fileprivate func curvatureNotes(folder: String) -> [String] {
        guard symbols.count > 2 else { return [] }
        // With constraints the structure is not stationary in all coordinates.
        let test = constraints.isEmpty ? ["esp frequencies \(folder) tests it."] : []
        let doubt = !seeksSaddle ? "it may be a saddle point" : "it may be a minimum, or a saddle point of higher order"
        return ["Its curvature was not tested: \(doubt)."] + test + (symmetryBreaking.map { [$0.result] } ?? [])
    }
}

extension TextReport {
    /// The outcome of an optimisation: energy, forces, and the bonds before and after.
    static func optimization(_ document: OptimizationDocument, first: Molecule, folder: String) -> String {
        guard let start = document.points.first,
            let end = document.converged || !document.constraints.isEmpty || document.seeksSaddle
                ? document.outcome : document.points.min(by: { $0.energy < $1.energy })
        else { return "No structure was computed.\n" }
        let last = Molecule(
            atoms: first.atoms.enumerated().map { index, atom in
                Atom(
                    element: atom.element,
                    positionInBohr: SIMD3(end.geometry[3 * index], end.geometry[3 * index + 1], end.geometry[3 * index + 2]))
            })
        let verdict = document.converged ? "stationary point found after" : "NOT CONVERGED after"
        var text = "Charge \(signed(document.charge)), multiplicity \(document.multiplicity), \(document.modelTitle): \(verdict) "
        text += "\(document.points.count) structures (criteria: \(document.criteria))\n"
        if document.converged { for note in document.curvatureNotes(folder: folder) { text += "  \(note)\n" } }
        text +=
            "  energy         \(column(end.energy, 20, 8)) Eh, \(column(1000 * (end.energy - start.energy), 0, 3)) mEh from the first\n"
        if document.multiplicity == 1, end.spinSquared > 1e-3 {
            text += wrapped(
                "  BROKEN SYMMETRY  spin-polarised singlet, <S^2> = \(column(end.spinSquared, 0, 4)); --reference restricted follows the "
                    + "closed shell (in another folder, --output)")
        }
        let largest = end.gradient.reduce(0) { max($0, abs($1)) }
        text += "  largest force  \(column(largest, 20, 6)) Eh/bohr\n"
        text += warnings(document.warnings)
        text += "\n  bond                first    relaxed / Angstrom\n"
        let (before, after) = (BondGraph(first), BondGraph(last))
        for bond in Set(before.bonds).union(after.bonds).sorted() {
            func length(_ molecule: Molecule) -> Double {
                distance(molecule.atoms[bond.first].position, molecule.atoms[bond.second].position)
                    * PhysicalConstants.bohrInAngstrom
            }
            func name(_ atom: Int) -> String { "\(first.atoms[atom].element)\(atom + 1)" }
            let change = !after.bonds.contains(bond) ? "  broken" : !before.bonds.contains(bond) ? "  formed" : ""
            text += "  " + column("\(name(bond.first))-\(name(bond.second))", 12) + column(length(first), 11, 4)
            text += column(length(last), 11, 4) + change + "\n"
        }
        let pieces = (before.pieces.count, after.pieces.count)
        if pieces.1 > pieces.0 {
            text += "\n  THE MOLECULE HAS DISSOCIATED: \(pieces.1) fragments where there were \(pieces.0).\n"
        }
        if let dissociation = document.dissociation {
            text +=
                "\n  DISSOCIATION: the distance between \(dissociation.atomNames) and the other atoms is \(dissociation.gapText) Angstrom in the last "
                + "structure, \(column(dissociation.gapAtFirst * PhysicalConstants.bohrInAngstrom, 0, 2)) in the first.\n"
        }
        return text + "\n  results written to \(folder): \(OptimizationFiles.structureName), "
            + "\(OptimizationFiles.trajectoryName), \(OptimizationFiles.documentName)\n"
    }
}
