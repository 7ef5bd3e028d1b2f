import ArgumentParser
import GaussianIntegrals

/// The arithmetic of the repulsion kernels.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Computes all unique electron-repulsion integrals once, drops them, and counts the arithmetic of the kernels.")

    @OptionGroup var input: BenchmarkInput

    private struct Entry: Encodable {
        let bra: String
        let ket: String
        let integrals: Int
        let seconds: Double
        /// 10^9 operations a second.
        let rate: Double
    }

    private struct Report: Encodable {
        let functions: Int
        let integrals: Int
        /// Multiplications and additions (two a fused one) that the algorithm needs, of all lanes of the vectors.
        let operations: Double
        /// Seconds in the kernels, summed over the threads.
        let seconds: Double
        /// The classes of bra and ket that take most of the time.
        let classes: [Entry]
        let peakMemory: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let profile = RepulsionProfile.uniqueIntegrals(of: basis, pool: input.pool)
        let classes = profile.entries.prefix(12).map { entry in
            Entry(
                bra: entry.bra, ket: entry.ket, integrals: entry.integrals, seconds: entry.seconds,
                rate: 2e-9 * Double(entry.operations) / entry.seconds)
        }
        try printJSON(
            Report(
                functions: basis.functionCount, integrals: profile.integrals, operations: 2 * Double(profile.operations),
                seconds: profile.seconds, classes: classes, peakMemory: peakMemory()))
    }
}
