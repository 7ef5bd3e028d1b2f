import GaussianBasis

/// All electron repulsion integrals of a small basis, for tests and for methods that require the full tensor.
package enum RepulsionTensor {
    /// (ij|kl) in chemists' notation, at index ((i n + j) n + k) n + l for n basis functions. Memory: 8 n^4 bytes.
    /// - Parameter usesStraightLines: if false, the table-driven kernels are used wherever possible.
    package static func all(
        basis: AtomicOrbitalBasis, interaction: RepulsionOperator = .coulomb, usesStraightLines: Bool = true
    ) -> [Double] {
        let n = basis.functionCount
        let list = ShellPairList(basis: basis)
        list.sortPairs(by: { $0.classIndex < $1.classIndex }, keeping: { _ in true })
        let batches = KetBatchList(list)
        let products = list.classes.map(\.productCount).max() ?? 1
        let kernel = RepulsionKernel(
            largestProductCount: products, largestHermiteCount: list.classes.map(\.hermiteCount).max() ?? 1,
            interaction: interaction, usesStraightLines: usesStraightLines)
        let block = UnsafeMutablePointer<Lanes>.allocate(capacity: products * products)
        defer {
            kernel.deallocate()
            block.deallocate()
        }
        var result = [Double](repeating: 0, count: n * n * n * n)
        for bra in list.pairs {
            let braClass = list.classes[bra.classIndex]
            for batch in batches.batches {
                let ketClass = list.classes[batch.classIndex]
                kernel.evaluate(
                    bra: bra, braClass: braClass, list: list.primitives, ket: batch, ketClass: ketClass,
                    ketData: batches.data, ketSizes: batches.sizes, into: block)
                for lane in 0..<batch.laneCount {
                    let ket = list.pairs[batch.firstPair + lane]
                    for a in 0..<braClass.functionCountA {
                        for b in 0..<braClass.functionCountB {
                            for c in 0..<ketClass.functionCountA {
                                for d in 0..<ketClass.functionCountB {
                                    let ab = a * braClass.functionCountB + b
                                    let cd = c * ketClass.functionCountB + d
                                    let value = block[ab * ketClass.productCount + cd][lane]
                                    let (m, l) = (bra.firstA + a, bra.firstB + b)
                                    let (s, t) = (ket.firstA + c, ket.firstB + d)
                                    for (i, j) in [(m, l), (l, m)] {
                                        for (k, o) in [(s, t), (t, s)] { result[((i * n + j) * n + k) * n + o] = value }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
