import MolecularStructure

/// How charges fitted to the potential move with a radius on which the method's literature is silent.
public struct RadiusSensitivity: Sendable, Equatable {
    /// The radius is changed by this part of itself, down and up.
    public static let relativeStep = 0.1

    public let element: Element
    /// As used for the charges themselves.
    public let radiusInAngstrom: Double
    /// By how much every atom's charge changes with the smaller and with the larger radius, in elementary charges; nil where no
    /// points are left to fit to.
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
