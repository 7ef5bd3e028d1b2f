import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Second nuclear derivatives of the Coulomb repulsion of the electrons and of their attraction to the nuclei, and first nuclear
/// derivatives of the corresponding matrices.
///
/// As in `CoulombGradient`, primitive pairs are charge distributions of Hermite Gaussians, and a nucleus is a very narrow one.
/// Every primitive pair of a bra interacts with the potential V of all charges and with the potentials V^X of their derivatives
/// with respect to every coordinate X. The matrix for X contains the products of pairs with V^X and of their derivatives with V.
/// The second derivatives are (d rho/dY | V^X) and (d2 rho/dX dY | V). Neither integrals nor their derivatives are formed.
public enum CoulombSecondDerivatives {
    /// Contributions with a product of sizes below this are omitted.
    private static let threshold = 1e-12

    /// Derivatives of sum_mn P_mn (V_mn + J_mn / 2), where V is the attraction by point charges at the nuclei. The energy
    /// derivatives lack the diagonal blocks of the atoms (see `SkeletonDerivatives`). The matrices are those of V + J, one per
    /// coordinate.
    ///
    /// The result is bitwise identical for any number of threads. Cost: quadratic in the number of significant primitive pairs,
    /// which are processed eight at a time with about 1500 multiply-adds each for s and p functions.
    /// - Parameters:
    ///   - density: total density of the electrons; symmetric.
    ///   - charges: of the nuclei, in atom order.
    public static func evaluate(
        basis: AtomicOrbitalBasis, density: Matrix, charges: [Double], pool: WorkerPool
    ) -> SkeletonDerivatives {
        let list = ShellPairList(basis: basis)
        let hermite = HermiteCharges(list: list, density: density, charges: charges, threshold: 1e-16, pool: pool)
        let kets = DerivativeChargeBatches(hermite)
        let coordinates = 3 * basis.molecule.atoms.count
        let n = basis.functionCount
        let matrices = UnsafeMutablePointer<Double>.allocate(capacity: max(1, coordinates * n * n))
        matrices.initialize(repeating: 0, count: coordinates * n * n)
        defer { matrices.deallocate() }
        let target = SharedPointer(matrices)
        // Deep contractions of high angular momentum first: they are the most expensive.
        let order = list.pairs.indices.sorted {
            let (a, b) = (list.pairs[$0], list.pairs[$1])
            let (x, y) = (list.classes[a.classIndex], list.classes[b.classIndex])
            let (i, j) = (x.hermiteCount * a.primitiveCount, y.hermiteCount * b.primitiveCount)
            return i != j ? i > j : $0 < $1
        }
        let chunk = 8
        let pieces = (order.count + chunk - 1) / chunk
        let workers = (0..<pool.threads).map { _ in
            CoulombSecondWorker(list: list, density: density, kets: kets, coordinates: coordinates, threshold: threshold)
        }
        let energies = UnsafeMutablePointer<Matrix?>.allocate(capacity: pieces + 1)
        energies.initialize(repeating: nil, count: pieces + 1)
        defer {
            energies.deinitialize(count: pieces + 1)
            energies.deallocate()
        }
        let shared = SharedPointer(energies)
        pool.forEachOwn(pieces + 1) { piece, worker in
            var energy = Matrix(rows: coordinates, columns: coordinates)
            if piece < pieces {
                for index in (piece * chunk)..<min(order.count, (piece + 1) * chunk) {
                    workers[worker].process(order[index], to: &energy, matrices: target.base)
                }
            } else {
                for segment in hermite.segments where segment.kind == .nucleus {
                    for nucleus in segment.charges { workers[worker].process(nucleus: nucleus, of: hermite, to: &energy) }
                }
            }
            shared[piece] = energy
        }
        var energy = Matrix(rows: coordinates, columns: coordinates)
        for piece in 0...pieces { if let part = energies[piece] { energy += part } }
        pool.communicator.sum(&energy.elements)
        pool.communicator.sum(matrices, count: coordinates * n * n)
        return SkeletonDerivatives(
            energy: energy,
            fock: (0..<coordinates).map { x in
                [Matrix(rows: n, columns: n, elements: Array(UnsafeBufferPointer(start: matrices + x * n * n, count: n * n)))]
            })
    }
}

