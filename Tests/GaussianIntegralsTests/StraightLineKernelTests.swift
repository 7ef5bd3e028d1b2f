import Foundation
import GaussianBasis
import KernelGeneration
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

@Suite struct StraightLineKernelTests {
    @Test func committedKernelsAreWhatTheGeneratorWrites() throws {
        let folder = Repository.root.appendingPathComponent(GeneratedFiles.folder)
        let expected = GeneratedFiles.all()
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == Set(expected.keys))
        for (name, text) in expected {
            let committed = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(committed == text, "\(name): run `swift run generate-kernels`")
        }
    }

    @Test(arguments: [AngularFunctionType.pure, .cartesian, .cartesianD])
    func straightLinesAgreeWithTablesAndTheTextbook(_ type: AngularFunctionType) {
        let basis = Self.lowAngularMomenta(type)
        let n = basis.functionCount
        let fast = RepulsionTensor.all(basis: basis)
        let slow = RepulsionTensor.all(basis: basis, usesStraightLines: false)
        #expect(zip(fast, slow).allSatisfy { abs($0 - $1) < 2e-13 })
        let functions = TextbookIntegrals.functions(basis)
        var random = RepeatableRandom(seed: 17)
        for _ in 0..<200 {
            let q = (0..<4).map { _ in Int.random(in: 0..<n, using: &random) }
            let expected = TextbookIntegrals.repulsion(functions[q[0]], functions[q[1]], functions[q[2]], functions[q[3]])
            #expect(abs(fast[((q[0] * n + q[1]) * n + q[2]) * n + q[3]] - expected) < 1e-12, "\(q)")
        }
    }

    @Test(arguments: [AngularFunctionType.pure, .cartesian, .cartesianD])
    func everyPairOfLowAngularMomentumHasStraightLines(_ type: AngularFunctionType) {
        let classes = ShellPairList(basis: Self.lowAngularMomenta(type)).classes
        let without = Set(classes.filter { $0.straightLine == nil }.map(\.label))
        // Cartesian f functions, pairs of them with d functions of another kind, and pairs of f shells go by tables.
        let tabulated = Set(
            classes.map(\.label).filter {
                $0 == "F F" || type == .cartesian && $0.contains("F") || type == .cartesianD && $0 == "F D"
            })
        #expect(without == tabulated)
        let entries = Set(classes.compactMap { pair in pair.straightLine.map { "\($0) \(pair.entryCount)" } })
        #expect(entries.count == (type == .pure ? 14 : type == .cartesian ? 10 : 13))
    }

    /// All pairs of s, p, SP, d and f shells, contracted and not, one atom far from the others.
    private static func lowAngularMomenta(_ type: AngularFunctionType) -> AtomicOrbitalBasis {
        let sp: [(Int, [Double])] = [(0, [-0.1, 0.4, 0.7]), (1, [0.15, 0.6, 0.4])]
        return AtomicOrbitalBasis(
            molecule: SmallBases.molecule(
                Array(SmallBases.positions.prefix(2)) + [SIMD3(9.5, -7.1, 6.3)], ["O", "C", "H"]),
            elementBases: [
                ElementBasis(shells: [SmallBases.shell([5.1, 1.2, 0.35], sp), SmallBases.shell([0.9, 0.3], [(2, [0.6, 0.5])])]),
                ElementBasis(shells: [
                    SmallBases.shell([2.9, 0.4], [(1, [0.4, 0.7])]),
                    SmallBases.shell(
                        [1400, 210, 48, 13.4, 4.2, 1.4, 0.5, 0.21, 0.09],
                        [(0, [0.002, 0.014, 0.07, 0.2, 0.4, 0.4, 0.1, 0.05, 0.02])]),
                ]),
                ElementBasis(shells: [
                    SmallBases.shell([0.8], [(0, [1])]), SmallBases.shell([1.1], [(1, [1])]), SmallBases.shell([0.7], [(3, [1])]),
                ]),
            ], functionType: type)
    }

    @Test func profileCountsWhatWasComputed() {
        let basis = SmallBases.popleLike
        let pool = WorkerPool(threads: 2)
        let profile = RepulsionProfile.uniqueIntegrals(of: basis, pool: pool, threshold: 0)
        let n = basis.functionCount
        let pairs = n * (n + 1) / 2
        #expect(profile.integrals >= pairs * (pairs + 1) / 2)
        #expect(profile.primitiveQuartets > 0 && profile.operations > profile.primitiveQuartets)
        #expect(profile.entries.contains { $0.bra == "SP S" && $0.ket == "SP SP" })
        let screened = RepulsionProfile.uniqueIntegrals(of: basis, pool: pool, threshold: 1e-4)
        #expect(screened.integrals < profile.integrals)
    }
}
