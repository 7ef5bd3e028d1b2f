extension Element {
    /// Single-bond covalent radius in Angstrom; the sum of two of them is about the length of a single bond.
    /// P. Pyykkoe and M. Atsumi, Chem. Eur. J. 15, 186 (2009), doi 10.1002/chem.200800987.
    public var covalentRadiusInAngstrom: Double { Self.covalentRadii[atomicNumber - 1] / 100 }

    /// Picometres, H to Rn.
    private static let covalentRadii: [Double] = [
        32, 46, 133, 102, 85, 75, 71, 63, 64, 67, 155, 139, 126, 116, 111, 103,
        99, 96, 196, 171, 148, 136, 134, 122, 119, 116, 111, 110, 112, 118, 124, 121,
        121, 116, 114, 117, 210, 185, 163, 154, 147, 138, 128, 125, 125, 120, 128, 136,
        142, 140, 140, 136, 133, 131, 232, 196, 180, 163, 176, 174, 173, 172, 168, 169,
        168, 167, 166, 165, 164, 170, 162, 152, 146, 137, 131, 129, 122, 123, 124, 133,
        144, 144, 151, 145, 147, 142,
    ]
}
