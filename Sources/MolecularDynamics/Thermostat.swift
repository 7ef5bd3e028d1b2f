import Foundation
import MolecularStructure

/// Exchange of energy with a bath of a given temperature, with random numbers from a seed.
public struct Thermostat: Sendable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Rescales all velocities so that the kinetic energy follows the canonical distribution: G. Bussi, D. Donadio and M. Parrinello,
        /// doi 10.1063/1.2408420. Keeps the momenta that are conserved without it.
        case bussi
        /// Friction and random forces on every particle, in the symmetric splitting of G. Bussi and M. Parrinello,
        /// doi 10.1103/PhysRevE.75.056707.
        case langevin
    }

    public let kind: Kind
    /// In kelvin.
    public let temperature: Double
    /// The time in which the kinetic energy (Bussi) or the velocities (Langevin) forget, in atomic units.
    public let time: Double
    public internal(set) var generator: SeededGenerator

    public init(kind: Kind, temperature: Double, time: Double, generator: SeededGenerator) {
        self.kind = kind
        self.temperature = temperature
        self.time = time
        self.generator = generator
    }

    /// Changes the velocities by the exchange during a time.
    mutating func act(
        on velocities: inout [SIMD3<Double>], at positions: [SIMD3<Double>], during duration: Double, _ system: DynamicsSystem
    ) throws(FixedBondError) {
        switch kind {
        case .bussi: rescale(&velocities, exp(-duration / time), system)
        case .langevin:
            let kept = exp(-duration / time)
            let energy = PhysicalConstants.boltzmannInHartreePerKelvin * temperature * (1 - kept * kept)
            for atom in velocities.indices {
                velocities[atom] =
                    kept * velocities[atom] + (energy / system.masses[atom]).squareRoot() * generator.standardNormalVector()
            }
            try system.bonds.project(&velocities, at: positions, masses: system.masses)
        }
    }

    /// Equation A7 of the paper, with the sign of A8.
    private mutating func rescale(_ velocities: inout [SIMD3<Double>], _ kept: Double, _ system: DynamicsSystem) {
        let kinetic = system.kineticEnergy(velocities)
        // The same numbers are drawn in any case: what follows does not depend on rounding.
        let first = generator.standardNormal()
        var squares = first * first
        for _ in 1..<max(system.degreesOfFreedom, 1) {
            let number = generator.standardNormal()
            squares += number * number
        }
        guard kinetic > 0, system.degreesOfFreedom > 0 else { return }
        let share = 0.5 * PhysicalConstants.boltzmannInHartreePerKelvin * temperature * (1 - kept) / kinetic
        let square = kept + share * squares + 2 * first * (kept * share).squareRoot()
        let isReversed = first + (kept / max(share, .leastNormalMagnitude)).squareRoot() < 0
        let scale = max(square, 0).squareRoot() * (isReversed ? -1 : 1)
        for atom in velocities.indices { velocities[atom] *= scale }
    }
}
