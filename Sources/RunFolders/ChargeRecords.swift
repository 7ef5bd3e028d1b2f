/// How a scheme of atomic charges was carried out.
public struct ChargeSchemeRecord: Codable, Sendable, Equatable {
    public var title: String
    /// Where the scheme is defined.
    public var reference: String
    /// Versions, radii, proatoms, grid: what another program needs to reproduce the charges.
    public var parameters: [String: String]

    public init(title: String, reference: String, parameters: [String: String]) {
        self.title = title
        self.reference = reference
        self.parameters = parameters
    }
}

/// The outcome of one charge scheme for one state.
public struct ChargeCheckRecord: Codable, Sendable, Equatable {
    /// Sum of the charges, which are not renormalised to the total charge; nil if there are no charges.
    public var rawSum: Double?
    public var converged: Bool
    /// Number of iterations of an iterative scheme.
    public var iterations: Int?
    /// Why there are no charges.
    public var note: String?

    public init(rawSum: Double?, converged: Bool, iterations: Int? = nil, note: String? = nil) {
        self.rawSum = rawSum
        self.converged = converged
        self.iterations = iterations
        self.note = note
    }

    enum CodingKeys: String, CodingKey {
        case converged, iterations, note
        case rawSum = "raw_sum"
    }
}
