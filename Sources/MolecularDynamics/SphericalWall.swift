import MolecularStructure

/// A sphere that keeps particles together: beyond its radius the energy of each rises as k/2 (r - R)^2.
public struct SphericalWall: Sendable, Equatable, Codable {
    /// In bohr.
    public var center: SIMD3<Double>
    /// In bohr.
    public var radius: Double
    /// k, in hartree per bohr squared.
    public var forceConstant: Double

    public init(center: SIMD3<Double>, radius: Double, forceConstant: Double) {
        self.center = center
        self.radius = radius
        self.forceConstant = forceConstant
    }

    /// In hartree.
    public func energy(_ positions: [SIMD3<Double>]) -> Double {
        positions.reduce(0) { sum, position in
            let excess = max(distance(position, center) - radius, 0)
            return sum + 0.5 * forceConstant * excess * excess
        }
    }

    /// In hartree per bohr.
    public func forces(_ positions: [SIMD3<Double>]) -> [SIMD3<Double>] {
        positions.map { position in
            let excess = max(distance(position, center) - radius, 0)
            return -forceConstant * excess * (position - center).direction
        }
    }
}
