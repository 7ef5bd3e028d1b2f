import FileFormats
import Foundation
import MolecularStructure

/// The folder that takes the results, and the names of the files in it.
struct OutputFolder {
    static let resultName = "result.json"

    /// As the user gave it.
    let path: String

    /// Makes the folder when it is not there.
    init(path: String) throws {
        self.path = path
        try AtomicFile.createFolder(URL(fileURLWithPath: path))
    }

    /// `<stem>.esp` in the working directory.
    static func defaultName(for input: String) -> String {
        let name = (input as NSString).lastPathComponent
        let stem = (name as NSString).deletingPathExtension
        return (stem.isEmpty ? "molecule" : stem) + ".esp"
    }

    static func checkpointName(_ state: ChargeState) -> String { prefix(state.charge, state.multiplicity) + ".checkpoint" }

    static func cubeName(_ cube: CubeChoice, _ state: ChargeState) -> String {
        "\(prefix(state.charge, state.multiplicity))_\(cube.rawValue).cube"
    }

    /// `q-1_m2`: charge and multiplicity.
    private static func prefix(_ charge: Int, _ multiplicity: Int) -> String { "q\(charge)_m\(multiplicity)" }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    func write(_ data: Data, name: String) throws { try AtomicFile.write(data, to: url(name)) }
}
