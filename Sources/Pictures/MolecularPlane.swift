import MolecularStructure

/// A rectangle in the plane through three atoms, with a grid of points.
public struct MolecularPlane: Sendable {
    public enum Failure: Error, Equatable {
        /// The three atoms lie on a line.
        case noPlane
    }

    /// An atom that lies in the plane, or nearly so.
    struct MarkedAtom: Sendable {
        let element: Element
        /// Counted from 1.
        let number: Int
        /// From the upper left corner to the right and down, in bohr.
        let place: SIMD2<Double>
    }

    /// Of the upper left corner, in bohr, and directions to the right and down.
    let corner, right, down: SIMD3<Double>
    public let columns, rows: Int
    /// Of the grid, in bohr.
    public let spacing: Double
    let atoms: [MarkedAtom]

    /// Distance from the plane up to which atoms are marked, and up to which they belong to the content, in bohr.
    private static let (marked, shown) = (1.0, 3.0)
    /// Around the atoms, in bohr.
    private static let margin = 4.5
    private static let longestSide = 240.0

    /// - Parameter numbers: of three atoms, counted from 0. The first two lie on a horizontal line, the third above it.
    public init(through numbers: [Int], of molecule: Molecule) throws(Failure) {
        let places = molecule.atoms.map(\.position)
        let (a, b, c) = (places[numbers[0]], places[numbers[1]], places[numbers[2]])
        let normal = (b - a).cross(c - a)
        guard (b - a).length > 1e-6, (c - a).length > 1e-6, normal.length > 1e-3 * (b - a).length * (c - a).length else {
            throw .noPlane
        }
        right = (b - a).direction
        let up = normal.direction.cross(right)
        down = -up
        var (low, high) = (SIMD2<Double>(repeating: .infinity), SIMD2<Double>(repeating: -.infinity))
        for place in places where abs((place - a).dot(normal.direction)) < Self.shown {
            let flat = SIMD2((place - a).dot(right), (place - a).dot(down))
            low = pointwiseMin(low, flat - Self.margin)
            high = pointwiseMax(high, flat + Self.margin)
        }
        spacing = (high - low).max() / Self.longestSide
        columns = Int(((high.x - low.x) / spacing).rounded()) + 1
        rows = Int(((high.y - low.y) / spacing).rounded()) + 1
        corner = a + low.x * right + low.y * down
        let (corner, right, down) = (corner, right, down)
        atoms = molecule.atoms.enumerated().filter { abs(($0.element.position - a).dot(normal.direction)) < Self.marked }.map {
            let offset = $0.element.position - corner
            return MarkedAtom(
                element: $0.element.element, number: $0.offset + 1, place: SIMD2(offset.dot(right), offset.dot(down)))
        }
    }

    /// In bohr.
    var size: SIMD2<Double> { spacing * SIMD2(Double(columns - 1), Double(rows - 1)) }

    /// Row by row from the top, in bohr.
    public var points: [SIMD3<Double>] {
        (0..<rows).flatMap { row in
            (0..<columns).map { corner + spacing * (Double($0) * right + Double(row) * down) }
        }
    }
}
