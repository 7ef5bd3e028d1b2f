import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries
import RunFolders

/// A series of states, each of which is relaxed: first the base state, at whose structure the series is computed, then all others.
public struct AdiabaticSeries {
    private let input: CalculationInput
    private let path: String
    private let replaces: Bool
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// - Parameters:
    ///   - folder: for the results; those of single states go to `relaxed`.
    ///   - replaces: whether to replace the results of another calculation in the folder.
    public init(
        _ input: CalculationInput, folder: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.input = input
        path = folder
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
    }

    @discardableResult
    public func run() throws -> ResultDocument {
        let root = try OutputFolder(path: path)
        let lock = try FolderLock(root)
        defer { withExtendedLifetime(lock) {} }
        try checkEarlier()
        let relaxed = RelaxedStates(
            input: input, folder: root.url(RelaxedStates.name).path, replaces: replaces, call: call, monitor: monitor)
        let charges = try ChargeChoice(input.states, of: input.molecule.file()).charges
        let base = ReductionBase.charge(of: charges, own: input.molecule.charge) ?? charges[0]
        let multiplicity = multiplicity(of: base, among: charges)

        let structure = try relaxed.structure(charge: base, multiplicity: multiplicity, from: input.molecule)
        var vertical = input
        vertical.task = .energy
        vertical.molecule = structure
        vertical.states.charges = charges
        vertical.states.reduction = nil
        var document = try Calculation(vertical, folder: path, replaces: replaces, call: call, monitor: monitor).run()
        var states: [StateRecord] = []
        for state in document.states {
            var record = state
            record.geometry = document.molecule.geometry
            if state.charge != base {
                let own = try relaxed.structure(charge: state.charge, multiplicity: state.multiplicity, from: structure)
                let single = try relaxed.result(charge: state.charge, multiplicity: state.multiplicity, at: own)
                guard let found = single.states.first(where: { $0.charge == state.charge }) else { continue }
                record = found
                record.geometry = single.molecule.geometry
            }
            states.append(record)
        }
        document.relaxedStates = states
        // The input of the whole calculation, not of its vertical part alone.
        if var whole = document.input?.whole {
            (whole.task, whole.molecule, whole.optimization) = (.adiabatic, input.molecule, input.optimization)
            document.input = .whole(whole)
        }
        try root.write(document.json(), name: OutputFolder.resultName)
        if states.count > 1 {
            let account = try ElectronAccount(document, structures: .relaxed)
            try root.write(Data(account.csv.utf8), name: OutputFolder.relaxedAccountName)
            try monitor.report(.accounted(account))
        }
        return document
    }

    /// The requested multiplicities: one for all charges, or one per charge; nil for those that the search finds.
    private func multiplicity(of base: Int, among charges: [Int]) -> Int? {
        guard let named = input.states.multiplicities else { return nil }
        return named.count == charges.count ? charges.firstIndex(of: base).map { named[$0] } : named.first
    }

    /// Checks, before the structures are relaxed, whether the folder contains the result of another calculation. An interrupted series has
    /// the folder of its structures; each of them is compared when it is reached.
    private func checkEarlier() throws {
        guard !replaces, !OutputFolder(existing: path).has(RelaxedStates.name), let earlier = try EarlierResult(in: path, replaces: false),
            earlier.isWorthKeeping
        else { return }
        let old = earlier.document.input?.whole
        let isSame =
            old?.task == .adiabatic && old?.molecule.symbols == input.molecule.symbols
            && isSameStructure(old?.molecule.geometry ?? [], input.molecule.geometry)
        if !isSame {
            throw earlier.refusal(
                path, conflicts: [old?.task == .adiabatic ? "another structure" : "its states were not relaxed"])
        }
    }
}
