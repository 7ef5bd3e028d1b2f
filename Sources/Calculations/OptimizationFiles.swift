import FileFormats
import RunFolders
import Foundation
import GaussianBasis
import MolecularStructure

/// The files of an optimisation: `optimization.json`, from which a later call restarts, and the files derived from it.
///
/// `optimization.json` defines how far a search has come. The orbitals of every structure are in a separate file, written before
/// `optimization.json` and removed after the next update: whenever a call is killed, the orbitals of the last structure in
/// `optimization.json` exist, and the next call takes the same steps as an uninterrupted one.
package struct OptimizationFiles {
    package static let documentName = "optimization.json"
    package static let structureName = "optimized.xyz"
    package static let trajectoryName = "trajectory.xyz"

    let folder: OutputFolder
    let molecule: Molecule
    let basisFingerprint: String
    /// Of the basis, for the comment lines.
    let setNames: String
    let state: ChargeState
    let method: String
    /// Empty for methods without a grid.
    let grid: String

    // MARK: Reading

    /// The state left by an earlier call.
    ///
    /// - Throws: `InputFileError` if it cannot be read or is damaged.
    func document() throws(InputFileError) -> OptimizationDocument {
        try OptimizationDocument(readingFrom: folder.url(Self.documentName).path)
    }

    /// Moves an earlier search out of the way.
    ///
    /// - Returns: the name under which its `optimization.json` is kept.
    func setAside() throws -> String {
        var number = 1
        func name() -> String { "optimization-\(number).json" }
        while FileManager.default.fileExists(atPath: folder.url(name()).path) { number += 1 }
        do {
            try FileManager.default.moveItem(at: folder.url(Self.documentName), to: folder.url(name()))
        } catch {
            throw CalculationError.inputOutput(
                "\(folder.url(Self.documentName).path) cannot be renamed. Name another folder with --output.")
        }
        removeCheckpoints(except: nil)
        return name()
    }

    var hasDocument: Bool { FileManager.default.fileExists(atPath: folder.url(Self.documentName).path) }

    /// The orbitals of a structure, by its number from 1; nil if they are missing or do not fit.
    func orbitals(ofPoint number: Int, in document: OptimizationDocument) -> Wavefunction.Orbitals? {
        guard document.points.indices.contains(number - 1),
            let checkpoint = try? Checkpoint(readingFrom: folder.url(OutputFolder.structureCheckpointName(state, number)).path),
            checkpoint.obstacle(molecule: molecule(document.points[number - 1]), basisFingerprint: basisFingerprint, state: state)
                == nil,
            checkpoint.method == method, checkpoint.grid == grid
        else { return nil }
        return checkpoint.orbitals
    }

    func molecule(_ point: OptimizationDocument.Point) -> Molecule {
        Molecule(
            atoms: zip(molecule.atoms, Self.vectors(point.geometry)).map { Atom(element: $0.element, positionInBohr: $1) })
    }

    static func vectors(_ flat: [Double]) -> [SIMD3<Double>] {
        (0..<(flat.count / 3)).map { SIMD3(flat[3 * $0], flat[3 * $0 + 1], flat[3 * $0 + 2]) }
    }

    // MARK: Writing

    /// Saves the state of a search.
    ///
    /// - Parameters:
    ///   - orbitals: of the last structure; nil if they were saved before.
    ///   - best: the structure for `optimized.xyz`.
    func write(_ document: OptimizationDocument, orbitals: Wavefunction.Orbitals?, best: OptimizationDocument.Point) throws {
        guard let last = document.points.last else { return }
        let number = document.points.count
        if let orbitals {
            let checkpoint = Checkpoint(
                molecule: molecule(last), basisFingerprint: basisFingerprint, state: state, method: method, grid: grid,
                iteration: 0,
                energy: last.energy, isConverged: true, orbitals: orbitals)
            try folder.write(checkpoint.data(), name: OutputFolder.structureCheckpointName(state, number))
        }
        try folder.write(document.json(), name: Self.documentName)
        try folder.write(Data(document.points.map { xyz($0).text }.joined().utf8), name: Self.trajectoryName)
        try folder.write(
            Data(xyz(best, note: document.converged ? "stationary point" : "not converged").text.utf8), name: Self.structureName)
        removeCheckpoints(except: number)
    }

    private func removeCheckpoints(except number: Int?) {
        let kept = number.map { OutputFolder.structureCheckpointName(state, $0) }
        let names = folder.names
        for name in names where OutputFolder.isStructureCheckpointName(name) && name != kept {
            try? FileManager.default.removeItem(at: folder.url(name))
        }
    }

    private func xyz(_ point: OptimizationDocument.Point, note: String? = nil) -> XYZFile {
        let largest = point.gradient.reduce(0) { max($0, abs($1)) }
        let comment =
            "energy=\(String(format: "%.10f", point.energy)) largest_force=\(String(format: "%.2e", largest)) "
            + "method=\(method) basis=\"\(setNames)\"" + (note.map { " \"\($0), esp \(ProgramVersion.number)\"" } ?? "")
        return XYZFile(molecule: molecule(point), comment: comment, charge: state.charge, multiplicity: state.multiplicity)
    }
}
