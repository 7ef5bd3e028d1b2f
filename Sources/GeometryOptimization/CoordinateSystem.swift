import Foundation
import LinearAlgebra
import MolecularStructure

/// Redundant internal coordinates of a molecule, with the transformations from and to Cartesian displacements.
struct CoordinateSystem {
    let primitives: [InternalCoordinate]
    let graph: BondGraph

    /// - Parameter extra: coordinates that must be included: the constrained ones.
    init(_ molecule: Molecule, extra: [InternalCoordinate]) throws {
        let choice = PrimitiveCoordinates(molecule)
        graph = choice.graph
        var list = choice.coordinates
        for coordinate in extra where !list.contains(coordinate) { list.append(coordinate) }
        let positions = molecule.atoms.map(\.position)
        // A set that does not describe all changes of shape is supplemented by all Cartesian coordinates.
        if try WilsonMatrix(list, positions).rank < Self.degreesOfFreedom(positions) {
            for atom in positions.indices {
                for axis in 0..<3 where !list.contains(.position(atom, axis: axis)) { list.append(.position(atom, axis: axis)) }
            }
        }
        primitives = list
    }

    /// 3 N - 6, or 3 N - 5 for linear molecules.
    static func degreesOfFreedom(_ positions: [SIMD3<Double>]) -> Int {
        guard positions.count > 2 else { return positions.count - 1 }
        let line = positions[1] - positions[0]
        let isLinear = positions.dropFirst(2).allSatisfy { point in
            let v = point - positions[0]
            let normal = SIMD3(line.y * v.z - line.z * v.y, line.z * v.x - line.x * v.z, line.x * v.y - line.y * v.x)
            return (normal * normal).sum() < 1e-6 * (line * line).sum() * max((v * v).sum(), 1e-12)
        }
        return 3 * positions.count - (isLinear ? 5 : 6)
    }

    func values(_ positions: [SIMD3<Double>]) -> [Double] { primitives.map { $0.value(positions) } }

    /// `a` minus `b`, coordinate by coordinate.
    func differences(_ a: [Double], _ b: [Double]) -> [Double] {
        primitives.indices.map { primitives[$0].difference(a[$0], b[$0]) }
    }

    /// Whether an angle has come so close to pi, or a linear bend so far from it, that the coordinates should be redefined.
    func isWornOut(at positions: [SIMD3<Double>]) -> Bool {
        primitives.contains { coordinate in
            switch coordinate {
            case .angle: coordinate.value(positions) > 175 * Double.pi / 180
            case .linearBend(let a, _, let c, _, let beside):
                abs(coordinate.value(positions)) > 0.6
                    || beside.map { sin(InternalCoordinate.angle($0, a, c).value(positions)) < 0.05 } == true
            case .dihedral(let a, let b, let c, let d):
                InternalCoordinate.angle(a, b, c).value(positions) > 177 * Double.pi / 180
                    || InternalCoordinate.angle(b, c, d).value(positions) > 177 * Double.pi / 180
            default: false
            }
        }
    }

    /// Positions whose coordinates differ from those of `positions` by `step` as closely as possible; nil if the iteration does not
    /// converge.
    func positions(after step: [Double], from positions: [SIMD3<Double>]) throws -> [SIMD3<Double>]? {
        let start = values(positions)
        let target = zip(start, step).map { $0 + $1 }
        var current = positions
        var smallest = Double.infinity
        for _ in 0..<40 {
            let missing = differences(target, values(current))
            let move = try WilsonMatrix(primitives, current).cartesianStep(missing)
            guard move.allSatisfy(\.isFinite) else { return nil }
            var square = 0.0
            for atom in current.indices {
                let d = SIMD3(move[3 * atom], move[3 * atom + 1], move[3 * atom + 2])
                current[atom] += d
                square += (d * d).sum()
            }
            let size = (square / Double(3 * current.count)).squareRoot()
            if size < 1e-8 { return current }
            if size > 4 * smallest { return nil }
            smallest = min(smallest, size)
        }
        return smallest < 1e-5 ? current : nil
    }
}

/// B, the derivatives of internal with respect to Cartesian coordinates, decomposed: B = U w V^T without vanishing singular values.
struct WilsonMatrix {
    /// Coordinates x 3 atoms.
    let derivatives: Matrix
    /// 3 atoms x rank.
    private let right: Matrix
    private let singularValues: [Double]

