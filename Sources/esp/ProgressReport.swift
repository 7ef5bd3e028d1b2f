import Foundation
import MolecularStructure
import SelfConsistentField
import Synchronization

/// One line of the iteration table.
struct IterationLine: Sendable {
    let charge: Int
    let number: Int
    /// In hartree.
    let energy: Double
    /// From the iteration before, in hartree; nil where there is none to compare with.
    let change: Double?
    /// Largest element of the orbital gradient.
    let residual: Double
    /// How the next density was found: DIIS, ADIIS, damping, ...
    let method: String
}

/// Progress on standard error.
final class ProgressReport: Sendable {
    private let isQuiet: Bool
    private let table = Mutex(Table())

    private struct Table {
        var start = ContinuousClock.now
        var lastPercent = -1
    }

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func announce(_ state: ChargeState, electrons: Int) {
        guard !isQuiet else { return }
        Console.error("charge \(signed(state.charge)), multiplicity \(state.multiplicity): \(electrons) electrons")
    }

    func beginIterations() {
        table.withLock { $0 = Table() }
        if !isQuiet {
            Console.error("  charge  iteration            energy / Eh      change    residual     time / s")
        }
    }

    /// Says what was prepared for all states.
    func preparation(_ problem: ElectronicProblem, seconds: Double) {
        guard !isQuiet else { return }
        let points = problem.gridPointCount == 0 ? "" : ", \(problem.gridPointCount) grid points"
        Console.error("integrals: \(problem.integralStorage.description)\(points), \(column(seconds, 0, 1)) s")
        if problem.removedFunctionCount > 0 {
            Console.error("basis: \(problem.removedFunctionCount) linearly dependent combinations removed")
        }
    }

    func iteration(_ line: IterationLine) {
        guard !isQuiet else { return }
        let start = table.withLock { $0.start }
        let change = line.change.map { String(format: "%12.2e", $0) } ?? column("", 12)
        Console.error(
            column(signed(line.charge), 8, right: true) + column("\(line.number)", 11, right: true)
                + column(line.energy, 23, 10) + change + String(format: "%12.2e", line.residual)
                + column(start.secondsToNow, 13, 1) + "  " + line.method)
    }

    func note(_ text: String) {
        if !isQuiet { Console.error("  \(text)") }
    }

    /// A bar that is drawn over itself; on a terminal only. Any thread may call.
    func bar(_ title: String, fraction: Double) {
        guard !isQuiet, Console.errorIsTerminal else { return }
        let percent = Int(100 * fraction)
        let isNew = table.withLock { table in
            defer { table.lastPercent = max(table.lastPercent, percent) }
            return percent > table.lastPercent
        }
        guard isNew else { return }
        let filled = Int((30 * min(max(fraction, 0), 1)).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        Console.redraw("  \(column(title, 34)) [\(bar)] \(column(100 * fraction, 3, 0)) %" + (fraction >= 1 ? "\n" : ""))
    }
}
