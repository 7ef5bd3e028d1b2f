import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Integrals that several ranks share: each has its part, and all get the same matrices as a single process.
@Suite struct SharedIntegralsTests {
    private static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var d = Matrix(rows: n, columns: n)
        for i in d.elements.indices { d.elements[i] = Double.random(in: -1...1, using: &random) }
        return d.symmetrized()
    }

    /// Whether all ranks have the same bits, and the largest difference from a single process.
    private static func compare(
        _ size: Int, _ tolerance: Double = 1e-11, _ body: @escaping @Sendable (WorkerPool) throws -> [Double]
    ) throws {
        let single = try body(WorkerPool(threads: 2))
        let results = try ThreadRanks.results(size) { try body(WorkerPool(threads: 2, communicator: $0)) }
        #expect(results.count == size && single.allSatisfy(\.isFinite))
        for result in results {
            #expect(result == results[0])
            #expect(result.count == single.count)
            let largest = zip(result, single).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(largest <= tolerance, "off by \(largest)")
        }
    }

    private static let operators = [RepulsionOperator.coulomb, RepulsionOperator(shortRange: 0.2, longRange: 0.7, omega: 0.4)]

    @Test(arguments: [1, 2, 3, 4], operators)
    func coulombAndExchange(size: Int, interaction: RepulsionOperator) throws {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let densities = [Self.density(basis.functionCount, seed: 1), Self.density(basis.functionCount, seed: 2)]
        let whole = CoulombExchangeBuilder(
            basis: basis, interaction: interaction, pool: WorkerPool(threads: 1), memoryLimitInBytes: 1 << 30
        ).storage
        for limit in [1 << 30, whole.workingBytes + whole.neededBytes / 5, 0] {
            try Self.compare(size, size == 1 ? 0 : 1e-11) { pool in
                let builder = CoulombExchangeBuilder(
                    basis: basis, interaction: interaction, pool: pool, memoryLimitInBytes: limit)
                // The second build reads what the first has stored.
                let first = builder.build(coulomb: densities, exchange: [densities[0]])
                let second = builder.build(coulomb: [densities[1]], exchange: densities)
                let matrices = first.coulomb + first.exchange + second.coulomb + second.exchange
                return matrices.flatMap(\.elements)
            }
        }
    }

    /// The memory of several ranks counts together.
    @Test func everyRankStoresItsPart() throws {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let whole = CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 1), memoryLimitInBytes: 1 << 30).storage
        let limit = whole.workingBytes + whole.neededBytes / 2
        let storages = try ThreadRanks.results(3) {
            CoulombExchangeBuilder(basis: basis, pool: WorkerPool(threads: 1, communicator: $0), memoryLimitInBytes: limit)
                .storage
        }
        for storage in storages {
            #expect(storage.storedBytes == whole.neededBytes && storage.neededBytes == whole.neededBytes)
            #expect(storage.storedBytesOfRank < whole.neededBytes / 2)
        }
        let fits = try ThreadRanks.results(3) {
            let pool = WorkerPool(threads: 1, communicator: $0)
            return try FittedCoulomb(basis: basis, auxiliary: basis, pool: pool, memoryLimitInBytes: 1 << 30)
        }
        for fit in fits { #expect(fit.storedBytes > fit.neededBytes / 4 && fit.storedBytes < fit.neededBytes / 2) }
        #expect(Set(fits.flatMap(\.own)).count == fits.reduce(0) { $0 + $1.own.count })
    }

    @Test(arguments: [1, 2, 3, 4], operators)
    func fittedCoulombAndExchange(size: Int, interaction: RepulsionOperator) throws {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let auxiliary = SmallBases.everyAngularMomentum(.cartesian)
        let densities = [Self.density(basis.functionCount, seed: 3), Self.density(basis.functionCount, seed: 4)]
        for limit in [1 << 30, 1 << 18] {
            try Self.compare(size, size == 1 ? 0 : 1e-10) { pool in
                let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: pool, memoryLimitInBytes: limit)
                let exchange = try FittedExchange(coulomb: coulomb, interaction: interaction, pool: pool)
                let matrices =
                    coulomb.build(densities) + exchange.coulombMatrices(densities)
                    + (try exchange.build(densities.map { ($0, nil) }, in: Double.self))
                let gradient = CoulombGradient.gradient(
                    basis: basis, density: densities[0], charges: basis.effectiveNuclearCharges, fit: coulomb, pool: pool)
                return matrices.flatMap(\.elements) + gradient.flatMap { [$0.x, $0.y, $0.z] }
            }
        }
    }

    @Test(arguments: [2, 3])
    func derivatives(size: Int) throws {
        let basis = SmallBases.popleLike
        let density = Self.density(basis.functionCount, seed: 5)
        try Self.compare(size, 1e-10) { pool in
            let first =
                CoulombGradient.gradient(basis: basis, density: density, charges: basis.effectiveNuclearCharges, pool: pool)
                + ExchangeGradient.gradient(basis: basis, densities: [density], factor: 0.3, pool: pool)
            let second = [
                CoulombSecondDerivatives.evaluate(
                    basis: basis, density: density, charges: basis.effectiveNuclearCharges, pool: pool),
                ExchangeSecondDerivatives.evaluate(
                    basis: basis, densities: [density], factor: 0.3, pool: pool, memoryLimitInBytes: 1 << 24),
            ]
            return first.flatMap { [$0.x, $0.y, $0.z] }
                + second.flatMap { $0.energy.elements + $0.fock.flatMap { $0.flatMap(\.elements) } }
        }
    }

    /// Potentials on points are those of a single process to the last bit.
    @Test(arguments: [2, 3, 4])
    func potentials(size: Int) throws {
        let basis = SmallBases.popleLike
        let density = Self.density(basis.functionCount, seed: 6)
        var random = RepeatableRandom(seed: 7)
        let points = (0..<20_000).map { _ in
            SIMD3(
                Double.random(in: -8...8, using: &random), Double.random(in: -8...8, using: &random),
                Double.random(in: -8...8, using: &random))
        }
        try Self.compare(size, 0) { pool in
            ElectrostaticPotentialEvaluator(basis: basis, densities: [density], pool: pool).values(at: points, pool: pool)[0]
                + OneElectronIntegrals.nuclearAttraction(
                    basis: basis, charges: basis.effectiveNuclearCharges, positions: basis.molecule.atoms.map(\.position),
                    pool: pool
                ).elements
        }
    }
}
