/// The fragments of an interaction energy: those chosen in `analyses`, and the molecules into which the bonds divide the other atoms.
public struct CounterpoiseInput: Codable, Sendable, Equatable {
    /// One per fragment; nil: all 0.
    public var charges: [Int]?
    /// One per fragment; nil: determined as for any state.
    public var multiplicities: [Int]?

    public init(charges: [Int]? = nil, multiplicities: [Int]? = nil) {
        self.charges = charges
        self.multiplicities = multiplicities
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case charges, multiplicities }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        charges = try values.decodeIfPresent([Int].self, forKey: .charges)
        multiplicities = try values.decodeIfPresent([Int].self, forKey: .multiplicities)
    }
}