/// Charges as kets, with eight of the same degree and pair of atoms in the lanes. The data of a charge are: exponent, x, y, z,
/// its coefficients, the coefficients times a / p, and their derivatives with respect to A - B, with the signs of kets.
final class DerivativeChargeBatches: @unchecked Sendable {
    struct Run {
        let degree: Int
        let atomA: Int
        let atomB: Int
        let isNuclear: Bool
        /// First vector of every batch.
        let data: [Int]
        /// Maximum size in every batch, in descending order.
        let sizes: [Double]
    }

    let data: UnsafeMutablePointer<Lanes>
    let runs: [Run]
    let highestDegree: Int

    init(_ charges: HermiteCharges) {
        struct Key: Hashable {
            let degree, atomA, atomB: Int
            let isNuclear: Bool
        }
        var groups: [Key: [Int]] = [:]
        for segment in charges.segments {
            for index in segment.charges {
                let atoms = charges.atoms[index]
                groups[
                    Key(degree: segment.degree, atomA: atoms.a, atomB: atoms.b, isNuclear: segment.kind == .nucleus), default: []
                ]
                .append(index)
            }
        }
        let keys = groups.keys.sorted {
            ($0.isNuclear ? 1 : 0, $0.degree, $0.atomA, $0.atomB) < ($1.isNuclear ? 1 : 0, $1.degree, $1.atomA, $1.atomB)
        }
        func width(_ key: Key) -> Int { KetBatchList.headerCount + 5 * HermiteIndex.count(upTo: key.degree) }
        let total = keys.reduce(0) { $0 + ((groups[$1]?.count ?? 0) + 7) / 8 * width($1) }
        data = .allocateAligned(capacity: max(1, total))
        data.initialize(repeating: .zero, count: max(1, total))
        var place = 0
        var runs: [Run] = []
        for key in keys {
            let members = groups[key] ?? []
            let count = HermiteIndex.count(upTo: key.degree)
            let signs = HermiteIndex.powers(upTo: key.degree).map { ($0.t + $0.u + $0.v) % 2 == 0 ? 1.0 : -1.0 }
            var places: [Int] = []
            var sizes: [Double] = []
            for first in stride(from: 0, to: members.count, by: 8) {
                let target = data + place
                for lane in 0..<8 {
                    let index = members[min(first + lane, members.count - 1)]
                    target[0][lane] = charges.exponent[index]
                    target[1][lane] = charges.x[index]
                    target[2][lane] = charges.y[index]
                    target[3][lane] = charges.z[index]
                    guard first + lane < members.count else { continue }
                    for h in 0..<count {
                        let own = signs[h] * charges.coefficients[charges.places[index] + h]
                        target[KetBatchList.headerCount + h][lane] = own
                        target[KetBatchList.headerCount + count + h][lane] = charges.fractions[index] * own
                        for axis in 1...3 {
                            target[KetBatchList.headerCount + (axis + 1) * count + h][lane] =
                                signs[h] * charges.coefficients[charges.places[index] + axis * count + h]
                        }
                    }
                }
                places.append(place)
                sizes.append(charges.size[members[first]])
                place += width(key)
            }
            runs.append(
                Run(
                    degree: key.degree, atomA: key.atomA, atomB: key.atomB, isNuclear: key.isNuclear, data: places,
                    sizes: sizes))
        }
        self.runs = runs
        highestDegree = charges.segments.map(\.degree).max() ?? 0
    }

    deinit { data.deallocate() }
}

