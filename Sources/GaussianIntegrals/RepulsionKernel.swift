import CVectorShims
import Foundation

/// Places of R_(h + k) for Hermite Gaussians h of a bra and k of a ket, as byte offsets into the recursion's scratch.
struct HermiteSumTable: @unchecked Sendable {
    let braDegree: Int
    let ketDegree: Int
    /// Row h holds the ket's Hermite Gaussians in order.
    let offsets: UnsafePointer<Int32>

    init(braDegree: Int, ketDegree: Int) {
        self.braDegree = braDegree
        self.ketDegree = ketDegree
        let bra = HermiteIndex.powers(upTo: braDegree)
        let ket = HermiteIndex.powers(upTo: ketDegree)
        let places = HermiteCoulombRecursion.all[braDegree + ketDegree].places
        let values = UnsafeMutablePointer<Int32>.allocate(capacity: bra.count * ket.count)
        for (i, h) in bra.enumerated() {
            for (j, k) in ket.enumerated() {
                let place = places[HermiteIndex.index(h.t + k.t, h.u + k.u, h.v + k.v)]
                values[i * ket.count + j] = place * Int32(MemoryLayout<Lanes>.stride)
            }
        }
        offsets = UnsafePointer(values)
    }

    /// Highest degree of a pair of shells: two g functions, one more for derivatives of each.
    static let highestPairDegree = 9
    private static let all: [HermiteSumTable] = (0...highestPairDegree).flatMap { bra in
        (0...highestPairDegree).compactMap { ket in
            bra + ket <= BoysFunction.highestOrder ? HermiteSumTable(braDegree: bra, ketDegree: ket) : nil
        }
    }

    static func table(braDegree: Int, ketDegree: Int) -> HermiteSumTable {
        all[braDegree * (highestPairDegree + 1) + ketDegree]
    }
}

/// Electron repulsion integrals (ab|cd) of one bra pair with the eight pairs of a ket batch, for any angular momenta.
///
/// For each ket primitive, the bra's primitives are summed in Hermite form on the ket's side,
/// (ab|h] = sum_bra sum_g E_g^(ab) R_(g+h), with bra coefficients broadcast to the lanes; then the ket's own
/// coefficients, different in every lane, turn h into cd. Cost a primitive quartet: (entries of the bra class)
/// x (Hermite Gaussians of the ket), the ket transformation being outside of the loop over bra primitives.
struct RepulsionKernel: @unchecked Sendable {
    /// Product of primitive sizes below which a primitive quartet is not computed.
    static let primitiveQuartetThreshold = 1e-16

    private let boysValues: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>
    private let displacement: UnsafeMutablePointer<Lanes>
    /// (ab|h], row ab.
    private let halfTransformed: UnsafeMutablePointer<Lanes>
    /// Counts and times every call when present.
    private let recorder: RepulsionRecorder?

    /// Scratch for one thread; `deallocate` gives it back.
    init(largestProductCount: Int, largestHermiteCount: Int, recorder: RepulsionRecorder? = nil) {
        self.recorder = recorder
        boysValues = .allocate(capacity: BoysFunction.highestOrder + 1)
        recursion = .allocate(capacity: HermiteCoulombRecursion.all[BoysFunction.highestOrder].scratchCount)
        displacement = .allocate(capacity: 3)
        halfTransformed = .allocate(capacity: largestProductCount * largestHermiteCount)
    }

    func deallocate() {
        boysValues.deallocate()
        recursion.deallocate()
        displacement.deallocate()
        halfTransformed.deallocate()
    }

