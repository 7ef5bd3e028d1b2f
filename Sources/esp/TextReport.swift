import Calculations
import FileFormats
import Foundation
import GaussianIntegrals
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders
import SelfConsistentField
import WavefunctionAnalysis

/// The tables on standard output, at most 100 columns wide.
enum TextReport {
    private static let rule = String(repeating: "-", count: 96) + "\n"

    static func heading(_ summary: CalculationSummary) -> String {
        let basis = summary.basis.map { set in
            "\(set.name) (\(set.elements.map { $0.symbol + ($0.hasPotential ? "*" : "") }.joined(separator: " ")))"
        }
        let hasPotentials = summary.basis.contains { $0.elements.contains(where: \.hasPotential) }
        var result = "esp \(ProgramVersion.number)\n"
        result += line(
            "molecule", "\(summary.name): \(HillFormula(summary.symbols).text(separator: " ")), \(summary.symbols.count) atoms")
        if !summary.ghosts.isEmpty {
            result += line(
                "",
                "\(summary.ghosts.count) ghost atoms (basis functions without nucleus): \(HillFormula(summary.ghosts).text(separator: " "))"
            )
        }
        result += line("method", summary.method + (summary.grid.isEmpty ? "" : ", grid \(summary.grid)"))
        for term in summary.terms { result += line("", "with " + term) }
        result += line("basis", basis.joined(separator: ", ") + (hasPotentials ? "   * core potential" : ""))
        for entry in summary.basisOfAtoms { result += line("", "\(entry.atoms): \(entry.set)") }
        result += line(
            "", "\(summary.functionCount) functions" + (summary.functionKind.isEmpty ? "" : ", \(summary.functionKind)"))
        let states = summary.states.map { "\(signed($0.charge)) (multiplicity \($0.multiplicity))" }
        result += line("charges", states.joined(separator: ", "))
        result += line(
            "machine",
            (summary.ranks > 1 ? "\(summary.ranks) ranks, each with " : "")
                + "\(summary.threads) thread\(summary.threads == 1 ? "" : "s"), \(MemorySize(bytes: summary.memory).description) of memory"
        )
        result += line("output", summary.folder)
        return result
    }

    /// Solutions from which the search for others starts.
    static func preliminary(_ document: ResultDocument) -> String {
        var result = "\npreliminary: solutions from the initial guess, before the search for others\n"
        for record in document.states {
            result +=
                "  charge \(signed(record.charge)), multiplicity \(record.multiplicity)" + column(record.energy ?? .nan, 20, 8)
                + " Eh"
            if record.hasSpinDensity { result += "   <S^2> \(column(record.spinSquared, 0, 4))" }
            if !record.converged { result += "   NOT CONVERGED" }
            result += "\n"
        }
        return result
    }

    static func state(_ record: StateRecord, symbols: [String], ghosts: [String] = []) -> String {
        var result = "\n" + rule + "Charge \(signed(record.charge)), multiplicity \(record.multiplicity)"
        if record.iterations > 0 {
            let outcome = record.converged ? "converged" : "NOT CONVERGED"
            result += ": \(outcome) after \(record.iterations) iterations, \(DurationText.text(record.wallSeconds))"
        }
        result += "\n" + rule
        result += energies(record)
        result += orbitals(record)
        result += moments(record)
        result += charges(record, rows: atomRows(symbols))
        result += Self.ghosts(record, symbols: ghosts, first: symbols.count)
        result += shells(record)
        result += gradient(record, symbols: symbols)
        result += alternatives(record)
        return result
    }

    /// Charges and energies of all states side by side, and notes for readers of the charges.
    static func comparison(_ document: ResultDocument, notes: [String]) -> String {
        let states = document.states
        var result = ""
        let shown = Array(states.prefix(6))
        let values = shown.compactMap { $0.charges[ChargeScheme.chelpg.rawValue] }
        // The reason for missing charges, such as lack of memory, has already been reported.
        if states.count > 1, values.count == shown.count {
            let withChanges = shown.count <= 4
            let base = shown.firstIndex { $0.charge == document.baseCharge } ?? 0
            let others = shown.indices.filter { $0 != base }
            result +=
                "\n" + rule + "CHELPG charges of the states" + (withChanges ? ", and changes from the base state" : "") + "\n"
                + rule
            result += column("  atom", 12) + shown.map { column("q = \(signed($0.charge))", 12, right: true) }.joined()
            if withChanges {
                result += others.map {
                    column("\(signed(shown[base].charge)) -> \(signed(shown[$0].charge))", 12, right: true)
                }.joined()
            }
            result += "\n"
            for (index, symbol) in document.molecule.symbols.enumerated() {
                result += label(index, symbol) + values.map { column($0[index], 12, 4) }.joined()
                if withChanges { result += others.map { column(values[$0][index] - values[base][index], 12, 4) }.joined() }
                result += "\n"
            }
        }
        if !notes.isEmpty { result += "\n" + notes.map { wrapped("  note: \($0)") }.joined() }
        return result
    }

