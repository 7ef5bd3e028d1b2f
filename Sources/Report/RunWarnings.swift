import FileFormats
import MolecularStructure
import RunFolders

/// What readers should know before they trust the numbers of a run.
enum RunWarnings {
    /// Each warning once, with the states that it concerns.
    static func texts(_ run: Report.Run) -> [String] {
        let states = run.order.map { run.document.states[$0] }
        let affinities = Dictionary(
            run.account.states.map { ($0.charge, $0.electronAffinity) }, uniquingKeysWith: { first, _ in first })
        var order: [String] = []
        var labels: [String: [String]] = [:]
        for state in states {
            for text in texts(state, affinity: affinities[state.charge] ?? nil) {
                if labels[text] == nil { order.append(text) }
                labels[text, default: []].append(state.label)
            }
        }
        var result = order.map { "\((labels[$0] ?? []).joined(separator: ", ")): \($0)" }
        if run.document.preliminary == true {
            result.append("Preliminary: the search for other solutions has not come to its end; a lower one may exist.")
        }
        return result
    }

    /// Why a state may lose its last electron, in one sentence; nil for bound states.
    private static func unbound(_ state: StateRecord, affinity: Double?) -> String? {
        func volts(_ value: Double) -> String { NumberText.fixed(value * PhysicalConstants.hartreeInElectronvolt, 2) + " eV" }
        var reasons: [String] = []
        if let affinity, affinity < 0 {
            reasons.append("adding the electron costs \(volts(-affinity))")
        } else if state.unbound?.contains(StateRecord.negativeAffinity) == true {
            reasons.append("the state with one electron less is lower in energy")
        }
        if let highest = FrontierOrbitals(state).highest, highest > 0 {
            reasons.append("the highest occupied orbital lies at +\(volts(highest))")
        }
        guard !reasons.isEmpty else { return nil }
        return
            "the last electron is not bound \(state.medium) (\(reasons.joined(separator: "; "))). Energy, orbitals and charges of this "
            + "state depend on the basis set."
    }

    /// Error of the number of electrons on the grid that is worth a line.
    private static let largestGridError = 1e-3
    /// Excess of <S^2> over S(S+1) that is worth a line.
    private static let largestContamination = 0.1

    private static func texts(_ state: StateRecord, affinity: Double?) -> [String] {
        var result: [String] = []
        if !state.converged {
            result.append("NOT CONVERGED. Its numbers are from the last iteration and are meaningless.")
        }
        if let text = unbound(state, affinity: affinity) { result.append(text) }
        if state.converged, state.stability == nil {
            result.append("the stability of the solution was not tested; a lower one may exist.")
        }
        if let stability = state.stability, !stability.stable, stability.undecided != StabilityRecord.equalEnergy {
            result.append("the solution is UNSTABLE; a lower one exists.")
        }
        if state.search?.cutShort == true {
            result.append(
                "the search stopped at the maximum number of rounds; a lower solution may exist.")
        }
        if state.multiplicities?.namedByFile == true {
            result.append(
                "the multiplicity \(state.multiplicity) was set by the second line of the input file; no other was tried."
            )
        }
        if let sentence = state.search?.undecidedSentence { result.append("\(sentence).") }
        let contamination = state.spinSquared - state.pureSpinSquared
        if state.multiplicity == 1, contamination > largestContamination {
            result.append(
                "the singlet has broken spin symmetry: it is a mixture with states of higher spin (<S\u{00B2}> in the table of states)."
            )
        } else if contamination > largestContamination {
            result.append(
                "<S\u{00B2}> is \(NumberText.fixed(state.spinSquared, 3)) instead of \(NumberText.fixed(state.pureSpinSquared, 2)): "
                    + "contaminated by higher spins.")
        }
        result += (state.warnings ?? []).map { "\($0.message)." }
        if let counted = state.gridElectrons, abs(counted - Double(state.electrons)) > largestGridError {
            result.append(
                "the integration grid counts \(NumberText.fixed(counted, 4)) electrons instead of \(state.electrons); take a finer one."
            )
        }
        return result
    }
}
