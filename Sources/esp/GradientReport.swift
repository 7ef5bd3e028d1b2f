import FileFormats
import RunFolders

extension TextReport {
    /// Derivatives of a state's energy with respect to the nuclear positions; empty if there are none.
    static func gradient(_ record: StateRecord, symbols: [String]) -> String {
        guard let gradient = record.gradient else { return "" }
        var result = "\n  gradient / (Eh/bohr)" + ["x", "y", "z"].map { column($0, 14, right: true) }.joined() + "\n"
        for (index, row) in gradient.enumerated() {
            result += column("  \(index + 1) \(symbols[index])", 22) + row.map { column($0, 14, 8) }.joined() + "\n"
        }
        if let sums = record.gradientSums {
            result += column("  sum", 22) + sums.translation.map { column($0, 14, 8) }.joined() + "\n"
            result += column("  torque", 22) + sums.rotation.map { column($0, 14, 8) }.joined() + "\n"
        }
        let largest = gradient.joined().reduce(0) { max($0, abs($1)) }
        return result + column("  largest component", 22) + column(largest, 14, 8) + "\n"
    }
}
