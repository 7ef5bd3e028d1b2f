import MolecularStructure

/// The metal of an electrode as the source of ions and electrons, by way of its free atom.
///
/// The energy of the metal is that of a computed atom less the measured energy of sublimation, so that neither the energy of a free ion in a
/// solvent nor the absolute potential of an electrode is needed.
public struct MetalReservoir: Sendable, Equatable {
    public let symbol: String
    /// Enthalpy of formation of the gaseous atom at 0 K, in kJ/mol.
    public let sublimationEnthalpy: Double

    /// Of the enthalpies.
    public static let source = "M. W. Chase, NIST-JANAF Thermochemical Tables, J. Phys. Chem. Ref. Data Monograph 9 (1998)"

    /// Li, Na or K; nil for other elements.
    public init?(symbol: String) {
        guard let enthalpy = Self.table[symbol] else { return nil }
        (self.symbol, sublimationEnthalpy) = (symbol, enthalpy)
    }

    private static let table = ["Li": 157.735, "Na": 107.763, "K": 89.891]

    /// Energy of one ion and one electron taken from the metal, in hartree.
    ///
    /// - Parameter atom: energy of the free atom in vacuum, in hartree.
    public func energy(atom: Double) -> Double { atom - sublimationEnthalpy / PhysicalConstants.hartreeInKilojoulePerMole }
}
