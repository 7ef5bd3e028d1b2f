import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Coulomb and exchange matrices against sums over the whole tensor of integrals.
@Suite struct CoulombExchangeTests {
    private static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var d = Matrix(rows: n, columns: n)
        for i in d.elements.indices { d.elements[i] = Double.random(in: -1...1, using: &random) }
        return d.symmetrized()
    }

    private static func contracted(_ tensor: [Double], _ d: Matrix) -> (coulomb: Matrix, exchange: Matrix) {
        let n = d.rows
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

    /// s, p, SP, d, f and g shells, pure and Cartesian: shells of 1, 3, 4, 5, 6, 7, 9, 10 and 15 functions.
    private static func bases() -> [AtomicOrbitalBasis] {
        [
            SmallBases.everyAngularMomentum(.pure), SmallBases.everyAngularMomentum(.cartesian), SmallBases.popleLike,
            AtomicOrbitalBasis(
                molecule: SmallBases.molecule(SmallBases.positions, ["O", "H", "C"]),
                elementBases: [
                    ElementBasis(shells: [SmallBases.shell([1.2], [(1, [1])]), SmallBases.shell([0.9], [(2, [1])])]),
                    ElementBasis(shells: [SmallBases.shell([0.7], [(0, [1])])]),
                    ElementBasis(shells: [SmallBases.shell([0.8], [(1, [1])]), SmallBases.shell([0.6], [(0, [1])])]),
                ], functionType: .cartesian),
        ]
    }

    /// The memory of a store that is given up serves the next ones, smaller and larger, and nothing of it is left in them.
    @Test func storesOneAfterAnother() {
        let bases = Self.bases()
        for basis in [bases[0], bases[3], bases[2], bases[1], bases[0]] {
            let density = Self.density(basis.functionCount, seed: 7)
            func built(_ bytes: Int) -> [Matrix] {
                let builder = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: bytes)
                _ = builder.build(coulomb: [density], exchange: [density])
                let again = builder.build(coulomb: [density], exchange: [density])
                return again.coulomb + again.exchange
            }
            for (stored, direct) in zip(built(1 << 30), built(0)) { #expect((stored - direct).largestMagnitude < 1e-12) }
        }
    }

    @Test func everyNumberOfDensitiesAndEveryStorageAgreesWithTheTensor() {
        for basis in Self.bases() {
            let tensor = RepulsionTensor.all(basis: basis)
            let densities = (0..<4).map { Self.density(basis.functionCount, seed: UInt64(20 + $0)) }
            let expected = densities.map { Self.contracted(tensor, $0) }
            let whole = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
            #expect(whole.storage.description == "in memory")
            let half = whole.storage.workingBytes + whole.storage.neededBytes / 2
            let builders =
                [whole]
                + [half, 0].map {
                    CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: $0)
                }
            for builder in builders {
                for (j, k) in [(1, 1), (1, 2), (3, 4), (1, 0), (0, 1), (0, 0)] {
                    let built = builder.build(
                        coulomb: Array(densities.prefix(j)), exchange: Array(densities.prefix(k)))
                    #expect(built.coulomb.count == j && built.exchange.count == k)
                    for (matrix, reference) in zip(built.coulomb, expected) {
                        #expect((matrix - reference.coulomb).largestMagnitude < 1e-9)
                    }
                    for (matrix, reference) in zip(built.exchange, expected) {
                        #expect((matrix - reference.exchange).largestMagnitude < 1e-9)
                    }
                }
            }
        }
    }

    @Test func bitsDependOnNeitherThreadsNorRepetition() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let densities = (0..<2).map { Self.density(basis.functionCount, seed: UInt64(40 + $0)) }
        for limit in [0, 1 << 23, 1 << 28] {
            let results = [1, 2, 3, 5].flatMap { threads in
                let builder = CoulombExchangeBuilder(
                    basis: basis, pool: WorkerPool(threads: threads), memoryLimitInBytes: limit)
                return (0..<2).map { _ in builder.build(coulomb: [densities[0]], exchange: densities) }
            }
            for result in results.dropFirst() {
                #expect(result.coulomb == results[0].coulomb)
                #expect(result.exchange == results[0].exchange)
            }
        }
    }

    /// A density of one far atom alone, as in a late iteration: what is left out must not be missed.
    @Test func screeningByTheDensityKeepsSmallAndLocalDensitiesRight() {
        let basis = SmallBases.popleLike
        let n = basis.functionCount
        let tensor = RepulsionTensor.all(basis: basis)
        var local = Matrix(rows: n, columns: n)
        local[n - 1, n - 1] = 0.7
        let small = Self.density(n, seed: 50).elements.map { $0 * 1e-7 }
        let builder = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 0)
        for density in [local, Matrix(rows: n, columns: n, elements: small), Matrix(rows: n, columns: n)] {
            let built = builder.build(coulomb: [density], exchange: [density])
            let expected = Self.contracted(tensor, density)
            #expect((built.coulomb[0] - expected.coulomb).largestMagnitude < 1e-10)
            #expect((built.exchange[0] - expected.exchange).largestMagnitude < 1e-10)
        }
    }

    /// A larger limit leaves out more integrals of a small density, and what it leaves out is about as small as itself.
    @Test func limitOfSmallDensities() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let change = 1e-4 * Self.density(basis.functionCount, seed: 8)
        let builder = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 0)
        let whole = builder.profiledBuild(coulomb: [change], exchange: [change])
        var quartets = [whole.profile.quartets]
        var error = 0.0
        for limit in [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3] {
            let part = builder.profiledBuild(coulomb: [change], exchange: [change], omitting: limit)
            error = max(
                (part.coulomb[0] - whole.coulomb[0]).largestMagnitude, (part.exchange[0] - whole.exchange[0]).largestMagnitude)
            #expect(error < 20 * limit, "\(limit): \(error)")
            quartets.append(part.profile.quartets)
        }
        #expect(error > 1e-7)
        #expect(quartets == quartets.sorted(by: >) && quartets[quartets.count - 1] < quartets[0], "\(quartets)")
    }

    @Test func profileCountsWhatWasDone() {
        let basis = SmallBases.popleLike
        let d = Self.density(basis.functionCount, seed: 60)
        let builder = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 28)
        let first = builder.profiledBuild(coulomb: [d], exchange: [d])
        let second = builder.profiledBuild(coulomb: [d], exchange: [d])
        #expect(first.profile.quartets > 0 && first.profile.storingSeconds > 0 && first.profile.directSeconds == 0)
        #expect(second.profile.quartets == 0 && second.profile.storingSeconds == 0)
        #expect(second.profile.coulombBatches == first.profile.coulombBatches && second.profile.exchangeBatches > 0)
        #expect(first.coulomb == second.coulomb && first.exchange == second.exchange)
    }

    @Test func memoryStaysWithinTheLimit() {
        let basis = SmallBases.everyAngularMomentum(.cartesian)
        let whole = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
        let all = whole.storage.neededBytes
        for limit in [whole.storage.workingBytes + all / 3, 2 * all, 1 << 28] {
            let storage = CoulombExchangeBuilder(
                basis: basis, pool: WorkerPool(threads: 2), memoryLimitInBytes: limit
            ).storage
            #expect(storage.neededBytes == all)
            #expect(storage.storedBytes == 0 || storage.storedBytes + storage.workingBytes <= limit)
        }
    }
}
