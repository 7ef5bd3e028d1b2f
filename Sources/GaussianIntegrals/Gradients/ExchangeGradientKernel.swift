import CVectorShims

/// Derivatives of integrals (ab|cd) contracted with a two-particle density G_(ab,cd), for one bra pair and the eight pairs of a
/// ket batch.
///
/// For each ket primitive, G is transformed to Hermite Gaussians of the ket, G_(ab,h) = sum_cd G_(ab,cd) E_h^(cd). For each bra
/// primitive, the derivative with respect to its centre is sum_gh G_(g,h) R_(g+h+1) with G_(g,h) = sum_ab E_g^(ab) G_(ab,h). The
/// factor of dE_g^(ab)/d(A-B) is Y_(ab,g) = sum_h G_(ab,h) R_(g+h), which is first summed over all kets. Cost per primitive
/// quartet: twice (entries of the bra class) x (Hermite Gaussians of the ket), plus three operations per pair of Hermite
/// Gaussians.
struct ExchangeGradientKernel: @unchecked Sendable {
    private let bras: ShellPairList
    private let kets: KetBatchList
    private let interaction: RepulsionOperator
    private let cubes: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>
    /// G_(ab,h), row ab.
    private let halfTransformed: UnsafeMutablePointer<Lanes>
    /// Three sums per bra primitive.
    private let centers: UnsafeMutablePointer<Lanes>
    /// Y, in the order of the entries, one set per bra primitive.
    private let separations: UnsafeMutablePointer<Lanes>
    private let needsSeparation: UnsafeMutablePointer<Bool>

    private static let blockSize = 4

    /// Scratch memory for one thread; released by `deallocate`.
    init(_ plan: RepulsionPlan) {
        self.init(bras: plan.list, kets: plan.batches, ketClasses: plan.list.classes, interaction: plan.interaction)
    }

    /// - Parameter ketClasses: to which the batches refer.
    init(bras: ShellPairList, kets: KetBatchList, ketClasses: [ShellPairClass], interaction: RepulsionOperator) {
        self.bras = bras
        self.kets = kets
        self.interaction = interaction
        let highest = (bras.classes.map(\.degree).max() ?? 0) + (ketClasses.map(\.degree).max() ?? 0) + 1
        let cubeVectors = (0...highest).map { HermiteCoulombIntegrals.stride(degree: $0) }.max() ?? 1
        cubes = .allocateAligned(capacity: Self.blockSize * cubeVectors)
        recursion = .allocateAligned(capacity: HermiteCoulombIntegrals.scratchCount(degree: BoysFunction.highestOrder))
        halfTransformed = .allocateAligned(
            capacity: (bras.classes.map(\.productCount).max() ?? 1) * (ketClasses.map(\.hermiteCount).max() ?? 1))
        let deepest = bras.pairs.map(\.primitiveCount).max() ?? 1
        let entries = bras.pairs.map { $0.primitiveCount * bras.classes[$0.classIndex].entryCount }.max() ?? 1
        centers = .allocateAligned(capacity: 3 * deepest)
        separations = .allocateAligned(capacity: entries)
        needsSeparation = .allocate(capacity: 1)
        needsSeparation.initialize(to: false)
    }

    func deallocate() {
        for pointer in [cubes, recursion, halfTransformed, centers, separations] { pointer.deallocate() }
        needsSeparation.deallocate()
    }

    /// Clears the sums for a new bra.
    /// - Parameter needsSeparation: false if both shells are on one atom. Then only the derivative with respect to the centre is
    ///   required.
    func begin(_ bra: ShellPair, _ braClass: ShellPairClass, needsSeparation: Bool) {
        centers.update(repeating: .zero, count: 3 * bra.primitiveCount)
        self.needsSeparation.pointee = needsSeparation
        if needsSeparation { separations.update(repeating: .zero, count: bra.primitiveCount * braClass.entryCount) }
    }

    /// Derivative with respect to the centre of a bra primitive.
    func center(_ primitive: Int) -> SIMD3<Double> {
        let sums = centers + 3 * primitive
        return SIMD3(esp_sum8(sums[0]), esp_sum8(sums[1]), esp_sum8(sums[2]))
    }

    /// Derivatives with respect to the centres of all bra primitives together, one ket pair per lane.
    func centerSums(_ primitives: Int) -> (x: Lanes, y: Lanes, z: Lanes) {
        var (x, y, z) = (Lanes.zero, Lanes.zero, Lanes.zero)
        for k in 0..<primitives {
            x += centers[3 * k]
            y += centers[3 * k + 1]
            z += centers[3 * k + 2]
        }
        return (x, y, z)
    }

