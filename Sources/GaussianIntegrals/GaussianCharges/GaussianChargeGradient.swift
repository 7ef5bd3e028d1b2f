import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Derivatives of the interaction of a density with Gaussian charges, W = sum_k q_k sum_mn P_mn (m n|k), at fixed q and P.
public enum GaussianChargeGradient {
    /// Number of groups of bras with separate accumulators. The results do not depend on the number of threads.
    private static let pieces = 16
    private static let threshold = 1e-14

    /// - Parameters:
    ///   - density: symmetric.
    ///   - centers, exponents, charges: of the Gaussian charges.
    /// - Returns: dW/dR for every atom, whose basis functions move with it, and for every charge, in hartree per bohr.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, centers: [SIMD3<Double>], exponents: [Double], charges: [Double],
        pool: WorkerPool
    ) -> (atoms: [SIMD3<Double>], charges: [SIMD3<Double>]) {
        let sites = GaussianChargeSites(centers: centers, exponents: exponents)
        let hermite = HermiteCharges(
            list: ShellPairList(basis: basis), density: density, charges: [], threshold: threshold, pool: pool)
        let scaled = sites.scaled(charges)
        let atomCount = basis.molecule.atoms.count
        let degree = (hermite.segments.map(\.degree).max() ?? 0) + 1
        let results = pool.map(pieces) { piece in
            let worker = GaussianChargeForces(hermite, sites, scaled, degree: degree, atoms: atomCount)
            var block = 0
            for segment in hermite.segments {
                for first in stride(
                    from: segment.charges.lowerBound, to: segment.charges.upperBound, by: GaussianChargeKernel.blockSize)
                {
                    if block % pieces == piece {
                        worker.add(
                            first..<min(first + GaussianChargeKernel.blockSize, segment.charges.upperBound),
                            degree: segment.degree)
                    }
                    block += 1
                }
            }
            return (worker.atoms, worker.chargeForces)
        }
        var atoms = [SIMD3<Double>](repeating: .zero, count: atomCount)
        var forces = [SIMD3<Double>](repeating: .zero, count: centers.count)
        for (ofAtoms, ofCharges) in results {
            for k in atoms.indices { atoms[k] += ofAtoms[k] }
            for k in forces.indices { forces[k] += ofCharges[k] }
        }
        return (atoms, forces)
    }
}

/// One part of the sum over the primitive pairs.
private final class GaussianChargeForces {
    private(set) var atoms: [SIMD3<Double>]
    private let hermite: HermiteCharges
    private let sites: GaussianChargeSites
    private let charges: [Lanes]
    private let kernel: GaussianChargeKernel
    /// Components of the charges: x of every group, then y, then z.
    private let forces: UnsafeMutablePointer<Lanes>

    init(_ hermite: HermiteCharges, _ sites: GaussianChargeSites, _ charges: [Lanes], degree: Int, atoms: Int) {
        (self.hermite, self.sites, self.charges) = (hermite, sites, charges)
        kernel = GaussianChargeKernel(degree: degree)
        self.atoms = Array(repeating: .zero, count: atoms)
        forces = .allocateAligned(capacity: max(1, 3 * sites.groupCount))
        forces.initialize(repeating: .zero, count: 3 * sites.groupCount)
    }

    deinit { forces.deallocate() }

    var chargeForces: [SIMD3<Double>] {
        var result = [SIMD3<Double>](repeating: .zero, count: sites.count)
        for (place, index) in sites.order.enumerated() {
            for axis in 0..<3 { result[Int(index)][axis] = forces[axis * sites.groupCount + place / 8][place % 8] }
        }
        return result
    }

    func add(_ bras: Range<Int>, degree: Int) {
        let (first, total) = (bras.lowerBound, degree + 1)
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: total))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: total)
        let count = HermiteIndex.count(upTo: degree)
        let groups = sites.groupCount
        let raised = HermiteIndex.raised
        let (forces, charges, coefficients) = (forces, charges, hermite.coefficients)
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 6 * bras.count) { sums in
            for k in 0..<6 * bras.count { sums.initializeElement(at: k, to: .zero) }
            for group in 0..<groups {
                kernel.evaluate(
                    exponent: hermite.exponent + first, x: hermite.x + first, y: hermite.y + first, z: hermite.z + first,
                    count: bras.count, degree: total, ket: sites.kets + GaussianChargeSites.width * group)
                for k in 0..<bras.count {
                    let cube = kernel.cubes + k * cubeStride
                    let rows = hermite.places[first + k]
                    var (cx, cy, cz) = (Lanes.zero, Lanes.zero, Lanes.zero)
                    var (sx, sy, sz) = (Lanes.zero, Lanes.zero, Lanes.zero)
                    for g in 0..<count {
                        let density = Lanes(repeating: coefficients[rows + g])
                        cx = esp_fma8(density, cube[Int(places[raised[0][g]])], cx)
                        cy = esp_fma8(density, cube[Int(places[raised[1][g]])], cy)
                        cz = esp_fma8(density, cube[Int(places[raised[2][g]])], cz)
                        let own = cube[Int(places[g])]
                        sx = esp_fma8(Lanes(repeating: coefficients[rows + count + g]), own, sx)
                        sy = esp_fma8(Lanes(repeating: coefficients[rows + 2 * count + g]), own, sy)
                        sz = esp_fma8(Lanes(repeating: coefficients[rows + 3 * count + g]), own, sz)
                    }
                    let q = charges[group]
                    cx *= q
                    cy *= q
                    cz *= q
                    sums[6 * k] += cx
                    sums[6 * k + 1] += cy
                    sums[6 * k + 2] += cz
                    sums[6 * k + 3] = esp_fma8(q, sx, sums[6 * k + 3])
                    sums[6 * k + 4] = esp_fma8(q, sy, sums[6 * k + 4])
                    sums[6 * k + 5] = esp_fma8(q, sz, sums[6 * k + 5])
                    forces[group] -= cx
                    forces[groups + group] -= cy
                    forces[2 * groups + group] -= cz
                }
            }
            for k in 0..<bras.count {
                let center = SIMD3(esp_sum8(sums[6 * k]), esp_sum8(sums[6 * k + 1]), esp_sum8(sums[6 * k + 2]))
                let separation = SIMD3(esp_sum8(sums[6 * k + 3]), esp_sum8(sums[6 * k + 4]), esp_sum8(sums[6 * k + 5]))
                let fraction = hermite.fractions[first + k]
                let (a, b) = hermite.atoms[first + k]
                atoms[a] += fraction * center + separation
                atoms[b] += (1 - fraction) * center - separation
            }
        }
    }
}
