import FileFormats
import Foundation
import ReductionSeries

/// A reader of files that must end with a value or an error whatever the bytes.
public enum FuzzedReader: String, CaseIterable, Sendable {
    case xyz
    case gaussian94
    case basisSetExchange = "basis-set-exchange"
    case checkpoint
    case matrices
    case formattedCheckpoint = "fchk"
    case molden
    case cube
    /// `result.json`, with what `esp account` makes of it.
    case result
    case optimization

    /// Whether the reader takes the bytes. A trap ends the process.
    public func accepts(_ bytes: [UInt8]) -> Bool {
        do {
            try read(bytes)
            return true
        } catch {
            // Messages are made of the input, too.
            return "\(error)".isEmpty
        }
    }

    private func read(_ bytes: [UInt8]) throws {
        let path = "fuzz"
        func text(_ expected: String) throws -> TextFile { try TextFile(path: path, bytes: bytes, expected: expected) }
        switch self {
        case .xyz: _ = try XYZFile(text("a molecule in XYZ form")).text
        case .gaussian94:
            let set = try Gaussian94.basisSet(text("a basis set in Gaussian94 form"))
            _ = Gaussian94.text(set)
        case .basisSetExchange: _ = try BasisSetExchangeJSON.basisSet(bytes, path: path)
        case .checkpoint: _ = try Checkpoint(bytes: bytes, path: path).data()
        case .matrices: _ = try SymmetricMatrixFile(bytes: bytes, path: path).data()
        case .formattedCheckpoint, .molden:
            var wavefunction = try ForeignWavefunction(text("a formatted checkpoint (.fchk) or Molden file"))
            try wavefunction.setCoreElectrons(nobleGas: true, elements: [:])
        case .cube: _ = try CubeFile(text("a cube file"))
        case .result:
            let document = try ResultDocument(json: Data(bytes))
            _ = document.molecule.molecule
            _ = try document.json()
            let account = try ElectronAccount(document)
            _ = account.csv + account.text()
        case .optimization:
            let document = try OptimizationDocument(json: Data(bytes))
            _ = document.differences(from: document, geometry: document.outcome?.geometry ?? [])
        }
    }
}
