import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

@Suite struct RepulsionTests {
    @Test(arguments: [AngularFunctionType.pure, .cartesian])
    func integralsOfEveryAngularMomentumAgreeWithTheTextbook(_ type: AngularFunctionType) {
        let basis = SmallBases.everyAngularMomentum(type)
        let tensor = RepulsionTensor.all(basis: basis)
        let n = basis.functionCount
        let functions = TextbookIntegrals.functions(basis)
        var random = RepeatableRandom(seed: 7)
        var quartets = (0..<250).map { _ in (0..<4).map { _ in Int.random(in: 0..<n, using: &random) } }
        // The last functions are g and f: the highest orders must be among the sample.
        quartets += [[n - 1, n - 8, n - 1, n - 9], [n - 10, n - 11, n - 12, n - 10], [n - 9, n - 9, n - 10, n - 10]]
        for q in quartets {
            let expected = TextbookIntegrals.repulsion(functions[q[0]], functions[q[1]], functions[q[2]], functions[q[3]])
            let value = tensor[((q[0] * n + q[1]) * n + q[2]) * n + q[3]]
            #expect(abs(value - expected) < 1e-12, "(\(q[0]) \(q[1])|\(q[2]) \(q[3]))")
        }
    }

    @Test func deeplyContractedIntegralsAgreeWithTheTextbook() {
        let basis = SmallBases.popleLike
        let tensor = RepulsionTensor.all(basis: basis)
        let n = basis.functionCount
        let functions = TextbookIntegrals.functions(basis)
        var random = RepeatableRandom(seed: 11)
        for _ in 0..<200 {
            let q = (0..<4).map { _ in Int.random(in: 0..<n, using: &random) }
            let expected = TextbookIntegrals.repulsion(functions[q[0]], functions[q[1]], functions[q[2]], functions[q[3]])
            #expect(abs(tensor[((q[0] * n + q[1]) * n + q[2]) * n + q[3]] - expected) < 1e-12)
        }
    }

    private static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var d = Matrix(rows: n, columns: n)
        for i in d.elements.indices { d.elements[i] = Double.random(in: -1...1, using: &random) }
        return d.symmetrized()
    }

    private static func contracted(_ basis: AtomicOrbitalBasis, _ d: Matrix) -> (coulomb: Matrix, exchange: Matrix) {
        let tensor = RepulsionTensor.all(basis: basis)
        let n = basis.functionCount
        var coulomb = Matrix(rows: n, columns: n)
        var exchange = coulomb
        for i in 0..<n {
            for j in 0..<n {
                for k in 0..<n {
                    for l in 0..<n {
                        let value = tensor[((i * n + j) * n + k) * n + l]
                        coulomb[i, j] += value * d[k, l]
                        exchange[i, k] += value * d[j, l]
                    }
                }
            }
        }
        return (coulomb, exchange)
    }

    @Test func matricesAreContractionsOfTheTensor() {
        for basis in [SmallBases.everyAngularMomentum(.pure), SmallBases.popleLike] {
            let (first, second) = (Self.density(basis.functionCount, seed: 3), Self.density(basis.functionCount, seed: 4))
            let builder = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
            let built = builder.build(coulomb: [first], exchange: [first, second])
            let expected = Self.contracted(basis, first)
            #expect((built.coulomb[0] - expected.coulomb).largestMagnitude < 1e-9)
            #expect((built.exchange[0] - expected.exchange).largestMagnitude < 1e-9)
            #expect((built.exchange[1] - Self.contracted(basis, second).exchange).largestMagnitude < 1e-9)
        }
    }

    @Test func storedPartlyStoredAndDirectAgree() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let d = Self.density(basis.functionCount, seed: 5)
        let pool = WorkerPool(threads: 2)
        let stored = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: 1 << 30)
        let direct = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: 0)
        let partial = CoulombExchangeBuilder(
            basis: basis, pool: pool, memoryLimitInBytes: stored.storage.neededBytes / 2)
        #expect(stored.storage.storedBytes == stored.storage.neededBytes)
        #expect(direct.storage.storedBytes == 0)
        #expect(partial.storage.storedBytes > 0 && partial.storage.storedBytes <= stored.storage.neededBytes / 2)
        let reference = stored.build(coulomb: [d], exchange: [d])
        for other in [direct, partial, stored] {
            let result = other.build(coulomb: [d], exchange: [d])
            #expect((result.coulomb[0] - reference.coulomb[0]).largestMagnitude < 1e-10)
            #expect((result.exchange[0] - reference.exchange[0]).largestMagnitude < 1e-10)
        }
    }

    @Test func bitsDoNotDependOnThreads() {
        let basis = SmallBases.popleLike
        let d = Self.density(basis.functionCount, seed: 6)
        let results = [1, 2, 3].map { threads in
            CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: threads), memoryLimitInBytes: 1 << 28)
                .build(coulomb: [d], exchange: [d])
        }
        for result in results.dropFirst() {
            #expect(result.coulomb[0] == results[0].coulomb[0])
            #expect(result.exchange[0] == results[0].exchange[0])
        }
    }

    @Test func boysFunctionAgreesWithQuadrature() {
        let values = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: BoysFunction.highestOrder + 1)
        defer { values.deallocate() }
        for order in [0, 1, 2, 4, 8, 13, BoysFunction.highestOrder] {
            for t in [0, 1e-12, 0.03, 0.0625, 0.9, 3.3, 11.7, 25.99, 29.9999, 37.3, 44.4, 61.2, 88, 150, 4000] {
                // The other lanes hold arguments of other sizes.
                let lanes = SIMD8<Double>(t, 0, 200, 1, t + 0.01, 33, 7, 50)
                BoysFunction.all[order].evaluate(lanes, into: values)
                for m in 0...order {
                    for lane in [0, 4] {
                        let expected = TextbookIntegrals.boys(m, lanes[lane])
                        #expect(abs(values[m][lane] / expected - 1) < 4e-13, "m \(m) of \(order), T \(lanes[lane])")
                    }
                }
            }
        }
    }
}
