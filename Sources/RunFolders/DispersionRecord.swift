/// A correction for dispersion and its parameters, as `result.json` holds them.
public struct DispersionRecord: Codable, Sendable, Equatable {
    /// `D3(BJ)` or `D4`.
    public var name: String
    public var s6: Double
    public var s8: Double
    /// Of the three-body term; nil where the correction has none.
    public var s9: Double?
    public var a1: Double
    /// In bohr.
    public var a2: Double

    public init(name: String, s6: Double, s8: Double, s9: Double? = nil, a1: Double, a2: Double) {
        self.name = name
        self.s6 = s6
        self.s8 = s8
        self.s9 = s9
        self.a1 = a1
        self.a2 = a2
    }
}
