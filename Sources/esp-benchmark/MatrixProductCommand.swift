import ArgumentParser
import LinearAlgebra

/// What the machine can do: a large product of matrices.
struct MatrixProductCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dgemm", abstract: "Rate of a large product of matrices.")

    @Option(help: "Rows and columns.") var size = 3000
    @Option(help: "Threads inside OpenBLAS.") var threads = 2
    @Option(help: "Repeats; the fastest counts.") var repeats = 3

    private struct Report: Encodable {
        let wall: Double
        /// 10^9 operations a second of wall time, and of processor time (of all threads).
        let rate: Double
        let processorRate: Double
    }

    func validate() throws {
        guard (1...20000).contains(size), (1...1024).contains(threads) else {
            throw ValidationError("--size must lie between 1 and 20000, --threads between 1 and 1024")
        }
    }

    func run() throws {
        BLASThreads.limit(to: threads)
        var a = Matrix(rows: size, columns: size)
        for i in 0..<size { for j in 0..<size { a[i, j] = 1 / Double(1 + i + j) } }
        let times = (0..<max(1, repeats)).map { _ in Timing.measure { a.times(a) }.0 }
        let wall = times.map(\.wall).min() ?? times[0].wall
        let processor = times.map(\.processor).min() ?? times[0].processor
        let operations = 2e-9 * Double(size * size * size)
        try printJSON(Report(wall: wall, rate: operations / wall, processorRate: operations / processor))
    }
}