/// One thread's part: the potentials in the Hermite Gaussians of its shell pairs, which are processed sequentially, and the
/// derivatives from them.
final class CoulombSecondWorker: @unchecked Sendable {
    private static let blockSize = 4
    private let list: ShellPairList
    private let density: Matrix
    private let kets: DerivativeChargeBatches
    private let coordinates: Int
    private let threshold: Double
    private let cubes: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>
    /// Sums over one run: with the coefficients, with the coefficients times a / p, and with their derivatives.
    private let sums: UnsafeMutablePointer<Lanes>
    /// V for every primitive of a block, up to two degrees above those of the bra.
    private let potential: UnsafeMutablePointer<Double>
    /// V^X for every coordinate, up to one degree above those of the bra.
    private let derivatives: UnsafeMutablePointer<Double>
    private let largestWidth: Int
    private var expansion = ExpansionDerivatives()

    init(list: ShellPairList, density: Matrix, kets: DerivativeChargeBatches, coordinates: Int, threshold: Double) {
        self.list = list
        self.density = density
        self.kets = kets
        self.coordinates = coordinates
        self.threshold = threshold
        let braDegree = list.classes.map(\.degree).max() ?? 0
        let highest = braDegree + kets.highestDegree + 2
        let vectors = (0...highest).map { HermiteCoulombIntegrals.stride(degree: $0) }.max() ?? 1
        largestWidth = HermiteIndex.count(upTo: braDegree + 2)
        cubes = .allocateAligned(capacity: Self.blockSize * vectors)
        recursion = .allocateAligned(capacity: HermiteCoulombIntegrals.scratchCount(degree: BoysFunction.highestOrder))
        sums = .allocateAligned(capacity: Self.blockSize * 5 * largestWidth)
        potential = .allocate(capacity: Self.blockSize * largestWidth)
        derivatives = .allocate(capacity: max(1, Self.blockSize * largestWidth * coordinates))
    }

    deinit {
        cubes.deallocate()
        recursion.deallocate()
        sums.deallocate()
        potential.deallocate()
        derivatives.deallocate()
    }

    /// Up to `blockSize` charges of a bra.
    private struct Block {
        let exponent, x, y, z: UnsafePointer<Double>
        let count: Int
        let degree: Int
        let size: Double
        let isNuclear: Bool
        var potentialWidth: Int { HermiteIndex.count(upTo: degree + 2) }
        var derivativeWidth: Int { HermiteIndex.count(upTo: degree + 1) }
    }

