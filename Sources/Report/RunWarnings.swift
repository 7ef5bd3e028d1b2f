import FileFormats
import MolecularStructure
import RunFolders

/// What a reader has to know before trusting the numbers of a run.
enum RunWarnings {
    static func texts(_ run: Report.Run) -> [String] {
        let states = run.order.map { run.document.states[$0] }
        var result = states.flatMap(texts)
        if run.document.preliminary == true {
            result.append("Preliminary: the search for other solutions has not come to its end; a lower one may exist.")
        }
        for state in run.account.states {
            guard let affinity = state.electronAffinity, affinity < 0 else { continue }
            let volts = NumberText.fixed(-affinity * PhysicalConstants.hartreeInElectronvolt, 2)
            result.append(
                "q = \(NumberText.charge(state.charge)): adding the electron costs \(volts) eV, so that this state is not bound "
                    + "in the gas phase; its charges depend on the basis set.")
        }
        let unexamined = states.filter { $0.stability == nil && $0.converged }
        if !unexamined.isEmpty {
            result.append(
                "\(unexamined.map(\.label).joined(separator: ", ")): the stability of the solution was not examined; a lower one may exist."
            )
        }
        return result
    }

    /// Error of the number of electrons on the grid that is worth a line.
    private static let largestGridError = 1e-3
    /// Excess of <S^2> over S(S+1) that is worth a line.
    private static let largestContamination = 0.1

    private static func texts(_ state: StateRecord) -> [String] {
        var result: [String] = []
        if !state.converged {
            result.append("\(state.label): NOT CONVERGED. Its numbers are those of the last iteration and mean nothing.")
        }
        if let highest = FrontierOrbitals(state).highest, highest > 0 {
            let volts = NumberText.fixed(highest * PhysicalConstants.hartreeInElectronvolt, 2)
            result.append(
                "\(state.label): the highest occupied orbital is above zero (\(volts) eV): the last electron is not bound, and its "
                    + "place depends on the basis set.")
        }
        if state.unbound?.contains(StateRecord.negativeAffinity) == true {
            result.append(
                "\(state.label): negative electron affinity: the state with one electron less is lower in energy, so that in vacuum the "
                    + "last electron leaves.")
        }
        if let stability = state.stability, !stability.stable, stability.undecided != StabilityRecord.equalEnergy {
            result.append("\(state.label): the solution is UNSTABLE; a lower one exists.")
        }
        if state.search?.cutShort == true {
            result.append(
                "\(state.label): the search ended before all multiplicities in question were tried; a lower one may exist.")
        }
        if state.multiplicities?.namedByFile == true {
            result.append(
                "\(state.label): the multiplicity \(state.multiplicity) is that of the second line of the molecule's file; no other one was tried."
            )
        }
        if let sentence = state.search?.undecidedSentence { result.append("\(state.label): \(sentence).") }
        let spin = Double(state.multiplicity - 1) / 2
        let contamination = state.spinSquared - spin * (spin + 1)
        if contamination > largestContamination {
            let kind = state.multiplicity == 1 ? "a singlet of broken spin symmetry" : "contaminated by higher spins"
            result.append(
                "\(state.label): <S\u{00B2}> is \(NumberText.fixed(state.spinSquared, 3)) instead of \(NumberText.fixed(spin * (spin + 1), 2)): \(kind)."
            )
        }
        result += (state.warnings ?? []).map { "\(state.label): \($0.message)." }
        if let counted = state.gridElectrons, abs(counted - Double(state.electrons)) > largestGridError {
            result.append(
                "\(state.label): the integration grid counts \(NumberText.fixed(counted, 4)) electrons instead of \(state.electrons); take a finer one."
            )
        }
        return result
    }
}
