import CVectorShims

/// Derivatives of integrals (ab|cd) of one bra pair and the eight pairs of a ket batch: with respect to the centres of the bra,
/// their contraction with derivatives with respect to the centres of the ket and a two-particle density G, and the contraction of
/// G in Hermite form with R.
///
/// (ab|h] is the bra summed with the ket in Hermite form. Its derivative with respect to the centre P of the bra is (ab|h+1]. The
/// derivative with respect to A is the same with coefficients times a / p, plus the contribution of the derivatives of the
/// coefficients with respect to A - B. Sets 0 to 2 are derivatives with respect to A and 3 to 5 with respect to P, or, after
/// `integrals`, with respect to B = P - A. For the ket, the sets are derivatives with respect to C and to the centre Q of the
/// ket.
final class ExchangeSecondKernel: @unchecked Sendable {
    private let plan: RepulsionPlan
    private let derivatives: KetDerivatives
    private let cubes, recursion: UnsafeMutablePointer<Lanes>
    /// (ab|h]: with the coefficients of the bra, these times a / p, and their derivatives with respect to x, y and z of A - B.
    private let halves: [UnsafeMutablePointer<Lanes>]
    /// Derivatives of (ab|h].
    private let moved: [UnsafeMutablePointer<Lanes>]
    /// The derivatives up to the degree of the ket.
    private let source: UnsafeMutablePointer<Lanes>
    /// Derivatives of (ab|cd).
    private let values: [UnsafeMutablePointer<Lanes>]
    private let hasValues: UnsafeMutablePointer<Bool>
    /// G_(ab,h), and with the derivatives of the coefficients of the ket with respect to x, y and z of C - D.
    private let densities: [UnsafeMutablePointer<Lanes>]
    /// sum_h G_(ab,h) R_(g+h) for every bra primitive and row ab, with g up to two degrees above those of the bra.
    private let sums: UnsafeMutablePointer<Lanes>
    private let crossSums: UnsafeMutablePointer<Lanes>
    /// Coefficients of the bra, in the order of `halves`.
    private var coefficients: [[Double]] = []
    private var isSeparated = false

    init(_ plan: RepulsionPlan, _ derivatives: KetDerivatives) {
        self.plan = plan
        self.derivatives = derivatives
        let classes = plan.list.classes
        let highest = classes.map(\.degree).max() ?? 0
        let products = plan.largestProductCount
        let vectors = (0...(2 * highest + 2)).map { Self.blockSize(degree: $0) * HermiteCoulombIntegrals.stride(degree: $0) }
        cubes = .allocateAligned(capacity: vectors.max() ?? 1)
        recursion = .allocateAligned(capacity: HermiteCoulombIntegrals.scratchCount(degree: BoysFunction.highestOrder))
        let wide = HermiteIndex.count(upTo: highest + 2)
        func rows(_ count: Int, of width: Int) -> [UnsafeMutablePointer<Lanes>] {
            (0..<count).map { _ in .allocateAligned(capacity: max(1, products * width)) }
        }
        halves = rows(5, of: wide)
        moved = rows(6, of: HermiteIndex.count(upTo: highest + 1))
        source = .allocateAligned(capacity: products * plan.largestHermiteCount)
        values = rows(6, of: products)
        densities = rows(4, of: plan.largestHermiteCount)
        let most = plan.list.pairs.map { pair in
            let pairClass = classes[pair.classIndex]
            return pair.primitiveCount * pairClass.productCount * HermiteIndex.count(upTo: pairClass.degree + 2)
        }
        sums = .allocateAligned(capacity: most.max() ?? 1)
        crossSums = .allocateAligned(capacity: 36)
        hasValues = .allocate(capacity: 1)
        hasValues.initialize(to: false)
    }

    deinit {
        for pointer in halves + moved + values + densities + [cubes, recursion, source, sums, crossSums] { pointer.deallocate() }
        hasValues.deallocate()
    }

    @inline(__always)
    private static func blockSize(degree: Int) -> Int { max(1, min(8, 280 / HermiteIndex.count(upTo: degree))) }

