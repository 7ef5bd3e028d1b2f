/// The fragments of an interaction energy: those chosen in `analyses`, and the molecules that the bonds make of the other atoms.
public struct CounterpoiseInput: Codable, Sendable, Equatable {
    /// One a fragment; nil: all 0.
    public var charges: [Int]?
    /// One a fragment; nil: as those of any state are found.
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
