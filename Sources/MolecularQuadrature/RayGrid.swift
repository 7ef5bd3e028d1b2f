import MolecularStructure
import ParallelExecution

/// A molecular quadrature as rays: from every nucleus in every direction of one Lebedev grid, radii ascending.
///
/// Integrals are the same sums as on an unpruned `MolecularGrid`. The order of the points tells which follow each other along a
/// ray, for functions that have a step somewhere on it.
public struct RayGrid: Sendable {
    /// In bohr: by atom, then direction, then radius.
    public let points: [SIMD3<Double>]
    /// In bohr^3, with the atom's share of space by Becke's cells.
    public let weights: [Double]
    /// Unit vectors.
    public let directions: [SIMD3<Double>]
    /// Of each atom, in bohr, ascending.
    public let radii: [[Double]]
    /// Points of a ray.
    public let radialCount: Int

    public var rayCount: Int { points.count / max(1, radialCount) }

    /// The points of a ray, as a range of indices.
    public func points(ofRay ray: Int) -> Range<Int> { ray * radialCount..<(ray + 1) * radialCount }

    /// The atom from whose nucleus a ray starts.
    public func atom(ofRay ray: Int) -> Int { ray / directions.count }

    /// Cost: as a `MolecularGrid` of that many points. All atoms have the same numbers of points.
    ///
    /// - Parameter angular: one of `LebedevGrid.counts`.
    public init(molecule: Molecule, radial: Int, angular: Int, pool: WorkerPool) {
        guard let sphere = LebedevGrid(count: angular) else { preconditionFailure("there is no such Lebedev grid") }
        let quadratures = molecule.atoms.map { RadialQuadrature(treutlerAhlrichs: radial, element: $0.element) }
        let partition = BeckePartition(molecule: molecule)
        let pieces = pool.map(molecule.atoms.count * sphere.count) { ray -> ([SIMD3<Double>], [Double]) in
            let (atom, direction) = (ray / sphere.count, ray % sphere.count)
            let quadrature = quadratures[atom]
            let points = quadrature.radii.map { molecule.atoms[atom].position + $0 * sphere.points[direction] }
            var weights = quadrature.weights.map { $0 * sphere.weights[direction] }
            withUnsafeTemporaryAllocation(of: Lanes.self, capacity: molecule.atoms.count) { distances in
                guard let scratch = distances.baseAddress else { return }
                for start in stride(from: 0, to: radial, by: 8) {
                    var (x, y, z) = (Lanes(), Lanes(), Lanes())
                    for k in 0..<8 {
                        let point = points[min(start + k, radial - 1)]
                        x[k] = point.x
                        y[k] = point.y
                        z[k] = point.z
                    }
                    let share = partition.weights(ofAtom: atom, x: x, y: y, z: z, distances: scratch)
                    for k in 0..<min(8, radial - start) { weights[start + k] *= share[k] }
                }
            }
            return (points, weights)
        }
        points = pieces.flatMap(\.0)
        weights = pieces.flatMap(\.1)
        directions = sphere.points
        radii = quadratures.map(\.radii)
        radialCount = radial
    }
}
