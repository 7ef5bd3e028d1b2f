import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// The electrostatic potential of nuclei and electrons at arbitrary points,
/// V(r) = sum_A Z_A / |r - R_A| - integral of rho(r') / |r - r'|,
/// for one or several electron densities of one basis.
///
/// The densities are expanded once in Hermite Gaussians, primitive pair by primitive pair. For points close to a pair the
/// Boys functions are exact; farther out they take their asymptotic forms, where a pair is a set of point multipoles; and
/// the multipoles of neighbouring pairs are summed about one centre wherever a bound of what that cuts off allows it.
/// Several densities share the work on distances and Boys functions.
///
/// Cost: for a molecule of 22 atoms in 6-31G about 3 microseconds a point on one core, and a fraction of a second of
/// preparation. Both grow slowly with `tolerance` made smaller.
public struct ElectrostaticPotentialEvaluator: Sendable {
    public let basis: AtomicOrbitalBasis
    public let densityCount: Int
    /// Charges of the nuclei as the electrons see them: atomic numbers less core electrons.
    public let nuclearCharges: [Double]
    let sources: PotentialSources

    /// Below this distance in bohr from a nucleus the distance counts as this large: values stay finite.
    public static let smallestNuclearDistance = 1e-6

    /// - Parameters:
    ///   - densities: one-particle density matrices over the basis functions, functions by functions; only their
    ///     symmetric parts matter. Spin densities serve as well as total ones.
    ///   - tolerance: how much, in hartree per elementary charge, neglected pairs, asymptotic forms and cut-off multipoles
    ///     may change the potential. Pairs are neglected while the sum of rigorous bounds stays below a tenth of it, and
    ///     multipoles are cut off while the sum of bounds stays below half of it; asymptotic forms may add a thousandth
    ///     of it for every pair that is near its limit. Errors found are a hundred times smaller than the tolerance.
    ///     1e-8 is ample for cubes and fits; 1e-11 and below leave rounding only.
    ///   - pool: threads for the preparation; the result does not depend on their number.
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
        // The least pairs go, as long as all that are omitted together stay below a tenth of the tolerance.
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

    /// Potential at every point: element [d][k] belongs to density d and point k. In hartree per elementary charge.
    ///
    /// - Parameters:
    ///   - points: in bohr.
    ///   - includingNuclei: false gives the electrons' part alone (negative for electrons).
    ///   - progress: called now and then from any thread with the fraction of points that are done.
    ///
    /// The result has the same bits whatever the number of threads.
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
            pool.forEach(order.pieces.count) { piece, _ in
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

    /// Points cut into compact pieces that threads take one by one.
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
