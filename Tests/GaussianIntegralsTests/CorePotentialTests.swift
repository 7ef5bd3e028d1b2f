import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import Testing

@Suite struct CorePotentialTests {
    /// Two shells and a potential, anywhere; the potential's atom carries no functions of its own.
    struct Arrangement: Sendable, CustomTestStringConvertible {
        let name: String
        /// Distances of the shells from the potential, in different directions.
        let distances: (Double, Double)
        let exponents: (Double, Double)
        let momenta: (Int, Int)
        let type: AngularFunctionType
        let potentialExponent: Double

        var testDescription: String { name }

        func basis(powers: [Int]) -> AtomicOrbitalBasis {
            let origin = SIMD3(0.1, 0.2, -0.3)
            let places = [
                origin, origin + distances.0 * SIMD3(0.48, -0.6, 0.64), origin + distances.1 * SIMD3(-0.36, 0.48, 0.8),
            ]
            let terms = powers.map {
                EffectiveCorePotential.Term(
                    power: $0, exponent: potentialExponent * (1 + 0.2 * Double($0)), coefficient: 1.5 - 0.3 * Double($0))
            }
            let potential = EffectiveCorePotential(
                coreElectrons: 2, local: terms,
                projected: (0...4).map { l in
                    terms.map { .init(power: $0.power, exponent: $0.exponent, coefficient: 1 + 0.4 * Double(l)) }
                })
            return AtomicOrbitalBasis(
                molecule: SmallBases.molecule(places, ["Ne", "H", "H"]),
                elementBases: [
                    ElementBasis(shells: [], effectiveCorePotential: potential),
                    ElementBasis(shells: [SmallBases.shell([exponents.0], [(momenta.0, [1])])]),
                    ElementBasis(shells: [SmallBases.shell([exponents.1], [(momenta.1, [1])])]),
                ], functionType: type)
        }
    }

    static let arrangements = [
        Arrangement(
            name: "middling distances", distances: (2, 3), exponents: (0.6, 1.7), momenta: (4, 3), type: .cartesian,
            potentialExponent: 0.3),
        Arrangement(
            name: "tight, far away, diffuse potential", distances: (20, 19.9), exponents: (1e4, 0.5), momenta: (1, 2),
            type: .pure, potentialExponent: 0.01),
        Arrangement(
            name: "very tight beside one at the potential", distances: (3, 0), exponents: (1e5, 0.3), momenta: (1, 2),
            type: .pure, potentialExponent: 0.05),
        Arrangement(
            name: "diffuse and far away", distances: (20, 18), exponents: (0.02, 0.05), momenta: (2, 4), type: .pure,
            potentialExponent: 0.01),
        Arrangement(
            name: "nearly coincident", distances: (1e-3, 1e-6), exponents: (2, 30), momenta: (4, 2), type: .cartesian,
            potentialExponent: 10),
        Arrangement(
            name: "tight and near", distances: (0.05, 0), exponents: (1e4, 1e3), momenta: (3, 3), type: .pure,
            potentialExponent: 1e3),
        Arrangement(
            name: "coincident", distances: (0, 0), exponents: (1.3, 0.4), momenta: (4, 2), type: .cartesian,
            potentialExponent: 0.8),
        Arrangement(
            name: "steep potential", distances: (0.5, 0.1), exponents: (0.5, 50), momenta: (3, 1), type: .pure,
            potentialExponent: 1e5),
    ]

