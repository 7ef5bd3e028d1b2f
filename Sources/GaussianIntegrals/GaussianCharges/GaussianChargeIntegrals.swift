import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The Coulomb interaction of the products of basis functions with spherical Gaussian charges of unit size,
/// (m n|k), such as the surface charges of a polarizable continuum.
///
/// Integrals are not stored. `potentials` contracts densities to Hermite Gaussians, with one set per primitive pair. `matrices`
/// sums the potential of the charges in Hermite Gaussians, which are then transformed to matrix elements. McMurchie and Davidson,
/// J. Comput. Phys. 26, 218 (1978), doi 10.1016/0021-9991(78)90092-X.
///
/// The results of all functions are bitwise identical for any number of threads.
public final class GaussianChargeIntegrals: @unchecked Sendable {
    private let list: ShellPairList
    private let sites: GaussianChargeSites
    private let pool: WorkerPool
    private let functionCount: Int
    private let highestDegree: Int
    /// Significant pairs, and the number of significant primitives of each.
    private let pairs: [(pair: ShellPair, primitiveCount: Int)]
    /// Index of the first Hermite coefficient of every pair's first primitive, and the total number.
    private let firstHermite: [Int]
    private let hermiteTotal: Int

    public var count: Int { sites.count }

    /// Primitive pairs with a size (see `PrimitivePairs`) below this are omitted. Each changes a potential by less than about ten
    /// times this.
    private static let threshold = 1e-13

    /// - Parameters:
    ///   - centers: of the charges, in bohr.
    ///   - exponents: of the charges, in bohr^-2.
    public init(basis: AtomicOrbitalBasis, centers: [SIMD3<Double>], exponents: [Double], pool: WorkerPool) {
        list = ShellPairList(basis: basis)
        sites = GaussianChargeSites(centers: centers, exponents: exponents)
        self.pool = pool
        functionCount = basis.functionCount
        var kept: [(pair: ShellPair, primitiveCount: Int)] = []
        var (firsts, total, degree) = ([Int](), 0, 0)
        for pair in list.pairs {
            // In descending order of size.
            var count = 0
            while count < pair.primitiveCount, list.primitives.size[pair.firstPrimitive + count] >= Self.threshold { count += 1 }
            guard count > 0 else { continue }
            kept.append((pair, count))
            firsts.append(total)
            total += count * list.classes[pair.classIndex].hermiteCount
            degree = max(degree, list.classes[pair.classIndex].degree)
        }
        pairs = kept
        firstHermite = firsts
        highestDegree = degree
        hermiteTotal = total
    }

