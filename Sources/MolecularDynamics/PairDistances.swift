import MolecularStructure

/// Distances between two groups of atoms in a trajectory: radial distribution and coordination numbers.
public struct PairDistances: Sendable {
    /// Atoms counted from 0.
    public let centers: [Int]
    public let others: [Int]

    public init(centers: [Int], others: [Int]) {
        self.centers = centers
        self.others = others
    }

    /// The distribution of the distances, averaged over the structures and over the centres.
    public struct Distribution: Sendable {
        /// Upper ends of the intervals, in bohr.
        public let radii: [Double]
        /// Other atoms per volume in each shell around a centre, in bohr^-3.
        public let density: [Double]
        /// Other atoms within each radius of a centre.
        public let coordination: [Double]
    }

    /// - Parameters:
    ///   - limit: the longest distance, in bohr.
    ///   - width: of the intervals, in bohr.
    public func distribution(in trajectory: Trajectory, to limit: Double, width: Double) -> Distribution {
        let count = max(Int((limit / width).rounded()), 1)
        var counts = [Int](repeating: 0, count: count)
        for positions in trajectory.positions {
            forEachPair(positions) { _, distance in
                let index = Int(distance / width)
                if index < count { counts[index] += 1 }
            }
        }
        let samples = Double(max(trajectory.positions.count * centers.count, 1))
        var (sum, radii, density, coordination) = (0, [Double](), [Double](), [Double]())
        for index in 0..<count {
            let (low, high) = (Double(index) * width, Double(index + 1) * width)
            sum += counts[index]
            radii.append(high)
            density.append(Double(counts[index]) / samples / (4 / 3 * Double.pi * (high * high * high - low * low * low)))
            coordination.append(Double(sum) / samples)
        }
        return Distribution(radii: radii, density: density, coordination: coordination)
    }

    /// The number of other atoms within a distance of a centre, averaged over the centres, for every structure.
    ///
    /// - Parameter cutoff: in bohr.
    public func coordinationNumbers(in trajectory: Trajectory, within cutoff: Double) -> [Double] {
        trajectory.positions.map { positions in
            var found = 0
            forEachPair(positions) { _, distance in if distance <= cutoff { found += 1 } }
            return Double(found) / Double(max(centers.count, 1))
        }
    }

    private func forEachPair(_ positions: [SIMD3<Double>], _ body: (Int, Double) -> Void) {
        for center in centers {
            for other in others where other != center { body(center, distance(positions[center], positions[other])) }
        }
    }
}
