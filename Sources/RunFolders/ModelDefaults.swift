import BasisSets

/// A named model: the method and basis set that `--preset` takes if they are not given.
public enum ModelPreset: String, Codable, Sendable, CaseIterable {
    /// B3LYP without dispersion; 6-31G, with LANL2MB and its core potential on Al and from K on. The model of the published work on quinone
    /// complexes, and the default of inputs of the first schema.
    case paper

    public var method: String { "b3lyp" }

    /// Of `ModelInput.basis`.
    public var basis: String { BasisAssignment.paperRule }
}

extension ModelInput {
    /// The functional of the default model.
    static let defaultFunctional = "b3lyp"
    /// B3LYP with the D4 correction: structures and energies by one model.
    public static let defaultMethod = "\(defaultFunctional)-d4"
    /// Split valence with polarisation functions, for H to Rn.
    public static let defaultBasis = BasisAssignment.defaultSet

    /// The name of the paper's rule in comparisons, which ignore case.
    public static func canonical(_ basis: String) -> String {
        basis.lowercased() == BasisAssignment.paperRule ? BasisAssignment.paperRule : basis
    }

    /// The same with method and basis set filled in. Whatever is given is taken as it is: for example, B3LYP without a dispersion
    /// correction. A correction given alone is combined with B3LYP.
    public var settled: ModelInput {
        var result = self
        result.method = method ?? preset?.method ?? (dispersion == nil ? Self.defaultMethod : Self.defaultFunctional)
        result.basis = basis.map(Self.canonical) ?? preset?.basis ?? Self.defaultBasis
        result.preset = nil
        return result
    }
}
