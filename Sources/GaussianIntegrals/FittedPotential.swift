import CVectorShims
import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The Coulomb potential of a density that is given at the points of a quadrature grid, from a fit to atom-centred charges:
/// v = V M^-1 V^T q, where V are the potentials of the charges at the points, M is their repulsion and q is the weighted density.
///
/// The potential is approximate (about one percent of a change of density) and symmetric, as a model of the response requires.
/// Cost of an evaluation: two passes over points x charges in single precision. The fit is the variational one of Dunlap,
/// Connolly and Sabin, J. Chem. Phys. 71, 3396 (1979), doi 10.1063/1.438728.
public final class FittedPotential: @unchecked Sendable {
    public let chargeCount: Int
    public let pointCount: Int
    private let pool: WorkerPool
    private let factor: CholeskyFactor
    /// Row of a charge: its potential at all points, padded to whole vectors.
    private let potentials: UnsafeMutablePointer<SIMD16<Float>>
    private let rowLength: Int

    /// Memory of the tables in bytes, before they are allocated by `init`.
    public static func bytes(basis: AtomicOrbitalBasis, pointCount: Int, highestDegree: Int) -> Int {
        let count = AuxiliaryCharges(basis: basis, highestDegree: highestDegree).count
        return 4 * count * (pointCount + 16) + 16 * count * count
    }

    /// - Parameters:
    ///   - x, y, z: the points, in bohr.
    ///   - highestDegree: angular momentum of the charges, 0 to 2.
    /// - Throws: `LinearAlgebraError` if the repulsion matrix of the charges is not positive definite.
    public init(
        basis: AtomicOrbitalBasis, x: [Double], y: [Double], z: [Double], highestDegree: Int, pool: WorkerPool
    ) throws {
        let charges = AuxiliaryCharges(basis: basis, highestDegree: highestDegree)
        self.pool = pool
        chargeCount = charges.count
        pointCount = x.count
        rowLength = (x.count + 15) / 16
        var metric = charges.repulsion()
        for i in 0..<metric.rows { metric[i, i] *= 1 + 1e-8 }
        factor = try CholeskyFactor(metric)
        potentials = .allocate(capacity: max(1, chargeCount * rowLength))
        let target = SharedPointer(UnsafeMutableRawPointer(potentials).assumingMemoryBound(to: SIMD8<Float>.self))
        let rows = 2 * rowLength
        let last = max(0, x.count - 1)
        pool.forEach((rows + 127) / 128) { piece, _ in
            let scratch = HermiteScratch()
            defer { scratch.deallocate() }
            for row in 128 * piece..<min(rows, 128 * piece + 128) {
                var (px, py, pz) = (Lanes.zero, Lanes.zero, Lanes.zero)
                for lane in 0..<8 {
                    let k = min(8 * row + lane, last)
                    px[lane] = x[k]
                    py[lane] = y[k]
                    pz[lane] = z[k]
                }
                for group in charges.groups {
                    charges.potentials(of: group, x: px, y: py, z: pz, scratch)
                    for p in 0..<group.count {
                        target[(group.first + p) * rows + row] = SIMD8<Float>(scratch.values[p])
                    }
                }
            }
        }
    }

    deinit { potentials.deallocate() }

    /// Potential at the points in hartree per electron, and half the self-repulsion of the density.
    ///
    /// - Parameter weightedDensity: density times quadrature weight at every point.
    public func evaluate(_ weightedDensity: [Double]) -> (potential: [Double], energy: Double) {
        precondition(weightedDensity.count == pointCount)
        var source = [SIMD16<Float>](repeating: .zero, count: rowLength)
        for k in 0..<pointCount { source[k / 16][k % 16] = Float(weightedDensity[k]) }
        let projections = project(source)
        let coefficients = factor.solve(projections)
        let potential = potential(of: coefficients)
        var energy = 0.0
        for (c, w) in zip(coefficients, projections) { energy += 0.5 * c * w }
        return (potential, energy)
    }

    private func project(_ source: [SIMD16<Float>]) -> [Double] {
        let result = UnsafeMutablePointer<Double>.allocate(capacity: max(1, chargeCount))
        defer { result.deallocate() }
        let shared = SharedPointer(result)
        let rows = SharedPointer(potentials)
        let length = rowLength
        source.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            let values = SharedPointer(UnsafeMutablePointer(mutating: base))
            pool.fill(result, count: chargeCount, pieces: chargeCount) { charge, _ in
                let row = rows.base + charge * length
                var total = 0.0
                var first = 0
                // Short runs are summed in single precision, their sums in double precision.
                while first < length {
                    let end = min(first + 64, length)
                    var (a, b) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
                    var k = first
                    while k + 1 < end {
                        a += row[k] * values.base[k]
                        b += row[k + 1] * values.base[k + 1]
                        k += 2
                    }
                    if k < end { a += row[k] * values.base[k] }
                    total += Double((a + b).sum())
                    first = end
                }
                shared[charge] = total
            }
        }
        return (0..<chargeCount).map { result[$0] }
    }

    private func potential(of coefficients: [Double]) -> [Double] {
        let length = rowLength
        let sums = UnsafeMutablePointer<SIMD16<Float>>.allocate(capacity: max(1, length))
        let result = UnsafeMutablePointer<Double>.allocate(capacity: max(1, 16 * length))
        defer {
            sums.deallocate()
            result.deallocate()
        }
        let (shared, target) = (SharedPointer(sums), SharedPointer(result))
        let rows = SharedPointer(potentials)
        let scaled = coefficients.map(Float.init)
        let run = 32
        pool.fill(result, count: 16 * length, pieces: (length + run - 1) / run) { piece, _ in
            let range = piece * run..<min(length, (piece + 1) * run)
            for k in range { shared[k] = .zero }
            for charge in 0..<scaled.count {
                let c = SIMD16<Float>(repeating: scaled[charge])
                let row = rows.base + charge * length
                for k in range { shared[k] += c * row[k] }
            }
            for k in range { for lane in 0..<16 { target[16 * k + lane] = Double(shared[k][lane]) } }
        }
        return Array(UnsafeBufferPointer(start: result, count: pointCount))
    }
}
