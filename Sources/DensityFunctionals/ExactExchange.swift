/// The exact exchange that belongs to a functional: electrons at distance r are exchanged by
/// [s + (l - s) erf(omega r)] / r, with the share s at short and l at long range.
public struct ExactExchange: Sendable, Equatable {
    public let shortRange: Double
    public let longRange: Double
    /// In bohr^-1; 0 where both shares are the same.
    public let omega: Double

    public static let none = ExactExchange(shortRange: 0, longRange: 0, omega: 0)

    public var isRangeSeparated: Bool { shortRange != longRange }
    public var isNone: Bool { shortRange == 0 && longRange == 0 }
}
