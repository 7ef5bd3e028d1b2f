import FileFormats
import Foundation
import MolecularStructure

/// The folder for the results, and the names of the files in it.
package struct OutputFolder {
    package static let resultName = "result.json"
    /// Charges of atoms and fragments in all states.
    package static let accountName = "account.csv"
    /// The same with every state at its own relaxed structure.
    package static let relaxedAccountName = "account-relaxed.csv"
    /// Output of `esp surface`.
    package static let (surfaceName, surfaceTableName, surfacePlotName) = ("surface.json", "surface.csv", "surface.svg")
    /// Output of `esp orbitals`.
    package static let orbitalTableName = "orbitals.csv"
    /// The page about the run.
    package static let reportName = "report.html"
    /// The page about a run and others: it replaces no other page.
    package static func reportName(beside others: [String]) -> String {
        others.isEmpty ? reportName : "report_" + others.map { stem(of: $0) }.joined(separator: "_").prefix(120) + ".html"
    }

    /// The basis functions and core potentials of the calculation, in Gaussian94 form.
    package static let basisName = "basis.gbs"

    /// The file with the basis of atoms that differ from others of their element; class 0 is in `basis.gbs`.
    package static func basisName(ofClass index: Int) -> String { index == 0 ? basisName : "basis-\(index + 1).gbs" }

    /// As the user gave it.
    package let path: String
    /// The folders that this call created, innermost first.
    package let created: [String]

    /// An existing folder that will be read: whether it is writable is found out when something is written.
    package init(existing path: String) { (self.path, created) = (path, []) }

    /// Whether this process cannot write to it.
    package var isReadOnly: Bool { access(path, W_OK | X_OK) != 0 }

    /// Creates the folder if it does not exist.
    package init(path: String) throws {
        self.path = path
        created = try AtomicFile.createFolder(URL(fileURLWithPath: path))
    }

    /// `<stem>.esp` in the working directory.
    package static func defaultName(for input: String) -> String { stem(of: input) + ".esp" }

    /// `<stem>.opt` in the working directory, or `<stem>_q-1.opt` for another charge than the molecule's own: two charges of one file do
    /// not meet in one folder.
    package static func relaxationName(for input: String, charge: Int?, own: Int?) -> String {
        name(for: input, charge: charge, own: own, extension: "opt")
    }

    /// `<stem>.dynamics`, or `<stem>_q-1.dynamics`, as for relaxations.
    package static func dynamicsName(for input: String, charge: Int?, own: Int?) -> String {
        name(for: input, charge: charge, own: own, extension: "dynamics")
    }

    private static func name(for input: String, charge: Int?, own: Int?, extension suffix: String) -> String {
        let isOwn = charge == nil || charge == own ?? 0
        return stem(of: input) + (isOwn ? "" : "_q\(charge ?? 0)") + "." + suffix
    }

    /// Name of an input file without folder and extension.
    package static func stem(of input: String) -> String {
        var url = URL(fileURLWithPath: input)
        if url.pathExtension.lowercased() == "gz" { url = url.deletingPathExtension() }
        let stem = url.deletingPathExtension().lastPathComponent
        return stem.isEmpty || stem == "/" || stem == "-" ? "molecule" : stem
    }

    /// Free bytes for this user on the folder's disk; nil if the system does not say.
    package var freeBytes: Int? {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        let (bytes, overflow) = Int(information.f_bavail).multipliedReportingOverflow(by: Int(information.f_frsize))
        return overflow ? nil : bytes
    }

    package static func checkpointName(_ state: ChargeState) -> String {
        prefix(state.charge, state.multiplicity) + ".checkpoint"
    }

    /// `q-1_m2.structure-7.checkpoint`: of the seventh structure of an optimisation.
    package static func structureCheckpointName(_ state: ChargeState, _ number: Int) -> String {
        prefix(state.charge, state.multiplicity) + structureInfix + "\(number).checkpoint"
    }

    package static func isStructureCheckpointName(_ name: String) -> Bool {
        name.contains(structureInfix) && name.hasSuffix(".checkpoint")
    }

    private static let structureInfix = ".structure-"

    /// `q-1_m2.displacements.json`: gradients of displaced structures.
    package static func displacementsName(_ state: ChargeState) -> String {
        prefix(state.charge, state.multiplicity) + ".displacements.json"
    }

    /// `q-1_m2.hessian-skeleton`: a finished part of analytic second derivatives.
    package static func hessianPartName(_ state: ChargeState, _ part: String) -> String {
        hessianPartPrefix(state) + part
    }

    private static func hessianPartPrefix(_ state: ChargeState) -> String {
        prefix(state.charge, state.multiplicity) + ".hessian-"
    }

    /// Removes the finished parts of analytic second derivatives.
    package func removeHessianParts(of state: ChargeState) {
        for name in names where name.hasPrefix(Self.hessianPartPrefix(state)) {
            try? FileManager.default.removeItem(at: url(name))
        }
    }

    /// `q-1_m2.ir.csv` and `.svg`: the infrared spectrum.
    package static func spectrumName(_ state: ChargeState, extension name: String) -> String {
        prefix(state.charge, state.multiplicity) + ".ir." + name
    }

    /// `q-1_m2.start`: the run of second derivatives at the first structure of a search.
    package static func startName(_ state: ChargeState) -> String { prefix(state.charge, state.multiplicity) + ".start" }

    /// `q0_m1.follow-plus`: the optimisation from a saddle point to one side.
    package static func followName(_ state: ChargeState, side: String) -> String {
        prefix(state.charge, state.multiplicity) + ".follow-" + side
    }

    /// `q-1_m2.unstable-1.checkpoint`: an unstable solution found on the way to a state.
    package static func unstableCheckpointName(_ state: ChargeState, _ number: Int) -> String {
        prefix(state.charge, state.multiplicity) + ".unstable-\(number).checkpoint"
    }

    /// `q-1_m2.history-1.matrices`: matrices of an iteration before that of a checkpoint.
    package static func historyName(_ checkpoint: String, _ number: Int) -> String {
        historyPrefix(checkpoint) + "\(number).matrices"
    }

    package static func isHistoryName(_ name: String, _ checkpoint: String) -> Bool { name.hasPrefix(historyPrefix(checkpoint)) }

    private static func historyPrefix(_ checkpoint: String) -> String { stem(of: checkpoint) + ".history-" }

    /// `q-1_m2.fchk`: a state in a format of other programs.
    package static func exportName(_ state: ChargeState, extension name: String) -> String {
        prefix(state.charge, state.multiplicity) + "." + name
    }

    /// Names of folders side by side: their stems, or the whole path if two stems are equal.
    package static func names(of folders: [String]) -> [String] {
        let stems = folders.map { stem(of: $0) }
        return zip(folders, stems).map { folder, stem in stems.count { $0 == stem } > 1 ? folder : stem }
    }

    package static func cubeName(_ cube: AnalysisInput.Cube, _ state: ChargeState) -> String {
        "\(prefix(state.charge, state.multiplicity))_\(cube.rawValue).cube"
    }

    /// Of one state; `kind` says what it shows.
    package static func pictureName(_ kind: String, _ state: ChargeState) -> String {
        "\(prefix(state.charge, state.multiplicity))_\(kind).png"
    }

    /// `q-1_m2`: charge and multiplicity.
    private static func prefix(_ charge: Int, _ multiplicity: Int) -> String { "q\(charge)_m\(multiplicity)" }

    package func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    /// Removes everything derived from a result that is replaced: tables, pages, surfaces, cubes, pictures and exported files.
    package func removeDerived() {
        for name in names where Self.isDerived(name) {
            try? FileManager.default.removeItem(at: url(name))
        }
    }

    /// Removes the orbitals of states, and of the unstable solutions found on the way to them.
    package func removeCheckpoints(of states: [ChargeState]) {
        for state in states {
            for name in names
            where name == Self.checkpointName(state)
                || name.hasPrefix(Self.prefix(state.charge, state.multiplicity) + ".unstable-")
            {
                try? FileManager.default.removeItem(at: url(name))
            }
        }
    }

    /// Removes everything that shows all states together, when further ones are added.
    package func removeOfAllStates() {
        for name in names where Self.isReport(name) || Self.isPanel(name) {
            try? FileManager.default.removeItem(at: url(name))
        }
    }

    /// Removes cubes and pictures that show a state relative to another one.
    ///
    /// - Returns: the names of the files.
    package func removeDifferences(_ kinds: [AnalysisInput.Cube]) -> [String] {
        let removed = names.filter { name in Self.isDerived(name) && kinds.contains { name.contains("_\($0.rawValue)") } }
        for name in removed { try? FileManager.default.removeItem(at: url(name)) }
        return removed
    }

    /// The names of the files in the folder, sorted.
    package var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private static func isDerived(_ name: String) -> Bool {
        let tables = [accountName, relaxedAccountName, surfaceName, surfaceTableName, surfacePlotName, orbitalTableName]
        if tables.contains(name) || isReport(name) || isPanel(name) { return true }
        // Whether checkpoints fit is decided when they are read.
        return name.prefixMatch(of: /q-?\d+_m\d+[._]/) != nil && ![".checkpoint", ".matrices"].contains(where: name.hasSuffix)
    }

    private static func isReport(_ name: String) -> Bool {
        name == reportName || name.hasPrefix("report_") && name.hasSuffix(".html")
    }

    private static func isPanel(_ name: String) -> Bool { name.hasPrefix(panelPrefix) && name.hasSuffix(".png") }

    /// Of pictures with several states.
    private static let panelPrefix = "states_"

    /// A picture of several states side by side; `kind` says what it shows.
    package static func panelName(_ kind: String) -> String { "\(panelPrefix)\(kind).png" }

    /// Whether a file is there.
    package func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }

    /// Removes the files of a numbered list from an index on, up to the first that is missing.
    package func removeFiles(from first: Int, named name: (Int) -> String) {
        var index = first
        while has(name(index)) {
            try? FileManager.default.removeItem(at: url(name(index)))
            index += 1
        }
    }

    package func write(_ data: Data, name: String) throws { try AtomicFile.write(data, to: url(name)) }
}
