import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import ReductionSeries
import RunFolders
import WavefunctionAnalysis

struct SurfaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surface",
        abstract: "Statistics and extrema of the electrostatic potential on the molecular surface, from a finished run.",
        usage: "esp surface <run> [options]",
        discussion: """
            RUN is the folder of an esp computation or analysis. For every state: area, volume, positive and negative area, \
            mean and extreme potential, variances, balance, average deviation, polarity index, area by ranges of the \
            potential, the same by atom and fragment, and all local minima and maxima with the atoms they belong to. \
            Numbers go to surface.json and surface.csv in the folder, the extrema to PDB files, the ranges to surface.svg.

            EXAMPLES
              esp surface complex.esp
              esp surface complex.esp --level 0.0004
              esp surface complex.esp --spacing 0.2      a finer search of the surface
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var runFolder: String

    @Option(help: ArgumentHelp("Electron density on the surface, in electrons per bohr^3.", valueName: "density"))
    var level = Isosurface.defaultDensityLevel

    @Option(help: ArgumentHelp("Spacing of the grid in which the surface is searched, in bohr.", valueName: "bohr"))
    var spacing = Isosurface.defaultSpacing

    @Flag(help: "Print surface.json instead of the tables.")
    var json = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        guard level >= 1e-6, level <= 10 else {
            throw ValidationError("--level must lie between 1e-6 and 10 electrons per bohr^3")
        }
        guard spacing >= 0.05, spacing <= 1 else { throw ValidationError("--spacing must lie between 0.05 and 1 bohr") }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            BLASThreads.limit(to: 1)
            let finished = try FinishedRun(
                readingFrom: runFolder, forWriting: true, memory: machine.memoryLimit, checkCancellation: Interruption.check)
            let pool = try machine.pool()
            finished.folder.noteIfReadOnly()
            let document = try analyzed(finished, pool: pool)
            // Before anything is written: a folder that is read-only must not keep the numbers from being seen.
            try Console.output(json ? String(decoding: document.json(), as: UTF8.self) : TextReport.surface(document))
            try write(document, finished)
            if !json { try Console.output("\nresults in \(finished.folder.path): \(OutputFolder.surfaceName)\n") }
        }
    }

    private func analyzed(_ finished: FinishedRun, pool: WorkerPool) throws -> SurfaceDocument {
        let fragments = try finished.fragments()
        var states: [SurfaceDocument.State] = []
        for wavefunction in finished.wavefunctions {
            try Interruption.check()
            let analysis: SurfaceAnalysis
            do {
                analysis = try SurfaceAnalysis(
                    wavefunction, level: level, spacing: spacing,
                    memoryLimitInBytes: Machine.remaining(of: machine.memoryLimit), pool: pool)
            } catch let error as IsosurfaceError where error.isLackOfMemory {
                throw Failure(.outOfMemory, "\(runFolder): \(sentence(error))")
            } catch {
                throw Failure(.badInput, "\(runFolder): \(sentence(error))")
            }
            var state = SurfaceDocument.State(analysis, wavefunction.state, fragments: fragments)
            if let first = states.first { state.change = state.whole.less(first.whole) }
            states.append(state)
        }
        return SurfaceDocument(
            level: level, spacing: spacing, polarThreshold: SurfaceAnalysis.polarThreshold,
            symbols: finished.document.molecule.symbols, references: SurfacePotentialStatistics.references, states: states)
    }

    private func write(_ document: SurfaceDocument, _ finished: FinishedRun) throws {
        let folder = finished.folder
        try folder.write(document.json(), name: OutputFolder.surfaceName)
        try folder.write(Data(document.csv.utf8), name: OutputFolder.surfaceTableName)
        try folder.write(Data(SurfaceHistogramSVG.text(document).utf8), name: OutputFolder.surfacePlotName)
        for (wavefunction, state) in zip(finished.wavefunctions, document.states) {
            let title = "\(OutputFolder.stem(of: runFolder)), charge \(signed(state.charge)), density \(level)"
            let text = ExtremaPDB.text(title: title, molecule: finished.basis.molecule, extrema: state.extrema)
            try folder.write(
                Data(text.utf8), name: OutputFolder.exportName(wavefunction.state, extension: "surface.pdb"))
        }
    }
}

extension SurfaceDocument.State {
    /// Ranges of the histogram.
    private static let ranges = 24

    init(_ analysis: SurfaceAnalysis, _ state: ChargeState, fragments: [FragmentRecord]) {
        let low = analysis.statistics.minimum ?? 0
        let high = analysis.statistics.maximum ?? 0
        let edges = (0...Self.ranges).map { low + (high - low) * Double($0) / Double(Self.ranges) }
        self.init(
            charge: state.charge, multiplicity: state.multiplicity, volume: analysis.volume,
            triangles: analysis.surface.mesh.triangles.count, whole: .init(analysis.statistics),
            atoms: analysis.atoms.map { $0.map(SurfaceDocument.Descriptors.init) },
            fragments: fragments.map {
                .init(name: $0.name, descriptors: analysis.statistics(atoms: $0.atoms).map(SurfaceDocument.Descriptors.init))
            },
            extrema: zip(analysis.extrema, analysis.extremumAtoms).map { extremum, atom in
                .init(
                    kind: extremum.isMaximum ? "maximum" : "minimum", value: extremum.value,
                    position: [extremum.position.x, extremum.position.y, extremum.position.z], atom: atom)
            },
            histogram: .init(edges: edges, areas: SurfacePotentialStatistics.areas(analysis.surface, between: edges)))
    }
}

extension SurfaceDocument.Descriptors {
    init(_ s: SurfacePotentialStatistics) {
        self.init(
            areas: [s.area, s.positiveArea, s.negativeArea, s.polarArea],
            others: [
                s.mean, s.positiveMean, s.negativeMean, s.maximum, s.minimum, s.positiveVariance, s.negativeVariance,
                s.totalVariance, s.balance, s.averageDeviation, s.polarityIndex,
            ])
    }
}

extension TextReport {
    private static let kilocalories = PhysicalConstants.hartreeInKilocaloriePerMole
    private static let angstrom = PhysicalConstants.bohrInAngstrom

    /// Descriptors of all states side by side, then the extrema of each.
    static func surface(_ document: SurfaceDocument) -> String {
        let shown = Array(document.states.prefix(5))
        var result = "electrostatic potential where the density is \(document.level) electrons/bohr^3\n\n" + column("", 40)
        result += shown.map { column("q = \(signed($0.charge))", 12, right: true) }.joined() + "\n"
        func row(_ name: String, _ unit: Double, _ value: (SurfaceDocument.State) -> Double?) {
            result += column("  " + name, 40)
            result +=
                shown.map { state in value(state).map { column($0 * unit, 12, 3) } ?? column("-", 12, right: true) }.joined()
                + "\n"
        }
        let (area, energy) = (angstrom * angstrom, kilocalories)
        row("volume / A^3", area * angstrom) { $0.volume }
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
        for state in shown { result += extrema(state, symbols: document.symbols) }
        return result
    }

    private static func extrema(_ state: SurfaceDocument.State, symbols: [String]) -> String {
        var result =
            "\n  q = \(signed(state.charge)): \(state.extrema.count) extrema    V / (kcal/mol)   atom              x, y, z / A\n"
        for extremum in state.extrema {
            result += column("    \(extremum.kind)", 24) + column(extremum.value * kilocalories, 18, 3)
            result += "   " + column("\(extremum.atom + 1) \(symbols[extremum.atom])", 10)
            result += extremum.position.map { column($0 * angstrom, 10, 3) }.joined() + "\n"
        }
        return result
    }
}
