import Foundation
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import RunFolders

/// Keeps finished parts of analytic second derivatives in files of a run, so that the next call continues with the remaining ones.
struct HessianPartFiles: HessianStore {
    let folder: OutputFolder
    let state: ChargeState
    let identity: HessianPartFile.Identity

    private func name(_ part: HessianPart) -> String {
        switch part {
        case .skeleton: OutputFolder.hessianPartName(state, "skeleton")
        case .response(let range): OutputFolder.hessianPartName(state, "\(range.lowerBound)-\(range.upperBound)")
        }
    }

    func numbers(of part: HessianPart) -> [Double]? {
        guard folder.has(name(part)), let file = try? HessianPartFile(readingFrom: folder.url(name(part)).path),
            file.identity == identity
        else { return nil }
        return file.numbers
    }

    /// Removes all parts, so that the next call starts over.
    func discard() { folder.removeHessianParts(of: state) }

    func keep(_ numbers: [Double], of part: HessianPart) throws {
        // Copies of the folder that other ranks have are not read again.
        guard Communicator.ofProcess.rank == 0, !folder.isReadOnly else { return }
        // Responses belong to the orbitals of a skeleton: those for another one are of no use.
        if part == .skeleton { folder.removeHessianParts(of: state) }
        try folder.write(HessianPartFile(identity, numbers: numbers).data(), name: name(part))
    }
}
