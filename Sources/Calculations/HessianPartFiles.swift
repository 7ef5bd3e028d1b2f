import Foundation
import MolecularStructure
import NuclearDerivatives
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

    func keep(_ numbers: [Double], of part: HessianPart) throws {
        guard !folder.isReadOnly else { return }
        try folder.write(HessianPartFile(identity, numbers: numbers).data(), name: name(part))
    }
}
