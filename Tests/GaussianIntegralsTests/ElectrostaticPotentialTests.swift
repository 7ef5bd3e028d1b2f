import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

@Suite("Electrostatic potential at points")
struct ElectrostaticPotentialTests {
    static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var result = Matrix(rows: n, columns: n)
        for k in result.elements.indices { result.elements[k] = Double.random(in: -1...1, using: &random) }
        return result.symmetrized()
    }

    /// Near nuclei, between them, and far away.
    static let points: [SIMD3<Double>] = {
        var random = RepeatableRandom(seed: 7)
        var result = SmallBases.positions.map { $0 + SIMD3(1e-3, 0, 0) }
        for scale in [1.0, 3.0, 9.0, 40.0] {
            for _ in 0..<12 {
                result.append(
                    SIMD3(
                        .random(in: -scale...scale, using: &random), .random(in: -scale...scale, using: &random),
                        .random(in: -scale...scale, using: &random)))
            }
        }
        return result
    }()

    static func oracle(_ basis: AtomicOrbitalBasis, _ density: Matrix, _ point: SIMD3<Double>) -> Double {
        let functions = TextbookIntegrals.functions(basis)
        var value = 0.0
        for m in functions.indices {
            for n in 0...m {
                value -= density[m, n] * (m == n ? 1 : 2)
                    * TextbookIntegrals.inverseDistance(functions[m], functions[n], [point.x, point.y, point.z])
            }
        }
        return value
    }

    @Test("every angular momentum against textbook integrals", arguments: [AngularFunctionType.pure, .cartesian])
    func textbook(_ type: AngularFunctionType) {
        let basis = SmallBases.everyAngularMomentum(type)
        let density = Self.density(basis.functionCount, seed: 1)
        let places = Array(Self.points.prefix(5)) + Array(Self.points.suffix(2))
        let expected = places.map { Self.oracle(basis, density, $0) }
        let scale = expected.reduce(0) { max($0, abs($1)) }
        for (tolerance, bound) in [(1e-12, 2e-12), (1e-8, 1e-8), (1e-4, 1e-4)] {
            let evaluator = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: tolerance)
            let values = evaluator.values(at: places, includingNuclei: false, pool: WorkerPool(threads: 1))[0]
            for (a, b) in zip(values, expected) { #expect(abs(a - b) < bound * max(1, scale)) }
        }
    }

    @Test("deep contractions and distant atoms against textbook integrals")
    func pople() {
        let basis = SmallBases.popleLike
        let density = Self.density(basis.functionCount, seed: 2)
        let evaluator = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: 1e-12)
        let values = evaluator.values(at: Self.points, includingNuclei: false, pool: WorkerPool(threads: 2))[0]
        for (a, point) in zip(values, Self.points) {
            let b = Self.oracle(basis, density, point)
            #expect(abs(a - b) < 1e-10 * max(0.1, abs(b)))
        }
    }

    @Test("several densities give what each gives alone, bit by bit on any number of threads")
    func severalDensities() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let densities = (3..<6).map { Self.density(basis.functionCount, seed: $0) }
        var random = RepeatableRandom(seed: 11)
        let points = (0..<9001).map { _ in
            SIMD3<Double>(
                .random(in: -6...6, using: &random), .random(in: -6...6, using: &random),
                .random(in: -6...6, using: &random))
        }
        let together = ElectrostaticPotentialEvaluator(basis: basis, densities: densities, tolerance: 1e-12)
        let one = together.values(at: points, pool: WorkerPool(threads: 1))
        #expect(one == together.values(at: points, pool: WorkerPool(threads: 3)))
        let prepared = ElectrostaticPotentialEvaluator(
            basis: basis, densities: densities, tolerance: 1e-12, pool: WorkerPool(threads: 3))
        #expect(one == prepared.values(at: points, pool: WorkerPool(threads: 2)))
        for (density, values) in zip(densities, one) {
            let alone = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: 1e-12)
                .values(at: points, pool: WorkerPool(threads: 2))[0]
            for (a, b) in zip(values, alone) { #expect(abs(a - b) < 1e-11 * max(1, abs(b))) }
        }
    }

    @Test("far away the potential is that of the multipoles")
    func farField() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let density = Self.density(basis.functionCount, seed: 9)
        let origin = SIMD3(0.2, 0.1, -0.3)
        let charge = density.dot(OneElectronIntegrals.overlap(basis: basis))
        let dipole = OneElectronIntegrals.dipole(basis: basis, origin: origin).map { density.dot($0) }
        let second = OneElectronIntegrals.secondMoments(basis: basis, origin: origin).map { density.dot($0) }
        let evaluator = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: 1e-12)
        for direction in [SIMD3(1.0, 2, -2) / 3, SIMD3(-2.0, 3, 6) / 7] {
            let distance = 2000.0
            let value = evaluator.values(
                at: [origin + distance * direction], includingNuclei: false, pool: WorkerPool(threads: 1))[0][0]
            let u = direction
            var expected = charge / distance
            expected += (dipole[0] * u.x + dipole[1] * u.y + dipole[2] * u.z) / pow(distance, 2)
            let trace = second[0] + second[3] + second[5]
            let projected =
                second[0] * u.x * u.x + second[3] * u.y * u.y + second[5] * u.z * u.z
                + 2 * (second[1] * u.x * u.y + second[2] * u.x * u.z + second[4] * u.y * u.z)
            expected += 0.5 * (3 * projected - trace) / pow(distance, 3)
            #expect(abs(value + expected) < 1e-10)
        }
    }

    @Test("nuclei and electrons of a neutral atom cancel far away; values at nuclei are finite")
    func nuclei() {
        let helium = AtomicOrbitalBasis(
            molecule: SmallBases.molecule([SIMD3(0.5, 0, 0)], ["He"]),
            elementBases: [ElementBasis(shells: [SmallBases.shell([0.9], [(0, [1])])])], functionType: .pure)
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: helium, densities: [Matrix(rows: 1, columns: 1, elements: [2])], tolerance: 1e-12)
        let values = evaluator.values(
            at: [SIMD3(0.5, 0, 0), SIMD3(0.5, 1.3, 0), SIMD3(0.5, 0, 30)], pool: WorkerPool(threads: 1))[0]
        #expect(values[0].isFinite && values[0] > 1e6)
        // V = 2/r - 2 erf(sqrt(2a) r) / r.
        #expect(abs(values[1] - 2 * erfc((1.8).squareRoot() * 1.3) / 1.3) < 1e-12)
        #expect(abs(values[2]) < 1e-14)
    }

    @Test("moving molecule and points together changes nothing")
    func invariance() {
        let shift = SIMD3(3.1, -2.2, 0.7)
        let basis = SmallBases.popleLike
        let moved = AtomicOrbitalBasis(
            molecule: Molecule(
                atoms: basis.molecule.atoms.map { Atom(element: $0.element, positionInBohr: $0.position + shift) }),
            elementBases: (0..<4).map { atom in
                ElementBasis(
                    shells: basis.shells.filter { $0.atom == atom }.map { shell in
                        ShellDefinition(
                            exponents: shell.exponents,
                            contractions: shell.contractions.map { c in
                                Contraction(
                                    angularMomentum: c.angularMomentum,
                                    coefficients: zip(c.coefficients, shell.exponents).map {
                                        $0 / AngularTransformation.radialNormalization(c.angularMomentum, exponent: $1)
                                    })
                            })
                    })
            }, functionType: .pure)
        let density = Self.density(basis.functionCount, seed: 12)
        let pool = WorkerPool(threads: 1)
        let a = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: 1e-12)
            .values(at: Self.points, pool: pool)[0]
        let b = ElectrostaticPotentialEvaluator(basis: moved, densities: [density], tolerance: 1e-12)
            .values(at: Self.points.map { $0 + shift }, pool: pool)[0]
        for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-11 * max(1, abs(x))) }
    }

    @Test("empty input")
    func empty() {
        let basis = SmallBases.popleLike
        let none = ElectrostaticPotentialEvaluator(basis: basis, densities: [])
        #expect(none.values(at: Self.points, pool: WorkerPool(threads: 2)).isEmpty)
        let one = ElectrostaticPotentialEvaluator(
            basis: basis, densities: [Matrix(rows: basis.functionCount, columns: basis.functionCount)])
        #expect(one.values(at: [], pool: WorkerPool(threads: 2)) == [[]])
        #expect(one.values(at: [SIMD3(1, 2, 3)], includingNuclei: false, pool: WorkerPool(threads: 2)) == [[0]])
    }

    @Test("points on both sides of the end of the tables, in one batch and apart")
    func tableEnd() {
        for l in [0, 1, 2] {
            let basis = AtomicOrbitalBasis(
                molecule: SmallBases.molecule([SIMD3(0, 0, 0)], ["H"]),
                elementBases: [ElementBasis(shells: [SmallBases.shell([0.5], [(l, [1])])])], functionType: .pure)
            let density = Self.density(basis.functionCount, seed: 31)
            let evaluator = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], tolerance: 1e-13)
            let end = BoysLookup.limit.squareRoot()
            let steps = [-0.3, -1e-3, -1e-5, -1e-9, 0, 1e-9, 1e-4, 0.2]
            let points = steps.map { SIMD3(0.6, 0.0, 0.8) * (end + $0) }
            let together = evaluator.values(at: points, includingNuclei: false, pool: WorkerPool(threads: 1))[0]
            for (point, value) in zip(points, together) {
                #expect(abs(value - Self.oracle(basis, density, point)) < 5e-13)
            }
        }
    }

    @Test("Boys functions by look-up against their series")
    func boysLookup() {
        let tables = BoysLookup.shared
        for order in [0, 1, 2, 4, 8, 16] {
            for step in stride(from: 0.0, to: 30.9, by: 0.37) {
                let argument = BoysArgument(Lanes(repeating: step))
                let value = argument.value(tables.orders + order * BoysLookup.orderStride)[3]
                let exact = BoysFunction.series(order, at: step)
                #expect(abs(value - exact) < 6e-14)
                #expect(abs(argument.exponential(tables.exponential)[0] - exp(-step)) < 1e-13 * exp(-step))
            }
        }
    }
}
