import Foundation
import IsomerSearch
import MolecularStructure
import RunFolders

/// The settings of a search for isomers. Energies in hartree.
public struct IsomerInput: Sendable {
    /// A structure, or the molecules from which structures are built.
    public var molecules: [MoleculeInput]
    public var charges: [Int]
    /// 2S + 1: one for all charges, or one for each; nil: the lowest that the number of electrons allows.
    public var multiplicities: [Int]?
    public var proposals = IsomerProposals.Settings()
    /// The level at which all proposals are relaxed; nil: directly at `model`.
    public var cheap: IsomerLevel? = IsomerLevel.defaultCheap
    /// The level at which low-lying structures are relaxed.
    public var model = ModelInput()
    /// The level of single points at the relaxed structures; nil: none.
    public var singlePoint: IsomerLevel?
    /// Energy windows above the lowest structure for the next level: after the cheap level, and after the relaxation.
    public var cheapWindow = 0.030
    public var relaxedWindow = 0.010
    /// Maximum number of structures of a relaxation at the cheap level, and at the level of `model`.
    public var cheapSteps = 60
    public var relaxedSteps = 200
    /// Time limit of this call in seconds; nil: no limit.
    public var time: Double?
    public var resources = ResourceInput()

    public init(molecules: [MoleculeInput], charges: [Int]) {
        self.molecules = molecules
        self.charges = charges
    }
}

/// A method and a basis set by name.
public struct IsomerLevel: Sendable, Equatable {
    public var method: String
    public var basis: String

    public init(method: String, basis: String) {
        self.method = method
        self.basis = basis
    }

    /// A functional without exact exchange, so that Coulomb matrices can be fitted.
    public static let defaultCheap = IsomerLevel(method: "pbe-d4", basis: "def2-SVP")

    /// From `pbe-d4/def2-SVP`; nil for other texts.
    public init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        (method, basis) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
        guard !method.isEmpty, !basis.isEmpty else { return nil }
    }

    /// - Parameter base: provides what is not named here: the folder of basis sets and the grid.
    func model(like base: ModelInput) -> ModelInput {
        var result = ModelInput()
        (result.method, result.basis) = (method, basis)
        (result.basisFolder, result.grid) = (base.basisFolder, base.grid)
        return result
    }
}

extension ModelInput {
    /// `b3lyp-d4/def2-SVP`, for tables and the names of folders.
    var levelName: String {
        let settled = settled
        let dispersion = settled.dispersion.map { $0 == "none" ? "" : "-\($0)" } ?? ""
        return "\(settled.method?.lowercased() ?? "")\(dispersion)/\(settled.basis ?? "")"
    }
}
