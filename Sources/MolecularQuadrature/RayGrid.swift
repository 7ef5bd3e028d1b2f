import MolecularStructure

/// A molecular quadrature as rays: from every nucleus in every direction of one Lebedev grid, radii ascending.
///
/// Integrals are the same sums as on an unpruned `MolecularGrid`. The order of the points tells which follow each other along a
/// ray, for functions that have a step somewhere on it; what a point needs is computed where it is asked for.
public struct RayGrid: Sendable {
    /// Unit vectors.
    public let directions: [SIMD3<Double>]
    /// Of each atom, in bohr, ascending.
    public let radii: [[Double]]
    /// Points of a ray.
    public let radialCount: Int
    private let positions: [SIMD3<Double>]
    private let radialWeights: [[Double]]
    private let angularWeights: [Double]
    private let partition: BeckePartition

    /// All atoms have the same numbers of points.
    ///
    /// - Parameter angular: one of `LebedevGrid.counts`.
    public init(molecule: Molecule, radial: Int, angular: Int) {
        guard let sphere = LebedevGrid(count: angular) else { preconditionFailure("there is no such Lebedev grid") }
        let quadratures = molecule.atoms.map { RadialQuadrature(treutlerAhlrichs: radial, element: $0.element) }
        directions = sphere.points
        angularWeights = sphere.weights
        radii = quadratures.map(\.radii)
        radialWeights = quadratures.map(\.weights)
        radialCount = radial
        positions = molecule.atoms.map(\.position)
        partition = BeckePartition(molecule: molecule)
    }

    public var rayCount: Int { positions.count * directions.count }

    /// The atom from whose nucleus a ray starts.
    public func atom(ofRay ray: Int) -> Int { ray / directions.count }

    /// In bohr.
    public func point(ofRay ray: Int, radius: Double) -> SIMD3<Double> {
        positions[ray / directions.count] + radius * directions[ray % directions.count]
    }

    /// Weights of eight points of a ray, in bohr^3, with the atom's share of space by Becke's cells; zero beyond the last point.
    public func weights(ofRay ray: Int, from first: Int) -> SIMD8<Double> {
        let atom = atom(ofRay: ray)
        var (x, y, z, volume) = (Lanes(), Lanes(), Lanes(), Lanes())
        for lane in 0..<8 {
            let index = min(first + lane, radialCount - 1)
            let point = point(ofRay: ray, radius: radii[atom][index])
            x[lane] = point.x
            y[lane] = point.y
            z[lane] = point.z
            volume[lane] = first + lane < radialCount ? radialWeights[atom][index] : 0
        }
        let share = withUnsafeTemporaryAllocation(of: Lanes.self, capacity: positions.count) { distances in
            distances.baseAddress.map { partition.weights(ofAtom: atom, x: x, y: y, z: z, distances: $0) } ?? Lanes()
        }
        return share * volume * angularWeights[ray % directions.count]
    }
}