    /// The potentials of densities at the charges: element [d][k] is sum_mn P^d_mn (m n|k), in hartree; positive for a positive
    /// density.
    ///
    /// - Parameter densities: symmetric.
    public func potentials(of densities: [Matrix]) -> [[Double]] {
        guard !densities.isEmpty, count > 0 else { return densities.map { _ in [] } }
        let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: max(1, densities.count * hermiteTotal))
        defer { coefficients.deallocate() }
        contract(densities, into: SharedPointer(coefficients))
        let hermite = SharedPointer(coefficients)
        let sums = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: densities.count * sites.groupCount)
        defer { sums.deallocate() }
        sums.initialize(repeating: .zero, count: densities.count * sites.groupCount)
        let target = SharedPointer(sums)
        let kernels = (0..<pool.threads).map { _ in GaussianChargeKernel(degree: highestDegree) }
        let (groupCount, densityCount) = (sites.groupCount, densities.count)
        let chunk = 8
        pool.forEachOwn((groupCount + chunk - 1) / chunk) { piece, worker in
            let groups = piece * chunk..<min(groupCount, (piece + 1) * chunk)
            addPotentials(groups, densities: densityCount, hermite.base, kernels[worker], to: target.base)
        }
        let numbers = densityCount * groupCount * Lanes.scalarCount
        sums.withMemoryRebound(to: Double.self, capacity: numbers) { pool.communicator.sum($0, count: numbers) }
        return densities.indices.map { sites.unpacked(sums + $0 * sites.groupCount) }
    }

    /// Hermite coefficients of every density: [primitive][density][Hermite Gaussian], starting at `firstHermite` times the number
    /// of densities.
    private func contract(_ densities: [Matrix], into coefficients: SharedPointer<Double>) {
        let chunk = 32
        pool.forEach((pairs.count + chunk - 1) / chunk) { piece, _ in
            for index in piece * chunk..<min(pairs.count, (piece + 1) * chunk) {
                let (pair, count) = pairs[index]
                let pairClass = list.classes[pair.classIndex]
                let factor = pair.shellA == pair.shellB ? 1.0 : 2.0
                var target = coefficients.base + densities.count * firstHermite[index]
                for k in 0..<count {
                    let own = list.primitives.coefficients + pair.firstCoefficient + k * pairClass.entryCount
                    for density in densities {
                        for h in 0..<pairClass.hermiteCount { target[h] = 0 }
                        density.elements.withUnsafeBufferPointer { elements in
                            for a in 0..<pairClass.functionCountA {
                                let row = (pair.firstA + a) * functionCount + pair.firstB
                                for b in 0..<pairClass.functionCountB {
                                    let weight = factor * elements[row + b]
                                    let ab = a * pairClass.functionCountB + b
                                    for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                                        target[Int(pairClass.hermite[entry])] += weight * own[entry]
                                    }
                                }
                            }
                        }
                        target += pairClass.hermiteCount
                    }
                }
            }
        }
    }

    private func addPotentials(
        _ groups: Range<Int>, densities: Int, _ hermite: UnsafePointer<Double>, _ kernel: GaussianChargeKernel,
        to sums: UnsafeMutablePointer<Lanes>
    ) {
        let primitives = list.primitives
        for (index, (pair, count)) in pairs.enumerated() {
            let pairClass = list.classes[pair.classIndex]
            let (degree, hermites) = (pairClass.degree, pairClass.hermiteCount)
            let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
            let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
            var first = 0
            while first < count {
                let block = min(GaussianChargeKernel.blockSize, count - first)
                let primitive = pair.firstPrimitive + first
                let coefficients = hermite + densities * (firstHermite[index] + first * hermites)
                for group in groups {
                    kernel.evaluate(
                        exponent: primitives.exponent + primitive, x: primitives.centerX + primitive,
                        y: primitives.centerY + primitive, z: primitives.centerZ + primitive, count: block, degree: degree,
                        ket: sites.kets + GaussianChargeSites.width * group)
                    for density in 0..<densities {
                        var sum = sums[density * sites.groupCount + group]
                        for k in 0..<block {
                            let cube = kernel.cubes + k * cubeStride
                            let own = coefficients + (k * densities + density) * hermites
                            for h in 0..<hermites { sum = esp_fma8(Lanes(repeating: own[h]), cube[Int(places[h])], sum) }
                        }
                        sums[density * sites.groupCount + group] = sum
                    }
                }
                first += block
            }
        }
    }

    /// The matrices of sets of charges: sum_k q^c_k (m n|k) for every set c, in hartree; positive for positive charges.
    public func matrices(of charges: [[Double]]) -> [Matrix] {
        guard !charges.isEmpty else { return [] }
        let n = functionCount
        let result = UnsafeMutablePointer<Double>.allocate(capacity: charges.count * n * n)
        defer { result.deallocate() }
        result.initialize(repeating: 0, count: charges.count * n * n)
        let target = SharedPointer(result)
        let scaled = charges.flatMap { sites.scaled($0) }
        let kernels = (0..<pool.threads).map { _ in GaussianChargeKernel(degree: highestDegree) }
        let sums = (0..<pool.threads).map { _ in
            SharedPointer(
                UnsafeMutablePointer<Lanes>.allocateAligned(
                    capacity: charges.count * GaussianChargeKernel.blockSize * HermiteIndex.count(upTo: highestDegree)))
        }
        defer { for pointer in sums { pointer.base.deallocate() } }
        let sets = charges.count
        scaled.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let values = SharedPointer(UnsafeMutablePointer(mutating: base))
            let chunk = 4
            pool.forEachOwn((pairs.count + chunk - 1) / chunk) { piece, worker in
                for index in piece * chunk..<min(pairs.count, (piece + 1) * chunk) {
                    addMatrixElements(
                        index, charges: values.base, sets: sets, kernels[worker], sums: sums[worker].base, to: target.base)
                }
            }
        }
        pool.communicator.sum(result, count: charges.count * n * n)
        return charges.indices.map { set in
            Matrix(rows: n, columns: n, elements: Array(UnsafeBufferPointer(start: result + set * n * n, count: n * n)))
        }
    }

    private func addMatrixElements(
        _ index: Int, charges: UnsafePointer<Lanes>, sets: Int, _ kernel: GaussianChargeKernel, sums: UnsafeMutablePointer<Lanes>,
        to result: UnsafeMutablePointer<Double>
    ) {
        let (pair, count) = pairs[index]
        let pairClass = list.classes[pair.classIndex]
        let primitives = list.primitives
        let n = functionCount
        let (degree, hermites) = (pairClass.degree, pairClass.hermiteCount)
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
        var first = 0
        while first < count {
            let block = min(GaussianChargeKernel.blockSize, count - first)
            let primitive = pair.firstPrimitive + first
            for k in 0..<sets * block * hermites { sums[k] = .zero }
            for group in 0..<sites.groupCount {
                kernel.evaluate(
                    exponent: primitives.exponent + primitive, x: primitives.centerX + primitive,
                    y: primitives.centerY + primitive, z: primitives.centerZ + primitive, count: block, degree: degree,
                    ket: sites.kets + GaussianChargeSites.width * group)
                for set in 0..<sets {
                    let charge = charges[set * sites.groupCount + group]
                    for k in 0..<block {
                        let cube = kernel.cubes + k * cubeStride
                        let own = sums + (set * block + k) * hermites
                        for h in 0..<hermites { own[h] = esp_fma8(charge, cube[Int(places[h])], own[h]) }
                    }
                }
            }
            for set in 0..<sets {
                let matrix = result + set * n * n
                for k in 0..<block {
                    let coefficients = primitives.coefficients + pair.firstCoefficient + (first + k) * pairClass.entryCount
                    let own = sums + (set * block + k) * hermites
                    for a in 0..<pairClass.functionCountA {
                        for b in 0..<pairClass.functionCountB {
                            let ab = a * pairClass.functionCountB + b
                            var value = 0.0
                            for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                                value += coefficients[entry] * esp_sum8(own[Int(pairClass.hermite[entry])])
                            }
                            matrix[(pair.firstA + a) * n + pair.firstB + b] += value
                        }
                    }
                }
            }
            first += block
        }
        for set in 0..<sets {
            let matrix = result + set * n * n
            for a in 0..<pairClass.functionCountA {
                for b in 0..<pairClass.functionCountB {
                    matrix[(pair.firstB + b) * n + pair.firstA + a] = matrix[(pair.firstA + a) * n + pair.firstB + b]
                }
            }
        }
    }
}
