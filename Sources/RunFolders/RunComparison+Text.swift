import FileFormats
import MolecularStructure
import WavefunctionAnalysis

extension RunComparison {
    /// The schemes common to all runs with charges, in the program's order.
    public var schemes: [String] {
        let sets = runs.filter { !$0.classes.isEmpty }.map { Set($0.classes.flatMap(\.charges.keys)) }
        let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        let known = ChargeScheme.allCases.map(\.rawValue)
        return known.filter(common.contains) + common.subtracting(known).sorted()
    }

    /// Tables of at most 100 columns, unless names are long: no name is truncated.
    ///
    /// - Parameter schemes: of the charges; nil for CHELPG, or the last common one.
    public func text(schemes chosen: [String]? = nil) -> String {
        let known = schemes
        let usual = known.contains(ChargeScheme.chelpg.rawValue) ? ChargeScheme.chelpg.rawValue : known.last
        var result = heads + "\n" + states
        for scheme in chosen ?? [usual].compactMap({ $0 }) { result += charges(scheme) }
        return result + surfaces
    }

    /// Width of a column for these names, followed by a space.
    private static func width(_ names: some Sequence<String>, atLeast least: Int) -> Int {
        names.reduce(least) { max($0, $1.count + 1) }
    }

    private static func indented(_ name: String) -> String { "  \(name)" }

    private var nameWidth: Int { Self.width(runs.lazy.map { Self.indented($0.name) }, atLeast: 26) }

    private func name(_ run: Run) -> String { column(Self.indented(run.name), nameWidth) }

    private var heads: String {
        let width = Self.width(runs.lazy.map(\.formula), atLeast: 24)
        return column("run", nameWidth) + column("formula", width) + "method, basis\n"
            + runs.map { name($0) + column($0.formula, width) + "\($0.method), \($0.basis)\n" }.joined()
    }

    private var states: String {
        var result =
            column("states", nameWidth) + column("q", 4, right: true) + column("2S+1", 6, right: true)
            + column("E / Eh", 18, right: true) + column("affinity / eV", 15, right: true) + column("gap / eV", 10, right: true)
            + column("<S^2>", 9, right: true) + column("dipole / D", 12, right: true) + "\n"
        let volt = PhysicalConstants.hartreeInElectronvolt
        func number(_ value: Double?, _ width: Int, _ digits: Int) -> String {
            value.map { column($0, width, digits) } ?? column("-", width, right: true)
        }
        for run in runs {
            for (index, state) in run.states.enumerated() {
                result +=
                    (index == 0 ? name(run) : column("", nameWidth)) + column(signed(state.charge), 4, right: true)
                    + column("\(state.multiplicity)", 6, right: true) + number(state.energy, 18, 8)
                    + number(state.electronAffinity.map { $0 * volt }, 15, 3) + number(state.gap.map { $0 * volt }, 10, 3)
                    + column(state.spinSquared, 9, 4) + column(state.dipole * PhysicalConstants.atomicDipoleInDebye, 12, 3)
                    + (state.converged ? "" : "  NOT CONVERGED") + "\n"
            }
        }
        return result
    }

    /// Charges of classes in up to four states, and shares of all added electrons.
    private func charges(_ scheme: String) -> String {
        func label(_ entry: AtomClass) -> String {
            Self.indented(entry.name) + Fragment.atomCount(entry.atoms.count)
        }
        func title(_ run: Run) -> String { "\(scheme): \(run.name)" }
        let shown = runs.filter { $0.classes.contains { $0.charges[scheme] != nil } }
        let width = Self.width(shown.flatMap { [title($0)] + $0.classes.map(label) }, atLeast: 44)
        var result = ""
        for run in shown {
            let charges = run.states.prefix(4).map(\.charge)
            result += "\n" + column(title(run), width)
            result += charges.map { column("q = \(signed($0))", 8, right: true) }.joined()
            result +=
                charges.dropFirst().map {
                    column("\(signed(run.origin(of: $0))) to \(signed($0))", 10, right: true)
                }.joined() + "\n"
            for entry in run.classes {
                result += column(label(entry), width)
                result += (entry.charges[scheme] ?? []).prefix(charges.count).map { column($0, 8, 3) }.joined()
                result += (entry.shares[scheme] ?? []).prefix(charges.count - 1).map { column($0, 10, 3) }.joined() + "\n"
            }
        }
        return result
    }

    private var surfaces: String {
        let shown = runs.filter { $0.surfaceLevel != nil }
        guard !shown.isEmpty else { return "\nno surface extrema: esp surface RUN finds them\n" }
        let unit = PhysicalConstants.hartreeInKilocaloriePerMole
        var result =
            "\n" + column("potential on the surface", nameWidth) + column("q", 4, right: true)
            + column("lowest / (kcal/mol)", 24, right: true) + column("highest / (kcal/mol)", 28, right: true) + "\n"
        func text(_ extremum: Extremum?, _ width: Int) -> String {
            guard let extremum else { return column("-", width, right: true) }
            return column(extremum.value * unit, width - 10, 2) + "  " + column("\(extremum.symbol)\(extremum.atom)", 8)
        }
        for run in shown {
            for (index, state) in run.states.enumerated() {
                result +=
                    (index == 0 ? name(run) : column("", nameWidth)) + column(signed(state.charge), 4, right: true)
                    + text(state.surfaceMinimum, 24) + text(state.surfaceMaximum, 28) + "\n"
            }
        }
        return result
    }

    /// One number per line, in atomic units and full precision, with its meaning.
    public var csv: String {
        var result = "run,formula,charge,multiplicity,quantity,scheme,class,atoms,value\n"
        for run in runs {
            func add(_ state: State, _ quantity: String, _ value: Double?, scheme: String = "", of entry: AtomClass? = nil) {
                guard let value else { return }
                result +=
                    "\(CSVText.quoted(run.name)),\(CSVText.quoted(run.formula)),\(state.charge),\(state.multiplicity),\(quantity),"
                result += "\(scheme),\(CSVText.quoted(entry?.name ?? "")),"
                result += "\(CSVText.quoted((entry?.atoms ?? []).map(String.init).joined(separator: " "))),\(value)\n"
            }
            for (index, state) in run.states.enumerated() {
                add(state, "energy", state.energy)
                add(state, "electron_affinity", state.electronAffinity)
                add(state, "gap", state.gap)
                add(state, "spin_squared", state.spinSquared)
                add(state, "dipole", state.dipole)
                add(state, "surface_minimum", state.surfaceMinimum?.value)
                add(state, "surface_maximum", state.surfaceMaximum?.value)
                for entry in run.classes {
                    for (scheme, values) in entry.charges.sorted(by: { $0.key < $1.key }) where index < values.count {
                        add(state, "charge", values[index], scheme: scheme, of: entry)
                    }
                    for (scheme, values) in entry.shares.sorted(by: { $0.key < $1.key }) where index > 0 && index <= values.count
                    {
                        add(state, "share", values[index - 1], scheme: scheme, of: entry)
                    }
                }
            }
        }
        return result
    }
}
