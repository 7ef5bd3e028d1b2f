import ArgumentParser
import FileFormats
import Foundation
import MolecularStructure

/// The folder that takes the results, and the names of the files in it.
struct OutputFolder {
    static let resultName = "result.json"
    /// Charges of atoms and fragments in all states.
    static let accountName = "account.csv"
    /// The same with every state at its own relaxed structure.
    static let relaxedAccountName = "account-relaxed.csv"
    /// What `esp surface` finds.
    static let (surfaceName, surfaceTableName, surfacePlotName) = ("surface.json", "surface.csv", "surface.svg")
    /// The page about the run.
    static let reportName = "report.html"
    /// The basis functions and core potentials of the calculation, in Gaussian94 form.
    static let basisName = "basis.gbs"

    /// The file with the basis of atoms that differ from others of their element: class 0 is in `basis.gbs`.
    static func basisName(ofClass index: Int) -> String { index == 0 ? basisName : "basis-\(index + 1).gbs" }

    /// As the user gave it.
    let path: String

    /// A folder that is there, to be read from: whether it can be written to shows when something is written.
    init(existing path: String) { self.path = path }

    /// What every option that names an output is checked by: an empty name is none.
    static func checkName(_ name: String?) throws {
        guard name?.isEmpty != true else { throw ValidationError("--output needs a name") }
    }

    /// Tells, before the work begins, that results will only be printed.
    func noteIfReadOnly() {
        guard access(path, W_OK | X_OK) != 0 else { return }
        Console.error("esp: note: \(path) cannot be written to: the results are printed and not kept.")
    }

    /// Makes the folder when it is not there.
    init(path: String) throws {
        self.path = path
        try AtomicFile.createFolder(URL(fileURLWithPath: path))
    }

    /// `<stem>.esp` in the working directory.
    static func defaultName(for input: String) -> String { stem(of: input) + ".esp" }

    /// Name of an input file without folder and extension.
    static func stem(of input: String) -> String {
        var url = URL(fileURLWithPath: input)
        if url.pathExtension.lowercased() == "gz" { url = url.deletingPathExtension() }
        let stem = url.deletingPathExtension().lastPathComponent
        return stem.isEmpty || stem == "/" || stem == "-" ? "molecule" : stem
    }

    /// Bytes that this user may still write to the folder's disk; nil when the system does not tell.
    var freeBytes: Int? {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        let (bytes, overflow) = Int(information.f_bavail).multipliedReportingOverflow(by: Int(information.f_frsize))
        return overflow ? nil : bytes
    }

    static func checkpointName(_ state: ChargeState) -> String { prefix(state.charge, state.multiplicity) + ".checkpoint" }

    /// `q-1_m2.structure-7.checkpoint`: of the seventh structure of a search for a stationary point.
    static func structureCheckpointName(_ state: ChargeState, _ number: Int) -> String {
        prefix(state.charge, state.multiplicity) + structureInfix + "\(number).checkpoint"
    }

    static func isStructureCheckpointName(_ name: String) -> Bool {
        name.contains(structureInfix) && name.hasSuffix(".checkpoint")
    }

    private static let structureInfix = ".structure-"

    /// `q-1_m2.unstable-1.checkpoint`: an unstable solution that was left on the way to a state.
    static func unstableCheckpointName(_ state: ChargeState, _ number: Int) -> String {
        prefix(state.charge, state.multiplicity) + ".unstable-\(number).checkpoint"
    }

    /// `q-1_m2.history-1.matrices`: matrices of an iteration before that of a checkpoint.
    static func historyName(_ checkpoint: String, _ number: Int) -> String { historyPrefix(checkpoint) + "\(number).matrices" }

    static func isHistoryName(_ name: String, _ checkpoint: String) -> Bool { name.hasPrefix(historyPrefix(checkpoint)) }

    private static func historyPrefix(_ checkpoint: String) -> String { stem(of: checkpoint) + ".history-" }

    /// `q-1_m2.fchk`: a state in a form for other programs.
    static func exportName(_ state: ChargeState, extension name: String) -> String {
        prefix(state.charge, state.multiplicity) + "." + name
    }

    static func cubeName(_ cube: CubeChoice, _ state: ChargeState) -> String {
        "\(prefix(state.charge, state.multiplicity))_\(cube.rawValue).cube"
    }

    /// Of one state; `kind` says what it shows.
    static func pictureName(_ kind: String, _ state: ChargeState) -> String {
        "\(prefix(state.charge, state.multiplicity))_\(kind).png"
    }

    /// `q-1_m2`: charge and multiplicity.
    private static func prefix(_ charge: Int, _ multiplicity: Int) -> String { "q\(charge)_m\(multiplicity)" }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    /// Removes what was made of a result that another one replaces.
    func removeDerived() {
        let names = [
            Self.accountName, Self.relaxedAccountName, Self.reportName, Self.surfaceName, Self.surfaceTableName, Self.surfacePlotName,
        ]
        let extrema = (try? FileManager.default.contentsOfDirectory(atPath: path))?.filter { $0.hasSuffix(".surface.pdb") } ?? []
        for name in names + extrema { try? FileManager.default.removeItem(at: url(name)) }
    }

    func write(_ data: Data, name: String) throws { try AtomicFile.write(data, to: url(name)) }
}
