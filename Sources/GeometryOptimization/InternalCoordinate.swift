import Foundation
import MolecularStructure

/// A function of the positions of at most four atoms, in bohr or radian. Atoms are given by index.
public enum InternalCoordinate: Hashable, Sendable {
    case distance(Int, Int)
    /// The second atom is the vertex.
    case angle(Int, Int, Int)
    /// One of the two bends (`component` 0 or 1) of an angle near pi: the sum of the unit vectors from the vertex, along a direction
    /// perpendicular to the line of the outer atoms. The direction is defined by the atom `beside` the line; nil in a linear molecule,
    /// where it is fixed in space.
    case linearBend(Int, Int, Int, component: Int, beside: Int?)
    /// Also of atoms that are not bonded in sequence (out-of-plane bends), in (-pi, pi].
    case dihedral(Int, Int, Int, Int)
    /// The Cartesian coordinate of an atom along axis 0, 1 or 2.
    case position(Int, axis: Int)

    public var atoms: [Int] {
        switch self {
        case .distance(let a, let b): [a, b]
        case .angle(let a, let b, let c): [a, b, c]
        case .linearBend(let a, let b, let c, _, let beside): [a, b, c] + (beside.map { [$0] } ?? [])
        case .dihedral(let a, let b, let c, let d): [a, b, c, d]
        case .position(let a, _): [a]
        }
    }

    public func value(_ positions: [SIMD3<Double>]) -> Double { jet(positions).value }

    /// Derivatives with respect to the positions of `atoms`, in their order.
    func gradient(_ positions: [SIMD3<Double>]) -> [SIMD3<Double>] {
        let d = jet(positions).derivatives
        return atoms.indices.map { SIMD3(d[3 * $0], d[3 * $0 + 1], d[3 * $0 + 2]) }
    }

    /// `a` minus `b`, by the shorter way for dihedral angles.
    func difference(_ a: Double, _ b: Double) -> Double {
        guard case .dihedral = self else { return a - b }
        return (a - b).remainder(dividingBy: 2 * .pi)
    }

    private func jet(_ positions: [SIMD3<Double>]) -> Jet {
        let points = atoms.enumerated().map { JetVector(positions[$1], slot: $0) }
        switch self {
        case .distance:
            return (points[0] - points[1]).length
        case .angle:
            let (u, v) = (points[0] - points[1], points[2] - points[1])
            return arcTangent(y: u.cross(v).length, x: u.dot(v))
        case .linearBend(_, _, _, let component, let beside):
            let line = (points[2] - points[0]).unit
            let other = beside == nil ? JetVector(Self.axisAcross(line)) : points[3] - points[0]
            let first = line.cross(other).unit
            let direction = component == 0 ? first : first.cross(line)
            return ((points[0] - points[1]).unit + (points[2] - points[1]).unit).dot(direction)
        case .dihedral:
            let (u, w, v) = (points[0] - points[1], points[2] - points[1], points[3] - points[2])
            let (m, n) = (u.cross(w), v.cross(w))
            return arcTangent(y: m.cross(n).dot(w) / w.length, x: m.dot(n))
        case .position(_, let axis):
            return [points[0].x, points[0].y, points[0].z][axis]
        }
    }
}

extension InternalCoordinate {
    var isPosition: Bool {
        if case .position = self { true } else { false }
    }

    /// The Cartesian axis that is most nearly perpendicular to a line.
    private static func axisAcross(_ line: JetVector) -> SIMD3<Double> {
        let sizes = [abs(line.x.value), abs(line.y.value), abs(line.z.value)]
        var axis = SIMD3<Double>.zero
        axis[sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0] = 1
        return axis
    }
}

/// atan2, in (-pi, pi].
func angleOf(y: Double, x: Double) -> Double { atan2(y, x) }
