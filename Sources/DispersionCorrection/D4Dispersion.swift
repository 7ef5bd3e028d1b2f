import MolecularStructure

/// The dispersion correction D4: an energy that depends on the positions of the nuclei and on the total charge.
///
/// E = - sum over pairs of s6 C6 / (r^6 + R^6) + s8 C8 / (r^8 + R^8), with R = a1 sqrt(C8 / C6) + a2, and the three-body term.
/// C6 is the integral over imaginary frequencies of the polarizabilities of the two atoms, which follow their coordination
/// numbers and their charges; the charges are those that equalise electronegativities, not those of a wavefunction. The
/// three-body term is without charges. All pairs and triples are counted, whatever their distance.
///
/// E. Caldeweyher, C. Bannwarth and S. Grimme, J. Chem. Phys. 147, 034112 (2017), doi 10.1063/1.4993215;
/// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122
/// (2019), doi 10.1063/1.5090222.
public struct D4Dispersion: Sendable, Equatable {
    public let damping: RationalDamping
    /// s9: the factor of the three-body term.
    public let threeBodyScale: Double

    public init(damping: RationalDamping, threeBodyScale: Double = 1) {
        self.damping = damping
        self.threeBodyScale = threeBodyScale
    }

    /// Literature of the method and of the parameters.
    public var references: [String] {
        [
            "E. Caldeweyher, C. Bannwarth and S. Grimme, J. Chem. Phys. 147, 034112 (2017), doi 10.1063/1.4993215",
            "E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, "
                + "J. Chem. Phys. 150, 154122 (2019), doi \(RationalDamping.originalOfD4)",
        ] + (damping.doi == RationalDamping.originalOfD4 ? [] : ["Parameters of D4, doi \(damping.doi)"])
    }

    /// In hartree. Cost: the cube of the number of atoms.
    ///
    /// - Parameter charge: of the whole molecule, in units of the elementary charge.
    /// - Throws: `LinearAlgebraError` if there are no charges, for example for two atoms at the same position.
    public func energy(of molecule: Molecule, charge: Int) throws -> Double {
        try D4Molecule(molecule, self).energy(charge: charge)
    }

    /// Derivatives of the energy by the positions, those by way of coordination numbers and charges included; in hartree per
    /// bohr.
    public func gradient(of molecule: Molecule, charge: Int) throws -> [SIMD3<Double>] {
        try D4Molecule(molecule, self).gradient(charge: charge)
    }
}
