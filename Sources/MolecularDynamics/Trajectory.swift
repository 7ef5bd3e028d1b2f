import MolecularStructure

/// Structures at equal intervals of time. Atomic units throughout.
public struct Trajectory: Sendable {
    public let elements: [Element]
    /// Between structures, in atomic units of time.
    public let interval: Double
    /// For each structure, in bohr.
    public let positions: [[SIMD3<Double>]]
    /// For each structure; nil if unknown.
    public let velocities: [[SIMD3<Double>]]?
    /// Of each structure, in e bohr; nil if unknown.
    public let dipoles: [SIMD3<Double>]?

    public init(
        elements: [Element], interval: Double, positions: [[SIMD3<Double>]], velocities: [[SIMD3<Double>]]? = nil,
        dipoles: [SIMD3<Double>]? = nil
    ) {
        precondition(positions.allSatisfy { $0.count == elements.count })
        precondition(velocities.map { $0.count == positions.count } ?? true)
        precondition(dipoles.map { $0.count == positions.count } ?? true)
        self.elements = elements
        self.interval = interval
        self.positions = positions
        self.velocities = velocities
        self.dipoles = dipoles
    }

    public func molecule(_ index: Int) -> Molecule {
        Molecule(atoms: zip(elements, positions[index]).map { Atom(element: $0, positionInBohr: $1) })
    }
}

/// Averages of a series.
public enum SeriesAverage {
    /// The mean of the values around each one.
    ///
    /// - Parameter window: number of values; near the ends there are fewer.
    public static func running(_ values: [Double], window: Int) -> [Double] {
        let half = max(window, 1) / 2
        var sums = [0.0]
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return values.indices.map { index in
            let (low, high) = (max(index - half, 0), min(index + half, values.count - 1))
            return (sums[high + 1] - sums[low]) / Double(high + 1 - low)
        }
    }

    /// The mean of all values up to each one.
    public static func cumulative(_ values: [Double]) -> [Double] {
        var sum = 0.0
        return values.enumerated().map { index, value in
            sum += value
            return sum / Double(index + 1)
        }
    }

    public static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// Square root of the mean square deviation from the mean.
    public static func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }

    /// The slope of the straight line with the least squares of deviations, per unit of `x`; 0 for fewer than two values.
    public static func slope(_ x: [Double], _ y: [Double]) -> Double {
        let (meanX, meanY) = (mean(x), mean(y))
        var (above, below) = (0.0, 0.0)
        for (x, y) in zip(x, y) {
            above += (x - meanX) * (y - meanY)
            below += (x - meanX) * (x - meanX)
        }
        return below > 0 ? above / below : 0
    }
}