    /// Writes (ab|cd) of all function products to `result[(ab * ketProducts + cd)]`, one ket pair a lane.
    func evaluate(
        bra: ShellPair, braClass: ShellPairClass, list: PrimitivePairs, ket: KetBatch, ketClass: ShellPairClass,
        ketData: UnsafePointer<Lanes>, ketSizes: UnsafePointer<Double>, into result: UnsafeMutablePointer<Lanes>
    ) {
        let start = recorder == nil ? 0 : RepulsionRecorder.now()
        var primitiveBatches = 0
        var ketPrimitives = 0
        let degree = braClass.degree + ketClass.degree
        let boys = BoysFunction.all[degree]
        let recursionSteps = HermiteCoulombRecursion.all[degree]
        let sums = HermiteSumTable.table(braDegree: braClass.degree, ketDegree: ketClass.degree).offsets
        let braProducts = braClass.productCount
        let ketProducts = ketClass.productCount
        let ketHermites = ketClass.hermiteCount
        let stride = KetBatchList.headerCount + ketClass.entryCount
        for i in 0..<(braProducts * ketProducts) { result[i] = .zero }

        for k in 0..<ket.primitiveCount {
            let primitive = ketData + ket.data + k * stride
            let q = primitive[0]
            let ketSize = ketSizes[ket.sizes + k]
            if ketSize * list.size[bra.firstPrimitive] < Self.primitiveQuartetThreshold { break }
            for i in 0..<(braProducts * ketHermites) { halfTransformed[i] = .zero }
            ketPrimitives += 1
            for i in 0..<bra.primitiveCount {
                let braPrimitive = bra.firstPrimitive + i
                if ketSize * list.size[braPrimitive] < Self.primitiveQuartetThreshold { break }
                primitiveBatches += 1
                let p = Lanes(repeating: list.exponent[braPrimitive])
                let x = Lanes(repeating: list.centerX[braPrimitive]) - primitive[1]
                let y = Lanes(repeating: list.centerY[braPrimitive]) - primitive[2]
                let z = Lanes(repeating: list.centerZ[braPrimitive]) - primitive[3]
                displacement[0] = x
                displacement[1] = y
                displacement[2] = z
                let sum = p + q
                let reciprocal = Lanes(repeating: 1) / sum
                let alpha = p * q * reciprocal
                let squared = esp_fma8(x, x, esp_fma8(y, y, z * z))
                boys.evaluate(alpha * squared, into: recursion)
                // 2 pi^(5/2) / sqrt(p + q); 1/p and 1/q are in the coefficients.
                var factor = esp_sqrt8(reciprocal) * Lanes(repeating: Self.prefactor)
                let minusTwoAlpha = alpha * Lanes(repeating: -2)
                for m in 0...degree {
                    recursion[m] *= factor
                    factor *= minusTwoAlpha
                }
                recursionSteps.evaluate(recursion, displacement: displacement)
                Self.transformBra(
                    braClass, coefficients: list.coefficients + bra.firstCoefficient + i * braClass.entryCount,
                    hermites: ketHermites, sums: sums, recursion: UnsafeRawPointer(recursion), into: halfTransformed)
            }
            Self.transformKet(
                ketClass, coefficients: primitive + KetBatchList.headerCount, rows: braProducts,
                halfTransformed: halfTransformed, into: result)
        }
        recorder?.add(
            bra: bra.classIndex, ket: ket.classIndex, primitiveBatches: primitiveBatches, ketPrimitives: ketPrimitives,
            since: start)
    }

    private static let prefactor = 2 * pow(Double.pi, 2.5)

