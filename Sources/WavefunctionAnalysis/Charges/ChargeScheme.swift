/// The definitions of atomic charges, in the order in which tables show them. Raw values are the keys of result.json.
///
/// A new scheme is a case here, with a `ChargeAnalyzer` that computes it.
public enum ChargeScheme: String, Sendable, CaseIterable {
    case mulliken, lowdin, npa, iao
    case hirshfeld
    case hirshfeldI = "hirshfeld_i"
    case cm5, adch, vdd, becke, mbis, qtaim
    case chelpg, mk, resp

    /// Name for headings, at most eleven characters.
    public var title: String {
        switch self {
        case .mulliken: "Mulliken"
        case .lowdin: "Loewdin"
        case .npa: "NPA"
        case .iao: "IAO"
        case .hirshfeld: "Hirshfeld"
        case .hirshfeldI: "Hirshfeld-I"
        case .cm5: "CM5"
        case .adch: "ADCH"
        case .vdd: "VDD"
        case .becke: "Becke"
        case .mbis: "MBIS"
        case .qtaim: "QTAIM"
        case .chelpg: "CHELPG"
        case .mk: "MK"
        case .resp: "RESP"
        }
    }

    /// Where the scheme is defined.
    public var literature: String {
        switch self {
        case .mulliken: "R. S. Mulliken, J. Chem. Phys. 23, 1833 (1955), doi 10.1063/1.1740588"
        case .lowdin: "P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi 10.1063/1.1747632"
        case .npa: "A. E. Reed, R. B. Weinstock and F. Weinhold, J. Chem. Phys. 83, 735 (1985), doi 10.1063/1.449486"
        case .iao: "G. Knizia, J. Chem. Theory Comput. 9, 4834 (2013), doi 10.1021/ct400687b"
        case .hirshfeld: "F. L. Hirshfeld, Theor. Chim. Acta 44, 129 (1977), doi 10.1007/BF00549096"
        case .hirshfeldI: "P. Bultinck et al., J. Chem. Phys. 126, 144111 (2007), doi 10.1063/1.2715563"
        case .cm5: "A. V. Marenich et al., J. Chem. Theory Comput. 8, 527 (2012), doi 10.1021/ct200866d"
        case .adch: "T. Lu and F. Chen, J. Theor. Comput. Chem. 11, 163 (2012), doi 10.1142/S0219633612500113"
        case .vdd: "C. Fonseca Guerra et al., J. Comput. Chem. 25, 189 (2004), doi 10.1002/jcc.10351"
        case .becke:
            "A. D. Becke, J. Chem. Phys. 88, 2547 (1988), doi 10.1063/1.454033; I. Mayer and P. Salvador, Chem. Phys. Lett. "
                + "383, 368 (2004), doi 10.1016/j.cplett.2003.11.048"
        case .mbis: "T. Verstraelen et al., J. Chem. Theory Comput. 12, 3894 (2016), doi 10.1021/acs.jctc.6b00456"
        case .qtaim: "R. F. W. Bader, Chem. Rev. 91, 893 (1991), doi 10.1021/cr00005a013"
        case .chelpg: "C. M. Breneman and K. B. Wiberg, J. Comput. Chem. 11, 361 (1990), doi 10.1002/jcc.540110311"
        case .mk: "B. H. Besler, K. M. Merz and P. A. Kollman, J. Comput. Chem. 11, 431 (1990), doi 10.1002/jcc.540110404"
        case .resp: "C. I. Bayly et al., J. Phys. Chem. 97, 10269 (1993), doi 10.1021/j100142a004"
        }
    }

    /// Computed in every calculation: tables and accounts start with these.
    public static let always: [ChargeScheme] = [.mulliken, .lowdin, .chelpg]
}

/// Charges of one state by one scheme.
public struct AtomicCharges: Sendable, Equatable {
    /// In elementary charges, one per atom.
    public var charges: [Double]
    /// Alpha minus beta electrons, one per atom; nil if the scheme does not provide them.
    public var spinPopulations: [Double]?
    /// Electrons in the functions of each ghost atom; nil for schemes without basis functions.
    public var ghostPopulations: [Double]?
    /// Dipole moment of each atom's charge distribution about its nucleus, in atomic units; nil where there is none.
    public var dipoles: [SIMD3<Double>]?
    /// Number of iterations of an iterative scheme.
    public var iterations: Int?
    /// How well fitted charges reproduce the potential.
    public var fit: PotentialFit?
    /// Electrons of every atom in its natural core, valence and Rydberg orbitals.
    public var naturalPopulations: [NaturalPopulation]?
    /// Bond orders that belong to the scheme's atoms.
    public var bondOrders: SchemeBondOrders?

    /// Sum of the charges, including those of ghost atoms. They are not renormalised to the total charge.
    public var sum: Double { charges.reduce(0, +) - (ghostPopulations ?? []).reduce(0, +) }

    public init(
        charges: [Double], spinPopulations: [Double]? = nil, dipoles: [SIMD3<Double>]? = nil, iterations: Int? = nil
    ) {
        self.charges = charges
        self.spinPopulations = spinPopulations
        self.dipoles = dipoles
        self.iterations = iterations
    }
}

/// The outcome of one scheme for one state.
public enum ChargeOutcome: Sendable, Equatable {
    case found(AtomicCharges)
    /// Why there are no charges: no convergence, no data for an element, a singular matrix.
    case unavailable(reason: String)

    public var charges: AtomicCharges? {
        if case .found(let charges) = self { return charges }
        return nil
    }
}
