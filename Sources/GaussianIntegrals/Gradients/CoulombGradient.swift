import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of the Coulomb repulsion of the electrons and of their attraction to the nuclei.
///
/// Densities are first contracted to Hermite Gaussians, and every primitive pair interacts with the potential of all others,
/// (g|V) = sum over kets and h of (-1)^h D_h R_(g+h). Neither integrals nor their derivatives are formed. Ahmadi and Almloef,
/// Chem. Phys. Lett. 246, 364 (1995), doi 10.1016/0009-2614(95)01127-4, and for the gradient Shao and Head-Gordon, Chem. Phys.
/// Lett. 323, 425 (2000), doi 10.1016/S0009-2614(00)00524-8.
public enum CoulombGradient {
    /// Contributions with a product of sizes below this are omitted.
    private static let threshold = 1e-11

    /// d/dR of sum_mn P_mn (V_mn + J_mn / 2) in hartree per bohr, one entry per atom. V is the attraction by point charges at the
    /// nuclei, and basis functions move with their atoms.
    ///
    /// The result is bitwise identical for any number of threads. Cost: quadratic in the number of significant primitive pairs,
    /// which are processed eight at a time with about 300 multiply-adds each for s and p functions.
    /// - Parameters:
    ///   - density: total density of the electrons; symmetric.
    ///   - charges: of the nuclei, in atom order.
    ///   - fit: if given, the exact repulsion P J / 2 is replaced by that of the fitted density, P J' minus half the
    ///     self-repulsion of the fit. The cost is then the number of primitive pairs times that of auxiliary primitives.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, charges: [Double], fit: FittedCoulomb? = nil, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let list = ShellPairList(basis: basis)
        let fitted = fit.map { HermiteCharges.Fit(shells: $0.integrals.auxiliary, coefficients: $0.coefficients([density])[0]) }
        let hermite = HermiteCharges(list: list, density: density, charges: charges, fit: fitted, threshold: 1e-16, pool: pool)
        let kets = HermiteChargeBatches(hermite)
        let bras = Self.blocks(hermite)
        let workers = (0..<pool.threads).map { _ in CoulombGradientWorker(hermite, kets, threshold: threshold) }
        let forces = UnsafeMutablePointer<(SIMD3<Double>, SIMD3<Double>)>.allocate(capacity: max(1, hermite.count))
        defer { forces.deallocate() }
        forces.initialize(repeating: (.zero, .zero), count: hermite.count)
        let shared = SharedPointer(forces)
        pool.forEachOwn(bras.count) { piece, worker in
            workers[worker].process(bras[piece].charges, degree: bras[piece].degree, kind: bras[piece].kind) {
                (shared.base + $0).initialize(to: ($1, $2))
            }
        }
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        for index in 0..<hermite.count {
            result[hermite.atoms[index].a] += forces[index].0
            result[hermite.atoms[index].b] += forces[index].1
        }
        return pool.communicator.sum(result)
    }

    /// Blocks of charges that are processed together as bras, in descending order of work.
    private static func blocks(_ hermite: HermiteCharges) -> [HermiteCharges.Segment] {
        hermite.segments.reversed().flatMap { segment in
            stride(from: segment.charges.lowerBound, to: segment.charges.upperBound, by: CoulombGradientWorker.blockSize).map {
                HermiteCharges.Segment(
                    degree: segment.degree,
                    charges: $0..<min($0 + CoulombGradientWorker.blockSize, segment.charges.upperBound),
                    kind: segment.kind)
            }
        }
    }
}

/// Charges as kets, one per lane. The data of a charge are: exponent, x, y, z, (-1)^h D_h.
final class HermiteChargeBatches: @unchecked Sendable {
    struct Segment {
        let degree: Int
        let kind: HermiteCharges.Kind
        /// First vector of every batch.
        let data: [Int]
        /// Maximum size in every batch, in descending order.
        let sizes: [Double]
    }

    let data: UnsafeMutablePointer<Lanes>
    let segments: [Segment]

    init(_ charges: HermiteCharges) {
        var total = 0
        var places: [[Int]] = []
        for segment in charges.segments {
            let width = KetBatchList.headerCount + HermiteIndex.count(upTo: segment.degree)
            let batches = (segment.charges.count + 7) / 8
            places.append((0..<batches).map { total + $0 * width })
            total += batches * width
        }
        data = .allocateAligned(capacity: max(1, total))
        data.initialize(repeating: .zero, count: max(1, total))
        var segments: [Segment] = []
        for (segment, data) in zip(charges.segments, places) {
            let powers = HermiteIndex.powers(upTo: segment.degree)
            for (batch, place) in data.enumerated() {
                let target = self.data + place
                for lane in 0..<8 {
                    let wanted = segment.charges.lowerBound + 8 * batch + lane
                    let index = min(wanted, segment.charges.upperBound - 1)
                    target[0][lane] = charges.exponent[index]
                    target[1][lane] = charges.x[index]
                    target[2][lane] = charges.y[index]
                    target[3][lane] = charges.z[index]
                    guard wanted == index else { continue }
                    for (h, power) in powers.enumerated() {
                        let sign = (power.t + power.u + power.v) % 2 == 0 ? 1.0 : -1.0
                        target[KetBatchList.headerCount + h][lane] = sign * charges.coefficients[charges.places[index] + h]
                    }
                }
            }
            segments.append(
                Segment(
                    degree: segment.degree, kind: segment.kind, data: data,
                    sizes: data.indices.map { charges.size[segment.charges.lowerBound + 8 * $0] }))
        }
        self.segments = segments
    }

