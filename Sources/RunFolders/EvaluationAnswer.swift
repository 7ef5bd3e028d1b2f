import Foundation

/// One line that `esp serve` writes. Atomic units.
public struct EvaluationAnswer: Encodable, Sendable {
    public struct Problem: Encodable, Sendable {
        /// The exit code of the program after the same failure.
        public var code: Int
        public var message: String

        public init(code: Int, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// The computed results.
    public struct Values: Encodable, Sendable {
        public var method: String
        /// By element.
        public var basis: [String: String]
        /// Nil for Hartree-Fock.
        public var grid: String?
        public var charge: Int
        public var multiplicity: Int
        public var energy: Double
        /// x, y, z of every atom, one after the other, including the response of the grid.
        public var gradient: [Double]?
        public var dipole: [Double]?
        /// Centre of nuclear charge.
        public var dipoleOrigin: [Double]?
        /// By scheme, one value per atom.
        public var charges: [String: [Double]]?
        public var spinPopulations: [String: [Double]]?
        /// By scheme, why there are no charges.
        public var missingCharges: [String: String]?
        public var spinSquared: Double
        /// `orbitals` (of the previous structure) or `atoms`.
        public var start: String
        /// Number of Fock matrices built for the request; 0 if structure and model are those of the previous request.
        public var iterations: Int
        public var warnings: [WarningRecord]?
        public var wallSeconds: Double

        public init(
            method: String, basis: [String: String], grid: String?, charge: Int, multiplicity: Int, energy: Double,
            spinSquared: Double,
            start: String, iterations: Int, warnings: [WarningRecord]?, wallSeconds: Double
        ) {
            (self.method, self.basis, self.grid) = (method, basis, grid)
            (self.charge, self.multiplicity) = (charge, multiplicity)
            (self.energy, self.spinSquared, self.start, self.iterations) = (energy, spinSquared, start, iterations)
            (self.warnings, self.wallSeconds) = (warnings, wallSeconds)
        }

        enum CodingKeys: String, CodingKey {
            case method, basis, grid, charge, multiplicity, energy, gradient, dipole, charges, start, iterations, warnings
            case dipoleOrigin = "dipole_origin"
            case spinPopulations = "spin_populations"
            case missingCharges = "missing_charges"
            case spinSquared = "spin_squared"
            case wallSeconds = "wall_seconds"
        }
    }

    public var id: RequestIdentifier?
    public var outcome: Result<Values, Failure>

    /// A `Problem` as an error.
    public struct Failure: Error, Sendable {
        public var problem: Problem

        public init(_ problem: Problem) { self.problem = problem }
    }

    public init(id: RequestIdentifier?, outcome: Result<Values, Failure>) {
        self.id = id
        self.outcome = outcome
    }

    enum CodingKeys: String, CodingKey { case id, success, error }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        switch outcome {
        case .success(let values):
            try container.encode(true, forKey: .success)
            try values.encode(to: encoder)
        case .failure(let failure):
            try container.encode(false, forKey: .success)
            try container.encode(failure.problem, forKey: .error)
        }
    }

    /// One line of JSON, without a line end.
    ///
    /// - Throws: `EncodingError` for a number that is not finite.
    public func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
