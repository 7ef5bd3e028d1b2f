import BasisSets

/// A model with a name: what `--preset` takes for a method and a basis set that are not named.
public enum ModelPreset: String, Codable, Sendable, CaseIterable {
    /// B3LYP without dispersion; 6-31G, with LANL2MB and its core potential on Al and from K on. The model of the published work on
    /// complexes of quinones, and of inputs of the first form that name nothing else.
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

    /// The name of the paper's rule as it is compared, in whatever case it was written.
    public static func canonical(_ basis: String) -> String {
        basis.lowercased() == BasisAssignment.paperRule ? BasisAssignment.paperRule : basis
    }

    /// The same with method and basis set named. Whatever is named is taken as it is: B3LYP without a correction for dispersion, for
    /// example. A correction that is named alone goes with B3LYP.
    public var settled: ModelInput {
        var result = self
        result.method = method ?? preset?.method ?? (dispersion == nil ? Self.defaultMethod : Self.defaultFunctional)
        result.basis = basis.map(Self.canonical) ?? preset?.basis ?? Self.defaultBasis
        result.preset = nil
        return result
    }
}
