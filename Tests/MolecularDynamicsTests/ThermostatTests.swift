import Foundation
import MolecularDynamics
import MolecularStructure
import Testing

@Suite struct ThermostatTests {
    private typealias System = AnalyticSystem

    /// Mean of the kinetic energy and its variance over those of the canonical distribution: n k T / 2 and n (k T)^2 / 2, and the mean
    /// potential energy of three springs.
    private func ratios(_ kind: Thermostat.Kind, seed: UInt64) throws -> (mean: Double, variance: Double, motion: VelocityVerlet)
    {
        let temperature = 300.0
        var motion = try VelocityVerlet.starting(
            System.triangle, masses: System.triangleMasses, temperature: temperature, timestep: 0.5, thermostat: kind, time: 20,
            seed: seed, force: System.springs)
        try motion.run(2000, System.springs)
        var (sum, squares) = (0.0, 0.0)
        let steps = 200_000
        for _ in 0..<steps {
            try motion.run(1, System.springs)
            sum += motion.kineticEnergy
            squares += motion.kineticEnergy * motion.kineticEnergy
        }
        let mean = sum / Double(steps)
        let expected = motion.system.kineticEnergy(temperature: temperature)
        let energy = PhysicalConstants.boltzmannInHartreePerKelvin * temperature
        let variance = squares / Double(steps) - mean * mean
        return (mean / expected, variance / (0.5 * Double(motion.system.degreesOfFreedom) * energy * energy), motion)
    }

    /// 100 ps with a memory of about 20 fs are thousands of independent samples: 2 % for the mean, 5 % for the variance.
    @Test(arguments: Thermostat.Kind.allCases) func fluctuationsAreCanonical(_ kind: Thermostat.Kind) throws {
        let found = try ratios(kind, seed: 7)
        #expect(abs(found.mean - 1) < 0.02, "\(found.mean)")
        #expect(abs(found.variance - 1) < 0.06, "\(found.variance)")
    }

    /// The total energy without what the thermostat gave is conserved, and Bussi's thermostat keeps the momenta.
    @Test(arguments: Thermostat.Kind.allCases) func heatIsCounted(_ kind: Thermostat.Kind) throws {
        var motion = try VelocityVerlet.starting(
            System.triangle, masses: System.triangleMasses, temperature: 300, timestep: 0.2, thermostat: kind, time: 50,
            force: System.springs)
        let first = motion.kineticEnergy + System.springs(motion.positions).energy
        try motion.run(5000, System.springs)
        let last = motion.kineticEnergy + System.springs(motion.positions).energy - motion.heat
        #expect(abs(motion.heat) > 1e-5 && abs(last - first) < 1e-5, "\(last - first)")
        let scale = System.triangleMasses[0] * (motion.velocities.map(\.length).max() ?? 1)
        if kind == .bussi { #expect(motion.system.momentum(motion.velocities).length < 1e-9 * scale) }
    }

    @Test(arguments: Thermostat.Kind.allCases) func restartsToTheSameBits(_ kind: Thermostat.Kind) throws {
        var whole = try VelocityVerlet.starting(
            System.triangle, masses: System.triangleMasses, bonds: [.init(0, 1, length: 2)], temperature: 300, timestep: 0.5,
            thermostat: kind, force: System.springs)
        try whole.run(50, System.springs)
        let thermostat = try #require(whole.thermostat)
        var resumed = VelocityVerlet(
            system: whole.system, timestep: whole.timestep, positions: whole.positions, velocities: whole.velocities,
            forces: whole.forces,
            thermostat: Thermostat(
                kind: kind, temperature: 300, time: thermostat.time, generator: SeededGenerator(seed: thermostat.generator.state)),
            heat: whole.heat)
        try whole.run(50, System.springs)
        try resumed.run(50, System.springs)
        #expect(whole.positions == resumed.positions && whole.velocities == resumed.velocities && whole.heat == resumed.heat)
    }

    @Test func seedsDiffer() throws {
        func velocities(_ seed: UInt64) throws -> [SIMD3<Double>] {
            try VelocityVerlet.starting(
                System.triangle, masses: System.triangleMasses, temperature: 300, timestep: 0.5, seed: seed, force: System.springs
            ).velocities
        }
        #expect(try velocities(1) == velocities(1))
        #expect(try velocities(1) != velocities(2))
    }
}