    /// target[ab, h] += sum_g E_g^(ab) R_(g+h).
    @inline(__always)
    private static func transformBra(
        _ braClass: ShellPairClass, coefficients: UnsafePointer<Double>, hermites: Int, sums: UnsafePointer<Int32>,
        recursion: UnsafeRawPointer, into target: UnsafeMutablePointer<Lanes>
    ) {
        let rowStart = braClass.rowStart
        let hermite = braClass.hermite
        for ab in 0..<braClass.productCount {
            let first = Int(rowStart[ab])
            let end = Int(rowStart[ab + 1])
            let row = target + ab * hermites
            var h = 0
            while h + 10 <= hermites {
                var s0 = row[h]
                var s1 = row[h + 1]
                var s2 = row[h + 2]
                var s3 = row[h + 3]
                var s4 = row[h + 4]
                var s5 = row[h + 5]
                var s6 = row[h + 6]
                var s7 = row[h + 7]
                var s8 = row[h + 8]
                var s9 = row[h + 9]
                for entry in first..<end {
                    let c = Lanes(repeating: coefficients[entry])
                    let place = sums + Int(hermite[entry]) * hermites + h
                    s0 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[0]), as: Lanes.self), s0)
                    s1 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[1]), as: Lanes.self), s1)
                    s2 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[2]), as: Lanes.self), s2)
                    s3 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[3]), as: Lanes.self), s3)
                    s4 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[4]), as: Lanes.self), s4)
                    s5 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[5]), as: Lanes.self), s5)
                    s6 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[6]), as: Lanes.self), s6)
                    s7 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[7]), as: Lanes.self), s7)
                    s8 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[8]), as: Lanes.self), s8)
                    s9 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[9]), as: Lanes.self), s9)
                }
                row[h] = s0
                row[h + 1] = s1
                row[h + 2] = s2
                row[h + 3] = s3
                row[h + 4] = s4
                row[h + 5] = s5
                row[h + 6] = s6
                row[h + 7] = s7
                row[h + 8] = s8
                row[h + 9] = s9
                h += 10
            }
            while h + 4 <= hermites {
                var s0 = row[h]
                var s1 = row[h + 1]
                var s2 = row[h + 2]
                var s3 = row[h + 3]
                for entry in first..<end {
                    let c = Lanes(repeating: coefficients[entry])
                    let place = sums + Int(hermite[entry]) * hermites + h
                    s0 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[0]), as: Lanes.self), s0)
                    s1 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[1]), as: Lanes.self), s1)
                    s2 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[2]), as: Lanes.self), s2)
                    s3 = esp_fma8(c, recursion.load(fromByteOffset: Int(place[3]), as: Lanes.self), s3)
                }
                row[h] = s0
                row[h + 1] = s1
                row[h + 2] = s2
                row[h + 3] = s3
                h += 4
            }
            while h < hermites {
                var s = row[h]
                for entry in first..<end {
                    let place = sums[Int(hermite[entry]) * hermites + h]
                    s = esp_fma8(
                        Lanes(repeating: coefficients[entry]),
                        recursion.load(fromByteOffset: Int(place), as: Lanes.self), s)
                }
                row[h] = s
                h += 1
            }
        }
    }

    /// result[ab, cd] += sum_h E_h^(cd) source[ab, h], lane by lane.
    @inline(__always)
    private static func transformKet(
        _ ketClass: ShellPairClass, coefficients: UnsafePointer<Lanes>, rows: Int,
        halfTransformed source: UnsafePointer<Lanes>, into result: UnsafeMutablePointer<Lanes>
    ) {
        let rowStart = ketClass.rowStart
        let hermite = ketClass.hermite
        let n = ketClass.productCount
        let hermites = ketClass.hermiteCount
        var ab = 0
        while ab + 8 <= rows {
            let from = source + ab * hermites
            for cd in 0..<n {
                let to = result + ab * n + cd
                var s0 = to[0]
                var s1 = to[n]
                var s2 = to[2 * n]
                var s3 = to[3 * n]
                var s4 = to[4 * n]
                var s5 = to[5 * n]
                var s6 = to[6 * n]
                var s7 = to[7 * n]
                for entry in Int(rowStart[cd])..<Int(rowStart[cd + 1]) {
                    let c = coefficients[entry]
                    let column = from + Int(hermite[entry])
                    s0 = esp_fma8(c, column[0], s0)
                    s1 = esp_fma8(c, column[hermites], s1)
                    s2 = esp_fma8(c, column[2 * hermites], s2)
                    s3 = esp_fma8(c, column[3 * hermites], s3)
                    s4 = esp_fma8(c, column[4 * hermites], s4)
                    s5 = esp_fma8(c, column[5 * hermites], s5)
                    s6 = esp_fma8(c, column[6 * hermites], s6)
                    s7 = esp_fma8(c, column[7 * hermites], s7)
                }
                to[0] = s0
                to[n] = s1
                to[2 * n] = s2
                to[3 * n] = s3
                to[4 * n] = s4
                to[5 * n] = s5
                to[6 * n] = s6
                to[7 * n] = s7
            }
            ab += 8
        }
        while ab < rows {
            let from = source + ab * hermites
            for cd in 0..<n {
                var s = result[ab * n + cd]
                for entry in Int(rowStart[cd])..<Int(rowStart[cd + 1]) {
                    s = esp_fma8(coefficients[entry], from[Int(hermite[entry])], s)
                }
                result[ab * n + cd] = s
            }
            ab += 1
        }
    }
}
