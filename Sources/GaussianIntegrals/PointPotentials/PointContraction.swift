import CVectorShims

/// A block of points with the amplitudes of basis functions: what one call of `ShellPairPotentials.contract` works on. Amplitudes are
/// in rows of points, a row for each function of the shells that have rows.
package struct PointContraction {
    /// Vectors of eight points.
    package let vectors: Int
    /// x, y, z of the points, `8 * vectors` doubles each.
    package let x, y, z: UnsafePointer<Double>
    /// F_b: a row after the other, a density after the other.
    package let sources: UnsafePointer<Double>
    /// G_a, in the same layout.
    package let targets: UnsafeMutablePointer<Double>
    /// Doubles from one density to the next.
    package let densityStride: Int
    package let densities: Int
    /// By shell: its first row, or -1 if it has none.
    package let rows: UnsafePointer<Int32>

    package init(
        vectors: Int, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        sources: UnsafePointer<Double>, targets: UnsafeMutablePointer<Double>, densityStride: Int, densities: Int,
        rows: UnsafePointer<Int32>
    ) {
        self.vectors = vectors
        (self.x, self.y, self.z) = (x, y, z)
        self.sources = sources
        self.targets = targets
        self.densityStride = densityStride
        self.densities = densities
        self.rows = rows
    }
}

/// The pairs that matter for a block of points.
package struct SelectedPair {
    let pair: Int32
    /// Primitives with a smaller potential than this are omitted.
    let threshold: Double
}

/// Scratch memory of one thread for `ShellPairPotentials.contract`.
package final class PointContractionScratch: @unchecked Sendable {
    fileprivate let cubes: UnsafeMutablePointer<Lanes>
    fileprivate let recursion: UnsafeMutablePointer<Lanes>
    fileprivate let values: UnsafeMutablePointer<Lanes>
    fileprivate let points: UnsafeMutablePointer<Lanes>

    package init(_ potentials: ShellPairPotentials, vectors: Int) {
        let degree = potentials.list.classes.map(\.degree).max() ?? 0
        let products = potentials.list.classes.map(\.productCount).max() ?? 1
        func allocate(_ count: Int) -> UnsafeMutablePointer<Lanes> {
            let result = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: count)
            result.initialize(repeating: .zero, count: max(1, count))
            return result
        }
        let largest = (0...degree).map { ShellPairPotentials.blockSize(degree: $0) * HermiteCoulombIntegrals.stride(degree: $0) }
        cubes = allocate(largest.max() ?? 1)
        recursion = allocate(HermiteCoulombIntegrals.scratchCount(degree: degree))
        values = allocate(products)
        points = allocate(4 * vectors)
    }

    deinit {
        cubes.deallocate()
        recursion.deallocate()
        values.deallocate()
        points.deallocate()
    }
}

extension ShellPairPotentials {
    /// Number of primitives in a block: as many as fit in the first-level cache.
    @inline(__always)
    fileprivate static func blockSize(degree: Int) -> Int { max(1, min(8, 280 / HermiteIndex.count(upTo: degree))) }

    /// Finds the pairs (a, b) for which |A_ab| f_a or |A_ab| f_b can exceed a threshold at points of a box.
    ///
    /// - Parameters:
    ///   - amplitudes: f, for every shell.
    ///   - body: called with every pair once.
    package func select(
        amplitudes: UnsafePointer<Double>, low: SIMD3<Double>, high: SIMD3<Double>, threshold: Double,
        _ body: (_ pair: SelectedPair, _ shellA: Int, _ shellB: Int) -> Void
    ) {
        partners.withUnsafeBufferPointer { partners in
            extents.withUnsafeBufferPointer { extents in
                for shell in 0..<basis.shells.count {
                    let own = amplitudes[shell]
                    if own == 0 { continue }
                    let least = threshold / own
                    for k in firstPartner[shell]..<firstPartner[shell + 1] {
                        let partner = partners[k]
                        if partner.bound < least { break }
                        let other = Int(partner.shell)
                        // Found from the shell with the larger amplitude.
                        let amplitude = amplitudes[other]
                        if amplitude > own || (amplitude == own && other < shell) { continue }
                        // The potential of a charge decays with the distance.
                        let extent = extents[Int(partner.pair)]
                        let dx = max(0, low.x - extent.x, extent.x - high.x)
                        let dy = max(0, low.y - extent.y, extent.y - high.y)
                        let dz = max(0, low.z - extent.z, extent.z - high.z)
                        let distance = (dx * dx + dy * dy + dz * dz).squareRoot() - extent.radius
                        let decay = distance > extent.width ? extent.width / distance : 1
                        if partner.bound * decay < least { continue }
                        body(SelectedPair(pair: partner.pair, threshold: least), shell, other)
                    }
                }
            }
        }
    }

