import FileFormats
import Foundation

/// Settings of molecular dynamics. Times are in femtoseconds, lengths in bohr, temperatures in kelvin; atoms count from 1 in texts.
public struct DynamicsInput: Codable, Sendable, Equatable {
    public enum ThermostatChoice: String, Codable, Sendable, CaseIterable {
        /// Constant energy.
        case none
        case bussi, langevin
    }

    /// Total number of steps of the run. A later call with more continues it.
    public var steps = 1000
    public var timestep = 0.5
    /// Of the first velocities, and of the thermostat.
    public var temperature = 300.0
    public var thermostat = ThermostatChoice.none
    /// Of the thermostat.
    public var couplingTime = 100.0
    public var seed = 1
    /// Of a sphere about the first centre of mass that keeps the atoms together; nil: none.
    public var wallRadius: Double?
    /// Of the wall, in hartree per bohr squared.
    public var wallForceConstant = 0.01
    /// Bonds of fixed length, such as `1-2` (as it is) or `1-2=0.96` (Angstrom).
    public var fixedBonds: [String] = []
    /// Steps from one structure in the trajectory to the next.
    public var every = 1
    /// `average` (standard atomic weights) or `abundant` (most abundant isotopes).
    public var masses = "average"
    /// In the form of the command line: `1-6=13`.
    public var isotopes: [String] = []
    /// Number of earlier structures from which the orbitals of the next one are extrapolated; 1: only the last one.
    public var history = 5

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case steps, timestep, temperature, thermostat, seed, every, masses, isotopes, history
        case couplingTime = "coupling_time"
        case wallRadius = "wall_radius"
        case wallForceConstant = "wall_force_constant"
        case fixedBonds = "fixed_bonds"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.steps, into: &steps)
        try values.read(.timestep, into: &timestep)
        try values.read(.temperature, into: &temperature)
        try values.read(.thermostat, into: &thermostat)
        try values.read(.couplingTime, into: &couplingTime)
        try values.read(.seed, into: &seed)
        wallRadius = try values.decodeIfPresent(Double.self, forKey: .wallRadius)
        try values.read(.wallForceConstant, into: &wallForceConstant)
        try values.read(.fixedBonds, into: &fixedBonds)
        try values.read(.every, into: &every)
        try values.read(.masses, into: &masses)
        try values.read(.isotopes, into: &isotopes)
        try values.read(.history, into: &history)
    }

    /// What is impossible, in the words of the command line; nil if nothing is.
    public var flaw: String? {
        let conditions: [(Bool, String)] = [
            ((1...1_000_000_000).contains(steps), "--steps must lie between 1 and 1000000000"),
            (timestep >= 0.001 && timestep <= 20, "--timestep must lie between 0.001 and 20 fs"),
            (temperature >= 0 && temperature <= 1e6, "--temperature must lie between 0 and 1000000 K"),
            ((-1_000_000_000_000...1_000_000_000_000).contains(seed), "--seed must lie between -1e12 and 1e12"),
            (couplingTime >= timestep && couplingTime <= 1e6, "--coupling-time must lie between the time step and 1000000 fs"),
            (wallRadius.map { $0 > 0 && $0 < 1e5 } ?? true, "--wall must be a positive length"),
            (wallForceConstant > 0 && wallForceConstant <= 10, "--wall-force must lie between 0 and 10 Eh/bohr^2"),
            ((1...1_000_000).contains(every), "--every must lie between 1 and 1000000"),
            ((1...12).contains(history), "--history must lie between 1 and 12"),
            (
                thermostat == .none || temperature > 0,
                "--thermostat \(thermostat.rawValue) needs a --temperature above zero"
            ),
        ]
        return conditions.first { !$0.0 }?.1
    }
}
