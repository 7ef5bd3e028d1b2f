import FileFormats
import Foundation
import ReductionSeries
import WavefunctionAnalysis

/// `esp compute --relax`: the base state is relaxed, the series is computed at its structure, and then every other state is
/// relaxed, too.
struct AdiabaticSeries {
    let command: ComputeCommand
    let isSeries: Bool

    func run() throws -> ResultDocument {
        let output = command.output.output ?? OutputFolder.defaultName(for: command.file)
        let root = try OutputFolder(path: output)
        let lock = try FolderLock(root)
        defer { withExtendedLifetime(lock) {} }
        let relaxed = RelaxedStates(command: command, folder: root.url("relaxed").path)
        let input = try command.electrons.molecule(from: command.file)
        let base = command.electrons.charge?.first ?? input.charge ?? 0
        let multiplicity = command.electrons.multiplicity?.first ?? input.multiplicity

        let relaxedFile = try relaxed.structure(charge: base, multiplicity: multiplicity, from: command.file)
        var vertical = command
        vertical.file = relaxedFile
        vertical.output.output = output
        if vertical.electrons.charge == nil { vertical.electrons.charge = isSeries ? [base, base - 1, base - 2] : [base] }
        // That file says its own unit.
        vertical.electrons.units = nil
        vertical.electrons.frame = nil
        var document = try Computation(
            command: vertical, isSeries: isSeries, arguments: Array(CommandLine.arguments.dropFirst())
        ).run()
        var states: [StateRecord] = []
        for state in document.states {
            var record = state
            record.geometry = document.molecule.geometry
            if state.charge != base {
                let structure = try relaxed.structure(
                    charge: state.charge, multiplicity: state.multiplicity, from: relaxedFile)
                let single = try relaxed.result(charge: state.charge, multiplicity: state.multiplicity, at: structure)
                guard let found = single.states.first else { continue }
                record = found
                record.geometry = single.molecule.geometry
            }
            states.append(record)
        }
        document.relaxedStates = states
        try root.write(document.json(), name: OutputFolder.resultName)
        if states.count > 1 {
            let account = try ElectronAccount(document, structures: .relaxed)
            try root.write(Data(account.csv.utf8), name: OutputFolder.relaxedAccountName)
            if !command.output.json {
                try Console.output(
                    "\nevery state at its own relaxed structure\n" + account.text(schemes: [ChargeScheme.chelpg.rawValue]))
            }
        }
        return document
    }
}
