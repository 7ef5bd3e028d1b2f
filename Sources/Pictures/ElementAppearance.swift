import MolecularStructure

extension Element {
    /// Colour of the atom in pictures: the usual ones of ball-and-stick models.
    public var pictureColor: PixelColor {
        if let color = Self.usualColors[symbol] { return color }
        return isMetal ? SIMD3(0.55, 0.62, 0.70) : SIMD3(0.79, 0.60, 0.42)
    }

    private static let usualColors: [String: PixelColor] = [
        "H": SIMD3(0.95, 0.95, 0.95), "C": SIMD3(0.33, 0.34, 0.36), "N": SIMD3(0.19, 0.31, 0.97),
        "O": SIMD3(0.90, 0.10, 0.10), "F": SIMD3(0.56, 0.84, 0.35), "Si": SIMD3(0.90, 0.75, 0.58),
        "P": SIMD3(0.95, 0.53, 0.13), "S": SIMD3(0.93, 0.80, 0.16), "Cl": SIMD3(0.20, 0.72, 0.20),
        "Br": SIMD3(0.62, 0.20, 0.18), "I": SIMD3(0.52, 0.16, 0.62), "Al": SIMD3(0.74, 0.65, 0.65),
        "Nb": SIMD3(0.36, 0.66, 0.72),
    ]

    /// Radius of the ball in a ball-and-stick picture, in bohr.
    public var pictureRadius: Double {
        let covalent = covalentRadiusInAngstrom / PhysicalConstants.bohrInAngstrom
        return 0.28 * covalent + 0.28
    }
}
