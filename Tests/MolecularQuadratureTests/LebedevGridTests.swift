import Foundation
import MolecularQuadrature
import Testing

@Suite struct LebedevGridTests {
    /// The mean of x^a y^b z^c over the unit sphere.
    private func exactMean(_ a: Int, _ b: Int, _ c: Int) -> Double {
        guard a % 2 == 0, b % 2 == 0, c % 2 == 0 else { return 0 }
        func doubleFactorial(_ n: Int) -> Double { n <= 1 ? 1 : Double(n) * doubleFactorial(n - 2) }
        return exp(
            log(doubleFactorial(a - 1)) + log(doubleFactorial(b - 1)) + log(doubleFactorial(c - 1))
                - log(doubleFactorial(a + b + c + 1)))
    }

    @Test(arguments: LebedevGrid.counts)
    func integratesItsDegree(_ count: Int) throws {
        let grid = try #require(LebedevGrid(count: count))
        #expect(grid.count == count)
        #expect(grid.weights.count == count)
        #expect(grid.points.allSatisfy { abs(($0 * $0).sum() - 1) < 1e-14 })
        // Legendre polynomials about several directions: their means vanish as far as the degree reaches.
        let directions = [SIMD3(0.6, 0, 0.8), SIMD3(2.0 / 3, -1.0 / 3, 2.0 / 3), SIMD3(0.48, 0.6, 0.64), SIMD3(0, 1, 0)]
        for direction in directions {
            var sums = [Double](repeating: 0, count: grid.degree + 1)
            for (p, weight) in zip(grid.points, grid.weights) {
                let x = (p * direction).sum()
                var (previous, current) = (1.0, x)
                sums[0] += weight
                for l in 1...grid.degree {
                    sums[l] += weight * current
                    (previous, current) = (current, (Double(2 * l + 1) * x * current - Double(l) * previous) / Double(l + 1))
                }
            }
            #expect(abs(sums[0] - 1) < 1e-13)
            #expect(sums.dropFirst().allSatisfy { abs($0) < 1e-13 })
        }
    }

    @Test(arguments: LebedevGrid.counts.filter { $0 <= 590 })
    func integratesAllMonomialsOfItsDegree(_ count: Int) throws {
        let grid = try #require(LebedevGrid(count: count))
        var largestError = 0.0
        for a in stride(from: 0, through: grid.degree, by: 2) {
            for b in stride(from: 0, through: grid.degree - a, by: 2) {
                for c in stride(from: 0, through: grid.degree - a - b, by: 2) {
                    var sum = 0.0
                    for (p, weight) in zip(grid.points, grid.weights) {
                        sum += weight * power(p.x, a) * power(p.y, b) * power(p.z, c)
                    }
                    largestError = max(largestError, abs(sum - exactMean(a, b, c)))
                }
            }
        }
        #expect(largestError < 1e-13)
    }

    private func power(_ x: Double, _ n: Int) -> Double {
        var result = 1.0
        for _ in 0..<n { result *= x }
        return result
    }

    @Test func unknownCountsHaveNoGrid() {
        #expect(LebedevGrid(count: 100) == nil)
        #expect(LebedevGrid.counts.first == 6)
        #expect(LebedevGrid.counts.last == 5810)
    }
}
