import LinearAlgebra
import TestSupport
import Testing

@testable import ElectronicStructure

@Suite struct SimplexQuadraticTests {
    @Test func minimumIsNoHigherThanAnyGridPoint() {
        var random = RepeatableRandom(seed: 9)
        for _ in 0..<20 {
            let linear = (0..<3).map { _ in Double.random(in: -1...1, using: &random) }
            var quadratic = Matrix(rows: 3, columns: 3)
            for i in 0..<9 { quadratic.elements[i] = Double.random(in: -1...1, using: &random) }
            quadratic = quadratic.symmetrized()
            func value(_ c: [Double]) -> Double {
                var sum = 0.0
                for i in 0..<3 {
                    sum += linear[i] * c[i]
                    for j in 0..<3 { sum += c[i] * quadratic[i, j] * c[j] }
                }
                return sum
            }
            let weights = SimplexQuadratic.minimize(linear: linear, quadratic: quadratic)
            #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 >= 0 })
            for i in 0...50 {
                for j in 0...(50 - i) {
                    let c = [Double(i) / 50, Double(j) / 50, Double(50 - i - j) / 50]
                    #expect(value(weights) <= value(c) + 1e-12)
                }
            }
        }
    }
}
