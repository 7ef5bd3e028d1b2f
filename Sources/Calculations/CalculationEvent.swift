import FileFormats
import GaussianIntegrals
import GeometryOptimization
import MolecularStructure
import ParallelExecution
import ReductionSeries
import RunFolders

/// What happens while a calculation runs.
public enum CalculationEvent: Sendable {
    /// A line about what is being done, or about something the user may want to know.
    case note(String)
    /// Before the first integral.
    case began(CalculationSummary)
    case state(ChargeState, electrons: Int)
    /// The data that all states share are ready.
    case prepared(integrals: String, gridPoints: Int, removedFunctions: Int, seconds: Double)
    case iterationsBegan
    case iteration(IterationLine)
    /// One structure of an optimisation.
    case structure(StructureStep)
    /// How much of a long step is done, from 0 to 1, and which of its parts, such as `4 of 12`; 1 when it has ended, whatever the earlier
    /// estimates. May come from any thread.
    case progress(String, fraction: Double, parts: String? = nil)
    /// Solutions from the initial guess, which are written before the search for others begins.
    case foundFirst(ResultDocument)
    /// The states are known, but no file is written yet; with notes for readers of the charges.
    case analyzed(ResultDocument, notes: [String])
    case accounted(ElectronAccount)
    /// The interaction energy of fragments, and whether bonds connect them.
    case counterpoised(CounterpoiseRecord, cutsBonds: Bool)
    /// All files are written.
    case finished(ResultDocument, folder: String)
    case profiled(CalculationProfile)
}

/// An observer of a calculation: it is notified of events, and asked whether to continue.
public struct CalculationMonitor: Sendable {
    /// An error that it throws ends the calculation.
    public var report: @Sendable (CalculationEvent) throws -> Void
    /// Throws if the calculation should end; files and checkpoints are complete at that point.
    public var checkCancellation: @Sendable () throws -> Void

    public init(
        report: @escaping @Sendable (CalculationEvent) throws -> Void = { _ in },
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) {
        self.report = report
        self.checkCancellation = checkCancellation
    }

    /// The same without the result tables, for one calculation of several.
    package var withoutResults: CalculationMonitor {
        CalculationMonitor(
            report: { event in
                switch event {
                case .began, .foundFirst, .analyzed, .accounted, .counterpoised, .finished, .profiled: break
                default: try report(event)
                }
            }, checkCancellation: checkCancellation)
    }

    /// The same, limited to notes.
    package var withNotesOnly: CalculationMonitor {
        CalculationMonitor(
            report: { if case .note = $0 { try report($0) } }, checkCancellation: checkCancellation)
    }

    /// The same without any event.
    package var silent: CalculationMonitor { CalculationMonitor(checkCancellation: checkCancellation) }

    package func note(_ text: String) { try? report(.note(text)) }

    /// Runs a step that may take long. Reports its start and its progress, and the elapsed time if that exceeds two seconds.
    ///
    /// - Parameter work: reports the completed fraction, from 0 to 1, from any thread.
    package func timed<Result>(
        _ title: String, _ work: (_ tell: @escaping @Sendable (Double) -> Void) throws -> Result
    ) throws -> Result {
        let start = ContinuousClock.now
        try report(.progress(title, fraction: 0))
        let result = try work { fraction in try? report(.progress(title, fraction: min(fraction, 0.999))) }
        try report(.progress(title, fraction: 1))
        let seconds = start.secondsToNow
        if seconds > 2 { note("\(title): done in \(DurationText.text(seconds))") }
        return result
    }
}

/// One line of the iteration table.
public struct IterationLine: Sendable {
    public let charge: Int
    public let number: Int
    /// In hartree.
    public let energy: Double
    /// Change since the previous iteration, in hartree; nil if there is nothing to compare with.
    public let change: Double?
    /// Largest element of the orbital gradient.
    public let residual: Double
    /// How the next density was obtained: DIIS, ADIIS, damping, ...
    public let method: String
    /// Whether this line counts products of the orbital Hessian in a stability test, and not an energy evaluation.
    public var isStabilityTest = false
}

/// The head of a report: what is going to be computed.
public struct CalculationSummary: Sendable {
    public let name: String
    public let symbols: [String]
    /// Of ghost atoms, as `Cl-Bq`.
    public let ghosts: [String]
    public let method: String
    /// Empty for Hartree-Fock.
    public let grid: String
    /// Terms added to the Hamiltonian of the method, one line each.
    public let terms: [String]
    /// Basis sets by name, each with its elements; those with a core potential are marked.
    public let basis: [(name: String, elements: [(symbol: String, hasPotential: Bool)])]
    /// Atom numbers from 1 with their basis set, for elements whose atoms have different sets.
    public let basisOfAtoms: [(atoms: String, set: String)]
    public let functionCount: Int
    /// Pure or Cartesian, if that makes a difference; otherwise empty.
    public let functionKind: String
    public let states: [ChargeState]
    public let threads: Int
    /// Processes with as many threads and as much memory each.
    public let ranks: Int
    /// In bytes.
    public let memory: Int
    public let folder: String
}

/// Where the time of a calculation went.
public struct CalculationProfile: Sendable {
    package let ledger: TimeLedger
    package let seconds: Double
    package let repulsion: RepulsionProfile
}

/// One structure of an optimisation.
public struct StructureStep: Sendable {
    public let number: Int
    /// In hartree.
    public let energy: Double
    /// Change since the previous structure, in hartree; nil for the first one.
    public let change: Double?
    /// Forces, and the step to the next structure.
    public let measures: StepMeasures
    /// Since the start.
    public let seconds: Double
}
