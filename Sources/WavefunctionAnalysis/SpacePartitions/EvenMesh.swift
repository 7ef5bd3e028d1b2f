import MolecularStructure
import ParallelExecution

/// The points of a uniform mesh in a box centred on a molecule: for a molecule with an inversion centre the mesh has the same one.
struct EvenMesh: Sendable {
    let origin: SIMD3<Double>
    /// In bohr.
    let spacing: Double
    let counts: SIMD3<Int>

    /// - Parameter margin: from the outermost nuclei, in bohr.
    init(around positions: [SIMD3<Double>], spacing: Double, margin: Double) {
        var low = SIMD3(repeating: Double.infinity)
        var high = -low
        for position in positions {
            low = pointwiseMin(low, position)
            high = pointwiseMax(high, position)
        }
        let steps = ((high - low + 2 * margin) / spacing).rounded(.up)
        origin = 0.5 * (low + high) - 0.5 * spacing * steps
        self.spacing = spacing
        counts = SIMD3(Int(steps.x) + 1, Int(steps.y) + 1, Int(steps.z) + 1)
    }

    /// Points, x slowest.
    var total: Int { counts.x * counts.y * counts.z }

    func point(_ index: Int) -> SIMD3<Double> {
        let (row, z) = index.quotientAndRemainder(dividingBy: counts.z)
        let (x, y) = row.quotientAndRemainder(dividingBy: counts.y)
        return origin + spacing * SIMD3(Double(x), Double(y), Double(z))
    }

    /// Distance of every point from the nearest of some positions, in bohr; infinite beyond `reach`.
    ///
    /// Cost: an operation a point and place within reach of the point's row.
    func distances(to places: [SIMD3<Double>], within reach: Double, pool: WorkerPool) -> [Double] {
        let rows = counts.x * counts.y
        let (origin, spacing, counts) = (self.origin, self.spacing, self.counts)
        return [Double](unsafeUninitializedCapacity: total) { buffer, initialized in
            initialized = rows * counts.z
            guard let base = buffer.baseAddress else { return }
            let result = SharedPointer(base)
            pool.forEach((rows + 63) / 64) { part, _ in
                var near: [(square: Double, z: Double)] = []
                for row in part * 64..<min(rows, (part + 1) * 64) {
                    let x = origin.x + spacing * Double(row / counts.y)
                    let y = origin.y + spacing * Double(row % counts.y)
                    near.removeAll(keepingCapacity: true)
                    for place in places {
                        let square = (place.x - x) * (place.x - x) + (place.y - y) * (place.y - y)
                        if square <= reach * reach { near.append((square, place.z)) }
                    }
                    for k in 0..<counts.z {
                        let z = origin.z + spacing * Double(k)
                        var least = Double.infinity
                        for (square, other) in near { least = min(least, square + (other - z) * (other - z)) }
                        result[row * counts.z + k] = least <= reach * reach ? least.squareRoot() : .infinity
                    }
                }
            }
        }
    }
}
