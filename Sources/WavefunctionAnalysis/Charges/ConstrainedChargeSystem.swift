import LinearAlgebra
import MolecularStructure

/// Least-squares fit of point charges on nuclei with a fixed sum. The eigenvectors of the normal equations are kept so that several
/// potentials can be fitted.
///
/// Charges are written as an even distribution of the total plus Z y, where the columns of Z are an orthonormal basis
/// of the vectors that sum to zero; y then is free. Combinations y that hardly change the potential are left at zero.
struct ConstrainedChargeSystem: Sendable {
    /// The undetermined changes of charges, atom by atom: unit vectors.
    let undetermined: [[Double]]
    private let points: [SIMD3<Double>]
    private let positions: [SIMD3<Double>]
    /// Group of every atom.
    private let groupOfAtom: [Int]
    private let groupSizes: [Double]
    /// Groups by free combinations: Z V a^(-1/2).
    private let directions: Matrix
    /// A^T A over groups.
    private let normal: Matrix

    init(points: [SIMD3<Double>], molecule: Molecule, groups: [[Int]], threshold: Double) throws {
        self.points = points
        positions = molecule.atoms.map(\.position)
        let (group, count) = Self.groups(groups, atomCount: positions.count)
        groupOfAtom = group
        var sizes = [Double](repeating: 0, count: count)
        for g in group { sizes[g] += 1 }
        groupSizes = sizes

        normal = Self.normalMatrix(points: points, positions: positions, groupOfAtom: group, groups: count)
        let free = Self.complement(of: sizes)
        let problem = try SymmetricEigenproblem(normal.transformed(by: free))
        let largest = problem.values.last ?? 0
        let cutoff = threshold * threshold * largest
        var columns: [Int] = []
        var lost: [[Double]] = []
        let vectors = free * problem.vectors
        for (k, value) in problem.values.enumerated() {
            if value > cutoff {
                columns.append(k)
            } else {
                lost.append(group.map { vectors[$0, k] })
            }
        }
        var scaled = Matrix(rows: count, columns: columns.count)
        for (c, k) in columns.enumerated() {
            for g in 0..<count { scaled[g, c] = vectors[g, k] / problem.values[k].squareRoot() }
        }
        directions = scaled
        undetermined = lost
    }

    /// Charges of the atoms for a potential at the points.
    func solve(_ potential: [Double], totalCharge: Double) -> [Double] {
        let atoms = Double(positions.count)
        let even = [Double](repeating: totalCharge / atoms, count: groupSizes.count)
        var right = Self.rightSide(
            potential, points: points, positions: positions, groupOfAtom: groupOfAtom, groups: groupSizes.count)
        for g in right.indices { for h in right.indices { right[g] -= normal[g, h] * even[h] } }
        var charges = even
        for c in 0..<directions.columns {
            var amount = 0.0
            for g in right.indices { amount += directions[g, c] * right[g] }
            for g in right.indices { charges[g] += directions[g, c] * amount }
        }
        return groupOfAtom.map { charges[$0] }
    }

    /// Notes for readers of the charges about atoms that the points do not reach.
    func notes(_ molecule: Molecule) -> [String] {
        undetermined.map { combination in
            let atoms = combination.indices.filter { abs(combination[$0]) > 0.3 }
            let names = atoms.map { "\(molecule.atoms[$0].element)\($0 + 1)" }
            return "the potential outside does not determine how charge is shared among buried atoms "
                + "(\(names.joined(separator: ", "))): that part of their charges is left evenly distributed"
        }
    }

    /// Group number of every atom, and the number of groups: an atom that is in no group forms its own.
    static func groups(_ groups: [[Int]], atomCount: Int) -> (ofAtom: [Int], count: Int) {
        var group = [Int](repeating: -1, count: atomCount)
        var count = 0
        for members in groups where !members.isEmpty {
            for atom in members { group[atom] = count }
            count += 1
        }
        for atom in group.indices where group[atom] < 0 {
            group[atom] = count
            count += 1
        }
        return (group, count)
    }

    /// A^T v over groups.
    static func rightSide(
        _ potential: [Double], points: [SIMD3<Double>], positions: [SIMD3<Double>], groupOfAtom: [Int], groups: Int
    ) -> [Double] {
        var right = [Double](repeating: 0, count: groups)
        for (point, value) in zip(points, potential) {
            for (position, g) in zip(positions, groupOfAtom) { right[g] += value / distance(point, position) }
        }
        return right
    }

    /// A^T A over groups.
    static func normalMatrix(
        points: [SIMD3<Double>], positions: [SIMD3<Double>], groupOfAtom: [Int], groups: Int
    ) -> Matrix {
        // Blocks of points: one matrix product each.
        var result = Matrix(rows: groups, columns: groups)
        let blockSize = 4096
        var start = 0
        while start < points.count {
            let block = points[start..<min(points.count, start + blockSize)]
            var a = Matrix(rows: block.count, columns: groups)
            for (row, point) in block.enumerated() {
                for (position, g) in zip(positions, groupOfAtom) { a[row, g] += 1 / distance(point, position) }
            }
            result += a.times(a, transposed: true)
            start += blockSize
        }
        return result.symmetrized()
    }

    /// Orthonormal columns that span the vectors orthogonal to `v`: all but the first column of the Householder
    /// reflection that turns `v` into the first axis.
    private static func complement(of v: [Double]) -> Matrix {
        let n = v.count
        let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var u = v.map { $0 / norm }
        u[0] += 1
        let square = u.reduce(0) { $0 + $1 * $1 }
        var result = Matrix(rows: n, columns: n - 1)
        for i in 0..<n {
            for j in 1..<n { result[i, j - 1] = (i == j ? 1 : 0) - 2 * u[i] * u[j] / square }
        }
        return result
    }
}
