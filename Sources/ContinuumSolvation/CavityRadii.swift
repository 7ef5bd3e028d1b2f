import MolecularStructure

/// Van der Waals radii for the spheres of a cavity.
///
/// A. Bondi, J. Phys. Chem. 68, 441 (1964), doi 10.1021/j100785a001; other elements of the main groups, and H, as in M. Mantina,
/// A. C. Chamberlin, R. Valero, C. J. Cramer and D. G. Truhlar, J. Phys. Chem. A 113, 5806 (2009), doi 10.1021/jp8111556. Neither
/// has radii of most metals of groups 3 to 12 and of the lanthanides: these count as 2.00, as in A. V. Marenich, C. J. Cramer and
/// D. G. Truhlar, J. Phys. Chem. B 113, 6378 (2009), doi 10.1021/jp810292n.
public enum CavityRadii {
    /// Scaling factor of the radii: J. Tomasi and M. Persico, Chem. Rev. 94, 2027 (1994), doi 10.1021/cr00031a013.
    public static let scale = 1.2

    /// In Angstrom, before scaling.
    public static func vanDerWaalsInAngstrom(_ element: Element) -> Double { table[element.atomicNumber - 1] }

    /// Bondi's radii, with 1.20 for H, in Angstrom: those of the solvent-accessible surface in SMD.
    static func bondiInAngstrom(_ element: Element) -> Double {
        element == .hydrogen ? 1.20 : vanDerWaalsInAngstrom(element)
    }

    /// The intrinsic Coulomb radii of SMD, in Angstrom: A. V. Marenich, C. J. Cramer and D. G. Truhlar, J. Phys. Chem. B 113, 6378
    /// (2009), doi 10.1021/jp810292n, with eq. 16 for O; Br and I as in SMD18, Chem. Eur. J. (2018), doi 10.1002/chem.201803652.
    /// Other elements have van der Waals radii.
    ///
    /// - Parameter acidity: Abraham's hydrogen bond acidity of the solvent, on which the radius of O depends.
    static func coulombInAngstrom(_ element: Element, acidity: Double) -> Double {
        switch element.atomicNumber {
        case 6: 1.85
        case 7: 1.89
        case 8: acidity >= 0.43 ? 1.52 : 1.52 + 1.8 * (0.43 - acidity)
        case 9: 1.73
        case 14: 2.47
        case 15: 2.12
        case 16: 2.49
        case 17: 2.38
        case 35: 2.60
        case 53: 2.74
        default: bondiInAngstrom(element)
        }
    }

    /// Whether SMD has a radius of its own for an element.
    static func isInSMD(_ element: Element) -> Bool { [1, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53].contains(element.atomicNumber) }

    /// Whether an element has the default radius, because no published radius is available.
    public static func isAssumed(_ element: Element) -> Bool { vanDerWaalsInAngstrom(element) == assumed }

    private static let assumed = 2.0

    /// H to Rn.
    private static let table: [Double] = [
        1.10, 1.40,
        1.82, 1.53, 1.92, 1.70, 1.55, 1.52, 1.47, 1.54,
        2.27, 1.73, 1.84, 2.10, 1.80, 1.80, 1.75, 1.88,
        2.75, 2.31, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 1.63, 1.40, 1.39, 1.87, 2.11, 1.85, 1.90, 1.85, 2.02,
        3.03, 2.49, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 1.63, 1.72, 1.58, 1.93, 2.17, 2.06, 2.06, 1.98, 2.16,
        3.43, 2.68, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 2.00,
        2.00, 2.00, 2.00, 2.00, 2.00, 2.00, 1.75, 1.66, 1.55, 1.96, 2.02, 2.07, 1.97, 2.02, 2.20,
    ]
}
