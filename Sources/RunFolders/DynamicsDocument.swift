import FileFormats
import Foundation

/// The content of `dynamics.json`: the settings of a run of molecular dynamics and what came of it.
public struct DynamicsDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-dynamics-1"

    public var schema = DynamicsDocument.currentSchema
    public var provenance: ResultDocument.Provenance
    public var symbols: [String]
    /// In unified atomic mass units.
    public var masses: [Double]
    public var charge: Int
    public var multiplicity: Int
    public var method: String
    public var basis: [String: String]
    public var basisFingerprint: String
    public var grid: String?
    public var terms: [TermRecord]?
    /// Fitted integrals, by name; nil for exact ones.
    public var integrals: String?
    /// The electronic part.
    public var input: CalculationInput
    public var dynamics: DynamicsInput
    /// x, y and z of the centre of the wall, in bohr; nil without a wall.
    public var wallCenter: [Double]?
    public var degreesOfFreedom: Int
    /// Steps that are done.
    public var steps: Int
    /// Whether all steps that were asked for are done.
    public var finished: Bool
    public var summary: Summary?
    /// Bonds of the first structure that are missing in the last one, and vice versa; pairs of atom numbers from 1.
    public var brokenBonds: [[Int]]
    public var formedBonds: [[Int]]
    /// What the user should know.
    public var notes: [String]

    /// Averages over all steps. Energies in hartree.
    public struct Summary: Codable, Sendable, Equatable {
        /// In femtoseconds.
        public var time: Double
        public var meanPotential: Double
        /// In kelvin.
        public var meanTemperature: Double
        public var temperatureDeviation: Double
        /// Slope of the conserved energy, in hartree per atom and picosecond.
        public var drift: Double
        /// Root of the mean square deviation of the conserved energy from its mean.
        public var conservedDeviation: Double
        /// Largest change of the conserved energy in one step.
        public var largestJump: Double
        /// Fock matrices per step, without the first structure.
        public var fockBuilds: Double

        public init(
            time: Double, meanPotential: Double, meanTemperature: Double, temperatureDeviation: Double, drift: Double,
            conservedDeviation: Double, largestJump: Double, fockBuilds: Double
        ) {
            self.time = time
            self.meanPotential = meanPotential
            self.meanTemperature = meanTemperature
            self.temperatureDeviation = temperatureDeviation
            self.drift = drift
            self.conservedDeviation = conservedDeviation
            self.largestJump = largestJump
            self.fockBuilds = fockBuilds
        }

        enum CodingKeys: String, CodingKey {
            case time = "time_fs"
            case meanPotential = "mean_potential_energy"
            case meanTemperature = "mean_temperature"
            case temperatureDeviation = "temperature_deviation"
            case drift = "drift_per_atom_and_ps"
            case conservedDeviation = "conserved_energy_deviation"
            case largestJump = "largest_jump"
            case fockBuilds = "fock_builds_per_step"
        }
    }

    public init(
        provenance: ResultDocument.Provenance, symbols: [String], masses: [Double], charge: Int, multiplicity: Int,
        method: String, basis: [String: String], basisFingerprint: String, grid: String?, input: CalculationInput,
        dynamics: DynamicsInput, wallCenter: [Double]?, degreesOfFreedom: Int
    ) {
        self.provenance = provenance
        self.symbols = symbols
        self.masses = masses
        self.charge = charge
        self.multiplicity = multiplicity
        self.method = method
        self.basis = basis
        self.basisFingerprint = basisFingerprint
        self.grid = grid
        self.input = input
        self.dynamics = dynamics
        self.wallCenter = wallCenter
        self.degreesOfFreedom = degreesOfFreedom
        steps = 0
        finished = false
        (brokenBonds, formedBonds, notes) = ([], [], [])
    }

    enum CodingKeys: String, CodingKey {
        case schema, provenance, symbols, masses, charge, multiplicity, method, basis, grid, terms, integrals, input, dynamics,
            steps
        case finished, summary, notes
        case basisFingerprint = "basis_fingerprint"
        case wallCenter = "wall_center"
        case degreesOfFreedom = "degrees_of_freedom"
        case brokenBonds = "broken_bonds"
        case formedBonds = "formed_bonds"
    }

    public func json() throws -> Data { try JSONLayout.encoded(self) }

    /// Why a run in a folder is not the one that is asked for, in words; empty if it is. The number of steps and the machine do not matter.
    public func differences(from earlier: DynamicsDocument) -> [String] {
        var list = InputDifferences()
        list.note("another version of the file", if: earlier.schema != schema)
        list.note(
            "another structure",
            if: symbols != earlier.symbols || !isSameStructure(input.molecule.geometry, earlier.input.molecule.geometry))
        list.compare("charge", "\(earlier.charge)", "\(charge)")
        list.compare("multiplicity", "\(earlier.multiplicity)", "\(multiplicity)")
        list.compare("method", earlier.method, method)
        list.note("another basis", if: basisFingerprint != earlier.basisFingerprint)
        list.compare("grid", earlier.grid ?? "none", grid ?? "none")
        list.compare("integrals", earlier.integrals ?? "exact", integrals ?? "exact")
        list.compare("convergence", "\(earlier.input.convergence.energyTolerance)", "\(input.convergence.energyTolerance)")
        list.note(
            "other added terms or another reference",
            if: terms != earlier.terms || input.states.reference != earlier.input.states.reference
                || input.model.solvent != earlier.input.model.solvent)
        let (old, new) = (earlier.dynamics, dynamics)
        list.compare("time step", "\(old.timestep) fs", "\(new.timestep) fs")
        list.compare("temperature", "\(old.temperature) K", "\(new.temperature) K")
        list.compare("thermostat", old.thermostat.rawValue, new.thermostat.rawValue)
        if new.thermostat != .none { list.compare("coupling time", "\(old.couplingTime) fs", "\(new.couplingTime) fs") }
        list.compare("seed", "\(old.seed)", "\(new.seed)")
        list.compare("interval of the trajectory", "\(old.every)", "\(new.every)")
        list.compare("history", "\(old.history)", "\(new.history)")
        list.note("other fixed bonds", if: old.fixedBonds != new.fixedBonds)
        list.note("other masses", if: masses != earlier.masses)
        list.note(
            "another wall",
            if: old.wallRadius != new.wallRadius || new.wallRadius != nil && old.wallForceConstant != new.wallForceConstant)
        return list.texts
    }
}

extension DynamicsDocument: CheckedDocument {
    public static let title = "dynamics.json"

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try place.at("symbols").require(!symbols.isEmpty, "there are no atoms")
        try place.at("masses").count(masses, symbols.count)
        for mass in masses { try place.at("masses").value(mass, in: 0.1...1000) }
        try place.chargeState(charge, multiplicity)
        try place.at("input").at("molecule").at("symbols").require(
            input.molecule.symbols == symbols, "they differ from those of the run")
        try input.check(place.at("input"))
        if let flaw = dynamics.flaw { throw DocumentFlaw(key: "dynamics", problem: flaw) }
        if let wallCenter { try place.at("wall_center").count(wallCenter, 3) }
        try place.at("degrees_of_freedom").value(degreesOfFreedom, in: 0...3 * symbols.count)
        try place.at("steps").value(steps, in: 0...1_000_000_000)
        for (key, pairs) in [("broken_bonds", brokenBonds), ("formed_bonds", formedBonds)] {
            for (index, pair) in pairs.enumerated() {
                try place.at(key).at(index).count(pair, 2)
                try place.at(key).at(index).atoms(pair, count: symbols.count, from: 1)
            }
        }
        for name in [method] + notes { try place.at("method").line(name) }
    }
}
