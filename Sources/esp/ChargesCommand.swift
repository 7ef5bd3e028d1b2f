import ArgumentParser
import FileFormats
import Foundation
import LinearAlgebra
import ParallelExecution
import WavefunctionAnalysis

struct ChargesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charges",
        abstract: "Atomic charges of a finished run by further schemes.",
        usage: "esp charges <run> [options]",
        discussion: """
            RUN is the folder of an esp computation. Charges by the schemes asked for are computed from its checkpoints, for \
            every state, and written into its result.json; those of other schemes stay as they are.

            EXAMPLES
              esp charges complex.esp
              esp charges complex.esp --scheme \(ChargeScheme.allCases.map(\.rawValue).suffix(2).joined(separator: ","))
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("Schemes of atomic charges: all, or keys with commas.", valueName: "all|key,..."),
        transform: { try ChargeSchemeChoice.parse($0) })
    var scheme: [ChargeScheme] = ChargeScheme.allCases

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            let run = try FinishedRun(readingFrom: folder)
            let pool = WorkerPool(threads: machine.threads ?? Machine.processors)
            BLASThreads.limit(to: 1)
            let analysis = try StateAnalysis(basis: run.basis, chelpgRadii: [:], schemes: scheme, pool: pool)
            var document = run.document
            try analysis.addCharges(run.wavefunctions, to: &document.states)
            document.model.chargeSchemes = (document.model.chargeSchemes ?? [:]).merging(analysis.chargeSchemeRecords) { _, new in new }
            try run.folder.write(document.json(), name: OutputFolder.resultName)
            for record in document.states {
                try Console.output(TextReport.charges(record, symbols: document.molecule.symbols))
            }
        }
    }
}
