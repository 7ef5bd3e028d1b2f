import Foundation
import HamiltonianTerms

/// Minus the ratio of potential and kinetic energy, -V/T: 2 for the exact solution of an atom, or of a molecule with vanishing forces on
/// the nuclei. Scaling all functions by -V/(2T) gives the lowest energy that scaling can reach (P.-O. Loewdin, J. Mol. Spectrosc. 3, 46
/// (1959), doi 10.1016/0022-2852(59)90006-2), so a ratio far from 2 indicates a basis set that does not fit the atoms.
public struct VirialRatio: Sendable, Equatable {
    public let value: Double
    /// The energy gain from scaling all functions and distances, in hartree: exact for Hartree-Fock energies, an estimate for density
    /// functionals.
    public let energyOfScaling: Double

    /// A ratio that differs more from 2 is worth a warning if scaling also gains this much energy, in hartree. Published basis sets stay
    /// within 0.02 at usual geometries, or gain less.
    public static let (tolerance, smallestEnergy) = (0.05, 5e-3)

    /// Nil with core potentials, for which the virial theorem does not hold, and without kinetic energy.
    public init?(_ energies: EnergyComponents) {
        guard energies[.effectiveCorePotential] ?? 0 == 0, let kinetic = energies[.kinetic], kinetic > 0 else { return nil }
        // Terms added to the Hamiltonian do not scale as Coulomb's law.
        let parts: [EnergyComponents.Key] = [.nuclearRepulsion, .nuclearAttraction, .coulomb, .exchange, .exchangeCorrelation]
        value = -parts.reduce(0) { $0 + (energies[$1] ?? 0) } / kinetic
        energyOfScaling = kinetic * (1 - 0.5 * value) * (1 - 0.5 * value)
    }

    /// Nil near 2.
    public var warning: WarningRecord? {
        guard abs(value - 2) > Self.tolerance, energyOfScaling > Self.smallestEnergy else { return nil }
        return WarningRecord(
            kind: "virial_ratio", atoms: [],
            message:
                "the virial ratio -V/T is \(String(format: "%.3f", value)) instead of 2: the basis set does not fit the atoms (a wrong "
                + "file, exponents scaled or missing), or the nuclei are far from equilibrium; "
                + (value > 2 ? "all functions are too diffuse" : "all functions are too compact")
                + ", and scaling them would lower the energy by about \(String(format: "%.2g", energyOfScaling)) Eh")
    }
}
