/// Progress of the stability tests of states that are solved together. The number of products of the orbital Hessian in a test is known
/// only at its end, so the estimate comes from the tests that have finished.
struct StabilityTally {
    private var products: [Int: Int] = [:]
    private var numbers: [Int: Int] = [:]
    private var ended: Set<Int> = []

    /// Number of products in a test, as long as none has finished.
    private static let usual = 12.0
    private static let title = "stability tests"

    /// - Parameter state: its index.
    mutating func take(_ line: IterationLine, of state: Int, _ monitor: CalculationMonitor) throws {
        defer { numbers[state] = line.number }
        guard line.isStabilityTest else { return }
        products[state, default: 0] += max(0, line.number - (numbers[state] ?? line.number))
        try monitor.report(.progress(Self.title, fraction: fraction))
    }

    mutating func finish(_ state: Int, _ monitor: CalculationMonitor) throws {
        guard products[state] != nil else { return }
        ended.insert(state)
        try monitor.report(.progress(Self.title, fraction: products.keys.allSatisfy(ended.contains) ? 1 : fraction))
    }

    /// An estimate, from 0 to 1.
    var fraction: Double {
        let known = ended.compactMap { products[$0] }
        let expected = max(known.isEmpty ? Self.usual : Double(known.reduce(0, +)) / Double(known.count), 1)
        let parts = products.map { ended.contains($0) ? 1 : ProgressMeter.part(Double($1) / expected) }
        return parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
    }
}
