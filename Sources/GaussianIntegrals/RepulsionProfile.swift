import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Profile of the electron repulsion integrals: counts and timings by the classes of bra and ket.
package struct RepulsionProfile: Sendable {
    /// All quartets of one bra class with one ket class.
    package struct Entry: Sendable {
        /// The letters of the shells, such as "SP SP".
        package let bra: String
        package let ket: String
        /// Number of integrals over contracted functions, including the empty lanes of partly filled batches.
        package var integrals = 0
        /// Number of quartets of primitive shells after screening: eight per vector, including empty lanes.
        package var primitiveQuartets = 0
        /// Number of arithmetic operations of the algorithm (a fused multiply-add counts as one), each for one lane.
        package var operations = 0
        /// Thread time, summed over the threads.
        package var seconds = 0.0
    }

    /// In descending order of time. Classes that do not occur are omitted.
    package let entries: [Entry]

    package var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }
    package var integrals: Int { entries.reduce(0) { $0 + $1.integrals } }
    package var primitiveQuartets: Int { entries.reduce(0) { $0 + $1.primitiveQuartets } }
    package var operations: Int { entries.reduce(0) { $0 + $1.operations } }

    /// Adds up the counts of the recorders of all threads.
    init(_ recorders: [RepulsionRecorder], classes: [ShellPairClass]) {
        var entries: [Entry] = []
        for (i, bra) in classes.enumerated() {
            for (j, ket) in classes.enumerated() {
                var entry = Entry(bra: bra.label, ket: ket.label)
                for recorder in recorders {
                    let counts = recorder.counts[i * classes.count + j]
                    entry.integrals += counts.batches * 8 * bra.productCount * ket.productCount
                    entry.primitiveQuartets += counts.primitiveBatches * 8
                    entry.operations +=
                        8
                        * (counts.primitiveBatches
                            * (bra.entryCount * ket.hermiteCount
                                + HermiteCoulombRecursion.all[bra.degree + ket.degree].scratchCount)
                            + counts.ketPrimitives * bra.productCount * ket.entryCount)
                    entry.seconds += Double(counts.nanoseconds) * 1e-9
                }
                if entry.integrals > 0 { entries.append(entry) }
            }
        }
        self.entries = entries.sorted { ($0.seconds, $0.bra, $0.ket) > ($1.seconds, $1.bra, $1.ket) }
    }

    /// Computes and discards every unique integral with a Schwarz bound of at least `threshold`.
    package static func uniqueIntegrals(
        of basis: AtomicOrbitalBasis, pool: WorkerPool, threshold: Double = 1e-12
    ) -> RepulsionProfile {
        let plan = RepulsionPlan(basis: basis, pool: pool, threshold: threshold)
        let (list, batches) = (plan.list, plan.batches)
        let products = list.classes.map(\.productCount).max() ?? 1
        let hermites = list.classes.map(\.hermiteCount).max() ?? 1
        let recorders = (0..<pool.threads).map { _ in RepulsionRecorder(classCount: list.classes.count) }
        let kernels = recorders.map {
            RepulsionKernel(largestProductCount: products, largestHermiteCount: hermites, recorder: $0)
        }
        let results = (0..<pool.threads).map { _ in
            SharedPointer(UnsafeMutablePointer<Lanes>.allocateAligned(capacity: products * products))
        }
        defer {
            for kernel in kernels { kernel.deallocate() }
            for result in results { result.base.deallocate() }
        }
        pool.forEach(list.pairs.count) { index, worker in
            let bra = list.pairs[index]
            for batch in batches.batches[0...batches.batchOfPair[index]] where bra.bound * batch.bound >= threshold {
                kernels[worker].evaluate(
                    bra: bra, braClass: list.classes[bra.classIndex], list: list.primitives, ket: batch,
                    ketClass: list.classes[batch.classIndex], ketData: batches.data, ketSizes: batches.sizes,
                    into: results[worker].base)
            }
        }
        return RepulsionProfile(recorders, classes: list.classes)
    }
}
