import MolecularStructure

/// How the weights of a grid change when the atoms move and take their points with them.
///
/// B. G. Johnson, P. M. W. Gill and J. A. Pople, J. Chem. Phys. 98, 5612 (1993), doi 10.1063/1.464906.
package final class PartitionGradient: @unchecked Sendable {
    private let positions: [SIMD3<Double>]
    private let shifts: [Double]
    private var distances: [Double]
    private var cells: [Double]
    private var slopes: [SIMD3<Double>]

    /// Shares below this do not change anything.
    private static let negligible = 1e-20

    package init(molecule: Molecule) {
        positions = molecule.atoms.map(\.position)
        let n = positions.count
        var shifts = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<n where j != i {
                shifts[i * n + j] = BeckePartition.shift(molecule.atoms[i].element, molecule.atoms[j].element)
            }
        }
        self.shifts = shifts
        distances = [Double](repeating: 0, count: n)
        cells = distances
        slopes = [SIMD3<Double>](repeating: .zero, count: n)
    }

    /// Adds `factor` times the derivative of the logarithm of a point's weight by the position of every atom to `forces`.
    /// The point moves with the atom `parent`. Cost: the square of the number of atoms.
    package func add(
        _ point: SIMD3<Double>, parent: Int, factor: Double, to forces: inout [SIMD3<Double>]
    ) {
        let n = positions.count
        guard n > 1 else { return }
        for i in 0..<n { distances[i] = distance(point, positions[i]) }
        var sum = 0.0
        for i in 0..<n {
            var cell = 1.0
            for j in 0..<n where j != i {
                cell *= Self.step(boundary(i, j).nu).value
                if cell < Self.negligible { break }
            }
            cells[i] = cell
            sum += cell
        }
        for i in 0..<n { slopes[i] = .zero }
        for i in 0..<n {
            let share = (i == parent ? 1.0 : 0.0) - cells[i] / sum
            guard abs(share) > Self.negligible, cells[i] >= Self.negligible else { continue }
            for j in 0..<n where j != i {
                let (nu, mu) = boundary(i, j)
                let step = Self.step(nu)
                guard step.value > 0 else { continue }
                let slope = share * step.slope / step.value * (1 - 2 * shifts[i * n + j] * mu)
                guard slope != 0 else { continue }
                let separation = positions[i] - positions[j]
                let length = (separation * separation).sum().squareRoot()
                let along = mu / (length * length) * separation
                if distances[i] > 0 { slopes[i] -= slope / (distances[i] * length) * (point - positions[i]) }
                if distances[j] > 0 { slopes[j] += slope / (distances[j] * length) * (point - positions[j]) }
                slopes[i] -= slope * along
                slopes[j] += slope * along
            }
        }
        // Only relative positions matter: what the others do not take, the point's own atom does.
        var others = SIMD3<Double>.zero
        for i in 0..<n where i != parent {
            forces[i] += factor * slopes[i]
            others += slopes[i]
        }
        forces[parent] -= factor * others
    }

    private func boundary(_ i: Int, _ j: Int) -> (nu: Double, mu: Double) {
        let mu = (distances[i] - distances[j]) / distance(positions[i], positions[j])
        return (mu + shifts[i * positions.count + j] * (1 - mu * mu), mu)
    }

    /// (1 - p(p(p(nu)))) / 2 with p(t) = (3 - t^2) t / 2, and its derivative.
    private static func step(_ nu: Double) -> (value: Double, slope: Double) {
        var t = nu
        var slope = -0.5
        for _ in 0..<3 {
            slope *= 1.5 * (1 - t * t)
            t = (3 - t * t) * t * 0.5
        }
        return (0.5 - 0.5 * t, slope)
    }
}