    /// G_a(g) += sum_b A_ab(g) F_b(g) for the selected pairs, in both orders.
    package func contract(_ selected: [SelectedPair], _ work: PointContraction, _ scratch: PointContractionScratch) {
        for v in 0..<work.vectors {
            let point = scratch.points + 4 * v
            point[0] = Lanes(repeating: Self.pointExponent)
            point[1] = UnsafeRawPointer(work.x + 8 * v).loadUnaligned(as: Lanes.self)
            point[2] = UnsafeRawPointer(work.y + 8 * v).loadUnaligned(as: Lanes.self)
            point[3] = UnsafeRawPointer(work.z + 8 * v).loadUnaligned(as: Lanes.self)
        }
        list.pairs.withUnsafeBufferPointer { pairs in
            for item in selected { contract(pairs[Int(item.pair)], item.threshold, work, scratch) }
        }
    }

    private func contract(
        _ pair: ShellPair, _ threshold: Double, _ work: PointContraction, _ scratch: PointContractionScratch
    ) {
        let pairClass = list.classes[pair.classIndex]
        let degree = pairClass.degree
        var count = 1
        while count < pair.primitiveCount, remainders[pair.firstPrimitive + count] >= 0.1 * threshold { count += 1 }
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
        let blockSize = Self.blockSize(degree: degree)
        let isGenerated = degree <= HermiteCoulombIntegrals.highestDegree
        let kernel = isGenerated ? pairClass.straightLine : nil
        let boys = BoysFunction.all[degree]
        let (countA, countB) = (pairClass.functionCountA, pairClass.functionCountB)
        let isDiagonal = pair.shellA == pair.shellB
        let rowA = Int(work.rows[pair.shellA]) * work.vectors
        let rowB = Int(work.rows[pair.shellB]) * work.vectors
        let sources = UnsafeRawPointer(work.sources).assumingMemoryBound(to: Lanes.self)
        let targets = UnsafeMutableRawPointer(work.targets).assumingMemoryBound(to: Lanes.self)
        let stride = work.densityStride / 8
        for v in 0..<work.vectors {
            var done = 0
            while done < count {
                let block = min(blockSize, count - done)
                let first = pair.firstPrimitive + done
                let integrals = HermiteCoulombIntegrals(
                    ket: scratch.points + 4 * v, exponent: list.primitives.exponent + first,
                    centerX: list.primitives.centerX + first, centerY: list.primitives.centerY + first,
                    centerZ: list.primitives.centerZ + first, primitiveCount: block, boys: boys, interaction: interaction,
                    cubes: scratch.cubes, cubeStride: cubeStride)
                if isGenerated {
                    integrals(degree: degree)
                } else {
                    integrals.general(degree: degree, scratch: scratch.recursion)
                }
                let transformation = BraTransformation(
                    cubes: scratch.cubes, cubeStride: cubeStride,
                    coefficients: coefficients + pair.firstCoefficient + done * pairClass.entryCount, primitiveCount: block,
                    places: places, hermiteCount: 1, target: scratch.values, isFirst: done == 0)
                if let kernel { transformation(kernel) } else { transformation.general(pairClass) }
                done += block
            }
            for density in 0..<work.densities {
                Self.digest(
                    scratch.values, countA, countB, isDiagonal: isDiagonal,
                    sourceA: sources + density * stride + rowA + v, sourceB: sources + density * stride + rowB + v,
                    targetA: targets + density * stride + rowA + v, targetB: targets + density * stride + rowB + v,
                    stride: work.vectors)
            }
        }
    }

    @inline(__always)
    private static func digest(
        _ values: UnsafePointer<Lanes>, _ countA: Int, _ countB: Int, isDiagonal: Bool, sourceA: UnsafePointer<Lanes>,
        sourceB: UnsafePointer<Lanes>, targetA: UnsafeMutablePointer<Lanes>, targetB: UnsafeMutablePointer<Lanes>, stride: Int
    ) {
        for a in 0..<countA {
            let row = values + a * countB
            var sum = targetA[a * stride]
            for b in 0..<countB { sum = esp_fma8(row[b], sourceB[b * stride], sum) }
            targetA[a * stride] = sum
            if isDiagonal { continue }
            let source = sourceA[a * stride]
            for b in 0..<countB { targetB[b * stride] = esp_fma8(row[b], source, targetB[b * stride]) }
        }
    }
}
