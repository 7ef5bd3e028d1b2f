import FileFormats
import Foundation
import RunFolders

extension RunComparison {
    /// - Parameters:
    ///   - folders: of finished runs.
    ///   - monitor: gets a note about preliminary results, and about a `surface.json` that cannot be read.
    /// - Throws: `InputFileError`, `RunFolderError`.
    public init(readingFrom folders: [String], monitor: CalculationMonitor = CalculationMonitor()) throws {
        self.init(
            runs: try zip(folders, OutputFolder.names(of: folders)).map { folder, name in
                try monitor.checkCancellation()
                let document = try OpenedRun(folder, resources: ResourceInput(), monitor: monitor).document()
                return Run(document, name: name, surface: Self.surface(folder, document, note: monitor.note))
            })
    }

    /// The surface of a run; nil if there is none for its states.
    static func surface(_ folder: String, _ document: ResultDocument, note: (String) -> Void) -> SurfaceDocument? {
        let files = OutputFolder(existing: folder)
        guard files.has(OutputFolder.surfaceName) else { return nil }
        do {
            let data = try Data(contentsOf: files.url(OutputFolder.surfaceName))
            let found = try JSONDecoder().decode(SurfaceDocument.self, from: data)
            return found.schema == SurfaceDocument.currentSchema && found.symbols == document.molecule.symbols ? found : nil
        } catch {
            note("\(folder)/\(OutputFolder.surfaceName) cannot be read and is left out. Call esp surface again.")
            return nil
        }
    }
}
