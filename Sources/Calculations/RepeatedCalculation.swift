import FileFormats
import RunFolders

/// Comparison of a repeated calculation with the first one.
package struct RepeatedCalculation {
    /// Kinds of numbers, in the order in which they are named.
    private enum Kind: String, CaseIterable {
        case orbitalEnergies = "orbital energies"
        case moments, charges
        case spins = "<S^2>"
        case forces, vibrations
        case path = "energies, structures and forces on the way"
    }

    private struct Numbers {
        var kind: Kind
        var values: [Double]
    }

    private let first: CalculationOutcome
    private let second: CalculationOutcome

    package init(first: CalculationOutcome, second: CalculationOutcome) {
        self.first = first
        self.second = second
    }

    /// One line per energy, then the largest differences of all other numbers, and what only one of the two has.
    package var text: String { energies + otherNumbers }

    private var energies: String {
        let (old, new) = (Self.energies(first), Self.energies(second))
        var lines = new.map { name, energy in
            guard let known = old.first(where: { $0.name == name }) else { return "  \(name): \(Self.onlyNew)\n" }
            let verdict =
                known.energy == energy
                ? "the same to the last bit" : String(format: "differs by %.1e Eh", (energy ?? .nan) - (known.energy ?? .nan))
            return column("  " + name, 26) + column(energy ?? .nan, 22, 10) + " Eh   \(verdict)\n"
        }
        for (name, _) in old where !new.contains(where: { $0.name == name }) { lines.append("  \(name): \(Self.missing)\n") }
        return lines.joined()
    }

    private static let (missing, onlyNew) = ("missing in the repetition", "only in the repetition")

    private var otherNumbers: String {
        let (old, new) = (Self.numbers(first), Self.numbers(second))
        var lines: [String] = []
        var equal = 0
        var kinds: Set<Kind> = []
        for key in Set(old.keys).union(new.keys).sorted() {
            guard let before = old[key], let now = new[key] else {
                lines.append("\(key): \(new[key] == nil ? Self.missing : Self.onlyNew)")
                continue
            }
            if before.values == now.values {
                equal += now.values.count
                if !now.values.isEmpty { kinds.insert(now.kind) }
            } else if before.values.count == now.values.count {
                let largest = zip(before.values, now.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
                lines.append(String(format: "differs by up to %.1e", largest) + ": \(key)")
            } else {
                lines.append("\(before.values.count) values, now \(now.values.count): \(key)")
            }
        }
        let count = lines.isEmpty ? "all \(equal)" : "\(equal)"
        let names = Kind.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: ", ")
        if equal > 0 { lines.append("\(count) other numbers (\(names)) are equal") }
        return lines.map { "  \($0)\n" }.joined()
    }

    private static func energies(_ outcome: CalculationOutcome) -> [(name: String, energy: Double?)] {
        switch outcome {
        case .states(let document):
            document.states.map { ("charge \(signed($0.charge))", $0.energy) }
                + (document.counterpoise.map { [("interaction", $0.interaction)] } ?? [])
                + (document.relaxedStates ?? []).map { ("charge \(signed($0.charge)) relaxed", $0.energy) }
        case .structure(let document): [("last structure", document.outcome?.energy)]
        }
    }

    /// By their kind.
    private static func numbers(_ outcome: CalculationOutcome) -> [String: Numbers] {
        var result: [String: Numbers] = [:]
        func add(_ kind: Kind, _ key: String, _ values: [Double]) { result[key] = Numbers(kind: kind, values: values) }
        switch outcome {
        case .states(let document):
            for state in document.states {
                let name = "charge \(signed(state.charge)), "
                add(.orbitalEnergies, name + "orbital energies", state.orbitalEnergies.alpha + state.orbitalEnergies.beta)
                add(.moments, name + "dipole and quadrupole", state.dipole + state.quadrupole)
                add(.spins, name + "<S^2>", [state.spinSquared])
                for (scheme, charges) in state.charges { add(.charges, name + "\(scheme) charges", charges) }
                for (scheme, spins) in state.spinPopulations { add(.charges, name + "\(scheme) spin populations", spins) }
                if let forces = state.gradient { add(.forces, name + "forces", forces.flatMap { $0 }) }
                if let vibrations = state.vibrations {
                    add(.vibrations, name + "frequencies in cm-1", vibrations.frequencies)
                    add(.vibrations, name + "infrared intensities in km/mol", vibrations.irIntensities)
                    add(.vibrations, name + "second derivatives", vibrations.hessian)
                }
            }
        case .structure(let document):
            add(.path, "energies on the way", document.points.map(\.energy))
            add(.path, "structures on the way", document.points.flatMap(\.geometry))
            add(.path, "forces on the way", document.points.flatMap(\.gradient))
        }
        return result
    }
}
