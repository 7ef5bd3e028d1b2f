import GaussianBasis
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
