import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Fitted Coulomb and exchange matrices: their integrals against the textbook, and their exact limit.
@Suite struct DensityFittingTests {
    private static let pool = WorkerPool(threads: 2)

    private static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var d = Matrix(rows: n, columns: n)
        for i in d.elements.indices { d.elements[i] = Double.random(in: -1...1, using: &random) }
        return d.symmetrized()
    }

    /// All that `ThreeCenterIntegrals` computes, as products by auxiliary functions, and the same from the textbook.
    @Test(arguments: [RepulsionOperator.coulomb, RepulsionOperator(shortRange: 0.2, longRange: 0.7, omega: 0.4)])
    func integralsOfThreeAndTwoCenters(interaction: RepulsionOperator) throws {
        let basis = SmallBases.popleLike
        let auxiliary = AtomicOrbitalBasis(
            molecule: SmallBases.molecule(SmallBases.positions, ["O", "H", "C"]),
            elementBases: [
                ElementBasis(shells: [
                    SmallBases.shell([15.7, 3.6, 1.2], [(0, [0.02, 0.07, 0.12])]), SmallBases.shell([0.9], [(2, [1])]),
                    SmallBases.shell([1.1], [(6, [1])]),
                ]),
                ElementBasis(shells: [SmallBases.shell([0.4], [(1, [1])]), SmallBases.shell([0.8], [(4, [1])])]),
                ElementBasis(shells: [SmallBases.shell([1.4], [(3, [1])]), SmallBases.shell([0.7], [(5, [1])])]),
            ], functionType: .pure)
        let integrals = ThreeCenterIntegrals(
            basis: basis, auxiliary: auxiliary, interaction: interaction, pool: Self.pool, threshold: 0)
        let workspace = FittedCoulomb.Workspace(integrals, rows: 36)
        let functions = TextbookIntegrals.functions(basis)
        let charges = TextbookIntegrals.functions(auxiliary)
        func isCheap(_ function: Int) -> Bool { auxiliary.labels[function].angularMomentum <= 4 }
        let unit = [TextbookIntegrals.Primitive(power: [0, 0, 0], exponent: 0, center: [0, 0, 0], coefficient: 1)]
        func textbook(_ f: [TextbookIntegrals.Primitive], _ g: [TextbookIntegrals.Primitive], _ h: [TextbookIntegrals.Primitive])
            -> Double
        {
            let far = interaction.isCoulomb ? 0 : TextbookIntegrals.repulsion(f, g, h, unit, omega: interaction.omega)
            let coulomb = TextbookIntegrals.repulsion(f, g, h, unit)
            return interaction.shortRange * (coulomb - far) + interaction.longRange * far
        }
        var largest = 0.0
        for (index, pair) in integrals.pairs.pairs.enumerated() where index % 3 == 0 {
            let rows = UnsafeRawPointer(integrals.rows(index, workspace)).assumingMemoryBound(to: Double.self)
            let pairClass = integrals.pairs.classes[pair.classIndex]
            for a in 0..<pairClass.functionCountA {
                for b in 0..<pairClass.functionCountB {
                    let row = rows + (a * pairClass.functionCountB + b) * 8 * integrals.rowLength
                    // The textbook takes too long for all h and i functions.
                    for q in charges.indices where isCheap(q) || pair.primitiveCount == 1 && q % 3 == 0 {
                        let exact = textbook(functions[pair.firstA + a], functions[pair.firstB + b], charges[q])
                        largest = max(largest, abs(row[integrals.places[q]] - exact))
                    }
                }
            }
        }
        #expect(largest < 1e-11, "three centres: \(largest)")
        let block = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: 36 * integrals.rowLength)
        defer { block.deallocate() }
        let values = UnsafeMutableRawPointer(block).assumingMemoryBound(to: Double.self)
        largest = 0
        for (index, shell) in integrals.auxiliary.pairs.enumerated() {
            integrals.evaluate(auxiliaryShell: index, workspace.scratch, into: block)
            for c in 0..<integrals.auxiliary.classes[shell.classIndex].productCount {
                for q in charges.indices where isCheap(q) && isCheap(shell.firstA) || auxiliary.labels[q].angularMomentum == 0 {
                    let exact = textbook(charges[shell.firstA + c], unit, charges[q])
                    largest = max(largest, abs(values[c * 8 * integrals.rowLength + integrals.places[q]] - exact))
                }
            }
        }
        #expect(largest < 1e-11, "two centres: \(largest)")
    }

    /// Products of s functions on one line of centres are s functions on the centres between: an auxiliary basis of these is complete.
    private static func complete() -> (basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis) {
        let exponent = 0.8
        let positions = [SIMD3<Double>(0, 0, 0), SIMD3<Double>(0, 0, 1.6), SIMD3<Double>(0.4, 0, 3.0)]
        let s = { (a: Double) in ElementBasis(shells: [SmallBases.shell([a], [(0, [1])])]) }
        let basis = AtomicOrbitalBasis(
            molecule: SmallBases.molecule(positions, ["H", "H", "H"]), elementBases: positions.map { _ in s(exponent) },
            functionType: .pure)
        let middles = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)].map { 0.5 * (positions[$0.0] + positions[$0.1]) }
        let auxiliary = AtomicOrbitalBasis(
            molecule: SmallBases.molecule(middles, middles.map { _ in "H" }), elementBases: middles.map { _ in s(2 * exponent) },
            functionType: .pure)
        return (basis, auxiliary)
    }

    @Test func exactWhereTheAuxiliaryBasisIsComplete() throws {
        let (basis, auxiliary) = Self.complete()
        let densities = [Self.density(3, seed: 1), Self.density(3, seed: 2)]
        for interaction in [RepulsionOperator.coulomb, RepulsionOperator(shortRange: 0.2, longRange: 1, omega: 0.3)] {
            let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: Self.pool, memoryLimitInBytes: 1 << 24)
            let exchange = try FittedExchange(coulomb: coulomb, interaction: interaction, pool: Self.pool)
            let exact = CoulombExchangeBuilder(basis: basis, pool: Self.pool, memoryLimitInBytes: 0).build(
                coulomb: densities, exchange: [])
            let exactExchange = CoulombExchangeBuilder(
                basis: basis, interaction: interaction, pool: Self.pool, memoryLimitInBytes: 0
            ).build(coulomb: [], exchange: densities)
            for (fitted, exact) in zip(coulomb.build(densities), exact.coulomb) {
                #expect((fitted - exact).largestMagnitude < 1e-10)
            }
            for (fitted, exact) in zip(try exchange.build(densities.map { ($0, nil) }, in: Double.self), exactExchange.exchange) {
                #expect((fitted - exact).largestMagnitude < 3e-6)
            }
        }
    }

    /// Kept or computed anew, on one thread or on three: the same bits.
    @Test func storedAndComputedAnew() throws {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let auxiliary = SmallBases.everyAngularMomentum(.cartesian)
        let density = Self.density(basis.functionCount, seed: 5)
        func built(_ bytes: Int, threads: Int) throws -> (FittedCoulomb, Matrix, Matrix) {
            let pool = WorkerPool(threads: threads)
            let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: pool, memoryLimitInBytes: bytes)
            let exchange = try FittedExchange(coulomb: coulomb, pool: pool)
            return (coulomb, coulomb.build([density])[0], try exchange.build([(density, nil)], in: Float.self)[0])
        }
        let (all, coulomb, exchange) = try built(1 << 30, threads: 1)
        #expect(all.storedBytes == all.neededBytes)
        for bytes in [all.neededBytes / 2, 0] {
            let (part, otherCoulomb, otherExchange) = try built(bytes, threads: 3)
            #expect(part.storedBytes <= bytes && (bytes == 0) == (part.storedBytes == 0))
            #expect(otherCoulomb == coulomb && otherExchange == exchange)
        }
    }

    /// From the table of the exchange, the Coulomb matrices of the same fit; the same bits on one thread and on three.
    @Test func coulombMatricesFromTheTable() throws {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let auxiliary = SmallBases.everyAngularMomentum(.cartesian)
        let densities = [5, 6, 7, 8].map { Self.density(basis.functionCount, seed: $0) }
        let results = try [1, 3].map { threads in
            let pool = WorkerPool(threads: threads)
            let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: pool, memoryLimitInBytes: 0)
            let table = try FittedExchange(coulomb: coulomb, pool: pool).coulombMatrices(densities)
            for (one, other) in zip(table, coulomb.build(densities)) {
                let largest = other.largestMagnitude
                #expect(largest > 0.1 && (one - other).largestMagnitude < 1e-6 * largest)
            }
            return table
        }
        #expect(results[0] == results[1])
    }

    /// What is left out of a change of a density is as small as its eigenvalues.
    @Test func negligibleEigenvalues() throws {
        let basis = SmallBases.popleLike
        let coulomb = try FittedCoulomb(
            basis: basis, auxiliary: SmallBases.everyAngularMomentum(.pure), pool: Self.pool, memoryLimitInBytes: 1 << 24)
        let exchange = try FittedExchange(coulomb: coulomb, pool: Self.pool)
        let eigen = try SymmetricEigenproblem(Self.density(basis.functionCount, seed: 3))
        var values = [Double](repeating: 0, count: basis.functionCount)
        (values[0], values[1], values[2]) = (0.01, -0.02, 2e-4)
        let change = eigen.vectors.times(Matrix.diagonal(values)).times(eigen.vectors, otherTransposed: true)
        let whole = try exchange.build([(change, nil)], in: Double.self)[0]
        let nearly = try exchange.build([(change, nil)], in: Double.self, negligible: 1e-5)[0]
        let rough = try exchange.build([(change, nil)], in: Double.self, negligible: 1e-3)[0]
        #expect((whole - nearly).largestMagnitude < 1e-12)
        #expect((whole - rough).largestMagnitude > 1e-6 && (whole - rough).largestMagnitude < 1e-2 * whole.largestMagnitude)
    }

    /// A density of orbitals and the same as a matrix; one with negative eigenvalues.
    @Test func orbitalsOfTheDensity() throws {
        let basis = SmallBases.popleLike
        let coulomb = try FittedCoulomb(
            basis: basis, auxiliary: SmallBases.everyAngularMomentum(.pure), pool: Self.pool, memoryLimitInBytes: 1 << 24)
        let exchange = try FittedExchange(coulomb: coulomb, pool: Self.pool)
        let n = basis.functionCount
        let coefficients = Self.density(n, seed: 9)
        let occupations = (0..<n).map { $0 < 3 ? 2.0 : $0 == 3 ? 0.7 : 0 }
        let orbitals = MolecularOrbitals(
            coefficients: coefficients, energies: [Double](repeating: 0, count: n), occupations: occupations)
        let matrices = try exchange.build(
            [
                (orbitals.density, orbitals), (orbitals.density, nil), (-1 * orbitals.density, nil),
                (Self.density(n, seed: 3), nil), (orbitals.density + Self.density(n, seed: 3), nil),
            ], in: Double.self)
        #expect((matrices[0] - matrices[1]).largestMagnitude < 1e-10)
        #expect((matrices[1] + matrices[2]).largestMagnitude < 1e-10)
        #expect((matrices[0] + matrices[3] - matrices[4]).largestMagnitude < 1e-10)
        let rounded = try exchange.build([(orbitals.density, orbitals)], in: Float.self)[0]
        let largest = matrices[0].largestMagnitude
        #expect((rounded - matrices[0]).largestMagnitude < 1e-5 * largest)
    }

    /// Auxiliary functions that depend on each other exactly, with which the metric has no inverse, change nothing.
    @Test func dependentAuxiliaryFunctions() throws {
        let (basis, auxiliary) = Self.complete()
        let doubled = AtomicOrbitalBasis(
            molecule: auxiliary.molecule,
            elementBases: auxiliary.elementBases.map { ElementBasis(shells: $0.shells + $0.shells) }, functionType: .pure)
        let density = Self.density(3, seed: 1)
        func built(_ auxiliary: AtomicOrbitalBasis) throws -> (Matrix, Matrix) {
            let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: Self.pool, memoryLimitInBytes: 1 << 24)
            let exchange = try FittedExchange(coulomb: coulomb, pool: Self.pool)
            return (coulomb.build([density])[0], try exchange.build([(density, nil)], in: Double.self)[0])
        }
        let (coulomb, exchange) = try built(auxiliary)
        let (otherCoulomb, otherExchange) = try built(doubled)
        #expect((coulomb - otherCoulomb).largestMagnitude < 1e-9)
        #expect((exchange - otherExchange).largestMagnitude < 3e-6)
    }

    /// Three atoms with shells up to f, and auxiliary functions up to g.
    private static func fitted(_ positions: [SIMD3<Double>]) -> (basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis) {
        let molecule = SmallBases.molecule(positions, ["O", "H", "C"])
        let basis = AtomicOrbitalBasis(
            molecule: molecule,
            elementBases: [
                ElementBasis(shells: [
                    SmallBases.shell([5.1, 1.2, 0.35], [(0, [-0.1, 0.4, 0.7]), (1, [0.15, 0.6, 0.4])]),
                    SmallBases.shell([0.9], [(2, [1])]),
                ]),
                ElementBasis(shells: [SmallBases.shell([3.2, 0.6], [(0, [0.3, 0.8])]), SmallBases.shell([0.8], [(1, [1])])]),
                ElementBasis(shells: [SmallBases.shell([1.4, 0.5], [(3, [0.4, 0.7])])]),
            ], functionType: .pure)
        let auxiliary = AtomicOrbitalBasis(
            molecule: molecule,
            elementBases: [
                ElementBasis(
                    shells: [
                        SmallBases.shell([15.7, 3.6, 1.2], [(0, [0.02, 0.07, 0.12])]),
                        SmallBases.shell([6.1, 0.5], [(0, [0.1, 0.4])]), SmallBases.shell([1.9], [(2, [1])]),
                        SmallBases.shell([1.1], [(3, [1])]),
                    ]),
                ElementBasis(shells: [SmallBases.shell([0.4], [(1, [1])]), SmallBases.shell([0.8], [(4, [1])])]),
                ElementBasis(
                    shells: [
                        SmallBases.shell([1.4], [(3, [1])]), SmallBases.shell([0.7], [(2, [1])]),
                        SmallBases.shell([2], [(0, [1])]),
                    ]),
            ], functionType: .pure)
        return (basis, auxiliary)
    }

    /// The gradient at fixed orbitals against differences of the energy: from Coulomb energies of all products of orbitals in double
    /// precision, or, for another operator than 1/r, from the table in single precision.
    @Test(arguments: [RepulsionOperator.coulomb, RepulsionOperator(shortRange: 0.2, longRange: 1, omega: 0.4)])
    func exchangeGradient(interaction: RepulsionOperator) throws {
        let n = Self.fitted(SmallBases.positions).basis.functionCount
        let factor = 0.7
        let sets = [(2, [2.0, 1.3, 0]), (8, [1, 1, 1, 0.5])].map { seed, occupations in
            var coefficients = Matrix(rows: n, columns: occupations.count)
            let values = 0.3 * Self.density(n, seed: UInt64(seed))
            for i in 0..<n { for j in occupations.indices { coefficients[i, j] = values[i, j] } }
            return MolecularOrbitals(
                coefficients: coefficients, energies: [Double](repeating: 0, count: occupations.count), occupations: occupations)
        }
        func energy(_ positions: [SIMD3<Double>]) throws -> Double {
            let (basis, auxiliary) = Self.fitted(positions)
            let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: Self.pool, memoryLimitInBytes: 1 << 24)
            guard interaction.isCoulomb else {
                let exchange = try FittedExchange(coulomb: coulomb, interaction: interaction, pool: Self.pool)
                let matrices = try exchange.build(sets.map { ($0.density, $0) }, in: Double.self)
                return zip(sets, matrices).reduce(0) { $0 - 0.5 * factor * $1.0.density.dot($1.1) }
            }
            var sum = 0.0
            for set in sets {
                for (i, a) in set.occupations.enumerated() {
                    for (j, b) in set.occupations.enumerated() {
                        let product = set.coefficients.columns([i]).times(set.coefficients.columns([j]), otherTransposed: true)
                            .symmetrized()
                        sum -= 0.5 * factor * a * b * product.dot(coulomb.build([product])[0])
                    }
                }
            }
            return sum
        }
        let (basis, auxiliary) = Self.fitted(SmallBases.positions)
        let coulomb = try FittedCoulomb(basis: basis, auxiliary: auxiliary, pool: Self.pool, memoryLimitInBytes: 1 << 24)
        let exchange = try FittedExchange(coulomb: coulomb, interaction: interaction, pool: Self.pool)
        let gradient = FittedExchangeGradient.gradient(of: exchange, orbitals: sets, factor: factor, pool: Self.pool)
        let (step, tolerance) = interaction.isCoulomb ? (0.01, 2e-6) : (0.05, 5e-5)
        var largest = 0.0
        for atom in 0..<3 {
            for axis in 0..<3 {
                func value(_ k: Double) throws -> Double {
                    var positions = SmallBases.positions
                    positions[atom][axis] += k * step
                    return try energy(positions)
                }
                let difference = (8 * (try value(1) - value(-1)) - (try value(2) - value(-2))) / (12 * step)
                largest = max(largest, abs(difference))
                #expect(
                    abs(gradient[atom][axis] - difference) < tolerance,
                    "atom \(atom), axis \(axis): \(gradient[atom][axis]) and \(difference)")
            }
        }
        #expect(largest > 0.02)
        let sum = gradient.reduce(SIMD3<Double>.zero, +)
        #expect(max(abs(sum.x), abs(sum.y), abs(sum.z)) < 1e-10)
        let other = FittedExchangeGradient.gradient(of: exchange, orbitals: sets, factor: factor, pool: WorkerPool(threads: 3))
        #expect(other == gradient)
    }
}
