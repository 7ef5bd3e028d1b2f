/// A coordinate that is held, at a value or at the one it has.
public struct Constraint: Sendable, Equatable {
    public let coordinate: InternalCoordinate
    /// Bohr or radian; nil for that of the first structure.
    public let target: Double?

    public init(_ coordinate: InternalCoordinate, target: Double? = nil) {
        self.coordinate = coordinate
        self.target = target
    }
}