    /// Derivative of a bra primitive with respect to A - B at fixed centre, from the given derivatives of its coefficients.
    func separation(_ primitive: Int, _ braClass: ShellPairClass, _ derivatives: [[Double]]) -> SIMD3<Double> {
        var result = SIMD3<Double>.zero
        let sums = separations + primitive * braClass.entryCount
        for entry in 0..<braClass.entryCount {
            let sum = esp_sum8(sums[entry])
            result += sum * SIMD3(derivatives[0][entry], derivatives[1][entry], derivatives[2][entry])
        }
        return result
    }

    /// Adds the quartets of the bra with a batch.
    /// - Parameter least: primitive quartets with a product of sizes below this are omitted.
    func add(
        _ bra: ShellPair, _ braClass: ShellPairClass, braRows: HermiteRows, _ ket: KetBatch, _ ketClass: ShellPairClass,
        ketRows: HermiteRows, density: UnsafePointer<Lanes>, least: Double
    ) {
        let list = bras.primitives
        let degree = braClass.degree + ketClass.degree + 1
        let places = HermiteCubePlaces.places(edge: HermiteCoulombIntegrals.edge(degree: degree))
        let cubeStride = HermiteCoulombIntegrals.stride(degree: degree)
        let boys = BoysFunction.all[degree]
        let width = KetBatchList.headerCount + ketClass.entryCount
        let hermites = ketClass.hermiteCount
        let sizes = kets.sizes
        for k in 0..<ket.primitiveCount {
            let primitive = kets.data + ket.data + k * width
            let smallest = least / sizes[ket.sizes + k]
            var count = 0
            while count < bra.primitiveCount, list.size[bra.firstPrimitive + count] >= smallest { count += 1 }
            if count == 0 { break }
            transformKet(
                density, rows: braClass.productCount, columns: ketClass.productCount,
                coefficients: primitive + KetBatchList.headerCount, ketRows, hermites: hermites)
            var done = 0
            while done < count {
                let block = min(Self.blockSize, count - done)
                let first = bra.firstPrimitive + done
                let integrals = HermiteCoulombIntegrals(
                    ket: primitive, exponent: list.exponent + first, centerX: list.centerX + first,
                    centerY: list.centerY + first, centerZ: list.centerZ + first, primitiveCount: block, boys: boys,
                    interaction: interaction, cubes: cubes, cubeStride: cubeStride)
                if degree <= HermiteCoulombIntegrals.highestDegree {
                    integrals(degree: degree)
                } else {
                    integrals.general(degree: degree, scratch: recursion)
                }
                for i in 0..<block {
                    addCenter(
                        cubes + i * cubeStride, places, ketHermites: hermites, braHermites: braClass.hermiteCount, braRows,
                        coefficients: list.coefficients + bra.firstCoefficient + (done + i) * braClass.entryCount,
                        to: centers + 3 * (done + i))
                }
                if needsSeparation.pointee {
                    addSeparations(
                        braClass, places, hermites: hermites, cubeStride: cubeStride, block: block,
                        to: separations + done * braClass.entryCount)
                }
                done += block
            }
        }
    }

    /// G_(ab,h) from G_(ab,cd).
    private func transformKet(
        _ density: UnsafePointer<Lanes>, rows: Int, columns: Int, coefficients: UnsafePointer<Lanes>, _ table: HermiteRows,
        hermites: Int
    ) {
        let starts = table.starts
        let items = table.items
        var row = 0
        while row < rows {
            let source = density + row * columns
            let target = halfTransformed + row * hermites
            if row + 4 <= rows {
                for h in 0..<hermites {
                    var a0 = Lanes.zero
                    var a1 = Lanes.zero
                    var a2 = Lanes.zero
                    var a3 = Lanes.zero
                    for k in Int(starts[h])..<Int(starts[h + 1]) {
                        let c = coefficients[Int(items[k].entry)]
                        let from = source + Int(items[k].row)
                        a0 = esp_fma8(c, from[0], a0)
                        a1 = esp_fma8(c, from[columns], a1)
                        a2 = esp_fma8(c, from[2 * columns], a2)
                        a3 = esp_fma8(c, from[3 * columns], a3)
                    }
                    target[h] = a0
                    target[hermites + h] = a1
                    target[2 * hermites + h] = a2
                    target[3 * hermites + h] = a3
                }
                row += 4
            } else {
                for h in 0..<hermites {
                    var a0 = Lanes.zero
                    for k in Int(starts[h])..<Int(starts[h + 1]) {
                        a0 = esp_fma8(coefficients[Int(items[k].entry)], source[Int(items[k].row)], a0)
                    }
                    target[h] = a0
                }
                row += 1
            }
        }
    }

