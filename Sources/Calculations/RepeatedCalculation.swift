import FileFormats
import RunFolders

/// What a repeated calculation came to, beside the first one.
package struct RepeatedCalculation {
    private let first: CalculationOutcome
    private let second: CalculationOutcome

    package init(first: CalculationOutcome, second: CalculationOutcome) {
        self.first = first
        self.second = second
    }

    /// A line for every energy, and what all other numbers that both have come to.
    package var text: String {
        let pairs = zip(Self.energies(first), Self.energies(second)).map { ($0.name, $0.energy, $1.energy) }
        return pairs.map { name, old, new in
            let verdict =
                old == new ? "the same to the last bit" : String(format: "differs by %.1e Eh", (new ?? .nan) - (old ?? .nan))
            return column("  " + name, 26) + column(new ?? .nan, 22, 10) + " Eh   \(verdict)\n"
        }.joined() + otherNumbers
    }

    private var otherNumbers: String {
        let (old, new) = (Self.numbers(first), Self.numbers(second))
        var lines: [String] = []
        var equal = 0
        for (key, values) in old.sorted(by: { $0.key < $1.key }) {
            guard let others = new[key] else { continue }
            if values == others {
                equal += values.count
            } else if values.count == others.count {
                let largest = zip(values, others).reduce(0) { max($0, abs($1.0 - $1.1)) }
                lines.append(String(format: "differs by up to %.1e", largest) + ": \(key)")
            } else {
                lines.append("\(values.count) values, now \(others.count): \(key)")
            }
        }
        let count = lines.isEmpty ? "all \(equal)" : "\(equal)"
        if equal > 0 { lines.append("\(count) other numbers (\(Self.kinds(of: second))) are equal") }
        return lines.map { "  \($0)\n" }.joined()
    }

    private static func energies(_ outcome: CalculationOutcome) -> [(name: String, energy: Double?)] {
        switch outcome {
        case .states(let document):
            document.states.map { ("charge \(signed($0.charge))", $0.energy) }
                + (document.counterpoise.map { [("interaction", $0.interaction)] } ?? [])
                + (document.relaxedStates ?? []).map { ("charge \(signed($0.charge)) relaxed", $0.energy) }
        case .structure(let document): [("structure \(document.points.count)", document.outcome?.energy)]
        }
    }

    private static func kinds(of outcome: CalculationOutcome) -> String {
        switch outcome {
        case .states(let document):
            let hasForces = document.states.contains { $0.gradient != nil }
            let hasVibrations = document.states.contains { $0.vibrations != nil }
            return "orbital energies, moments, charges" + (hasForces ? ", forces" : "") + (hasVibrations ? ", vibrations" : "")
        case .structure: return "energies, structures and forces on the way"
        }
    }

    /// By what they are.
    private static func numbers(_ outcome: CalculationOutcome) -> [String: [Double]] {
        var result: [String: [Double]] = [:]
        switch outcome {
        case .states(let document):
            for state in document.states {
                let name = "charge \(signed(state.charge)), "
                result[name + "orbital energies"] = state.orbitalEnergies.alpha + state.orbitalEnergies.beta
                result[name + "dipole and quadrupole"] = state.dipole + state.quadrupole
                result[name + "<S^2>"] = [state.spinSquared]
                for (scheme, charges) in state.charges { result[name + "\(scheme) charges"] = charges }
                for (scheme, spins) in state.spinPopulations { result[name + "\(scheme) spin populations"] = spins }
                if let forces = state.gradient { result[name + "forces"] = forces.flatMap { $0 } }
                if let vibrations = state.vibrations {
                    result[name + "frequencies in cm-1"] = vibrations.frequencies
                    result[name + "infrared intensities in km/mol"] = vibrations.irIntensities
                    result[name + "second derivatives"] = vibrations.hessian
                }
            }
        case .structure(let document):
            result["energies on the way"] = document.points.map(\.energy)
            result["structures on the way"] = document.points.flatMap(\.geometry)
            result["forces on the way"] = document.points.flatMap(\.gradient)
        }
        return result
    }
}
