import ParallelExecution

/// |(ab|cd)| <= sqrt((ab|ab)) sqrt((cd|cd)). Haeser and Ahlrichs, J. Comput. Chem. 10, 104 (1989),
/// doi 10.1002/jcc.540100111.
enum SchwarzBounds {
    /// Square root of the largest (ab|ab) over the functions of each pair, for the given operator. Pairs of a class must be
    /// contiguous. Cost: one batch of integrals per pair.
    static func bounds(of list: ShellPairList, interaction: RepulsionOperator, pool: WorkerPool) -> [Double] {
        let batches = KetBatchList(list)
        let products = list.classes.map(\.productCount).max() ?? 1
        let hermites = list.classes.map(\.hermiteCount).max() ?? 1
        let kernels = (0..<pool.threads).map { _ in
            SharedKernel(
                kernel: RepulsionKernel(
                    largestProductCount: products, largestHermiteCount: hermites, interaction: interaction))
        }
        let results = UnsafeMutablePointer<Lanes>.allocate(capacity: pool.threads * products * products)
        let bounds = UnsafeMutablePointer<Double>.allocate(capacity: max(1, list.pairs.count))
        bounds.initialize(repeating: 0, count: list.pairs.count)
        defer {
            for item in kernels { item.kernel.deallocate() }
            results.deallocate()
            bounds.deallocate()
        }
        let sharedBounds = SharedPointer(bounds)
        let sharedResults = SharedPointer(results)
        pool.fill(bounds, count: list.pairs.count, pieces: batches.batches.count) { index, worker in
            let batch = batches.batches[index]
            let pairClass = list.classes[batch.classIndex]
            let result = sharedResults.base + worker * products * products
            for lane in 0..<batch.laneCount {
                let pair = batch.firstPair + lane
                kernels[worker].kernel.evaluate(
                    bra: list.pairs[pair], braClass: pairClass, list: list.primitives, ket: batch, ketClass: pairClass,
                    ketData: batches.data, ketSizes: batches.sizes, into: result)
                var largest = 0.0
                for ab in 0..<pairClass.productCount {
                    largest = max(largest, abs(result[ab * pairClass.productCount + ab][lane]))
                }
                sharedBounds[pair] = largest.squareRoot()
            }
        }
        return (0..<list.pairs.count).map { bounds[$0] }
    }

    private struct SharedKernel: @unchecked Sendable { let kernel: RepulsionKernel }
}
