import MolecularStructure

/// A rotation, reflection or combination of both that maps a structure onto itself, about the mean of the positions.
public struct SymmetryOperation: Sendable, Equatable {
    /// Of the orthogonal matrix.
    public let rows: [SIMD3<Double>]
    /// Atom i is mapped onto atom `permutation[i]`, which is of the same element.
    public let permutation: [Int]

    public func image(_ v: SIMD3<Double>) -> SIMD3<Double> { SIMD3(rows[0].dot(v), rows[1].dot(v), rows[2].dot(v)) }

    /// Whether it reverses handedness.
    public var isImproper: Bool { rows[0].cross(rows[1]).dot(rows[2]) < 0 }
}

/// The symmetry operations of a structure, within a tolerance.
public struct StructureSymmetry: Sendable, Equatable {
    /// Without the identity. For a linear molecule, those of the finite group C4v or D4h, which preserves the same displacements.
    public let operations: [SymmetryOperation]
    public let isLinear: Bool
    public let isPlanar: Bool

    /// - Parameter tolerance: maximum distance of an image from its atom, in bohr. One or two atoms have none.
    ///
    /// Cost: for every operation, and every candidate for one, the square of the number of atoms.
    public init(_ molecule: Molecule, tolerance: Double) {
        let positions = molecule.atoms.map(\.position)
        let center = positions.reduce(.zero, +) / Double(max(1, positions.count))
        let structure = CenteredStructure(
            numbers: molecule.atoms.map(\.element.atomicNumber), positions: positions.map { $0 - center }, tolerance: tolerance)
        guard positions.count > 2, let far = structure.positions.max(by: { $0.length < $1.length }) else {
            (operations, isLinear, isPlanar) = ([], true, true)
            return
        }
        let axis = far.direction
        isLinear = structure.positions.allSatisfy { $0.cross(axis).length < tolerance }
        if isLinear {
            isPlanar = true
            operations = structure.linearOperations(along: axis)
        } else {
            operations = structure.spatialOperations()
            isPlanar = operations.contains { $0.isImproper && $0.permutation == Array(positions.indices) }
        }
    }

    /// Without the operations that another structure of the same atoms does not have.
    public func operations(sharedWith other: StructureSymmetry) -> [SymmetryOperation] {
        operations.filter { own in
            other.operations.contains { $0.permutation == own.permutation && $0.isImproper == own.isImproper }
        }
    }
}

private struct CenteredStructure {
    let numbers: [Int]
    let positions: [SIMD3<Double>]
    let tolerance: Double

    /// The atoms onto which the images fall; nil if an image does not fall on an atom.
    func permutation(_ rows: [SIMD3<Double>]) -> [Int]? {
        var result: [Int] = []
        var taken = Set<Int>()
        for (atom, position) in positions.enumerated() {
            let image = SIMD3(rows[0].dot(position), rows[1].dot(position), rows[2].dot(position))
            let found = positions.indices.first {
                numbers[$0] == numbers[atom] && distance(positions[$0], image) < tolerance && !taken.contains($0)
            }
            guard let found else { return nil }
            taken.insert(found)
            result.append(found)
        }
        return result
    }

    /// Rotations by right angles about the axis, reflections that keep it, and these with an inversion where the ends are alike.
    func linearOperations(along axis: SIMD3<Double>) -> [SymmetryOperation] {
        let sizes = [abs(axis.x), abs(axis.y), abs(axis.z)]
        var across = SIMD3<Double>.zero
        across[sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0] = 1
        let first = axis.cross(across).direction
        let second = axis.cross(first)
        var operations: [SymmetryOperation] = []
        for sign in [1.0, -1.0] {
            for (x, y) in [(first, second), (second, -first), (-first, -second), (-second, first)] {
                for handed in [1.0, -1.0] {
                    // first -> x, second -> handed y, axis -> sign axis.
                    let rows = (0..<3).map { k in x[k] * first + handed * y[k] * second + sign * axis[k] * axis }
                    guard let permutation = permutation(rows) else { continue }
                    let isIdentity = sign > 0 && handed > 0 && x == first
                    if !isIdentity { operations.append(SymmetryOperation(rows: rows, permutation: permutation)) }
                }
            }
        }
        return operations
    }

    /// Atoms that could be images of each other: of the same element and at the same distance from the centre.
    private func alike(_ atom: Int) -> [Int] {
        positions.indices.filter {
            numbers[$0] == numbers[atom] && abs(positions[$0].length - positions[atom].length) < tolerance
        }
    }

    /// From a small set of equivalent atoms, one that is far from the centre or from a line: images of close ones would determine
    /// directions poorly.
    private func reference(_ reach: (Int) -> Double) -> Int? {
        let longest = positions.indices.map(reach).max() ?? 0
        return positions.indices.filter { reach($0) > 0.5 * longest }.min { alike($0).count < alike($1).count }
    }

    /// The centre and two atoms beside it fix a rotation, and one with a reflection.
    func spatialOperations() -> [SymmetryOperation] {
        guard let a = reference({ positions[$0].length }) else { return [] }
        let axis = positions[a].direction
        guard let b = reference({ positions[$0].cross(axis).length }) else { return [] }
        let own = frame(a, b)
        let separation = distance(positions[a], positions[b])
        var operations: [SymmetryOperation] = []
        for imageOfA in alike(a) {
            for imageOfB in alike(b) {
                guard abs(distance(positions[imageOfA], positions[imageOfB]) - separation) < 2 * tolerance else { continue }
                let other = frame(imageOfA, imageOfB)
                for sign in [1.0, -1.0] where !(sign > 0 && imageOfA == a && imageOfB == b) {
                    let rows = (0..<3).map { k in
                        other[0][k] * own[0] + other[1][k] * own[1] + sign * other[2][k] * own[2]
                    }
                    guard let permutation = permutation(rows) else { continue }
                    operations.append(SymmetryOperation(rows: rows, permutation: permutation))
                }
            }
        }
        return operations
    }

    private func frame(_ a: Int, _ b: Int) -> [SIMD3<Double>] {
        let first = positions[a].direction
        let second = (positions[b] - positions[b].dot(first) * first).direction
        return [first, second, first.cross(second)]
    }
}
