/// Electron repulsion integrals (ab|cd) of one bra pair with the eight pairs of a ket batch, for any angular momentum.
///
/// For each ket primitive, the bra's primitives are summed with the ket in Hermite form, (ab|h] = sum_bra sum_g E_g^(ab) R_(g+h),
/// with bra coefficients broadcast to the lanes. Then the coefficients of the ket, which differ between lanes, transform h to cd.
/// Cost per primitive quartet: (entries of the bra class) x (Hermite Gaussians of the ket), because the ket transformation is
/// outside the loop over bra primitives. Each of the three steps uses a generated straight-line kernel if there is one, otherwise
/// a table-driven kernel.
struct RepulsionKernel: @unchecked Sendable {
    /// Primitive quartets with a product of sizes below this are not computed.
    static let primitiveQuartetThreshold = 1e-16

    /// R_tuv of the bra primitives in a block.
    private let cubes: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>
    /// (ab|h], row ab.
    private let halfTransformed: UnsafeMutablePointer<Lanes>
    /// If present, counts and times every call.
    private let recorder: RepulsionRecorder?
    private let interaction: RepulsionOperator
    private let usesStraightLines: Bool

    /// Scratch memory for one thread; released by `deallocate`.
    /// - Parameters:
    ///   - interaction: the two-electron operator.
    ///   - recorder: counts and times every call.
    ///   - usesStraightLines: if false, the table-driven kernels are used wherever possible.
    init(
        largestProductCount: Int, largestHermiteCount: Int, interaction: RepulsionOperator = .coulomb,
        recorder: RepulsionRecorder? = nil, usesStraightLines: Bool = true
    ) {
        self.interaction = interaction
        self.recorder = recorder
        self.usesStraightLines = usesStraightLines
        let highest = BoysFunction.highestOrder
        let cubeVectors = (0...highest).map { Self.blockSize(degree: $0) * HermiteCoulombIntegrals.stride(degree: $0) }
        cubes = Self.allocate(cubeVectors.max() ?? 0)
        recursion = Self.allocate(HermiteCoulombIntegrals.scratchCount(degree: highest))
        halfTransformed = Self.allocate(largestProductCount * largestHermiteCount)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Lanes> {
        let result = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: count)
        result.initialize(repeating: .zero, count: max(1, count))
        return result
    }

    func deallocate() {
        cubes.deallocate()
        recursion.deallocate()
        halfTransformed.deallocate()
    }

    /// Number of bra primitives in a block: as many as fit in the first-level cache.
    @inline(__always)
    private static func blockSize(degree: Int) -> Int { max(1, min(8, 280 / HermiteIndex.count(upTo: degree))) }

    /// Writes (ab|cd) of all function products to `result[(ab * ketProducts + cd)]`, one ket pair per lane.
    func evaluate(
        bra: ShellPair, braClass: ShellPairClass, list: PrimitivePairs, ket: KetBatch, ketClass: ShellPairClass,
        ketData: UnsafePointer<Lanes>, ketSizes: UnsafePointer<Double>, into result: UnsafeMutablePointer<Lanes>
    ) {
        let start = recorder == nil ? 0 : RepulsionRecorder.now()
        var primitiveBatches = 0
        var ketPrimitives = 0
        let degree = braClass.degree + ketClass.degree
        let boys = BoysFunction.all[degree]
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
        let blockSize = Self.blockSize(degree: degree)
        let braKernel = usesStraightLines && degree <= HermiteCoulombIntegrals.highestDegree ? braClass.straightLine : nil
        let ketKernel = usesStraightLines ? ketClass.straightLine : nil
        let stride = KetBatchList.headerCount + ketClass.entryCount

        for k in 0..<ket.primitiveCount {
            let primitive = ketData + ket.data + k * stride
            // Sizes are in descending order: the significant primitives of the bra come first.
            let least = Self.primitiveQuartetThreshold / ketSizes[ket.sizes + k]
            var count = 0
            while count < bra.primitiveCount, list.size[bra.firstPrimitive + count] >= least { count += 1 }
            if count == 0 { break }
            var done = 0
            while done < count {
                let block = min(blockSize, count - done)
                let first = bra.firstPrimitive + done
                let integrals = HermiteCoulombIntegrals(
                    ket: primitive, exponent: list.exponent + first, centerX: list.centerX + first,
                    centerY: list.centerY + first, centerZ: list.centerZ + first, primitiveCount: block, boys: boys,
                    interaction: interaction, cubes: cubes, cubeStride: cubeStride)
                if usesStraightLines, degree <= HermiteCoulombIntegrals.highestDegree {
                    integrals(degree: degree)
                } else {
                    integrals.general(degree: degree, scratch: recursion)
                }
                let transformation = BraTransformation(
                    cubes: cubes, cubeStride: cubeStride,
                    coefficients: list.coefficients + bra.firstCoefficient + done * braClass.entryCount,
                    primitiveCount: block, places: places, hermiteCount: ketClass.hermiteCount,
                    target: halfTransformed, isFirst: done == 0)
                if let braKernel { transformation(braKernel) } else { transformation.general(braClass) }
                done += block
            }
            let transformation = KetTransformation(
                coefficients: primitive + KetBatchList.headerCount, source: halfTransformed,
                rowCount: braClass.productCount, target: result, isFirst: k == 0)
            if let ketKernel { transformation(ketKernel) } else { transformation.general(ketClass) }
            ketPrimitives += 1
            primitiveBatches += count
        }
        if ketPrimitives == 0 {
            for i in 0..<(braClass.productCount * ketClass.productCount) { result[i] = .zero }
        }
        recorder?.add(
            bra: bra.classIndex, ket: ket.classIndex, primitiveBatches: primitiveBatches, ketPrimitives: ketPrimitives,
            since: start)
    }
}
