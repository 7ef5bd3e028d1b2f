import MolecularStructure
import Pictures
import RunFolders

/// Pictures of the states of a finished run.
public struct RunPictures: Sendable {
    /// The contents of the pictures.
    public var choices: [AnalysisInput.Picture]
    /// Of the states to draw; nil for all.
    public var charges: [Int]?
    /// Three atoms, counted from 0, that define the plane of contours; nil for surfaces.
    public var plane: [Int]?
    /// Folder of a run whose default view is used for this molecule, which shares a ring with it; nil: the view of `settings`.
    public var reference: String?
    /// For the pictures; nil for that of the run.
    public var folder: String?
    package var settings: PictureSettings

    package init(
        _ choices: [AnalysisInput.Picture], charges: [Int]? = nil, plane: [Int]? = nil, reference: String? = nil,
        folder: String? = nil,
        settings: PictureSettings = PictureSettings()
    ) {
        self.choices = choices
        self.charges = charges
        self.plane = plane
        self.reference = reference
        self.folder = folder
        self.settings = settings
    }

    /// - Returns: the paths of the pictures, one for every state and one with the states side by side.
    /// - Throws: `CalculationError.badInput` if there is nothing to draw.
    public func write(
        _ run: String, resources: ResourceInput = ResourceInput(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws -> [String] {
        let opened = OpenedRun(run, resources: resources, monitor: monitor)
        let finished = try opened.finished(forWriting: folder == nil)
        let target = try OutputFolder(path: folder ?? run)
        let lock = try FolderLock(target)
        defer { withExtendedLifetime(lock) {} }
        let states = try charges.map { try finished.document.stateIndices(charges: $0, in: run) }
        var settings = settings
        if let reference { settings.view = try view(like: reference, of: finished.basis.molecule, opened) }
        let drawing = PictureOutput(
            name: OutputFolder.stem(of: run), document: finished.document, wavefunctions: finished.wavefunctions,
            options: settings, memory: resources.memoryLimit, pool: try resources.pool(),
            checkCancellation: monitor.checkCancellation)
        var files: [String] = []
        try monitor.timed("pictures") { tell in
            for (place, choice) in choices.enumerated() {
                if let plane {
                    files += try drawing.write(choice, planeThrough: plane, states: states, to: target)
                } else {
                    files += try drawing.write(choice, states: states, to: target) {
                        tell((Double(place) + $0) / Double(choices.count))
                    }
                }
            }
        }
        guard !files.isEmpty else {
            throw CalculationError.badInput(
                "there is nothing to draw: a closed shell has no spin density, the base state no difference, and natural orbitals "
                    + "have no highest occupied one, and orbitals have numbers from 1 to that of the basis functions.")
        }
        return files.map { target.url($0).relativePath }
    }

    private func view(like reference: String, of molecule: Molecule, _ opened: OpenedRun) throws -> PictureView {
        let document = try OpenedRun(reference, resources: opened.resources, monitor: opened.monitor).document()
        guard let other = document.molecule.molecule, let alignment = FragmentAlignment(of: molecule, onto: other) else {
            throw CalculationError.badInput(
                "\(opened.path) and \(reference) share no ring system of at most 40 atoms in the same shape, so that their molecules cannot be laid on each other. Leave --like out."
            )
        }
        return .like(OutputFolder.stem(of: reference), alignment.turnedBack(Camera(.clear, of: other)))
    }
}
