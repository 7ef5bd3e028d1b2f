import Foundation
import MolecularDynamics
import MolecularStructure

/// Exact forces for tests.
enum AnalyticSystem {
    /// Argon-like atoms: 4 e ((s/r)^12 - (s/r)^6) in atomic units.
    static func lennardJones(_ positions: [SIMD3<Double>]) -> (energy: Double, forces: [SIMD3<Double>]) {
        let (epsilon, sigma) = (3.8e-4, 6.43)
        var energy = 0.0
        var forces = positions.map { _ in SIMD3<Double>.zero }
        for i in positions.indices {
            for j in 0..<i {
                let r = positions[i] - positions[j]
                let square = r.dot(r)
                let sixth = pow(sigma * sigma / square, 3)
                energy += 4 * epsilon * (sixth * sixth - sixth)
                let force = 24 * epsilon * (2 * sixth * sixth - sixth) / square * r
                forces[i] += force
                forces[j] -= force
            }
        }
        return (energy, forces)
    }

    /// Springs of 0.3 hartree per bohr squared between all pairs, at rest at 2 bohr.
    static func springs(_ positions: [SIMD3<Double>]) -> (energy: Double, forces: [SIMD3<Double>]) {
        var energy = 0.0
        var forces = positions.map { _ in SIMD3<Double>.zero }
        for i in positions.indices {
            for j in 0..<i {
                let r = positions[i] - positions[j]
                let stretch = r.length - 2
                energy += 0.15 * stretch * stretch
                let force = -0.3 * stretch * r.direction
                forces[i] += force
                forces[j] -= force
            }
        }
        return (energy, forces)
    }

    /// Seven argon atoms near the minimum of energy.
    static let argon: [SIMD3<Double>] = {
        let a = 7.2
        return [
            SIMD3(0, 0, 0), SIMD3(a, 0, 0), SIMD3(0.5 * a, 0.87 * a, 0), SIMD3(0.5 * a, 0.29 * a, 0.82 * a),
            SIMD3(0.5 * a, 0.29 * a, -0.82 * a), SIMD3(-0.5 * a, 0.87 * a, 0.1 * a), SIMD3(1.5 * a, 0.87 * a, -0.1 * a),
        ]
    }()

    static let argonMass = 39.948 * PhysicalConstants.atomicMassUnit
    static let femtosecond = 1 / PhysicalConstants.atomicTimeInFemtoseconds
    static let triangle: [SIMD3<Double>] = [SIMD3(0, 0, 0), SIMD3(2, 0, 0), SIMD3(1, 1.7320508, 0)]
    static let triangleMasses = [16.0, 1.0, 2.0].map { $0 * PhysicalConstants.atomicMassUnit }
}

extension VelocityVerlet {
    /// A motion that starts with random velocities.
    static func starting(
        _ positions: [SIMD3<Double>], masses: [Double], bonds: [FixedBonds.Bond] = [], wall: SphericalWall? = nil,
        temperature: Double, timestep: Double, thermostat: Thermostat.Kind? = nil, time: Double = 100, seed: UInt64 = 1,
        force: ([SIMD3<Double>]) -> (energy: Double, forces: [SIMD3<Double>])
    ) throws -> VelocityVerlet {
        let system = DynamicsSystem(
            masses: masses, bonds: FixedBonds(bonds), wall: wall, positions: positions,
            exchangesMomentum: thermostat == .langevin)
        var generator = SeededGenerator(seed: seed)
        let start = try system.bonds.satisfied(positions, masses: masses)
        let velocities = try system.velocities(temperature: temperature, positions: start, generator: &generator)
        return VelocityVerlet(
            system: system, timestep: timestep * AnalyticSystem.femtosecond, positions: start, velocities: velocities,
            forces: force(start).forces,
            thermostat: thermostat.map {
                Thermostat(kind: $0, temperature: temperature, time: time * AnalyticSystem.femtosecond, generator: generator)
            })
    }

    mutating func run(_ steps: Int, _ force: ([SIMD3<Double>]) -> (energy: Double, forces: [SIMD3<Double>])) throws {
        for _ in 0..<steps { try advance { force($0).forces } }
    }
}
