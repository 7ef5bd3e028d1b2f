import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MachineLimits
import MolecularStructure

/// The folder of an earlier `esp compute`, read back: the document, the basis and the wavefunction of every state.
///
/// It depends only on the folder (`result.json`, `basis.gbs`, the checkpoints): neither the molecule's file nor the program's basis sets
/// are read, so a run folder can be moved to another machine.
package struct FinishedRun {
    package let folder: OutputFolder
    package let document: ResultDocument
    package let basis: AtomicOrbitalBasis
    /// In the order of `document.states`.
    package let wavefunctions: [Wavefunction]
    /// The lock of a caller that writes to the folder.
    private let lock: FolderLock?

    /// The folder is only read.
    ///
    /// - Parameters:
    ///   - forWriting: whether files will be written to the folder; it is then locked for other processes as long as this value exists.
    ///   - memory: available to the caller.
    ///   - checkCancellation: an error that it throws ends the reading.
    /// - Throws: `RunFolderError` if another process is using the folder, if a file is missing, if the matrices of the states do not fit
    ///   into memory, or if the orbitals of a checkpoint are not orthonormal in the basis (C^T S C = 1 within 1e-6), which shows that the
    ///   files do not belong together.
    package init(
        readingFrom path: String, forWriting: Bool = false, memory: MemorySize = Machine.defaultMemory,
        checkCancellation: () throws -> Void = {}
    ) throws {
        // Before anything is read, because another process may be about to replace it.
        lock = forWriting ? try FolderLock(path: path) : nil
        let document = try Self.document(in: path)
        self.document = document
        let folder = OutputFolder(existing: path)
        self.folder = folder
        guard let molecule = document.molecule.molecule else {
            throw RunFolderError.damaged("\(path): the molecule in \(OutputFolder.resultName) is damaged. Compute it again.")
        }
        guard let functionType = AngularFunctionType(rawValue: document.model.functionType) else {
            throw RunFolderError.damaged("\(path): unknown function type \(document.model.functionType)")
        }
        let elementBases = try Self.elementBases(of: molecule, files: document.model.basisFiles, in: folder)
        let basis = AtomicOrbitalBasis(molecule: molecule, elementBases: elementBases, functionType: functionType)
        self.basis = basis
        try Self.checkMemory(memory, functions: basis.functionCount, states: document.states.count)
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        wavefunctions = try document.states.map { record in
            try checkCancellation()
            let state = record.state
            let file = folder.url(record.files["checkpoint"] ?? OutputFolder.checkpointName(state)).path
            let checkpoint = try Checkpoint(readingFrom: file)
            let orbitals = checkpoint.orbitals
            if let difference = Self.difference(checkpoint, record, document.model, molecule) {
                throw RunFolderError.damaged(
                    "\(file) does not belong to \(OutputFolder.resultName): it holds \(difference). Another "
                        + "calculation was started in this folder. Repeat the command that made the result, or complete "
                        + "the newer calculation.")
            }
            guard Self.areOrthonormal(orbitals, overlap: overlap) else {
                throw RunFolderError.damaged(
                    "\(file) does not belong to the basis in \(OutputFolder.basisName): compute the states again.")
            }
            return Wavefunction(basis: basis, state: state, orbitals: orbitals)
        }
    }

    /// Throws if the program and its matrices over basis functions do not fit into memory: about six, and four per state.
    private static func checkMemory(_ memory: MemorySize, functions: Int, states: Int) throws {
        let needed = MemorySize(bytes: (64 << 20) + 8 * functions * functions * (6 + 4 * states))
        guard memory.bytes >= needed.bytes else {
            throw RunFolderError.tooLittleMemory(
                "\(memory.description) of memory do not suffice for \(states) states in \(functions) basis functions; at least "
                    + "\(needed.need) are needed. Raise --memory, or close other programs.")
        }
    }

    /// `result.json` of a run folder.
    package static func document(in path: String) throws -> ResultDocument {
        let file = URL(fileURLWithPath: path).appendingPathComponent(OutputFolder.resultName).path
        do {
            return try ResultDocument(readingFrom: file)
        } catch {
            guard case .notFound = error else { throw error }
            throw RunFolderError.missing("\(file) cannot be read: \(path) is not the folder of an esp computation. Name one that esp compute has written.")
        }
    }

    /// The basis of every atom, then of every ghost atom, from the basis files of the folder.
    private static func elementBases(of molecule: Molecule, files: [String]?, in folder: OutputFolder) throws -> [ElementBasis] {
        let centers = molecule.withGhostsAsAtoms.atoms
        let names = files ?? centers.map { _ in OutputFolder.basisName }
        var sets: [String: BasisSet] = [:]
        for name in Set(names) {
            sets[name] = try Gaussian94.basisSet(readingFrom: folder.url(name).path)
        }
        return try zip(centers, names).map { atom, name in
            guard let basis = sets[name]?.elements[atom.element] else {
                throw RunFolderError.damaged("\(folder.url(name).path) has no \(atom.element.symbol).")
            }
            return basis
        }
    }

    /// How a checkpoint differs from the result; nil if they belong together.
    private static func difference(
        _ checkpoint: Checkpoint, _ record: StateRecord, _ model: ResultDocument.Model, _ molecule: Molecule
    ) -> String? {
        let state = record.state
        let obstacle = checkpoint.obstacle(
            molecule: molecule, basisFingerprint: model.basisFingerprint, state: state)
        if let obstacle { return "something else (\(obstacle))" }
        if checkpoint.method != model.method { return "\(checkpoint.method) instead of \(model.method)" }
        if checkpoint.grid != model.grid ?? checkpoint.grid { return "another grid (\(checkpoint.grid))" }
        if abs(checkpoint.electrons - Double(record.electrons)) > 0.5 { return "\(checkpoint.electrons) electrons" }
        if let energy = record.energy, abs(energy - checkpoint.energy) > 1e-6 { return "an energy of \(checkpoint.energy) Eh" }
        return nil
    }

    private static func areOrthonormal(_ orbitals: Wavefunction.Orbitals, overlap: Matrix) -> Bool {
        switch orbitals {
        case .restricted(let both): areOrthonormal(both, overlap: overlap)
        case .unrestricted(let alpha, let beta):
            areOrthonormal(alpha, overlap: overlap) && areOrthonormal(beta, overlap: overlap)
        }
    }

    private static func areOrthonormal(_ orbitals: MolecularOrbitals, overlap: Matrix) -> Bool {
        let coefficients = orbitals.coefficients
        guard coefficients.rows == overlap.rows else { return false }
        let product = coefficients.transposed() * (overlap * coefficients)
        for row in 0..<product.rows {
            for column in 0..<product.columns where abs(product[row, column] - (row == column ? 1 : 0)) > 1e-6 {
                return false
            }
        }
        return true
    }
}
