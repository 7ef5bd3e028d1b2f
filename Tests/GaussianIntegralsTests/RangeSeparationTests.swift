import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Integrals over operators that change between short and long range.
@Suite struct RangeSeparationTests {
    /// Those of wB97X, HSE06 and LC-wPBE.
    static let operators = [
        RepulsionOperator(shortRange: 0.157706, longRange: 1, omega: 0.3),
        RepulsionOperator(shortRange: 0.25, longRange: 0, omega: 0.11),
        RepulsionOperator(shortRange: 0, longRange: 1, omega: 0.4),
    ]

    @Test(arguments: operators)
    func integralsAgreeWithTheTextbook(_ interaction: RepulsionOperator) {
        for basis in [SmallBases.popleLike, SmallBases.everyAngularMomentum(.pure)] {
            let n = basis.functionCount
            let fast = RepulsionTensor.all(basis: basis, interaction: interaction)
            let slow = RepulsionTensor.all(basis: basis, interaction: interaction, usesStraightLines: false)
            #expect(zip(fast, slow).allSatisfy { abs($0 - $1) < 2e-13 })
            // Those over 1/r have a test of their own.
            let coulomb = RepulsionTensor.all(basis: basis)
            let functions = TextbookIntegrals.functions(basis)
            var random = RepeatableRandom(seed: 23)
            for _ in 0..<8 {
                let q = (0..<4).map { _ in Int.random(in: 0..<n, using: &random) }
                let (f, g, h, k) = (functions[q[0]], functions[q[1]], functions[q[2]], functions[q[3]])
                let place = ((q[0] * n + q[1]) * n + q[2]) * n + q[3]
                let far = TextbookIntegrals.repulsion(f, g, h, k, omega: interaction.omega)
                let expected = interaction.shortRange * (coulomb[place] - far) + interaction.longRange * far
                #expect(abs(fast[place] - expected) < 1e-12, "\(q)")
            }
        }
    }

    @Test func limitsAndSumsOfTheRangesAreCoulombs() {
        let basis = SmallBases.popleLike
        let coulomb = RepulsionTensor.all(basis: basis)
        func tensor(_ near: Double, _ far: Double, _ omega: Double) -> [Double] {
            RepulsionTensor.all(
                basis: basis, interaction: RepulsionOperator(shortRange: near, longRange: far, omega: omega))
        }
        func isCoulomb(_ values: [Double], factor: Double, tolerance: Double) -> Bool {
            zip(values, coulomb).allSatisfy { abs($0 - factor * $1) < tolerance }
        }
        // erf(omega r) / r is 2 omega / sqrt(pi) at most, and 1/r but for a contact term that falls with omega^2.
        #expect(isCoulomb(tensor(0.3, 0.8, 1e-13), factor: 0.3, tolerance: 1e-12))
        #expect(isCoulomb(tensor(0.3, 0.8, 1e7), factor: 0.8, tolerance: 1e-10))
        #expect(isCoulomb(tensor(0.6, 0.6, 0.4), factor: 0.6, tolerance: 1e-13))
        let (near, far) = (tensor(1, 0, 0.35), tensor(0, 1, 0.35))
        #expect(isCoulomb(zip(near, far).map { $0 + $1 }, factor: 1, tolerance: 1e-13))
    }

    @Test(arguments: operators)
    func exchangeMatricesAgreeWithTheTensorInEveryStorage(_ interaction: RepulsionOperator) {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let n = basis.functionCount
        let tensor = RepulsionTensor.all(basis: basis, interaction: interaction)
        var random = RepeatableRandom(seed: 29)
        let densities = [1.0, 1e-6].map { scale in
            Matrix(rows: n, columns: n, elements: (0..<n * n).map { _ in scale * Double.random(in: -1...1, using: &random) })
                .symmetrized()
        }
        let expected = densities.map { d in
            var exchange = Matrix(rows: n, columns: n)
            for i in 0..<n { for j in 0..<n { for k in 0..<n { for l in 0..<n {
                exchange[i, k] += tensor[((i * n + j) * n + k) * n + l] * d[j, l]
            } } } }
            return exchange
        }
        func builder(_ limit: Int) -> CoulombExchangeBuilder {
            CoulombExchangeBuilder(
                basis: basis, interaction: interaction, pool: WorkerPool(threads: 2), memoryLimitInBytes: limit)
        }
        let whole = builder(1 << 30)
        for builder in [whole, builder(whole.storage.workingBytes + whole.storage.neededBytes / 2), builder(0)] {
            let built = builder.build(coulomb: [], exchange: densities)
            #expect(built.coulomb.isEmpty && built.exchange.count == 2)
            for (matrix, reference) in zip(built.exchange, expected) {
                #expect((matrix - reference).largestMagnitude < 1e-9)
            }
            // The small density alone: screening by the density.
            let small = builder.build(coulomb: [], exchange: [densities[1]]).exchange[0]
            #expect((small - expected[1]).largestMagnitude < 1e-10)
        }
    }
}
