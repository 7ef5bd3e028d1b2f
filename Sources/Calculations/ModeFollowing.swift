import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// Optimises downhill from a saddle point, on both sides of its lowest imaginary mode.
public struct ModeFollowing {
    /// The outcome on one side.
    public struct Outcome: Sendable {
        /// `plus` or `minus`, relative to the direction of the mode in the result.
        public let side: String
        public let folder: String
        /// In hartree; nil if nothing was computed.
        public let energy: Double?
        public let isConverged: Bool
    }

    private let folder: String
    private let document: ResultDocument
    private let charge: Int
    private let resources: ResourceInput
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// Displacement of the atom that moves most, in bohr: large enough to leave the flat region at the saddle point.
    private static let displacement = 0.2

    public init(
        _ document: ResultDocument, folder: String, charge: Int, resources: ResourceInput = ResourceInput(),
        call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.document = document
        self.folder = folder
        self.charge = charge
        self.resources = resources
        self.call = call
        self.monitor = monitor
    }

    /// Optimises the structure on both sides, in subfolders of the run such as `q0_m1.follow-plus`. Frozen atoms and constraints are kept.
    ///
    /// - Returns: nothing if the state is not at a saddle point.
    public func run() throws -> [Outcome] {
        guard let record = document.states.first(where: { $0.charge == charge }), let vibrations = record.vibrations,
            vibrations.verdict == .saddlePoint, let mode = vibrations.normalModes.first
        else { return [] }
        guard let whole = document.input?.whole else {
            throw RunFolderError.damaged("\(folder) does not hold the input that it was made from. Compute it again.")
        }
        let factor = Self.displacement / (OptimizationFiles.vectors(mode).map(\.length).max() ?? 1)
        return try [("plus", 1.0), ("minus", -1.0)].map { side, sign in
            var input = whole
            input.task = .optimization
            (input.optimization.hessianFrom, input.optimization.saddleMode) = (nil, nil)
            input.optimization.seeksSaddle = false
            input.optimization.keepsSymmetry = false
            if let frozen = vibrations.frozenAtoms {
                input.optimization.frozenAtoms = AtomList(indices: frozen.map { $0 - 1 }).description
            }
            let step = mode.map { sign * factor * $0 }
            input.molecule.geometry = zip(document.molecule.geometry, step).map { $0 + $1 }
            input.molecule.name = OutputFolder.stem(of: document.provenance.input) + "-" + side
            input.states.charges = [record.charge]
            input.states.multiplicities = [record.multiplicity]
            input.states.search = StateInput.Search.none
            input.states.addsElectrons = false
            input.convergence.startFrom = folder
            input.resources = resources
            let state = record.state
            let path = folder + "/" + OutputFolder.followName(state, side: side)
            monitor.note("following mode 1 (\(column(vibrations.frequencies[0], 0, 1)) cm-1) to the \(side) side, in \(path)")
            let found = try GeometryRelaxation(input, folder: path, call: call, monitor: monitor).run()
            return Outcome(side: side, folder: path, energy: found.points.last?.energy, isConverged: found.converged)
        }
    }
}
