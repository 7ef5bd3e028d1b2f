import CVectorShims
import MolecularStructure
import ParallelExecution

/// The parts of densities that atoms get if they share them at every point in proportion to the values of their proatoms.
public enum StockholderWeights {
    /// Points at which the sum of the proatoms is below this, in electrons per bohr^3, are omitted.
    static let vacuum = 1e-200
    private static let blocksPerPiece = 32

    /// An atom's shares of one density.
    public struct Share: Sendable, BitwiseCopyable {
        /// Of the density minus the sum of the proatoms, in electrons.
        public var deformation = 0.0
        /// First moments of that about the nucleus, in electrons times bohr.
        public var moment = SIMD3<Double>()
        /// Of the spin density, in electrons.
        public var spin = 0.0
    }

    /// - Parameters:
    ///   - proatoms: one per atom.
    ///   - densities: several, each at the points of the grid, in electrons per bohr^3.
    ///   - spins: for each of these its spin density or nil.
    /// - Returns: for every density one share per atom.
    ///
    /// The proatoms are not stored: memory is a block of points per atom and thread. Cost: that of all proatoms at all points, and about
    /// ten operations more per density. The result does not depend on the number of threads.
    public static func shares(
        _ proatoms: [SphericalDensity], molecule: Molecule, grid: MolecularGrid, densities: [[Double]], spins: [[Double]?],
        pool: WorkerPool
    ) -> [[Share]] {
        precondition(proatoms.count == molecule.atoms.count && densities.count == spins.count)
        for density in densities + spins.compactMap({ $0 }) { precondition(density.count == grid.count) }
        precondition(grid.blockSize <= SphericalDensityRows.size)
        let terms = zip(proatoms, molecule.atoms).map { SphericalDensityTerms($0, center: $1.position) }
        let pieces = (grid.blockCount + blocksPerPiece - 1) / blocksPerPiece
        let parts: [[Share]] = pool.sharedArrays(pieces) { piece in
            let work = ShareWork(terms)
            var shares = [Share](repeating: Share(), count: terms.count * densities.count)
            for block in piece * blocksPerPiece..<min(grid.blockCount, (piece + 1) * blocksPerPiece) {
                work.load(grid, grid.block(block))
                for state in densities.indices {
                    work.add(
                        densities[state], spin: spins[state], points: grid.block(block), to: &shares, first: state * terms.count)
                }
            }
            return shares
        }
        var total = [Share](repeating: Share(), count: terms.count * densities.count)
        for part in parts {
            for k in total.indices {
                total[k].deformation += part[k].deformation
                total[k].moment += part[k].moment
                total[k].spin += part[k].spin
            }
        }
        return densities.indices.map { Array(total[$0 * terms.count..<($0 + 1) * terms.count]) }
    }
}

/// Proatoms on one block of points.
private final class ShareWork {
    private let terms: [SphericalDensityTerms]
    private let rows = SphericalDensityRows()
    /// Atoms by points.
    private let proatoms: AlignedDoubles
    private let storage: AlignedDoubles
    /// Quadrature weights, the same over the sum of the proatoms, and these times a density.
    private let weights, inverse, factors: UnsafeMutablePointer<Double>
    private var vectors = 0

    init(_ terms: [SphericalDensityTerms]) {
        let size = SphericalDensityRows.size
        self.terms = terms
        proatoms = AlignedDoubles(count: terms.count * size)
        storage = AlignedDoubles(count: 3 * size)
        weights = storage.base
        inverse = weights + size
        factors = inverse + size
    }

    func load(_ grid: MolecularGrid, _ points: Range<Int>) {
        let size = SphericalDensityRows.size
        for k in 0..<size {
            // Positions beyond the last point repeat it with zero weight.
            let source = min(points.lowerBound + k, points.upperBound - 1)
            rows.x[k] = grid.x[source]
            rows.y[k] = grid.y[source]
            rows.z[k] = grid.z[source]
            weights[k] = k < points.count ? grid.weights[source] : 0
        }
        rows.total.update(repeating: 0, count: size)
        for (a, term) in terms.enumerated() {
            rows.evaluate(term, into: proatoms.base + a * size)
            rows.addToTotal(proatoms.base + a * size)
        }
        let (total, weight, share) = (lanePointer(rows.total), lanePointer(weights), lanePointer(inverse))
        let vacuum = Lanes(repeating: StockholderWeights.vacuum)
        let zero = Lanes(repeating: 0)
        for v in 0..<size / 8 {
            share[v] = esp_select_greater8(total[v], vacuum, weight[v] / esp_max8(total[v], vacuum), zero)
        }
        vectors = (points.count + 7) / 8
    }

    func add(
        _ density: [Double], spin: [Double]?, points: Range<Int>, to shares: inout [StockholderWeights.Share], first: Int
    ) {
        let count = points.count
        for k in 0..<8 * vectors {
            factors[k] = inverse[k] * (density[points.lowerBound + min(k, count - 1)] - rows.total[k])
        }
        for a in terms.indices { addDeformation(a, to: &shares[first + a]) }
        guard let spin else { return }
        for k in 0..<8 * vectors { factors[k] = inverse[k] * spin[points.lowerBound + min(k, count - 1)] }
        for a in terms.indices { addSpin(a, to: &shares[first + a]) }
    }

    private func addDeformation(_ a: Int, to share: inout StockholderWeights.Share) {
        let (values, factor) = (lanePointer(proatoms.base + a * SphericalDensityRows.size), lanePointer(factors))
        let (x, y, z) = (lanePointer(rows.x), lanePointer(rows.y), lanePointer(rows.z))
        let zero = Lanes(repeating: 0)
        var (sum, sumX, sumY, sumZ) = (zero, zero, zero, zero)
        let (cx, cy, cz) = (terms[a].x, terms[a].y, terms[a].z)
        for v in 0..<vectors {
            let part = values[v] * factor[v]
            sum += part
            sumX = fused(part, x[v] - cx, sumX)
            sumY = fused(part, y[v] - cy, sumY)
            sumZ = fused(part, z[v] - cz, sumZ)
        }
        share.deformation += esp_sum8(sum)
        share.moment += SIMD3(esp_sum8(sumX), esp_sum8(sumY), esp_sum8(sumZ))
    }

    private func addSpin(_ a: Int, to share: inout StockholderWeights.Share) {
        let (values, factor) = (lanePointer(proatoms.base + a * SphericalDensityRows.size), lanePointer(factors))
        var sum = Lanes(repeating: 0)
        for v in 0..<vectors { sum = fused(values[v], factor[v], sum) }
        share.spin += esp_sum8(sum)
    }
}