    /// Clears the sums for a new bra.
    func begin(_ bra: ShellPair, _ braClass: ShellPairClass, isSeparated: Bool) {
        self.isSeparated = isSeparated
        let entries = braClass.entryCount
        let own = plan.list.primitives.coefficients + bra.firstCoefficient
        coefficients = [Array(UnsafeBufferPointer(start: own, count: bra.primitiveCount * entries))]
        guard isSeparated else { return }
        var expansion = ExpansionDerivatives()
        var weighted = coefficients[0]
        var slopes: [[Double]] = [[], [], []]
        for k in 0..<bra.primitiveCount {
            expansion.fill(plan.list, bra, primitive: bra.firstPrimitive + k)
            for entry in 0..<entries { weighted[k * entries + entry] *= expansion.fraction }
            for axis in 0..<3 { slopes[axis] += expansion.values[axis] }
        }
        coefficients += [weighted] + slopes
        sums.update(
            repeating: .zero, count: bra.primitiveCount * braClass.productCount * HermiteIndex.count(upTo: braClass.degree + 2))
    }

    /// Second derivatives for set i of the bra and set j of the ket, from the last batch.
    @inline(__always)
    func cross(_ i: Int, _ j: Int) -> Lanes { crossSums[6 * i + j] }

    /// sum_h G_(ab,h) R_(g+h) for a primitive and a row, summed over all kets.
    func braSums(_ primitive: Int, _ row: Int, _ braClass: ShellPairClass, into result: inout [Double]) {
        let width = HermiteIndex.count(upTo: braClass.degree + 2)
        let from = sums + (primitive * braClass.productCount + row) * width
        for g in 0..<width { result[g] = esp_sum8(from[g]) }
    }

    /// Derivatives of the integrals of the last batch, scaled. Sets 0 to 2 are with respect to A (or to the atom of both shells,
    /// if they are on one atom), 3 to 5 with respect to B. Call once for every set.
    func integrals(_ set: Int, _ braClass: ShellPairClass, _ ketClass: ShellPairClass, scaledBy factor: Lanes) -> UnsafePointer<
        Lanes
    > {
        let count = braClass.productCount * ketClass.productCount
        let result = values[isSeparated ? set : set + 3]
        guard hasValues.pointee else {
            result.update(repeating: .zero, count: count)
            return UnsafePointer(result)
        }
        if isSeparated, set >= 3 {
            // Derivatives with respect to A are already scaled.
            let byA = values[set - 3]
            for i in 0..<count { result[i] = result[i] * factor - byA[i] }
        } else {
            for i in 0..<count { result[i] *= factor }
        }
        return UnsafePointer(result)
    }

    /// Processes the bra with a batch.
    /// - Parameter density: the two-particle density; nil if it is negligible.
    func add(
        _ bra: ShellPair, _ braClass: ShellPairClass, _ index: Int, _ ketClass: ShellPairClass, ketRows: HermiteRows,
        density: UnsafePointer<Lanes>?, needsCross: Bool
    ) {
        let list = plan.list.primitives
        let ket = plan.batches.batches[index]
        let degree = braClass.degree + ketClass.degree + 2
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
        let blockSize = Self.blockSize(degree: degree)
        let products = braClass.productCount
        let hermites = ketClass.hermiteCount
        let narrow = HermiteIndex.count(upTo: ketClass.degree + (needsCross ? 1 : 0))
        let wide = HermiteIndex.count(upTo: ketClass.degree + (needsCross ? 2 : 1))
        let braKernel = degree <= HermiteCoulombIntegrals.highestDegree ? braClass.straightLine : nil
        let width = KetBatchList.headerCount + ketClass.entryCount
        let slopeWidth = KetDerivatives.width(ketClass)
        let braWidth = HermiteIndex.count(upTo: braClass.degree + 2)
        hasValues.pointee = false
        if needsCross { crossSums.update(repeating: .zero, count: 36) }
        for k in 0..<ket.primitiveCount {
            let primitive = plan.batches.data + ket.data + k * width
            let slopes = derivatives.data + derivatives.places[index] + k * slopeWidth
            let least = RepulsionKernel.primitiveQuartetThreshold / plan.batches.sizes[ket.sizes + k]
            var count = 0
            while count < bra.primitiveCount, list.size[bra.firstPrimitive + count] >= least { count += 1 }
            if count == 0 { break }
            if let density {
                contract(density, products, ketClass, primitive + KetBatchList.headerCount, ketRows, into: densities[0])
                if needsCross {
                    for axis in 0..<3 {
                        contract(
                            density, products, ketClass, slopes + 1 + axis * ketClass.entryCount, ketRows,
                            into: densities[axis + 1])
                    }
                }
            }
            var done = 0
            while done < count {
                let block = min(blockSize, count - done)
                let first = bra.firstPrimitive + done
                let integrals = HermiteCoulombIntegrals(
                    ket: primitive, exponent: list.exponent + first, centerX: list.centerX + first,
                    centerY: list.centerY + first, centerZ: list.centerZ + first, primitiveCount: block,
                    boys: BoysFunction.all[degree],
                    interaction: plan.interaction, cubes: cubes, cubeStride: cubeStride)
                if degree <= HermiteCoulombIntegrals.highestDegree {
                    integrals(degree: degree)
                } else {
                    integrals.general(degree: degree, scratch: recursion)
                }
                for set in coefficients.indices {
                    coefficients[set].withUnsafeBufferPointer { own in
                        guard let base = own.baseAddress else { return }
                        let transformation = BraTransformation(
                            cubes: cubes, cubeStride: cubeStride, coefficients: base + done * braClass.entryCount,
                            primitiveCount: block, places: places, hermiteCount: set < 2 ? wide : narrow, target: halves[set],
                            isFirst: done == 0)
                        if let braKernel { transformation(braKernel) } else { transformation.general(braClass) }
                    }
                }
                if density != nil, isSeparated {
                    for i in 0..<block {
                        for row in 0..<products {
                            HermiteContraction.add(
                                cubes + i * cubeStride, places: places, coefficients: densities[0] + row * hermites,
                                termCount: hermites, to: sums + ((done + i) * products + row) * braWidth, count: braWidth)
                        }
                    }
                }
                done += block
            }
            move(products, ketDegree: ketClass.degree, wide: wide, narrow: narrow)
            for set in (isSeparated ? 0 : 3)..<6 {
                for row in 0..<products {
                    (source + row * hermites).update(from: moved[set] + row * narrow, count: hermites)
                }
                let transformation = KetTransformation(
                    coefficients: primitive + KetBatchList.headerCount, source: source, rowCount: products, target: values[set],
                    isFirst: k == 0)
                if let kernel = ketClass.straightLine { transformation(kernel) } else { transformation.general(ketClass) }
            }
            hasValues.pointee = true
            if needsCross { addCross(products, ketDegree: ketClass.degree, narrow: narrow, share: slopes[0]) }
        }
    }