    /// Adds the derivative with respect to the centre of one bra primitive.
    private func addCenter(
        _ cube: UnsafePointer<Lanes>, _ places: UnsafePointer<Int32>, ketHermites: Int, braHermites: Int,
        _ table: HermiteRows, coefficients: UnsafePointer<Double>, to sums: UnsafeMutablePointer<Lanes>
    ) {
        let starts = table.starts
        let items = table.items
        // Indices of the Hermite Gaussians of degree one.
        let (dx, dy, dz) = (Int(places[1]), Int(places[2]), Int(places[3]))
        var x = sums[0]
        var y = sums[1]
        var z = sums[2]
        for g in 0..<braHermites {
            let base = cube + Int(places[g])
            let range = Int(starts[g])..<Int(starts[g + 1])
            var h = 0
            while h + 5 <= ketHermites {
                var a0 = Lanes.zero
                var a1 = Lanes.zero
                var a2 = Lanes.zero
                var a3 = Lanes.zero
                var a4 = Lanes.zero
                for k in range {
                    let c = Lanes(repeating: coefficients[Int(items[k].entry)])
                    let from = halfTransformed + Int(items[k].row) * ketHermites + h
                    a0 = esp_fma8(c, from[0], a0)
                    a1 = esp_fma8(c, from[1], a1)
                    a2 = esp_fma8(c, from[2], a2)
                    a3 = esp_fma8(c, from[3], a3)
                    a4 = esp_fma8(c, from[4], a4)
                }
                let r0 = base + Int(places[h])
                let r1 = base + Int(places[h + 1])
                let r2 = base + Int(places[h + 2])
                let r3 = base + Int(places[h + 3])
                let r4 = base + Int(places[h + 4])
                x = esp_fma8(a0, r0[dx], x)
                y = esp_fma8(a0, r0[dy], y)
                z = esp_fma8(a0, r0[dz], z)
                x = esp_fma8(a1, r1[dx], x)
                y = esp_fma8(a1, r1[dy], y)
                z = esp_fma8(a1, r1[dz], z)
                x = esp_fma8(a2, r2[dx], x)
                y = esp_fma8(a2, r2[dy], y)
                z = esp_fma8(a2, r2[dz], z)
                x = esp_fma8(a3, r3[dx], x)
                y = esp_fma8(a3, r3[dy], y)
                z = esp_fma8(a3, r3[dz], z)
                x = esp_fma8(a4, r4[dx], x)
                y = esp_fma8(a4, r4[dy], y)
                z = esp_fma8(a4, r4[dz], z)
                h += 5
            }
            while h < ketHermites {
                var a0 = Lanes.zero
                for k in range {
                    let c = Lanes(repeating: coefficients[Int(items[k].entry)])
                    a0 = esp_fma8(c, halfTransformed[Int(items[k].row) * ketHermites + h], a0)
                }
                let r0 = base + Int(places[h])
                x = esp_fma8(a0, r0[dx], x)
                y = esp_fma8(a0, r0[dy], y)
                z = esp_fma8(a0, r0[dz], z)
                h += 1
            }
        }
        sums[0] = x
        sums[1] = y
        sums[2] = z
    }

    /// Adds Y for a block of bra primitives.
    private func addSeparations(
        _ braClass: ShellPairClass, _ places: UnsafePointer<Int32>, hermites: Int, cubeStride: Int, block: Int,
        to sums: UnsafeMutablePointer<Lanes>
    ) {
        let entries = braClass.entryCount
        for row in 0..<braClass.productCount {
            let source = halfTransformed + row * hermites
            for entry in Int(braClass.rowStart[row])..<Int(braClass.rowStart[row + 1]) {
                let r0 = cubes + Int(places[Int(braClass.hermite[entry])])
                let target = sums + entry
                if block == 4 {
                    let (r1, r2, r3) = (r0 + cubeStride, r0 + 2 * cubeStride, r0 + 3 * cubeStride)
                    var a0 = target[0]
                    var a1 = target[entries]
                    var a2 = target[2 * entries]
                    var a3 = target[3 * entries]
                    for h in 0..<hermites {
                        let place = Int(places[h])
                        let c = source[h]
                        a0 = esp_fma8(c, r0[place], a0)
                        a1 = esp_fma8(c, r1[place], a1)
                        a2 = esp_fma8(c, r2[place], a2)
                        a3 = esp_fma8(c, r3[place], a3)
                    }
                    target[0] = a0
                    target[entries] = a1
                    target[2 * entries] = a2
                    target[3 * entries] = a3
                } else {
                    for i in 0..<block {
                        let r = r0 + i * cubeStride
                        var a = target[i * entries]
                        for h in 0..<hermites { a = esp_fma8(source[h], r[Int(places[h])], a) }
                        target[i * entries] = a
                    }
                }
            }
        }
    }
}