    /// Computes `potential` and `derivatives` for a block.
    private func fill(_ block: Block) {
        let (wide, narrow) = (block.potentialWidth, block.derivativeWidth)
        potential.update(repeating: 0, count: block.count * wide)
        derivatives.update(repeating: 0, count: block.count * narrow * coordinates)
        let raised = HermiteIndex.raised
        for run in kets.runs where !(block.isNuclear && run.isNuclear) {
            guard let largest = run.sizes.first, block.size * largest >= threshold else { continue }
            let isSeparated = run.atomA != run.atomB
            let spread = isSeparated ? 2 * wide + 3 * narrow : wide
            sums.update(repeating: .zero, count: block.count * spread)
            let total = block.degree + run.degree + 2
            let stride = HermiteCoulombIntegrals.stride(degree: total)
            let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: total))
            let terms = HermiteIndex.count(upTo: run.degree)
            for (place, size) in zip(run.data, run.sizes) {
                if block.size * size < threshold { break }
                let ket = kets.data + place
                let integrals = HermiteCoulombIntegrals(
                    ket: ket, exponent: block.exponent, centerX: block.x, centerY: block.y, centerZ: block.z,
                    primitiveCount: block.count, boys: BoysFunction.all[total], interaction: .coulomb, cubes: cubes,
                    cubeStride: stride)
                if total <= HermiteCoulombIntegrals.highestDegree {
                    integrals(degree: total)
                } else {
                    integrals.general(degree: total, scratch: recursion)
                }
                let coefficients = ket + KetBatchList.headerCount
                for k in 0..<block.count {
                    let cube = cubes + k * stride
                    let target = sums + k * spread
                    HermiteContraction.add(
                        cube, places: places, coefficients: coefficients, termCount: terms, to: target, count: wide)
                    guard isSeparated else { continue }
                    HermiteContraction.add(
                        cube, places: places, coefficients: coefficients + terms, termCount: terms, to: target + wide, count: wide
                    )
                    for axis in 0..<3 {
                        HermiteContraction.add(
                            cube, places: places, coefficients: coefficients + (axis + 2) * terms, termCount: terms,
                            to: target + 2 * wide + axis * narrow, count: narrow)
                    }
                }
            }
            for k in 0..<block.count {
                let source = sums + k * spread
                let own = potential + k * wide
                for g in 0..<wide { own[g] += esp_sum8(source[g]) }
                let base = derivatives + k * narrow * coordinates
                for axis in 0..<3 {
                    let ofA = base + (3 * run.atomA + axis) * narrow
                    let ofB = base + (3 * run.atomB + axis) * narrow
                    for g in 0..<narrow {
                        // A displacement of the whole charge displaces the potential in the opposite direction.
                        let whole = -esp_sum8(source[raised[axis][g]])
                        guard isSeparated else {
                            ofA[g] += whole
                            continue
                        }
                        let partA = esp_sum8(source[2 * wide + axis * narrow + g]) - esp_sum8(source[wide + raised[axis][g]])
                        ofA[g] += partA
                        ofB[g] += whole - partA
                    }
                }
            }
        }
    }

    /// A nucleus as the bra: forces on it from the derivatives of the electrons.
    func process(nucleus: Int, of charges: HermiteCharges, to energy: inout Matrix) {
        let block = Block(
            exponent: UnsafePointer(charges.exponent + nucleus), x: UnsafePointer(charges.x + nucleus),
            y: UnsafePointer(charges.y + nucleus), z: UnsafePointer(charges.z + nucleus), count: 1, degree: 0, size: .infinity,
            isNuclear: true)
        fill(block)
        let charge = charges.coefficients[charges.places[nucleus]]
        let atom = charges.atoms[nucleus].a
        for x in 0..<coordinates {
            for axis in 0..<3 { energy[3 * atom + axis, x] += charge * derivatives[x * block.derivativeWidth + 1 + axis] }
        }
    }

    /// A pair of shells: its blocks of the matrices and its contribution to the energy.
    func process(_ index: Int, to energy: inout Matrix, matrices: UnsafeMutablePointer<Double>) {
        let pair = list.pairs[index]
        let pairClass = list.classes[pair.classIndex]
        let basis = list.basis
        let (atomA, atomB) = (basis.shells[pair.shellA].atom, basis.shells[pair.shellB].atom)
        let isSeparated = atomA != atomB
        let products = pairClass.productCount
        var blocks = [Double](repeating: 0, count: coordinates * products)
        var weights: [Double] = []
        for a in 0..<pairClass.functionCountA {
            for b in 0..<pairClass.functionCountB {
                weights.append((pair.shellA == pair.shellB ? 1 : 2) * density[pair.firstA + a, pair.firstB + b])
            }
        }
        let raised = HermiteIndex.raised
        let primitives = list.primitives
        var done = 0
        while done < pair.primitiveCount {
            let first = pair.firstPrimitive + done
            let block = Block(
                exponent: primitives.exponent + first, x: primitives.centerX + first, y: primitives.centerY + first,
                z: primitives.centerZ + first, count: min(Self.blockSize, pair.primitiveCount - done), degree: pairClass.degree,
                size: primitives.size[first], isNuclear: false)
            fill(block)
            for k in 0..<block.count {
                expansion.fill(list, pair, primitive: first + k, includesSecond: isSeparated)
                add(
                    Primitive(
                        coefficients: primitives.coefficients + pair.firstCoefficient + (done + k) * pairClass.entryCount,
                        fraction: isSeparated ? expansion.fraction : 1, isSeparated: isSeparated, atomA: atomA, atomB: atomB,
                        potential: potential + k * block.potentialWidth,
                        derivatives: derivatives + k * block.derivativeWidth * coordinates, width: block.derivativeWidth),
                    pairClass, weights: weights, raised: raised, blocks: &blocks, energy: &energy)
            }
            done += block.count
        }
        let n = basis.functionCount
        for x in 0..<coordinates {
            let matrix = matrices + x * n * n
            for a in 0..<pairClass.functionCountA {
                for b in 0..<pairClass.functionCountB {
                    let value = blocks[x * products + a * pairClass.functionCountB + b]
                    matrix[(pair.firstA + a) * n + pair.firstB + b] = value
                    matrix[(pair.firstB + b) * n + pair.firstA + a] = value
                }
            }
        }
    }

    private struct Primitive {
        let coefficients: UnsafePointer<Double>
        let fraction: Double
        let isSeparated: Bool
        let atomA: Int
        let atomB: Int
        let potential: UnsafePointer<Double>
        let derivatives: UnsafePointer<Double>
        /// Data for the derivatives of one coordinate.
        let width: Int
    }

    private func add(
        _ own: Primitive, _ pairClass: ShellPairClass, weights: [Double], raised: [[Int]], blocks: inout [Double],
        energy: inout Matrix
    ) {
        let products = pairClass.productCount
        let hermites = pairClass.hermiteCount
        // The charge of the pair and its derivatives with respect to A - B.
        var charge = [Double](repeating: 0, count: hermites)
        var slope = [[Double]](repeating: charge, count: own.isSeparated ? 3 : 0)
        var bend = [[Double]](repeating: charge, count: own.isSeparated ? 6 : 0)
        for ab in 0..<products {
            for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                let g = Int(pairClass.hermite[entry])
                let e = own.coefficients[entry]
                charge[g] += weights[ab] * e
                for x in 0..<coordinates { blocks[x * products + ab] += e * own.derivatives[x * own.width + g] }
                for axis in 0..<3 {
                    let whole = e * own.potential[raised[axis][g]]
                    guard own.isSeparated else {
                        blocks[(3 * own.atomA + axis) * products + ab] += whole
                        continue
                    }
                    let partA = own.fraction * whole + expansion.values[axis][entry] * own.potential[g]
                    blocks[(3 * own.atomA + axis) * products + ab] += partA
                    blocks[(3 * own.atomB + axis) * products + ab] += whole - partA
                }
                guard own.isSeparated else { continue }
                for axis in 0..<3 { slope[axis][g] += weights[ab] * expansion.values[axis][entry] }
                for place in 0..<6 { bend[place][g] += weights[ab] * expansion.seconds[place][entry] }
            }
        }
        for x in 0..<coordinates {
            let potential = own.derivatives + x * own.width
            for axis in 0..<3 {
                var (whole, separation) = (0.0, 0.0)
                for g in 0..<hermites { whole += charge[g] * potential[raised[axis][g]] }
                guard own.isSeparated else {
                    energy[3 * own.atomA + axis, x] += whole
                    continue
                }
                for g in 0..<hermites { separation += slope[axis][g] * potential[g] }
                let partA = own.fraction * whole + separation
                energy[3 * own.atomA + axis, x] += partA
                energy[3 * own.atomB + axis, x] += whole - partA
            }
        }
        guard own.isSeparated else { return }
        let (f, e) = (own.fraction, 1 - own.fraction)
        for i in 0..<3 {
            for j in 0..<3 {
                var value = 0.0
                let twice = bend[ExpansionDerivatives.place(i, j)]
                for g in 0..<hermites {
                    let (gi, gj) = (raised[i][g], raised[j][g])
                    value += f * e * charge[g] * own.potential[raised[j][gi]] - twice[g] * own.potential[g]
                    value += e * slope[i][g] * own.potential[gj] - f * slope[j][g] * own.potential[gi]
                }
                energy[3 * own.atomA + i, 3 * own.atomB + j] += value
                energy[3 * own.atomB + j, 3 * own.atomA + i] += value
            }
        }
    }
}
