import CVectorShims

/// Adds batches of repulsion integrals of one bra pair into Coulomb matrices.
///
/// Densities and sums are stored in the order of the ket batches (see `RepulsionPlan.vectors`), so that no gather is needed: a
/// batch reads and writes consecutive vectors. Every unique quartet is processed once, scaled by 1/2 for each coincidence (a = b,
/// c = d, ab = cd). The symmetric matrix is M + M^T, where M is the sum accumulated here.
struct CoulombDigestion {
    /// 2 sum_cd (ab|cd) D_cd of the bra: one vector per product and density, not yet summed over lanes.
    private let braSums: UnsafeMutablePointer<Lanes>
    /// 2 D_ab in every lane.
    private let braDensities: UnsafeMutablePointer<Lanes>
    private let capacity: Int

    /// Scratch memory of one thread for bras of up to `largestProductCount` products of functions.
    init(largestProductCount: Int, densityCount: Int) {
        capacity = max(1, largestProductCount * densityCount)
        braSums = .allocateAligned(capacity: capacity)
        braDensities = .allocateAligned(capacity: capacity)
    }

    static func byteCount(largestProductCount: Int, densityCount: Int) -> Int {
        2 * max(1, largestProductCount * densityCount) * MemoryLayout<Lanes>.stride
    }

    func deallocate() {
        braSums.deallocate()
        braDensities.deallocate()
    }

    /// Starts a bra. Its density (doubled) is in `lane` of the vectors at `density`.
    func begin(_ index: Int, products: Int, density: UnsafePointer<Lanes>, lane: Int) {
        for i in 0..<products {
            braSums[index * products + i] = .zero
            braDensities[index * products + i] = Lanes(repeating: density[i][lane])
        }
    }

    /// Adds the bra's sums over all batches since `begin` to the result.
    func end(_ index: Int, products: Int, lane: Int, into sums: UnsafeMutablePointer<Lanes>) {
        for i in 0..<products { sums[i][lane] += esp_sum8(braSums[index * products + i]) }
    }

    /// Prefetch distance in vectors, for integrals read from memory.
    private static let prefetchDistance = 256

    /// Adds 2 sum_ab (ab|cd) D_ab to sums_cd, and 2 sum_cd (ab|cd) D_cd to the sums of the bra; `density` contains 2 D_cd.
    /// - Parameter isStored: whether the integrals are read from memory, so that the following ones should be prefetched.
    func add(
        _ integrals: UnsafePointer<Lanes>, _ index: Int, products: Int, ketProducts: Int, density: UnsafePointer<Lanes>,
        isStored: Bool, into sums: UnsafeMutablePointer<Lanes>
    ) {
        var cd = 0
        while cd + 8 <= ketProducts {
            addPair(integrals + cd, index, products, ketProducts, density + cd, isStored: isStored, into: sums + cd)
            cd += 8
        }
        while cd + 4 <= ketProducts {
            addGroup(LaneGroup4.self, integrals + cd, index, products, ketProducts, density + cd, into: sums + cd)
            cd += 4
        }
        if cd + 3 == ketProducts {
            addGroup(LaneGroup3.self, integrals + cd, index, products, ketProducts, density + cd, into: sums + cd)
            return
        }
        while cd < ketProducts {
            addGroup(LaneGroup1.self, integrals + cd, index, products, ketProducts, density + cd, into: sums + cd)
            cd += 1
        }
    }

    /// Processes eight ket products in registers.
    @inline(__always)
    private func addPair(
        _ integrals: UnsafePointer<Lanes>, _ index: Int, _ products: Int, _ ketProducts: Int,
        _ density: UnsafePointer<Lanes>, isStored: Bool, into sums: UnsafeMutablePointer<Lanes>
    ) {
        let d0 = LaneGroup4(density, stride: 1)
        let d1 = LaneGroup4(density + 4, stride: 1)
        var j0 = LaneGroup4(sums, stride: 1)
        var j1 = LaneGroup4(sums + 4, stride: 1)
        let braSum = braSums + index * products
        let braDensity = braDensities + index * products
        for ab in 0..<products {
            let row = integrals + ab * ketProducts
            if isStored { for i in 0..<8 { esp_prefetch(row + Self.prefetchDistance + i) } }
            let v0 = LaneGroup4(row, stride: 1)
            let v1 = LaneGroup4(row + 4, stride: 1)
            let factor = braDensity[ab]
            j0.add(v0, times: factor)
            j1.add(v1, times: factor)
            braSum[ab] = d0.dot(v0, addedTo: braSum[ab]) + d1.dot(v1, addedTo: .zero)
        }
        j0.store(to: sums, stride: 1)
        j1.store(to: sums + 4, stride: 1)
    }

    @inline(__always)
    private func addGroup<Group: LaneGroup>(
        _: Group.Type, _ integrals: UnsafePointer<Lanes>, _ index: Int, _ products: Int, _ ketProducts: Int,
        _ density: UnsafePointer<Lanes>, into sums: UnsafeMutablePointer<Lanes>
    ) {
        let d = Group(density, stride: 1)
        var j = Group(sums, stride: 1)
        let braSum = braSums + index * products
        let braDensity = braDensities + index * products
        for ab in 0..<products {
            let v = Group(integrals + ab * ketProducts, stride: 1)
            j.add(v, times: braDensity[ab])
            braSum[ab] = d.dot(v, addedTo: braSum[ab])
        }
        j.store(to: sums, stride: 1)
    }
}