    /// The location of the results.
    static func files(_ document: ResultDocument, folder: String) -> String {
        var result = "\nresults written to \(folder): \(OutputFolder.resultName)\n"
        // All files, including those of other commands.
        var others = OutputFolder(existing: folder).names.filter {
            !$0.hasPrefix(".") && !$0.hasPrefix("search") && !$0.hasSuffix(".matrices") && $0 != OutputFolder.resultName
        }
        for state in document.states {
            let prefix = "q\(state.charge)_m"
            let names = Set(state.files.values).union(others.filter { $0.hasPrefix(prefix) })
            others.removeAll(where: names.contains)
            result += wrapped("  q = \(column(signed(state.charge), 4)) \(names.sorted().joined(separator: ", "))")
        }
        return others.isEmpty ? result : result + wrapped("  all      \(others.joined(separator: ", "))")
    }

    /// Wall time by phase.
    static func profile(_ ledger: TimeLedger, total: Double) -> String {
        var result = "  phase                                 time / s   share   calls\n"
        var booked = 0.0
        for entry in ledger.entries.sorted(by: { $0.seconds > $1.seconds }) {
            booked += entry.seconds
            result += profileLine(entry.phase, entry.seconds, total) + column("\(entry.count)", 8, right: true) + "\n"
        }
        result += profileLine("other", max(0, total - booked), total) + "\n"
        result += profileLine("total", total, total)
        for entry in ledger.messageEntries {
            let each = 1 / Double(entry.count)
            result +=
                "\n  messages sent by this rank: \(entry.count) \(entry.phase), each "
                + column(each * Double(entry.traffic.bytes) / Double(1 << 20), 0, 2) + " MB in "
                + column(each * Double(entry.traffic.calls), 0, 1) + " operations"
        }
        return result
    }

    /// Unique repulsion integrals by the classes of bra and ket, the most expensive first.
    static func profile(_ profile: RepulsionProfile) -> String {
        func line(_ name: String, _ integrals: Int, _ seconds: Double, _ operations: Int) -> String {
            let rate = Double(integrals) / max(seconds, 1e-9) * 1e-6
            let speed = 2 * Double(operations) / max(seconds, 1e-9) * 1e-9
            return "  " + column(name, 22) + column(Double(integrals) * 1e-6, 12, 2) + column(seconds, 14, 3)
                + column(rate, 12, 1) + column(speed, 10, 1)
        }
        var result = "  repulsion integrals        million   thread seconds   million/s   GFLOP/s\n"
        for entry in profile.entries.prefix(12) {
            result += line("(\(entry.bra)|\(entry.ket))", entry.integrals, entry.seconds, entry.operations) + "\n"
        }
        return result + line("all", profile.integrals, profile.seconds, profile.operations)
    }

    private static func profileLine(_ phase: String, _ seconds: Double, _ total: Double) -> String {
        "  " + column(phase, 36) + column(seconds, 10, 2) + column(100 * seconds / max(total, 1e-9), 6, 1) + " %"
    }

