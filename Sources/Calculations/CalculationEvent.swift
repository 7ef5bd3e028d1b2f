import FileFormats
import GaussianIntegrals
import GeometryOptimization
import MolecularStructure
import ParallelExecution
import ReductionSeries
import RunFolders

/// What happens while a calculation runs.
public enum CalculationEvent: Sendable {
    /// A line about what is done, or what its user may want to know.
    case note(String)
    /// Before the first integral.
    case began(CalculationSummary)
    case state(ChargeState, electrons: Int)
    /// What all states share is ready.
    case prepared(integrals: String, gridPoints: Int, removedFunctions: Int, seconds: Double)
    case iterationsBegan
    case iteration(IterationLine)
    /// One structure of a search for a stationary point.
    case structure(StructureStep)
    /// How much of a long step is done, from 0 to 1, and which of its parts, such as `4 of 12`; 1 when it has ended, whatever the earlier
    /// estimates. May come from any thread.
    case progress(String, fraction: Double, parts: String? = nil)
    /// Solutions from the first guess, which are written; the search for others begins.
    case foundFirst(ResultDocument)
    /// The states are known, and no file is written yet; what a reader of the charges has to know.
    case analyzed(ResultDocument, notes: [String])
    case accounted(ElectronAccount)
    /// The interaction energy of fragments; whether bonds connect them.
    case counterpoised(CounterpoiseRecord, cutsBonds: Bool)
    /// All files are written.
    case finished(ResultDocument, folder: String)
    case profiled(CalculationProfile)
}

/// What watches a calculation: it is told what happens, and asked whether to go on.
public struct CalculationMonitor: Sendable {
    /// What it throws ends the calculation.
    public var report: @Sendable (CalculationEvent) throws -> Void
    /// Throws where the calculation is to end; files and checkpoints are whole then.
    public var checkCancellation: @Sendable () throws -> Void

    public init(
        report: @escaping @Sendable (CalculationEvent) throws -> Void = { _ in },
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) {
        self.report = report
        self.checkCancellation = checkCancellation
    }

    /// The same without what concerns one calculation of several: tables of results.
    package var withoutResults: CalculationMonitor {
        CalculationMonitor(
            report: { event in
                switch event {
                case .began, .foundFirst, .analyzed, .accounted, .counterpoised, .finished, .profiled: break
                default: try report(event)
                }
            }, checkCancellation: checkCancellation)
    }

    /// The same with notes only.
    package var withNotesOnly: CalculationMonitor {
        CalculationMonitor(
            report: { if case .note = $0 { try report($0) } }, checkCancellation: checkCancellation)
    }

    /// The same without any event.
    package var silent: CalculationMonitor { CalculationMonitor(checkCancellation: checkCancellation) }

    package func note(_ text: String) { try? report(.note(text)) }

    /// Does a step that may take long: its beginning and progress are told, and the time that it took where that is more than two seconds.
    ///
    /// - Parameter work: tells how much is done, from 0 to 1, on any thread.
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
    /// From the iteration before, in hartree; nil where there is none to compare with.
    public let change: Double?
    /// Largest element of the orbital gradient.
    public let residual: Double
    /// How the next density was found: DIIS, ADIIS, damping, ...
    public let method: String
    /// Whether products of the orbital Hessian were computed for a stability test, and no energy.
    public var isStabilityTest = false
}

/// The head of a report: what will be computed.
public struct CalculationSummary: Sendable {
    public let name: String
    public let symbols: [String]
    /// Of ghost atoms, as `Cl-Bq`.
    public let ghosts: [String]
    public let method: String
    /// Empty for Hartree-Fock.
    public let grid: String
    /// Terms that are added to the Hamiltonian of the method, a line each.
    public let terms: [String]
    /// Basis sets by name, each with its elements; those with a core potential are marked.
    public let basis: [(name: String, elements: [(symbol: String, hasPotential: Bool)])]
    /// Atoms by number from 1 with their set, for elements whose atoms differ.
    public let basisOfAtoms: [(atoms: String, set: String)]
    public let functionCount: Int
    /// Pure or Cartesian, where that makes a difference; else empty.
    public let functionKind: String
    public let states: [ChargeState]
    public let threads: Int
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

/// One structure of a search for a stationary point.
public struct StructureStep: Sendable {
    public let number: Int
    /// In hartree.
    public let energy: Double
    /// From the structure before, in hartree; nil for the first one.
    public let change: Double?
    /// Forces, and the step to the next structure.
    public let measures: StepMeasures
    /// Since the start.
    public let seconds: Double
}