    deinit { data.deallocate() }
}

/// One thread's part: the potential of all charges in the Hermite Gaussians of several bras, one degree higher than theirs.
final class CoulombGradientWorker: @unchecked Sendable {
    static let blockSize = 4
    private let charges: HermiteCharges
    private let kets: HermiteChargeBatches
    private let threshold: Double
    private let cubes: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>
    private let potential: UnsafeMutablePointer<Lanes>

    init(_ charges: HermiteCharges, _ kets: HermiteChargeBatches, threshold: Double) {
        self.charges = charges
        self.kets = kets
        self.threshold = threshold
        let highest = charges.segments.map(\.degree).max() ?? 0
        let cubeVectors = (0...(2 * highest + 1)).map { HermiteCoulombIntegrals.stride(degree: $0) }.max() ?? 1
        cubes = .allocateAligned(capacity: Self.blockSize * cubeVectors)
        recursion = .allocateAligned(
            capacity: HermiteCoulombIntegrals.scratchCount(degree: BoysFunction.highestOrder))
        potential = .allocateAligned(capacity: Self.blockSize * HermiteIndex.count(upTo: highest + 1))
    }

    deinit {
        cubes.deallocate()
        recursion.deallocate()
        potential.deallocate()
    }

    /// Calls `give` for every bra with the derivatives of the energy with respect to the positions of A and B.
    func process(
        _ bras: Range<Int>, degree: Int, kind: HermiteCharges.Kind,
        _ give: (_ charge: Int, _ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Void
    ) {
        let width = HermiteIndex.count(upTo: degree + 1)
        potential.update(repeating: .zero, count: bras.count * width)
        let size = charges.size[bras.lowerBound]
        func add(_ sign: Double) {
            for segment in kets.segments where charges.coupling(kind, segment.kind) == sign {
                for (place, ketSize) in zip(segment.data, segment.sizes) {
                    if size * ketSize < threshold { break }
                    self.add(bras, degree: degree, ketDegree: segment.degree, ket: kets.data + place, width: width)
                }
            }
        }
        if kind == .fit {
            add(-1)
            for k in 0..<bras.count * width { potential[k] = -potential[k] }
        }
        add(1)
        let count = HermiteIndex.count(upTo: degree)
        let powers = HermiteIndex.powers(upTo: degree)
        var sums = [Double](repeating: 0, count: width)
        for (k, bra) in bras.enumerated() {
            for g in 0..<width { sums[g] = esp_sum8(potential[k * width + g]) }
            let rows = charges.places[bra]
            var center = SIMD3<Double>.zero
            var separation = SIMD3<Double>.zero
            for g in 0..<count {
                let (t, u, v) = powers[g]
                let density = charges.coefficients[rows + g]
                center.x += density * sums[HermiteIndex.index(t + 1, u, v)]
                center.y += density * sums[HermiteIndex.index(t, u + 1, v)]
                center.z += density * sums[HermiteIndex.index(t, u, v + 1)]
                for axis in 0..<3 { separation[axis] += charges.coefficients[rows + (axis + 1) * count + g] * sums[g] }
            }
            let fraction = charges.fractions[bra]
            give(bra, fraction * center + separation, (1 - fraction) * center - separation)
        }
    }

    private func add(_ bras: Range<Int>, degree: Int, ketDegree: Int, ket: UnsafePointer<Lanes>, width: Int) {
        let total = degree + ketDegree + 1
        let stride = HermiteCoulombIntegrals.stride(degree: total)
        let first = bras.lowerBound
        let integrals = HermiteCoulombIntegrals(
            ket: ket, exponent: charges.exponent + first, centerX: charges.x + first, centerY: charges.y + first,
            centerZ: charges.z + first, primitiveCount: bras.count, boys: BoysFunction.all[total],
            interaction: .coulomb, cubes: cubes,
            cubeStride: stride)
        if total <= HermiteCoulombIntegrals.highestDegree {
            integrals(degree: total)
        } else {
            integrals.general(degree: total, scratch: recursion)
        }
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: total))
        let terms = HermiteIndex.count(upTo: ketDegree)
        for k in 0..<bras.count {
            HermiteContraction.add(
                cubes + k * stride, places: places, coefficients: ket + KetBatchList.headerCount, termCount: terms,
                to: potential + k * width, count: width)
        }
    }
}
