import MolecularStructure

/// Dependence of potential-fitted charges on a radius that the method's literature does not give.
public struct RadiusSensitivity: Sendable, Equatable {
    /// The radius is decreased and increased by this fraction.
    public static let relativeStep = 0.1

    public let element: Element
    /// As used for the charges themselves.
    public let radiusInAngstrom: Double
    /// Change of every atom's charge with the smaller and with the larger radius, in elementary charges; nil if no points are left for the
    /// fit.
    public let changesWithSmallerRadius: [Double]?
    public let changesWithLargerRadius: [Double]?

    public init(
        element: Element, radiusInAngstrom: Double, changesWithSmallerRadius: [Double]?, changesWithLargerRadius: [Double]?
    ) {
        self.element = element
        self.radiusInAngstrom = radiusInAngstrom
        self.changesWithSmallerRadius = changesWithSmallerRadius
        self.changesWithLargerRadius = changesWithLargerRadius
    }
}
