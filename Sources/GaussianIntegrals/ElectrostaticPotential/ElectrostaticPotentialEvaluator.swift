import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// The electrostatic potential of nuclei and electrons at arbitrary points,
/// V(r) = sum_A Z_A / |r - R_A| - integral of rho(r') / |r - r'|,
/// for one or several electron densities in one basis.
///
/// The densities are expanded once in Hermite Gaussians, for every primitive pair. At points close to a pair the Boys functions
/// are evaluated exactly. At larger distances their asymptotic forms are used, which correspond to a set of point multipoles per
/// pair. The multipoles of neighbouring pairs are combined about one centre where a bound of the truncation error permits.
/// Distances and Boys functions are shared by all densities.
///
/// Cost: about 3 microseconds per point on one core for a molecule of 22 atoms in 6-31G, and a fraction of a second for the
/// preparation. Both increase slowly as `tolerance` decreases.
public struct ElectrostaticPotentialEvaluator: Sendable {
    public let basis: AtomicOrbitalBasis
    public let densityCount: Int
    /// Effective charges of the nuclei: atomic numbers minus core electrons.
    public let nuclearCharges: [Double]
    let sources: PotentialSources

    /// Minimum distance from a nucleus in bohr. Smaller distances are replaced by this value, so that the potential remains
    /// finite.
    public static let smallestNuclearDistance = 1e-6

    /// - Parameters:
    ///   - densities: one-particle density matrices over the basis functions (functions x functions). Only their symmetric parts
    ///     are used. Spin densities are also accepted.
    ///   - tolerance: maximum error of the potential, in hartree per elementary charge, due to neglected pairs, asymptotic forms
    ///     and truncated multipoles. The sum of rigorous bounds is limited to a tenth of it for neglected pairs, and to half of
    ///     it for truncated multipoles. Asymptotic forms may add a thousandth of it for every pair that is close to its limit.
    ///     Observed errors are a hundred times smaller than the tolerance. 1e-8 is ample for cubes and fits; for 1e-11 and below
    ///     only rounding errors remain.
    ///   - pool: threads for the preparation. The result does not depend on their number.
    public init(
        basis: AtomicOrbitalBasis, densities: [Matrix], tolerance: Double = 1e-8, pool: WorkerPool = WorkerPool(threads: 1)
    ) {
        precondition(
            densities.allSatisfy { $0.rows == basis.functionCount && $0.columns == basis.functionCount },
            "a density matrix has one row and one column for every basis function")
        self.basis = basis
        densityCount = densities.count
        nuclearCharges = basis.effectiveNuclearCharges
        let elements = HermiteDensity(basis: basis, densities: densities, pool: pool).elements
        var pairs = pool.map(elements.count, inChunksOf: 64) { PairPotential(elements[$0], tolerance: 0.001 * tolerance) }
        // The smallest pairs are omitted while their sum remains below a tenth of the tolerance.
        pairs.sort { $0.bound > $1.bound }
        var neglected = 0.0
        while let last = pairs.last, neglected + last.bound < 0.1 * tolerance {
            neglected += last.bound
            pairs.removeLast()
        }
        let clusters = PairCluster.clusters(
            of: pairs, nuclei: basis.molecule.atoms.map(\.position), tolerance: 0.5 * tolerance,
            densities: densities.count, pool: pool)
        sources = PotentialSources(clusters: clusters, densities: densities.count)
    }

    /// Potential at every point, in hartree per elementary charge. Element [d][k] is that of density d at point k.
    ///
    /// - Parameters:
    ///   - points: in bohr.
    ///   - includingNuclei: if false, returns only the contribution of the electrons, which is negative.
    ///   - progress: called at intervals, from any thread, with the fraction of completed points.
    ///
    /// The result is bitwise identical for any number of threads.
    public func values(
        at points: [SIMD3<Double>], includingNuclei: Bool = true, pool: WorkerPool,
        progress: (@Sendable (Double) -> Void)? = nil
    ) -> [[Double]] {
        var result = [Double](repeating: 0, count: densityCount * points.count)
        guard !points.isEmpty, densityCount > 0 else { return (0..<densityCount).map { _ in [] } }
        let order = Self.pieces(of: points)
        let done = ProgressCounter(total: order.pieces.count, report: progress)
        result.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let output = SharedPointer(base)
            pool.fill(base, count: densityCount * points.count, pieces: order.pieces.count) { piece, _ in
                points.withUnsafeBufferPointer { points in
                    guard let source = points.baseAddress else { return }
                    let block = PotentialBlock(
                        points: source, indices: Array(order.indices[order.pieces[piece]]), densities: densityCount)
                    block.add(sources)
                    if includingNuclei { block.addNuclei(basis.molecule, charges: nuclearCharges) }
                    block.scatter(to: output.base, pointCount: points.count)
                }
                done.advance()
            }
        }
        return (0..<densityCount).map { Array(result[($0 * points.count)..<(($0 + 1) * points.count)]) }
    }

    static let pieceSize = 4096

    /// Divides the points into compact pieces, which are distributed dynamically over the threads.
    private static func pieces(of points: [SIMD3<Double>]) -> (indices: [Int32], pieces: [Range<Int>]) {
        var indices = (0..<Int32(points.count)).map { $0 }
        var pieces: [Range<Int>] = []
        points.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return }
            PointPartition.arrange(
                &indices, 0..<points.count, points: base, leafSize: pieceSize, leaves: &pieces)
        }
        return (indices, pieces)
    }
}
