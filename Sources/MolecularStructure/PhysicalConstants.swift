/// The one table of physical constants: CODATA 2022 recommended values,
/// Mohr, Newell, Taylor and Tiesinga, Rev. Mod. Phys. 97, 025002 (2025), doi 10.1103/RevModPhys.97.025002.
public enum PhysicalConstants {
    /// One bohr in Angstrom.
    public static let bohrInAngstrom = 0.529177210544
    /// One hartree in electronvolt.
    public static let hartreeInElectronvolt = 27.211386245981
    /// One hartree in kJ/mol.
    public static let hartreeInKilojoulePerMole = 2625.4996394799
    /// One hartree in kcal/mol, with the thermochemical calorie of exactly 4.184 J.
    public static let hartreeInKilocaloriePerMole = hartreeInKilojoulePerMole / 4.184
    /// One atomic unit of electric dipole moment (e a0) in debye.
    public static let atomicDipoleInDebye = 2.54174647
    /// The speed of light in atomic units: the inverse of the fine-structure constant.
    public static let speedOfLight = 137.035999177
    /// One atomic unit of time (hbar / Eh) in femtoseconds.
    public static let atomicTimeInFemtoseconds = 0.024188843265864
    /// The unified atomic mass unit in electron masses.
    public static let atomicMassUnit = 1822.888486283
    /// One hartree in cm-1: twice the Rydberg constant.
    public static let hartreeInWavenumbers = 219474.63136314
    /// The Boltzmann constant in hartree per kelvin.
    public static let boltzmannInHartreePerKelvin = 3.1668115634564e-6
    /// The Avogadro constant, in mol-1 (exact).
    public static let avogadro = 6.02214076e23
    /// One hartree per cubic bohr in pascal.
    public static let atomicPressureInPascal = 2.9421015697e13
    /// One hartree in joule.
    public static let hartreeInJoule = 4.3597447222060e-18
    /// One standard atmosphere in pascal (exact).
    public static let atmosphereInPascal = 101325.0
    /// 1 cm-1 in GHz: the speed of light (exact).
    public static let wavenumberInGHz = 29.9792458
    /// One hartree per bohr squared in mdyne per Angstrom: hartree / bohr^2 = 1e-2 mdyne/Angstrom for every newton per metre.
    public static let atomicForceConstantInMdynePerAngstrom = hartreeInJoule / (bohrInAngstrom * bohrInAngstrom * 1e-20) * 1e-2
    /// One electron mass and bohr squared in kg m^2.
    public static let atomicMomentOfInertia = 9.1093837139e-31 * (bohrInAngstrom * bohrInAngstrom) * 1e-20
}
