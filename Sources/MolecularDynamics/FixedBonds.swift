import MolecularStructure

/// Why fixed bonds cannot be kept.
public enum FixedBondError: Error, Equatable, CustomStringConvertible {
    /// The pair of atoms, counted from 0, whose distance cannot be brought to its length.
    case notSatisfied(Int, Int)

    public var description: String {
        switch self {
        case .notSatisfied(let a, let b):
            "the distance of atoms \(a + 1) and \(b + 1) cannot be kept at its length: take a smaller time step, or fix fewer bonds"
        }
    }
}

/// Distances of pairs of particles that stay as they are: SHAKE for positions (J.-P. Ryckaert, G. Ciccotti and H. J. C. Berendsen,
/// doi 10.1016/0021-9991(77)90098-5) and RATTLE for velocities (H. C. Andersen, doi 10.1016/0021-9991(83)90014-1).
public struct FixedBonds: Sendable, Equatable {
    public struct Bond: Sendable, Equatable, Codable {
        /// Counted from 0.
        public var first: Int
        public var second: Int
        /// In bohr.
        public var length: Double

        public init(_ first: Int, _ second: Int, length: Double) {
            self.first = first
            self.second = second
            self.length = length
        }
    }

    public let list: [Bond]
    /// Relative deviation of the square of a length, at most.
    private static let tolerance = 1e-13
    private static let mostRounds = 2000

    public init(_ list: [Bond]) { self.list = list }

    /// Moves particles along the bonds of earlier positions until all lengths are right.
    ///
    /// - Parameters:
    ///   - old: positions at which the lengths are right, or nearly so.
    ///   - time: since the old positions; the velocities change by the displacements divided by it.
    func satisfy(
        _ positions: inout [SIMD3<Double>], _ velocities: inout [SIMD3<Double>], from old: [SIMD3<Double>], masses: [Double],
        time: Double
    ) throws(FixedBondError) {
        for round in 0... {
            var violated: Bond?
            for bond in list {
                let (i, j) = (bond.first, bond.second)
                let r = positions[i] - positions[j]
                let target = bond.length * bond.length
                let difference = r.dot(r) - target
                guard abs(difference) > Self.tolerance * target else { continue }
                violated = bond
                let direction = old[i] - old[j]
                let projection = direction.dot(r)
                guard round < Self.mostRounds, projection > 0.1 * target else { throw .notSatisfied(i, j) }
                let factor = difference / (2 * (1 / masses[i] + 1 / masses[j]) * projection)
                let (mine, other) = (factor / masses[i] * direction, factor / masses[j] * direction)
                positions[i] -= mine
                positions[j] += other
                velocities[i] -= mine / time
                velocities[j] += other / time
            }
            if violated == nil { return }
        }
    }

    /// Positions with the right lengths near the given ones.
    public func satisfied(_ positions: [SIMD3<Double>], masses: [Double]) throws(FixedBondError) -> [SIMD3<Double>] {
        var (result, velocities) = (positions, positions)
        try satisfy(&result, &velocities, from: positions, masses: masses, time: 1)
        return result
    }

    /// Removes the velocities along the bonds.
    func project(
        _ velocities: inout [SIMD3<Double>], at positions: [SIMD3<Double>], masses: [Double]
    ) throws(FixedBondError) {
        guard let first = list.first else { return }
        let fastest = velocities.reduce(0) { max($0, $1.length) }
        var violated = first
        for _ in 0..<Self.mostRounds {
            var isDone = true
            for bond in list {
                let (i, j) = (bond.first, bond.second)
                let r = positions[i] - positions[j]
                let speed = r.dot(velocities[i] - velocities[j]) / bond.length
                guard abs(speed) > 1e-15 * fastest else { continue }
                (isDone, violated) = (abs(speed) <= 1e-13 * fastest && isDone, bond)
                let factor = speed / ((1 / masses[i] + 1 / masses[j]) * bond.length)
                velocities[i] -= factor / masses[i] * r
                velocities[j] += factor / masses[j] * r
            }
            if isDone { return }
        }
        throw .notSatisfied(violated.first, violated.second)
    }
}
