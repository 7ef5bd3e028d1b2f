import Foundation

/// Orbitals per energy: every orbital is a Gaussian of unit area about its energy, weighted with its share of a fragment.
public struct DensityOfStates: Sendable {
    /// Ascending and evenly spaced, in hartree.
    public let energies: [Double]
    /// Of all fragments together, in orbitals per hartree.
    public let total: [Double]
    /// By fragment, then by energy.
    public let partial: [[Double]]

    /// - Parameters:
    ///   - levels: orbital energies in hartree.
    ///   - shares: by orbital, then by fragment.
    ///   - range: energies to cover, in hartree.
    ///   - width: full width of a Gaussian at half of its height, in hartree; positive.
    public init(levels: [Double], shares: [[Double]], range: ClosedRange<Double>, width: Double, count: Int = 801) {
        precondition(levels.count == shares.count && width > 0 && count > 1)
        let step = (range.upperBound - range.lowerBound) / Double(count - 1)
        let energies = (0..<count).map { range.lowerBound + step * Double($0) }
        let deviation = width / (8 * log(2.0)).squareRoot()
        let height = 1 / (deviation * (2 * Double.pi).squareRoot())
        var total = [Double](repeating: 0, count: count)
        var partial = [[Double]](repeating: total, count: shares.first?.count ?? 0)
        for (level, parts) in zip(levels, shares) {
            for (index, energy) in energies.enumerated() {
                let x = (energy - level) / deviation
                // Beyond eight deviations the Gaussian is negligible.
                guard abs(x) < 8 else { continue }
                let value = height * exp(-0.5 * x * x)
                total[index] += value
                for (fragment, part) in parts.enumerated() { partial[fragment][index] += part * value }
            }
        }
        self.energies = energies
        self.total = total
        self.partial = partial
    }
}
