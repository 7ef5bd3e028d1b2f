import LinearAlgebra
import MolecularStructure

/// The axes along which the points of all spheres are directed. They turn with the molecule, so that energies do not depend on its
/// orientation.
///
/// They are the principal axes of the nuclear charges. Points with octahedral symmetry do not distinguish an axis from its opposite, or
/// the axes from each other. If two moments nearly agree, as in a symmetric top, the order of the atoms decides: the tensor gets a part in
/// which earlier atoms count more. No choice that depends on the positions alone is continuous there: an octahedron has no axis like
/// that of AlCl3 with its plane of symmetry. The axes of one atom are those of space, and around the axis of a linear molecule all
/// directions are equal.
struct CavityFrame: Sendable {
    /// Orthonormal and right-handed.
    let axes: [SIMD3<Double>]
    /// The principal moments of the sum of both tensors.
    private let moments: [Double]
    private let charge, order: Tensor
    /// The weight of the part that depends on the order, and the matrix H of its derivative tr(H dT).
    private let weight: Double
    private let weightDerivative: [SIMD3<Double>]

    /// The axes of space.
    static let ofSpace = CavityFrame()

    private init() {
        (axes, moments, weight) = (Self.unit, [0, 0, 0], 0)
        (charge, order, weightDerivative) = (Tensor(), Tensor(), Self.zero)
    }

    init(of molecule: Molecule) {
        let atoms = molecule.atoms
        let charges = atoms.map { Double($0.element.atomicNumber) }
        let charge = Tensor(atoms.map(\.position), weights: charges)
        let order = Tensor(
            atoms.map(\.position), weights: charges.enumerated().map { $1 / Double($0 + 1) })
        guard let first = Self.principal(charge.matrix), first.moments[2] > 1e-9 else {
            self = .ofSpace
            return
        }
        let largest = first.moments[2]
        let gaps = [(first.moments[1] - first.moments[0]) / largest, (largest - first.moments[1]) / largest]
        let steps = gaps.map(Self.step)
        let weight = 1 - steps[0].value * steps[1].value
        // Derivatives of the two gaps with respect to the moments.
        let changes = [SIMD3(-1, 1, -gaps[0]) / largest, SIMD3(0, -1, 1 - gaps[1]) / largest]
        let slopes = -steps[0].slope * steps[1].value * changes[0] - steps[0].value * steps[1].slope * changes[1]
        var derivative = Self.zero
        for k in 0..<3 {
            for row in 0..<3 { derivative[row] += slopes[k] * first.axes[k][row] * first.axes[k] }
        }
        let sum = zip(charge.matrix, order.matrix).map { $0 + weight * $1 }
        guard let second = Self.principal(sum) else {
            self = .ofSpace
            return
        }
        (axes, moments) = (second.axes, second.moments)
        (self.charge, self.order, self.weight, weightDerivative) = (charge, order, weight, derivative)
    }

    func turned(_ vector: SIMD3<Double>) -> SIMD3<Double> { vector.x * axes[0] + vector.y * axes[1] + vector.z * axes[2] }

    /// Derivatives with respect to the positions of the atoms of an energy whose derivative with respect to a rotation of the axes is
    /// given.
    ///
    /// With e_b de_a = e_b dT e_a / (m_a - m_b), the rotation contributes tr(G dT).
    func gradient(torque: SIMD3<Double>) -> [SIMD3<Double>] {
        var g = Self.zero
        for c in 0..<3 {
            let (a, b) = ((c + 1) % 3, (c + 2) % 3)
            let gap = moments[a] - moments[b]
            // Around the axis of a linear molecule the energy does not change.
            guard abs(gap) > 1e-10 * moments[2] else { continue }
            let factor = 0.5 * (torque * axes[c]).sum() / gap
            for row in 0..<3 { g[row] += factor * (axes[a][row] * axes[b] + axes[b][row] * axes[a]) }
        }
        let share = zip(g, order.matrix).reduce(0) { $0 + ($1.0 * $1.1).sum() }
        let full = zip(g, weightDerivative).map { $0 + share * $1 }
        func product(_ matrix: [SIMD3<Double>], _ vector: SIMD3<Double>) -> SIMD3<Double> {
            SIMD3((matrix[0] * vector).sum(), (matrix[1] * vector).sum(), (matrix[2] * vector).sum())
        }
        return charge.arms.indices.map { atom in
            2 * charge.weights[atom] * product(full, charge.arms[atom])
                + 2 * weight * order.weights[atom] * product(g, order.arms[atom])
        }
    }

    /// T = sum of w (r - c)(r - c)^T about the centre of the weights.
    private struct Tensor: Sendable {
        private(set) var weights: [Double] = []
        /// r - c.
        private(set) var arms: [SIMD3<Double>] = []
        /// By rows.
        private(set) var matrix = CavityFrame.zero

        init() {}

        init(_ positions: [SIMD3<Double>], weights: [Double]) {
            let total = weights.reduce(0, +)
            let center = zip(positions, weights).reduce(SIMD3<Double>.zero) { $0 + $1.1 / total * $1.0 }
            self.weights = weights
            arms = positions.map { $0 - center }
            for (arm, weight) in zip(arms, weights) {
                for row in 0..<3 { matrix[row] += weight * arm[row] * arm }
            }
        }
    }

    private static let zero = [SIMD3<Double>](repeating: .zero, count: 3)
    private static let unit = [SIMD3(1.0, 0, 0), SIMD3(0, 1.0, 0), SIMD3(0, 0, 1.0)]

    /// Moments in ascending order.
    private static func principal(_ rows: [SIMD3<Double>]) -> (moments: [Double], axes: [SIMD3<Double>])? {
        let matrix = Matrix(rows: 3, columns: 3, elements: rows.flatMap { [$0.x, $0.y, $0.z] })
        guard let problem = try? SymmetricEigenproblem(matrix) else { return nil }
        let vectors = (0..<3).map { SIMD3(problem.vectors[0, $0], problem.vectors[1, $0], problem.vectors[2, $0]) }
        let third = SIMD3(
            vectors[0].y * vectors[1].z - vectors[0].z * vectors[1].y, vectors[0].z * vectors[1].x - vectors[0].x * vectors[1].z,
            vectors[0].x * vectors[1].y - vectors[0].y * vectors[1].x)
        return (problem.values, [vectors[0], vectors[1], third])
    }

    /// From 0 at moments that agree within 5 % of the largest to 1 at 25 %, with its slope.
    private static func step(_ gap: Double) -> (value: Double, slope: Double) {
        let x = (gap - 0.05) / 0.2
        if x <= 0 { return (0, 0) }
        if x >= 1 { return (1, 0) }
        return (x * x * x * (10 + x * (6 * x - 15)), 30 * x * x * (1 - x) * (1 - x) / 0.2)
    }
}
