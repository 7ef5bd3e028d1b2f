/// What SMD knows about a solvent besides its dielectric constant.
public struct SolventDescriptors: Sendable, Equatable {
    /// Of light with the wavelength of the sodium D line, at 293 K.
    public let refractiveIndex: Double
    /// Abraham's hydrogen bond acidity and basicity.
    public let acidity: Double
    public let basicity: Double
    /// Macroscopic surface tension at the interface with air, in cal mol^-1 Angstrom^-2.
    public let surfaceTension: Double
    /// Share of aromatic carbon atoms among the atoms other than hydrogen.
    public let aromaticity: Double
    /// Share of F, Cl and Br among the atoms other than hydrogen.
    public let halogenicity: Double

    /// The dielectric constant for fields so fast that only the electrons of the solvent follow: the square of the refractive index.
    public var opticalDielectricConstant: Double { refractiveIndex * refractiveIndex }
}
