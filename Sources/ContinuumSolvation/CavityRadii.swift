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
