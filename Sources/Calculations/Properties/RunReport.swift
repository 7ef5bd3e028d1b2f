import ChargeFlow
import FileFormats
import Foundation
import LinearAlgebra
import MolecularStructure
import Pictures
import ReductionSeries
import Report
import RunFolders
import WavefunctionAnalysis

/// The page about finished runs.
public struct RunReport: Sendable {
    private let resources: ResourceInput
    private let monitor: CalculationMonitor
    /// Whether the claims about charge transfer are decided, if any can be tested.
    private let decidesClaims: Bool

    public init(
        resources: ResourceInput = ResourceInput(), monitor: CalculationMonitor = CalculationMonitor(),
        decidesClaims: Bool = false
    ) {
        self.resources = resources
        self.monitor = monitor
        self.decidesClaims = decidesClaims
    }

    /// Reads the folders, writes the page and returns its path.
    ///
    /// - Parameters:
    ///   - path: nil for a file in the first folder: `report.html`, or for several runs a name that contains the others.
    ///   - fragments: replace those of the runs, if given.
    public func write(runs folders: [String], to path: String? = nil, fragments: [FragmentInput] = []) throws -> String {
        guard let first = folders.first else { throw CalculationError.usage("name the folder of a run.") }
        let lock = path == nil ? try FolderLock(path: first) : nil
        defer { withExtendedLifetime(lock) {} }
        let path = path ?? (first as NSString).appendingPathComponent(OutputFolder.reportName(beside: Array(folders.dropFirst())))
        let html = try page(of: folders, fragments: fragments)
        try monitor.checkCancellation()
        try AtomicFile.write(html, to: URL(fileURLWithPath: path))
        return path
    }

    /// Whether a folder contains its page, written after its result.
    public static func isUpToDate(_ folder: String) -> Bool {
        func date(_ name: String) -> Date? {
            try? OutputFolder(existing: folder).url(name).resourceValues(forKeys: [.contentModificationDateKey])
                .contentModificationDate
        }
        guard let page = date(OutputFolder.reportName), let result = date(OutputFolder.resultName) else { return false }
        return page > result
    }

    private func page(of folders: [String], fragments: [FragmentInput]) throws -> Data {
        let runs = views(
            of: try zip(folders, OutputFolder.names(of: folders)).map { try run($0, name: $1, fragments: fragments) })
        do {
            return try Report(
                runs: runs,
                comparison: decidesClaims
                    ? ComplexComparison(AccountedComplex.all(zip(folders, runs).map { ($0, $1.document) })) : nil,
                schemeTitles: Dictionary(uniqueKeysWithValues: ChargeScheme.allCases.map { ($0.rawValue, $0.title) }),
                atomStyles: atomStyles(runs), colors: Self.colors, surfaceNote: ReportSurfaces.note(runs.map(\.document)),
                sideBySide: folders.count > 1 ? sideBySide(folders, runs) : nil
            ).html()
        } catch let error as ReportError {
            throw CalculationError.internalFault("\(error).")
        }
    }

    /// From data already read, with the chosen fragments.
    private func sideBySide(_ folders: [String], _ runs: [Report.Run]) -> RunComparison {
        RunComparison(
            runs: zip(folders, runs).map { folder, run in
                .init(run.document, name: run.name, surface: RunComparison.surface(folder, run.document, note: monitor.note))
            })
    }

    private func run(_ folder: String, name: String, fragments: [FragmentInput]) throws -> Report.Run {
        let opened = OpenedRun(folder, fragments: fragments, resources: resources, monitor: monitor)
        _ = try opened.finished(forWriting: false)
        let views: [Report.View]
        do {
            views = try ReportSurfaces(opened).views()
        } catch CalculationError.badInput(let text), CalculationError.outOfMemory(let text) {
            // The tables are useful without the pictures.
            monitor.note("\(folder): the report shows no surfaces: \(text)")
            views = []
        }
        let document = try opened.document()
        do {
            return Report.Run(
                name: name, document: document, account: try ElectronAccount(document),
                views: views)
        } catch let error as ElectronAccountError {
            throw CalculationError.badInput("\(folder): \(error).")
        }
    }

    /// The colours of the pictures.
    private static var colors: Report.Colors {
        let scale = ColorScale(low: -1, high: 1)
        return Report.Colors(
            scale: (0...8).map { scale.color(Double($0) / 4 - 1).hexadecimal },
            difference: QuantityColors.difference.map(\.hexadecimal), spin: QuantityColors.spin.map(\.hexadecimal))
    }

    /// One clear view for all runs that share a ring with the first one, which are superimposed; the other runs have their own views.
    private func views(of runs: [Report.Run]) -> [Report.Run] {
        guard let first = runs.first?.molecule else { return runs }
        let alignments = runs.dropFirst().map { FragmentAlignment(of: $0.molecule, onto: first) }
        let aligned = zip(runs.dropFirst(), alignments).compactMap { run, alignment in alignment?.turned(run.molecule) }
        let common = Camera(clearFor: [first] + aligned)
        return runs.enumerated().map { index, run in
            let camera =
                index == 0 ? common : alignments[index - 1]?.turnedBack(common) ?? Camera(clearFor: [run.molecule])
            var result = run
            result.directions = [camera.right, camera.up, camera.toViewer]
            return result
        }
    }

    private func atomStyles(_ runs: [Report.Run]) -> [Int: Report.AtomStyle] {
        let numbers = Set(runs.flatMap(\.document.molecule.atomicNumbers))
        let styles = numbers.compactMap { number in
            Element(atomicNumber: number).map {
                (number, Report.AtomStyle(color: $0.pictureColor, radius: $0.pictureRadius))
            }
        }
        return Dictionary(uniqueKeysWithValues: styles)
    }
}
