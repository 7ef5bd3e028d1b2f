import MolecularStructure

/// Radii inside which points are omitted of a fit of charges to the potential.
///
/// - H, He 1.45; Li-C 1.5; N-Ne 1.7; Na-Ar 2.0 Angstrom: C. M. Breneman and K. B. Wiberg, J. Comput. Chem. 11, 361 (1990),
///   doi 10.1002/jcc.540110311.
/// - K-Rn: that work has none, and no value is generally accepted. The default is x / 2.4 with the nonbonded distance x of the universal
///   force field (A. K. Rappe et al., J. Am. Chem. Soc. 114, 10024 (1992), doi 10.1021/ja00051a040), that is, the radius x / 2 divided by
///   1.2. Other programs differ (Zr 1.34, Nb 1.45, or 2.4 Angstrom for the whole row), and the charge of a metal can change by tenths;
///   override the radius to see how much.
public enum PotentialFitRadii {
    /// In Angstrom.
    public static func inAngstrom(_ element: Element) -> Double {
        switch element.atomicNumber {
        case ...2: 1.45
        case ...6: 1.5
        case ...10: 1.7
        case ...18: 2.0
        default: fromUniversalForceField(element)
        }
    }

    /// x / 2.4, in Angstrom, for elements from Ar on; other schemes without a defined radius also use it.
    static func fromUniversalForceField(_ element: Element) -> Double {
        nonbondedDistances[max(0, min(nonbondedDistances.count - 1, element.atomicNumber - 18))] / 2.4
    }

    /// Whether the method's literature has the radius.
    public static func isPublished(_ element: Element) -> Bool { element.atomicNumber <= 18 }

    public static func source(_ element: Element) -> String {
        isPublished(element) ? "Breneman and Wiberg 1990" : "universal force field, x / 2.4"
    }

    /// x of the universal force field, Ar to Rn, in Angstrom.
    private static let nonbondedDistances = [
        3.868,  // Ar
        3.812, 3.399, 3.295, 3.175, 3.144, 3.023, 2.961, 2.912, 2.872, 2.834, 3.495, 2.763,  // K-Zn
        4.383, 4.280, 4.230, 4.205, 4.189, 4.141,  // Ga-Kr
        4.114, 3.641, 3.345, 3.124, 3.165, 3.052, 2.998, 2.963, 2.929, 2.899, 3.148, 2.848,  // Rb-Cd
        4.463, 4.392, 4.420, 4.470, 4.500, 4.404,  // In-Xe
        4.517, 3.703, 3.522, 3.556, 3.606, 3.575, 3.547, 3.520, 3.493, 3.368, 3.451, 3.428,  // Cs-Dy
        3.409, 3.391, 3.374, 3.355, 3.640, 3.141, 3.170, 3.069, 2.954, 3.120, 2.840, 2.754,  // Ho-Pt
        3.293, 2.705, 4.347, 4.297, 4.370, 4.709, 4.750, 4.765,  // Au-Rn
    ]
}
