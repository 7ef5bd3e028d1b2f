import FileFormats
import Foundation
import GaussianBasis
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// Statistics and extrema of the electrostatic potential on a surface of constant electron density.
public struct SurfaceProperty: RunProperty {
    public static let name = "surface"

    /// Electron density on the surface, in electrons per bohr^3.
    public var level: Double
    /// Spacing of the grid in which the surface is searched, in bohr.
    public var spacing: Double

    public init(level: Double = Isosurface.defaultDensityLevel, spacing: Double = Isosurface.defaultSpacing) {
        self.level = level
        self.spacing = spacing
    }

    public func value(of opened: OpenedRun) throws -> SurfaceDocument {
        let run = try opened.finished(forWriting: true)
        let pool = try opened.resources.pool()
        opened.noteIfReadOnly()
        let fragments = try opened.fragments()
        var analyses: [(analysis: SurfaceAnalysis, state: ChargeState)] = []
        for wavefunction in run.wavefunctions {
            try opened.monitor.checkCancellation()
            let analysis: SurfaceAnalysis
            do {
                analysis = try SurfaceAnalysis(
                    wavefunction, level: level, spacing: spacing,
                    memoryLimitInBytes: pool.communicator.least(Machine.remaining(of: opened.resources.memoryLimit)), pool: pool)
            } catch let error as IsosurfaceError where error.isLackOfMemory {
                throw CalculationError.outOfMemory("\(opened.path): \(sentence(error))")
            } catch {
                throw CalculationError.badInput("\(opened.path): \(sentence(error))")
            }
            analyses.append((analysis, wavefunction.state))
        }
        // The ranges of the histogram are the same for all states.
        let low = analyses.compactMap(\.analysis.statistics.minimum).min() ?? 0
        let high = analyses.compactMap(\.analysis.statistics.maximum).max() ?? 0
        var states: [SurfaceDocument.State] = []
        for (analysis, chargeState) in analyses {
            states.append(SurfaceDocument.State(analysis, chargeState, fragments: fragments, low: low, high: high))
        }
        let base = analyses.firstIndex { $0.1.charge == run.document.baseCharge } ?? 0
        for index in states.indices where index != base { states[index].change = states[index].whole.less(states[base].whole) }
        return SurfaceDocument(
            level: level, spacing: spacing, polarThreshold: SurfaceAnalysis.polarThreshold,
            symbols: run.document.molecule.symbols, references: SurfacePotentialStatistics.references, states: states)
    }

    public func write(_ document: SurfaceDocument, of opened: OpenedRun, announce: (String) throws -> Void) throws {
        let run = try opened.finished(forWriting: true)
        let folder = run.folder
        try folder.write(document.json(), name: OutputFolder.surfaceName)
        try folder.write(Data(document.csv.utf8), name: OutputFolder.surfaceTableName)
        try folder.write(Data(SurfaceHistogramSVG.text(document).utf8), name: OutputFolder.surfacePlotName)
        for (wavefunction, state) in zip(run.wavefunctions, document.states) {
            let title = "\(OutputFolder.stem(of: opened.path)), charge \(signed(state.charge)), density \(level)"
            let text = ExtremaPDB.text(title: title, molecule: run.basis.molecule, extrema: state.extrema)
            try folder.write(
                Data(text.utf8), name: OutputFolder.exportName(wavefunction.state, extension: "surface.pdb"))
        }
        try announce("\nresults written to \(folder.path): \(OutputFolder.surfaceName)\n")
    }
}

extension SurfaceDocument.State {
    /// Ranges of the histogram.
    private static let ranges = 40

    /// - Parameters: `low` and `high` are the ends of the histogram.
    init(_ analysis: SurfaceAnalysis, _ state: ChargeState, fragments: [FragmentRecord], low: Double, high: Double) {
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

extension SurfaceDocument: PropertyValue {
    public func rendered(as format: PropertyFormat) throws -> String? {
        switch format {
        case .text: text
        case .csv: csv
        case .json: String(decoding: try json(), as: UTF8.self)
        }
    }
}