    /// Derivatives of (ab|h] from `halves`.
    private func move(_ products: Int, ketDegree: Int, wide: Int, narrow: Int) {
        for axis in 0..<3 {
            let raised = HermiteIndex.raised[axis]
            for row in 0..<products {
                let whole = moved[3 + axis] + row * narrow
                let from = halves[0] + row * wide
                for h in 0..<narrow { whole[h] = from[raised[h]] }
                guard isSeparated else { continue }
                let byA = moved[axis] + row * narrow
                let weighted = halves[1] + row * wide
                let slope = halves[2 + axis] + row * narrow
                for h in 0..<narrow { byA[h] = weighted[raised[h]] + slope[h] }
            }
        }
    }

    /// Contracts `moved` with `densities` and with their derivatives with respect to C and to Q.
    private func addCross(_ products: Int, ketDegree: Int, narrow: Int, share: Lanes) {
        let hermites = HermiteIndex.count(upTo: ketDegree)
        for set in (isSeparated ? 0 : 3)..<6 {
            for axis in 0..<3 {
                let raised = HermiteIndex.raised[axis]
                var (whole, slope) = (Lanes.zero, Lanes.zero)
                for row in 0..<products {
                    let from = moved[set] + row * narrow
                    let density = densities[0] + row * hermites
                    let turned = densities[axis + 1] + row * hermites
                    for h in 0..<hermites {
                        whole = esp_fma8(from[raised[h]], density[h], whole)
                        slope = esp_fma8(from[h], turned[h], slope)
                    }
                }
                // A displacement of the whole ket is opposite to a displacement of the bra.
                crossSums[6 * set + 3 + axis] -= whole
                crossSums[6 * set + axis] += slope - share * whole
            }
        }
    }

    /// G_(ab,h) from G_(ab,cd).
    private func contract(
        _ density: UnsafePointer<Lanes>, _ rows: Int, _ ketClass: ShellPairClass, _ coefficients: UnsafePointer<Lanes>,
        _ table: HermiteRows, into target: UnsafeMutablePointer<Lanes>
    ) {
        let (starts, items) = (table.starts, table.items)
        let (columns, hermites) = (ketClass.productCount, ketClass.hermiteCount)
        for row in 0..<rows {
            let source = density + row * columns
            let result = target + row * hermites
            for h in 0..<hermites {
                var sum = Lanes.zero
                for k in Int(starts[h])..<Int(starts[h + 1]) {
                    sum = esp_fma8(coefficients[Int(items[k].entry)], source[Int(items[k].row)], sum)
                }
                result[h] = sum
            }
        }
    }
}
