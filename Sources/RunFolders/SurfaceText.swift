import FileFormats
import MolecularStructure

/// Tables of at most 100 columns.
extension SurfaceDocument {
    private static let kilocalories = PhysicalConstants.hartreeInKilocaloriePerMole
    private static let angstrom = PhysicalConstants.bohrInAngstrom

    /// Descriptors of all states side by side, then the extrema of each.
    package var text: String {
        let shown = Array(states.prefix(5))
        var result = "electrostatic potential where the density is \(level) electrons/bohr^3\n\n" + column("", 40)
        result += shown.map { column("q = \(signed($0.charge))", 12, right: true) }.joined() + "\n"
        func row(_ name: String, _ unit: Double, _ value: (State) -> Double?) {
            result += column("  " + name, 40)
            result +=
                shown.map { state in value(state).map { column($0 * unit, 12, 3) } ?? column("-", 12, right: true) }.joined()
                + "\n"
        }
        let (area, energy) = (Self.angstrom * Self.angstrom, Self.kilocalories)
        row("volume / A^3", area * Self.angstrom) { $0.volume }
        row("area / A^2", area) { $0.whole.area }
        row("area of positive potential / A^2", area) { $0.whole.positiveArea }
        row("area of negative potential / A^2", area) { $0.whole.negativeArea }
        row("area of |V| > 10 kcal/mol / A^2", area) { $0.whole.polarArea }
        row("mean / (kcal/mol)", energy) { $0.whole.mean }
        row("mean of positive / (kcal/mol)", energy) { $0.whole.positiveMean }
        row("mean of negative / (kcal/mol)", energy) { $0.whole.negativeMean }
        row("maximum / (kcal/mol)", energy) { $0.whole.maximum }
        row("minimum / (kcal/mol)", energy) { $0.whole.minimum }
        row("variance of positive / (kcal/mol)^2", energy * energy) { $0.whole.positiveVariance }
        row("variance of negative / (kcal/mol)^2", energy * energy) { $0.whole.negativeVariance }
        row("total variance / (kcal/mol)^2", energy * energy) { $0.whole.totalVariance }
        row("balance nu", 1) { $0.whole.balance }
        row("average deviation Pi / (kcal/mol)", energy) { $0.whole.averageDeviation }
        row("polarity index MPI / (kcal/mol)", energy) { $0.whole.polarityIndex }
        for state in shown { result += extrema(state) }
        return result
    }

    private func extrema(_ state: State) -> String {
        var result =
            "\n  q = \(signed(state.charge)): \(state.extrema.count) extrema    V / (kcal/mol)   atom              x, y, z / A\n"
        for extremum in state.extrema {
            result += column("    \(extremum.kind)", 24) + column(extremum.value * Self.kilocalories, 18, 3)
            result += "   " + column("\(extremum.atom + 1) \(symbols[extremum.atom])", 10)
            result += extremum.position.map { column($0 * Self.angstrom, 10, 3) }.joined() + "\n"
        }
        return result
    }
}