    @Test(arguments: arrangements)
    func hardPairsAgreeWithQuadratureInSpace(_ arrangement: Arrangement) {
        for powers in [[0], [1], [2], [3, 4], [7]] {
            let basis = arrangement.basis(powers: powers)
            let matrix = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 1))
            let oracle = SlowCorePotentialIntegrals(basis: basis).block(0, 1)
            let scale = max(1, oracle.largestMagnitude)
            for i in 0..<oracle.rows {
                for j in 0..<oracle.columns {
                    #expect(abs(matrix[i, oracle.rows + j] - oracle[i, j]) < 1e-11 * scale, "powers \(powers)")
                    #expect(matrix[i, oracle.rows + j] == matrix[oracle.rows + j, i])
                }
            }
        }
    }

    /// Every shell of a molecule with two potentials, contracted, s and p fused, own centres included.
    @Test(arguments: [AngularFunctionType.pure, .cartesian])
    func moleculesAgreeWithQuadratureInSpace(_ type: AngularFunctionType) {
        let basis = Self.twoPotentials(type)
        let matrix = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 2))
        let oracle = SlowCorePotentialIntegrals(basis: basis)
        for i in basis.shells.indices {
            for j in 0...i {
                let block = oracle.block(i, j)
                for (f, row) in basis.shells[i].functions.enumerated() {
                    for (g, column) in basis.shells[j].functions.enumerated() {
                        #expect(abs(matrix[row, column] - block[f, g]) < 1e-11)
                    }
                }
            }
        }
    }

    @Test func threadsDoNotChangeABit() {
        let basis = Self.twoPotentials(.pure)
        let one = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 1))
        #expect(one == EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 3)))
        #expect(one == one.transposed())
    }

    @Test func movingAMoleculeChangesNothing() {
        let a = EffectiveCorePotentialIntegrals.matrix(basis: Self.twoPotentials(.cartesian), pool: WorkerPool(threads: 1))
        let moved = Self.twoPotentials(.cartesian) { $0 + SIMD3(-7.3, 11.9, 4.1) }
        let b = EffectiveCorePotentialIntegrals.matrix(basis: moved, pool: WorkerPool(threads: 1))
        #expect((a - b).largestMagnitude < 1e-11)
    }

    @Test func turningAMoleculeKeepsTheSpectrum() throws {
        let (c1, s1, c2, s2) = (cos(0.7), sin(0.7), cos(1.1), sin(1.1))
        let turned = Self.twoPotentials(.pure) { p in
            SIMD3(c1 * p.x - s1 * p.y, c2 * (s1 * p.x + c1 * p.y) - s2 * p.z, s2 * (s1 * p.x + c1 * p.y) + c2 * p.z)
        }
        let pool = WorkerPool(threads: 1)
        let a = try SymmetricEigenproblem(
            EffectiveCorePotentialIntegrals.matrix(basis: Self.twoPotentials(.pure), pool: pool)
        ).values
        let b = try SymmetricEigenproblem(EffectiveCorePotentialIntegrals.matrix(basis: turned, pool: pool)).values
        for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-11) }
    }

    /// Each projector alone sees a function of its own angular momentum at its centre, and no other one.
    @Test func projectorsAreSelectiveAtTheirCentre() {
        for l in 0...4 {
            var projected = [[EffectiveCorePotential.Term]](repeating: [], count: 5)
            projected[l] = [.init(power: 2, exponent: 0.9, coefficient: 2.5)]
            let basis = AtomicOrbitalBasis(
                molecule: SmallBases.molecule([SIMD3(1, 2, 3)], ["Ne"]),
                elementBases: [
                    ElementBasis(
                        shells: (0...5).map { SmallBases.shell([0.7], [($0, [1])]) },
                        effectiveCorePotential: EffectiveCorePotential(coreElectrons: 2, local: [], projected: projected))
                ], functionType: .pure)
            let matrix = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 1))
            // The normalised radial density r^(2l+2) exp(-1.4 r^2) against 2.5 exp(-0.9 r^2).
            let expected = 2.5 * pow(1.4 / 2.3, Double(l) + 1.5)
            for (i, label) in basis.labels.enumerated() {
                for j in basis.labels.indices {
                    let value = i == j && label.angularMomentum == l ? expected : 0
                    #expect(abs(matrix[i, j] - value) < 1e-13)
                }
            }
        }
    }

    @Test func basesWithoutPotentialsGiveZero() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let matrix = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 1))
        #expect(matrix == Matrix(rows: basis.functionCount, columns: basis.functionCount))
    }

    private static func twoPotentials(
        _ type: AngularFunctionType, place: (SIMD3<Double>) -> SIMD3<Double> = { $0 }
    ) -> AtomicOrbitalBasis {
        let first = EffectiveCorePotential(
            coreElectrons: 10,
            local: [.init(power: 1, exponent: 30.5, coefficient: -10), .init(power: 2, exponent: 4.1, coefficient: -8)],
            projected: [
                [.init(power: 0, exponent: 11.2, coefficient: 3), .init(power: 2, exponent: 2.9, coefficient: 20.5)],
                [.init(power: 0, exponent: 7.7, coefficient: 5), .init(power: 1, exponent: 1.6, coefficient: 7.3)],
            ])
        let second = EffectiveCorePotential(
            coreElectrons: 28,
            local: [
                .init(power: 0, exponent: 3.4, coefficient: -0.4), .init(power: 2, exponent: 0.9, coefficient: -2.2),
                .init(power: 3, exponent: 1.3, coefficient: 1.4),
            ],
            projected: [
                [.init(power: 2, exponent: 4.9, coefficient: 35)], [.init(power: 2, exponent: 4.2, coefficient: 21)],
                [.init(power: 2, exponent: 3.1, coefficient: 11)], [.init(power: 2, exponent: 2.2, coefficient: -1)],
            ])
        return AtomicOrbitalBasis(
            molecule: SmallBases.molecule(SmallBases.positions.map(place), ["Al", "O", "Nb"]),
            elementBases: [
                ElementBasis(
                    shells: [SmallBases.shell([1.9, 0.2], [(0, [-0.5, 1.2])]), SmallBases.shell([0.4], [(2, [1])])],
                    effectiveCorePotential: first),
                ElementBasis(shells: [SmallBases.shell([15.5, 3.6], [(0, [-0.15, 1.1]), (1, [0.4, 0.7])])]),
                ElementBasis(
                    shells: [SmallBases.shell([0.6], [(1, [1])]), SmallBases.shell([1.1], [(3, [1])])],
                    effectiveCorePotential: second),
            ], functionType: type)
    }
}
