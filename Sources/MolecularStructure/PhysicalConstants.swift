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
}
