/// A reference electrode, and its potential against the standard hydrogen electrode (SHE) in water at 298.15 K.
///
/// Potentials of different solvents are compared without the potential of the liquid junction between them, which no calculation gives;
/// it is about 0.1 V.
public enum ReferenceElectrode: String, Sendable, CaseIterable, Codable {
    case lithium = "li"
    case sodium = "na"
    case potassium = "k"
    case hydrogen = "she"
    case calomel = "sce"
    case ferrocene = "fc"

    /// Li+/Li, SHE, ...
    public var title: String {
        switch self {
        case .lithium: "Li+/Li"
        case .sodium: "Na+/Na"
        case .potassium: "K+/K"
        case .hydrogen: "SHE"
        case .calomel: "SCE"
        case .ferrocene: "Fc+/Fc"
        }
    }

    /// The electrode of the metal of a monovalent ion; nil for other elements.
    public init?(ofIon symbol: String) {
        switch symbol {
        case "Li": self = .lithium
        case "Na": self = .sodium
        case "K": self = .potassium
        default: return nil
        }
    }

    /// In volt against SHE, with its literature.
    ///
    /// - Parameter solvent: in which ferrocene is measured.
    /// - Returns: nil for ferrocene in a solvent without a value in the table, and in vacuum.
    public func potential(solvent: String?) -> (value: Double, source: String)? {
        switch self {
        case .hydrogen: (0, "by definition")
        case .lithium: (-3.040, Self.series)
        case .sodium: (-2.71, Self.series)
        case .potassium: (-2.931, Self.series)
        case .calomel: (Self.saturatedCalomel, Self.series)
        case .ferrocene:
            solvent.flatMap { Self.ferroceneAgainstCalomel[$0] }.map {
                (Self.saturatedCalomel + $0, "N. G. Connelly and W. E. Geiger, Chem. Rev. 96, 877 (1996), doi 10.1021/cr940053x")
            }
        }
    }

    /// The solvents in which ferrocene has a potential in the table.
    public static var ferroceneSolvents: [String] { ferroceneAgainstCalomel.keys.sorted() }

    private static let series =
        "P. Vanysek, Electrochemical Series, in CRC Handbook of Chemistry and Physics (CRC Press, Boca Raton)"
    /// Of the saturated calomel electrode against SHE.
    private static let saturatedCalomel = 0.241
    /// Connelly and Geiger, table of ferrocene with tetrabutylammonium hexafluorophosphate.
    private static let ferroceneAgainstCalomel = [
        "acetone": 0.48, "acetonitrile": 0.40, "dichloromethane": 0.46, "N,N-dimethylformamide": 0.45, "tetrahydrofuran": 0.56,
    ]
}

/// The absolute potential of the standard hydrogen electrode: the free energy of the electron in it, at rest in vacuum, by two conventions in
/// common use.
///
/// A free electron has no energy here (ion convention, Boltzmann statistics). Fermi-Dirac statistics lower its Gibbs energy by 0.038 eV at
/// 298.15 K, in the molecule's half reaction as in that of the electrode, so that potentials against an electrode are the same.
public enum HydrogenConvention: String, Sendable, CaseIterable, Codable {
    /// 4.281 V, from the solvation energy of the proton without the potential step at the surface of water, as continuum models have it.
    case solvation
    /// 4.44 V, recommended by IUPAC, from the real potential of the proton, which includes that step.
    case real

    /// In volt.
    public var absolutePotential: Double {
        switch self {
        case .solvation: 4.281
        case .real: 4.44
        }
    }

    public var source: String {
        switch self {
        case .solvation: "A. A. Isse and A. Gennaro, J. Phys. Chem. B 114, 7894 (2010), doi 10.1021/jp100402x"
        case .real: "S. Trasatti, Pure Appl. Chem. 58, 955 (1986), doi 10.1351/pac198658070955 (IUPAC)"
        }
    }

    /// For tables.
    public var title: String {
        switch self {
        case .solvation: "Isse and Gennaro"
        case .real: "IUPAC"
        }
    }
}

/// A scale of potentials: a reference electrode with its absolute potential.
public struct PotentialScale: Sendable, Equatable {
    public let electrode: ReferenceElectrode
    /// In volt.
    public let absolutePotential: Double
    /// Nil if the absolute potential was given.
    public let convention: HydrogenConvention?
    /// Of the electrode against SHE; nil if the absolute potential was given.
    public let againstHydrogen: Double?
    public let sources: [String]

    /// - Parameter absolutePotential: of the electrode, in volt.
    public init(_ electrode: ReferenceElectrode, absolutePotential: Double) {
        self.electrode = electrode
        self.absolutePotential = absolutePotential
        (convention, againstHydrogen, sources) = (nil, nil, [])
    }

    /// - Parameter solvent: in which ferrocene is measured.
    /// - Returns: nil for ferrocene in a solvent without a value in the table.
    public init?(_ electrode: ReferenceElectrode, solvent: String?, convention: HydrogenConvention = .solvation) {
        guard let potential = electrode.potential(solvent: solvent) else { return nil }
        self.electrode = electrode
        self.convention = convention
        againstHydrogen = potential.value
        absolutePotential = convention.absolutePotential + potential.value
        sources = [convention.source] + (electrode == .hydrogen ? [] : [potential.source])
    }

    /// The same electrode by the other convention, and how much higher potentials against it are, in volt; nil if the absolute potential
    /// was given.
    public var other: (scale: PotentialScale, difference: Double)? {
        guard let convention, let againstHydrogen, let next = HydrogenConvention.allCases.first(where: { $0 != convention })
        else {
            return nil
        }
        let absolute = next.absolutePotential + againstHydrogen
        return (
            PotentialScale(electrode, absolute, next, againstHydrogen, [next.source] + sources.dropFirst()),
            absolutePotential - absolute
        )
    }

    private init(
        _ electrode: ReferenceElectrode, _ absolute: Double, _ convention: HydrogenConvention, _ againstHydrogen: Double,
        _ sources: [String]
    ) {
        (self.electrode, absolutePotential, self.convention, self.againstHydrogen, self.sources) = (
            electrode, absolute, convention, againstHydrogen, sources
        )
    }

    /// The potential of a half reaction against the electrode, in volt.
    ///
    /// - Parameters:
    ///   - change: of the energy or free energy on reduction, in hartree, the electron being at rest in vacuum.
    ///   - electrons: taken up.
    public func potential(change: Double, electrons: Int = 1) -> Double {
        RedoxSeries.absolutePotential(change: change, electrons: electrons) - absolutePotential
    }
}
