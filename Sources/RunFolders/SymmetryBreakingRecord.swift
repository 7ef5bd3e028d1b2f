/// How an optimisation broke a symmetry that the forces preserve.
public struct SymmetryBreakingRecord: Codable, Sendable, Equatable {
    /// Number of the symmetric stationary point among the points, from 1.
    public var point: Int
    /// Displacement of the atom that was moved most, in bohr.
    public var length: Double
    public var isLinear: Bool
    public var isPlanar: Bool
    /// Symmetry operations that were lost, without the identity; for a linear molecule those of C4v or D4h.
    public var operations: Int
    /// `under_way`, `returned` or `left`.
    public var outcome: String
    /// Energy of the outcome of the search relative to the symmetric stationary point, in hartree; nil before the end.
    public var energyChange: Double?

    public init(
        point: Int, length: Double, isLinear: Bool, isPlanar: Bool, operations: Int, outcome: String, energyChange: Double?
    ) {
        self.point = point
        self.length = length
        self.isLinear = isLinear
        self.isPlanar = isPlanar
        self.operations = operations
        self.outcome = outcome
        self.energyChange = energyChange
    }

    enum CodingKeys: String, CodingKey {
        case point, length, operations, outcome
        case isLinear = "is_linear"
        case isPlanar = "is_planar"
        case energyChange = "energy_change"
    }

    /// In the form used in sentences: "is linear".
    public var symmetry: String {
        isLinear ? "linear" : isPlanar ? "planar" : "symmetric (\(operations) operation\(operations == 1 ? "" : "s"))"
    }
}
