import MolecularStructure

/// Newton's equations by velocity Verlet (W. C. Swope, H. C. Andersen, P. H. Berens and K. R. Wilson, doi 10.1063/1.442716), between two
/// halves of a thermostat if there is one. Forces come from outside. Atomic units throughout.
public struct VelocityVerlet: Sendable {
    public let system: DynamicsSystem
    /// In atomic units of time.
    public let timestep: Double
    public private(set) var positions: [SIMD3<Double>]
    public private(set) var velocities: [SIMD3<Double>]
    /// Forces at the positions, without those of the wall, in hartree per bohr.
    public private(set) var forces: [SIMD3<Double>]
    public private(set) var thermostat: Thermostat?
    /// Kinetic energy that the thermostat has added, in hartree. The total energy minus this is conserved, except for the errors of the
    /// time step and of the forces.
    public private(set) var heat: Double

    public init(
        system: DynamicsSystem, timestep: Double, positions: [SIMD3<Double>], velocities: [SIMD3<Double>],
        forces: [SIMD3<Double>],
        thermostat: Thermostat? = nil, heat: Double = 0
    ) {
        precondition([positions.count, velocities.count, forces.count].allSatisfy { $0 == system.masses.count })
        self.system = system
        self.timestep = timestep
        self.positions = positions
        self.velocities = velocities
        self.forces = forces
        self.thermostat = thermostat
        self.heat = heat
    }

    public var kineticEnergy: Double { system.kineticEnergy(velocities) }
    public var wallEnergy: Double { system.wall?.energy(positions) ?? 0 }

    /// Takes a step. If it throws, nothing has changed.
    ///
    /// - Parameter force: gets the new positions and returns the forces there.
    /// - Throws: the errors of `force`, and `FixedBondError`.
    public mutating func advance(_ force: ([SIMD3<Double>]) throws -> [SIMD3<Double>]) throws {
        var next = self
        try next.exchangeHeat()
        next.kick()
        let old = next.positions
        for atom in old.indices { next.positions[atom] += timestep * next.velocities[atom] }
        try system.bonds.satisfy(&next.positions, &next.velocities, from: old, masses: system.masses, time: timestep)
        next.forces = try force(next.positions)
        next.kick()
        try system.bonds.project(&next.velocities, at: next.positions, masses: system.masses)
        try next.exchangeHeat()
        self = next
    }

    /// Half a time step of acceleration.
    private mutating func kick() {
        let wall = system.wall?.forces(positions)
        for atom in velocities.indices {
            let total = wall.map { forces[atom] + $0[atom] } ?? forces[atom]
            velocities[atom] += 0.5 * timestep / system.masses[atom] * total
        }
    }

    private mutating func exchangeHeat() throws(FixedBondError) {
        guard thermostat != nil else { return }
        let before = kineticEnergy
        try thermostat?.act(on: &velocities, at: positions, during: 0.5 * timestep, system)
        heat += kineticEnergy - before
    }
}