    /// Singular values below this are overall rotation and translation.
    private static let threshold = 1e-4

    init(_ coordinates: [InternalCoordinate], _ positions: [SIMD3<Double>]) throws {
        var b = Matrix(rows: coordinates.count, columns: 3 * positions.count)
        for (row, coordinate) in coordinates.enumerated() {
            for (atom, derivative) in zip(coordinate.atoms, coordinate.gradient(positions)) {
                for axis in 0..<3 { b[row, 3 * atom + axis] += derivative[axis] }
            }
        }
        // Linear bends with a direction fixed in space would mistake a rotation of the whole for a change of shape.
        if !coordinates.contains(where: \.isPosition) { Self.removeRotations(from: &b, positions) }
        derivatives = b
        let solution = try SymmetricEigenproblem(b.times(b, transposed: true))
        let kept = solution.values.indices.filter { solution.values[$0] > Self.threshold * Self.threshold }
        singularValues = kept.map { solution.values[$0].squareRoot() }
        right = solution.vectors.columns(kept)
    }

    var rank: Int { singularValues.count }

    /// B (1 - R R^T) with the orthonormal rotations R about the centre; the rotation about the axis of a linear molecule is omitted.
    private static func removeRotations(from b: inout Matrix, _ positions: [SIMD3<Double>]) {
        let center = positions.reduce(SIMD3<Double>.zero, +) / Double(max(1, positions.count))
        let rotations = (0..<3).map { axis -> [Double] in
            var turn = SIMD3<Double>.zero
            turn[axis] = 1
            return positions.flatMap { position -> [Double] in
                let r = position - center
                return [turn.y * r.z - turn.z * r.y, turn.z * r.x - turn.x * r.z, turn.x * r.y - turn.y * r.x]
            }
        }
        // Principal axes, so that the one along a line is separate.
        var products = Matrix(rows: 3, columns: 3)
        for i in 0..<3 { for j in 0..<3 { products[i, j] = inner(rotations[i], rotations[j]) } }
        guard let axes = try? SymmetricEigenproblem(products), let largest = axes.values.last, largest > 0 else { return }
        for axis in 0..<3 where axes.values[axis] > 1e-6 * largest {
            let norm = axes.values[axis].squareRoot()
            let rotation = (0..<(3 * positions.count)).map { k in
                (0..<3).reduce(0) { $0 + axes.vectors[$1, axis] * rotations[$1][k] } / norm
            }
            let shares = b.times(rotation)
            for row in 0..<b.rows { for k in rotation.indices { b[row, k] -= shares[row] * rotation[k] } }
        }
    }

    /// U: orthonormal combinations of the coordinates, as many as the rank.
    var combinations: Matrix {
        var u = derivatives * right
        for row in 0..<u.rows { for column in 0..<u.columns { u[row, column] /= singularValues[column] } }
        return u
    }

    /// Cartesian gradient to that of the combinations: w^-1 V^T g.
    func combinationGradient(_ gradient: [Double]) -> [Double] {
        singularValues.indices.map { column in
            (0..<right.rows).reduce(0) { $0 + right[$1, column] * gradient[$1] } / singularValues[column]
        }
    }

    /// The reverse: V w c.
    func cartesianGradient(_ combination: [Double]) -> [Double] {
        (0..<right.rows).map { row in
            singularValues.indices.reduce(0) { $0 + right[row, $1] * singularValues[$1] * combination[$1] }
        }
    }

    /// V w^-1 U^T: 3 atoms x coordinates.
    var pseudoinverse: Matrix {
        var scaled = right
        for row in 0..<scaled.rows { for column in 0..<scaled.columns { scaled[row, column] /= singularValues[column] } }
        return scaled.times(combinations, otherTransposed: true)
    }

    /// Smallest Cartesian displacement that changes the coordinates by `change`, to first order.
    func cartesianStep(_ change: [Double]) -> [Double] {
        let u = combinations
        let c = singularValues.indices.map { column in
            (0..<u.rows).reduce(0) { $0 + u[$1, column] * change[$1] } / singularValues[column]
        }
        return (0..<right.rows).map { row in singularValues.indices.reduce(0) { $0 + right[row, $1] * c[$1] } }
    }
}