    /// Lines of at most 96 characters.
    static func wrapped(_ text: String) -> String {
        let indentation = text.prefix { $0 == " " }
        var lines = [String(indentation)]
        var isFirst = true
        for word in text.dropFirst(indentation.count).split(separator: " ", omittingEmptySubsequences: false) {
            if lines[lines.count - 1].count + word.count > 95, !isFirst { lines.append("   ") }
            lines[lines.count - 1] += (isFirst ? "" : " ") + word
            isFirst = false
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lowest eigenvalues of the orbital Hessian.
    private static func stability(_ record: StabilityRecord) -> String {
        var parts: [String] = []
        if let value = record.internalEigenvalue { parts.append("lowest Hessian eigenvalue \(column(value, 0, 4)) Eh") }
        if let value = record.externalEigenvalue { parts.append("towards unrestricted \(column(value, 0, 4)) Eh") }
        if record.instabilitiesFollowed > 0 {
            parts.append(
                "followed \(record.instabilitiesFollowed) instabilit\(record.instabilitiesFollowed > 1 ? "ies" : "y") to a lower solution"
            )
        }
        let isDegenerate = record.undecided == StabilityRecord.equalEnergy
        let verdict = record.stable ? "stable" : isDegenerate ? "degenerate" : "UNSTABLE"
        let result = column("  \(verdict)", 18) + parts.joined(separator: "; ") + "\n"
        let reason =
            switch record.undecided {
            case nil: ""
            case StabilityRecord.equalEnergy: "following the negative curvature returned to the same energy"
            case Stability.Undecided.instabilityLimit.rawValue: "not followed: the limit on instabilities was reached"
            default: "not followed: --max-iterations was reached"
            }
        return result + (reason.isEmpty ? "" : column("", 18) + reason + "\n")
    }

    private static func energies(_ record: StateRecord) -> String {
        guard let energy = record.energy else { return "" }
        var total = "  energy" + column(energy, 32, 8) + " Eh\n"
        if let error = record.fittingError {
            total += "  fitted - exact" + column(error, 24, 8) + " Eh, at the same density\n"
        }
        guard let parts = record.energyComponents else { return total }
        var result = total
        let shown = parts.components.filter { $0.energy != 0 }
        for start in stride(from: 0, to: shown.count, by: 2) {
            result +=
                "    "
                + shown[start..<min(start + 2, shown.count)].map { column($0.title, 20) + column($0.energy, 16, 6) }.joined(
                    separator: "      ") + "\n"
        }
        return result
    }

    private static func orbitals(_ record: StateRecord) -> String {
        let isRestricted = record.orbitalEnergies.alpha == record.orbitalEnergies.beta
        var (result, hasHole) = (naturalOrbitals(record), false)
        for (spin, energies, occupied) in [
            (isRestricted ? "" : " alpha", record.orbitalEnergies.alpha, record.occupiedOrbitals.alpha),
            (" beta", record.orbitalEnergies.beta, record.occupiedOrbitals.beta),
        ].prefix(record.naturalOccupations != nil ? 0 : isRestricted ? 1 : 2) {
            let highest = occupied > 0 && occupied <= energies.count ? column(energies[occupied - 1], 10, 5) : "         -"
            let lowest = occupied < energies.count ? column(energies[occupied], 10, 5) : "         -"
            result += column("  orbitals\(spin)", 18) + "HOMO \(highest) Eh    LUMO \(lowest) Eh"
            if occupied > 0, occupied < energies.count {
                hasHole = hasHole || energies[occupied] < energies[occupied - 1] - 1e-6
                let gap = (energies[occupied] - energies[occupied - 1]) * PhysicalConstants.hartreeInElectronvolt
                result += "    gap \(column(gap, 8, 3)) eV"
            }
            result += "\n"
        }
        if hasHole, record.reference != StateInput.Reference.restrictedOpen.rawValue {
            result += "  NOT AUFBAU      an empty orbital lies below an occupied one: there may be a lower solution\n"
        }
        if record.reference == StateInput.Reference.restrictedOpen.rawValue {
            result += "  restricted open shell: canonical orbitals of the mean of the alpha and beta Fock matrices (Roothaan)\n"
        }
        for reason in record.unbound ?? [] {
            result +=
                reason == StateRecord.positiveHOMO
                ? "  UNBOUND         the HOMO energy is positive: the last electron is not bound \(record.medium)\n"
                : "  UNBOUND         negative electron affinity: the state with one electron less is lower in energy\n"
        }
        result += brokenSymmetry(record)
        if record.multiplicity > 1 || !isRestricted { result += column("  <S^2>", 18) + column(record.spinSquared, 10, 5) + "\n" }
        result += warnings(record.warnings)
        if let stability = record.stability { result += self.stability(stability) }
        result += multiplicities(record)
        if let counted = record.gridElectrons {
            result +=
                column("  grid", 18)
                + "\(record.gridPoints) points integrate to \(column(counted, 0, 6)) of \(record.electrons) electrons\n"
        }
        return result
    }

    /// Reports a broken-symmetry singlet: the energy of the closed shell, and how to obtain it.
    private static func brokenSymmetry(_ record: StateRecord) -> String {
        guard record.isBrokenSymmetrySinglet else { return "" }
        var text = "  BROKEN SYMMETRY spin-polarised singlet, <S^2> = \(column(record.spinSquared, 0, 4)). "
        if let closed = record.closedShell, let energy = closed.energy {
            let above = (closed.relativeEnergy ?? 0) - (record.relativeEnergy ?? 0)
            text += closed.preliminary == true ? "Closed shell (loosely converged)" : "Closed shell"
            text += " \(column(energy, 0, 8)) Eh, \(column(1000 * above, 0, 2)) mEh higher"
        } else {
            text += "The closed shell was not computed"
        }
        return wrapped(text + "; --reference restricted gives it (in another folder, --output)")
    }

    /// Occupations around the middle, where they decrease from two to zero; empty for orbitals with energies.
    private static func naturalOrbitals(_ record: StateRecord) -> String {
        guard let occupations = record.naturalOccupations else { return "" }
        let isShared = occupations.alpha == occupations.beta && (occupations.alpha.max() ?? 0) > 1.0001
        func middle(_ list: [Double]) -> String {
            let sorted = list.sorted(by: >)
            let filled = sorted.count { $0 > (isShared ? 1 : 0.5) }
            let shown = sorted[max(0, filled - 3)..<min(sorted.count, filled + 3)]
            return shown.map { column($0, 0, 4) }.joined(separator: "  ")
        }
        let spins = isShared ? [("", occupations.alpha)] : [(" alpha", occupations.alpha), (" beta", occupations.beta)]
        return spins.map { column("  natural\($0)", 18) + "occupations in the middle: \(middle($1))\n" }.joined()
    }

    /// Lines of at most 96 characters; empty without warnings.
    static func warnings(_ warnings: [WarningRecord]?) -> String {
        (warnings ?? []).map { wrapped("  WARNING         \($0.message)") }.joined()
    }

    /// Which multiplicities were tried, unless one was given, and the cost of the search.
    private static func multiplicities(_ record: StateRecord) -> String {
        var result = ""
        if record.multiplicities?.namedByFile == true {
            result += wrapped(
                "  2S+1            \(record.multiplicity), set by the second line of the input file; no other was tried"
            )
        }
        if let multiplicities = record.multiplicities, !multiplicities.named {
            func list(_ values: [Int]) -> String { values.map(String.init).joined(separator: ", ") }
            let open = list(multiplicities.notTried) + (multiplicities.notTried.isEmpty ? "" : "; ")
            let above = multiplicities.notTriedFrom.map { "\($0) and higher" } ?? ""
            let missing = (above.isEmpty ? list(multiplicities.notTried) : open + above)
            result +=
                column("  2S+1", 18) + "tried: \(list(multiplicities.tried))" + (missing.isEmpty ? "" : "; not tried: \(missing)")
                + "\n"
        }
        if let search = record.search {
            result +=
                column("  search", 18)
                + "\(search.fockBuilds) Fock builds in \(search.rounds) round\(search.rounds == 1 ? "" : "s")"
                + (search.cutShort
                    ? "; stopped at the maximum number of rounds; a lower solution may exist" : "") + "\n"
            if let sentence = search.undecidedSentence { result += wrapped("  undecided       \(sentence)") }
        }
        return result
    }

    /// Other solutions of the same charge.
    private static func alternatives(_ record: StateRecord) -> String {
        guard !record.alternatives.isEmpty else { return "" }
        var result = "\n" + column("  other solutions", 28) + "2S+1           energy / Eh       above / Eh     <S^2>\n"
        for other in record.alternatives {
            let isUnstable = other.stability?.stable == false && other.stability?.undecided != StabilityRecord.equalEnergy
            let remark =
                other.preliminary == true
                ? (other.converged ? "loosely converged" : "not continued")
                : !other.converged ? "not converged" : isUnstable ? "unstable" : ""
            // On the same grid, which includes the loosely converged ones.
            let above = (other.relativeEnergy ?? 0) - (record.relativeEnergy ?? 0)
            result +=
                column("    " + (other.origin ?? ""), 28) + column("\(other.multiplicity)", 4, right: true)
                + column(other.energy ?? .nan, 22, 8) + column(above, 17, 6) + column(other.spinSquared, 10, 4) + "  " + remark
                + "\n"
        }
        return result
    }

    private static func moments(_ record: StateRecord) -> String {
        guard record.dipole.count == 3 else { return "" }
        let debye = record.dipole.map { $0 * PhysicalConstants.atomicDipoleInDebye }
        let size = debye.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return column("  dipole", 18) + column(size, 10, 4) + " D    (" + debye.map { column($0, 0, 4) }.joined(separator: ", ")
            + ") about the centre of nuclear charge\n"
    }

    /// d populations of the transition metals; all shells are in result.json.
    private static func shells(_ record: StateRecord) -> String {
        let all = record.shellPopulations.filter { shell in
            guard let element = Element(symbol: shell.symbol), shell.shell.hasSuffix("d") else { return false }
            return element.isTransitionMetal
        }
        // A single shell is named; for several, the sum is shown.
        let metals = all.filter { shell in
            let isSum = shell.shell == "d"
            let single = all.count { $0.atom == shell.atom && $0.scheme == shell.scheme && $0.shell != "d" } == 1
            return isSum != single
        }
        return metals.isEmpty
            ? ""
            : "\n"
                + metals.map { shell in
                    label(shell.atom, shell.symbol) + column(shell.shell, 4) + column(title(ofScheme: shell.scheme), 10)
                        + column(shell.population, 10, 4) + " electrons"
                        + (record.hasSpinDensity ? "," + column(shell.spin, 9, 4) + " unpaired" : "") + "\n"
                }.joined()
    }

    static func label(_ index: Int, _ symbol: String) -> String {
        column(column("\(index + 1)", 6, right: true) + " " + symbol, 12)
    }

    static func line(_ name: String, _ text: String) -> String { column(name, 10) + text + "\n" }
}
