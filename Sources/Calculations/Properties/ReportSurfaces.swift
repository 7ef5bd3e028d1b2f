import FileFormats
import Foundation
import MachineLimits
import ParallelExecution
import Pictures
import Report
import RunFolders
import WavefunctionAnalysis

/// The surfaces around the molecule on the page about a run, and pictures of them.
struct ReportSurfaces {
    /// - Parameter documents: of the runs.
    static func note(_ documents: [ResultDocument]) -> String {
        let hasCores = documents.contains { $0.molecule.effectiveNuclearCharges != $0.molecule.atomicNumbers.map(Double.init) }
        return
            "The potential is evaluated at the corners of the surface of \(AnalysisInput.Picture.esp.defaultLevel) e/bohr\u{00B3} and is linear "
            + "in between."
            + (hasCores
                ? " Small surfaces about the nuclei of core potentials, where the valence density vanishes, are left out." : "")
    }

    private static let kinds: [(AnalysisInput.Picture, Report.Property)] = [
        (.esp, .potential), (.difference, .difference), (.spin, .spin),
    ]

    private let opened: OpenedRun
    private let run: FinishedRun
    private let pool: WorkerPool

    init(_ opened: OpenedRun) throws {
        self.opened = opened
        run = try opened.finished(forWriting: false)
        pool = try opened.resources.pool()
    }

    /// One view per state, in the order of the document.
    ///
    /// Cost: about five seconds on two cores for 22 atoms and three states.
    func views() throws -> [Report.View] {
        try opened.monitor.timed("pictures of the page") { tell in try views(tell: tell) }
    }

    private func views(tell: (Double) -> Void) throws -> [Report.View] {
        var views = run.wavefunctions.map { _ in Report.View() }
        for (place, (choice, property)) in Self.kinds.enumerated() {
            let drawn = try stills.drawn(choice) { tell((Double(place) + 0.7 * $0) / Double(Self.kinds.count)) }
            for (surfaces, picture) in zip(drawn.surfaces, drawn.single) {
                try opened.monitor.checkCancellation()
                guard let index = run.wavefunctions.firstIndex(where: { $0.state == surfaces.state }) else { continue }
                views[index].layers.append(layer(surfaces, choice, property))
                let png = try stills.data(picture, width: stills.options.width)
                views[index].pictures.append(.init(property: property, mediaType: .png, data: png))
            }
        }
        return views
    }

    /// Small pictures for readers without WebGL; `esp picture` draws large ones.
    private var stills: PictureOutput {
        var settings = PictureSettings()
        settings.width = 800
        settings.relative = false
        return PictureOutput(
            name: OutputFolder.stem(of: run.folder.path), document: run.document, wavefunctions: run.wavefunctions,
            options: settings, memory: opened.resources.memoryLimit, pool: pool,
            checkCancellation: opened.monitor.checkCancellation)
    }

    private func layer(
        _ surfaces: PictureOutput.Surfaces, _ choice: AnalysisInput.Picture, _ property: Report.Property
    ) -> Report.Layer {
        let level = choice.defaultLevel
        let shown = zip(surfaces.meshes, [level, -level]).filter { !$0.0.mesh.isEmpty }.map { part, level in
            Report.Surface(
                positions: part.mesh.positions, normals: part.mesh.normals, triangles: part.mesh.triangles,
                values: part.values.isEmpty ? nil : part.values, level: level)
        }
        let title =
            switch property {
            case .potential: "potential on the surface of \(level) e/bohr\u{00B3}"
            case .difference:
                "density difference relative to q = \(signed(run.document.baseCharge ?? 0))"
            case .spin: "spin density (alpha - beta)"
            }
        return Report.Layer(property: property, title: title, surfaces: shown)
    }
}
