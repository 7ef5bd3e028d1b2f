/// The definitions of atomic charges, in the order in which tables show them. Raw values are the keys of result.json.
///
/// A new scheme is a case here, with a `ChargeAnalyzer` that computes it.
public enum ChargeScheme: String, Sendable, CaseIterable {
    case mulliken, lowdin
    case hirshfeld
    case hirshfeldI = "hirshfeld_i"
    case cm5, vdd, becke, mbis
    case chelpg

    /// Name for headings, at most eleven characters.
    public var title: String {
        switch self {
        case .mulliken: "Mulliken"
        case .lowdin: "Loewdin"
        case .hirshfeld: "Hirshfeld"
        case .hirshfeldI: "Hirshfeld-I"
        case .cm5: "CM5"
        case .vdd: "VDD"
        case .becke: "Becke"
        case .mbis: "MBIS"
        case .chelpg: "CHELPG"
        }
    }

    /// Where the scheme is defined.
    public var literature: String {
        switch self {
        case .mulliken: "R. S. Mulliken, J. Chem. Phys. 23, 1833 (1955), doi 10.1063/1.1740588"
        case .lowdin: "P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi 10.1063/1.1747632"
        case .hirshfeld: "F. L. Hirshfeld, Theor. Chim. Acta 44, 129 (1977), doi 10.1007/BF00549096"
        case .hirshfeldI: "P. Bultinck et al., J. Chem. Phys. 126, 144111 (2007), doi 10.1063/1.2715563"
        case .cm5: "A. V. Marenich et al., J. Chem. Theory Comput. 8, 527 (2012), doi 10.1021/ct200866d"
        case .vdd: "C. Fonseca Guerra et al., J. Comput. Chem. 25, 189 (2004), doi 10.1002/jcc.10351"
        case .becke:
            "A. D. Becke, J. Chem. Phys. 88, 2547 (1988), doi 10.1063/1.454033; O. Treutler and R. Ahlrichs, J. Chem. Phys. "
                + "102, 346 (1995), doi 10.1063/1.469408"
        case .mbis: "T. Verstraelen et al., J. Chem. Theory Comput. 12, 3894 (2016), doi 10.1021/acs.jctc.6b00456"
        case .chelpg: "C. M. Breneman and K. B. Wiberg, J. Comput. Chem. 11, 361 (1990), doi 10.1002/jcc.540110311"
        }
    }

    /// What is computed when nothing is asked for: cheap schemes of different kinds.
    public static let defaults: [ChargeScheme] = [.mulliken, .lowdin, .hirshfeld, .cm5, .chelpg]
}

/// Charges of one state by one scheme.
public struct AtomicCharges: Sendable, Equatable {
    /// In elementary charges, one an atom.
    public var charges: [Double]
    /// Alpha less beta electrons, one an atom; nil where the scheme does not tell.
    public var spinPopulations: [Double]?
    /// Dipole moment of each atom's charge distribution about its nucleus, in atomic units; nil where there is none.
    public var dipoles: [SIMD3<Double>]?
    /// Sum of the charges as they were found, before they were made to add up to the total charge.
    public var rawSum: Double
    /// False when an iterative scheme did not settle: its charges are those of its last iteration.
    public var isConverged: Bool
    /// Of an iterative scheme.
    public var iterations: Int?

    public init(
        charges: [Double], spinPopulations: [Double]? = nil, dipoles: [SIMD3<Double>]? = nil, rawSum: Double? = nil,
        isConverged: Bool = true, iterations: Int? = nil
    ) {
        self.charges = charges
        self.spinPopulations = spinPopulations
        self.dipoles = dipoles
        self.rawSum = rawSum ?? charges.reduce(0, +)
        self.isConverged = isConverged
        self.iterations = iterations
    }
}
