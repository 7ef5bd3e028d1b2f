import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Gradients of sums over integrals with fixed densities, against differences of the integrals' sums. The densities are no
/// densities of any state, so that nothing cancels.
@Suite struct IntegralGradientTests {
    static let pool = WorkerPool(threads: 2)

    /// The same basis on displaced atoms.
    static func moved(_ basis: AtomicOrbitalBasis, atom: Int, axis: Int, by step: Double) -> AtomicOrbitalBasis {
        let atoms = basis.molecule.atoms.enumerated().map { index, old -> Atom in
            var position = old.position
            if index == atom { position[axis] += step }
            return Atom(element: old.element, positionInBohr: position)
        }
        return AtomicOrbitalBasis(
            molecule: Molecule(atoms: atoms), elementBases: basis.elementBases, functionType: basis.functionType)
    }

    static func density(_ n: Int, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var result = Matrix(rows: n, columns: n)
        for i in 0..<n { for j in 0...i { result[i, j] = Double.random(in: -1...1, using: &random) } }
        for i in 0..<n { for j in 0..<i { result[j, i] = result[i, j] } }
        return result
    }

    /// Compares with fourth-order differences and sees that forces and torques vanish.
    static func check(
        _ basis: AtomicOrbitalBasis, _ gradient: [SIMD3<Double>], tolerance: Double, energy: (AtomicOrbitalBasis) -> Double
    ) {
        let step = 0.01
        for atom in basis.molecule.atoms.indices {
            for axis in 0..<3 {
                func value(_ k: Double) -> Double { energy(moved(basis, atom: atom, axis: axis, by: k * step)) }
                let difference = (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * step)
                #expect(
                    abs(gradient[atom][axis] - difference) < tolerance * max(1, abs(difference)),
                    "atom \(atom), axis \(axis): \(gradient[atom][axis]) and \(difference)")
            }
        }
        var force = SIMD3<Double>.zero
        for part in gradient { force += part }
        for axis in 0..<3 { #expect(abs(force[axis]) < tolerance) }
    }

    static let bases = [SmallBases.everyAngularMomentum(.pure), SmallBases.everyAngularMomentum(.cartesian), SmallBases.popleLike]

    @Test(arguments: 0..<3)
    func oneElectronGradient(_ index: Int) {
        let basis = Self.bases[index]
        let (p, w) = (Self.density(basis.functionCount, seed: 3), Self.density(basis.functionCount, seed: 4))
        let gradient = OneElectronGradient.gradient(
            basis: basis, density: p, energyWeightedDensity: w, pool: Self.pool)
        Self.check(basis, gradient, tolerance: 2e-6) {
            OneElectronIntegrals.kinetic(basis: $0).dot(p) - OneElectronIntegrals.overlap(basis: $0).dot(w)
        }
    }

    @Test(arguments: 0..<3)
    func coulombGradient(_ index: Int) {
        let basis = Self.bases[index]
        let p = Self.density(basis.functionCount, seed: 5)
        let charges = basis.molecule.atoms.map { Double($0.element.atomicNumber) }
        let gradient = CoulombGradient.gradient(basis: basis, density: p, charges: charges, pool: Self.pool)
        Self.check(basis, gradient, tolerance: 2e-6) { moved in
            let attraction = OneElectronIntegrals.nuclearAttraction(
                basis: moved, charges: charges, positions: moved.molecule.atoms.map(\.position), pool: Self.pool)
            let builder = CoulombExchangeBuilder(basis: moved, pool: Self.pool, memoryLimitInBytes: 0, threshold: 0)
            return attraction.dot(p) + 0.5 * builder.build(coulomb: [p], exchange: []).coulomb[0].dot(p)
        }
    }

    @Test(arguments: 0..<3)
    func exchangeGradient(_ index: Int) {
        let basis = Self.bases[index]
        let densities = [Self.density(basis.functionCount, seed: 6), Self.density(basis.functionCount, seed: 7)]
        let gradient = ExchangeGradient.gradient(
            basis: basis, densities: densities, factor: 0.3, pool: Self.pool)
        Self.check(basis, gradient, tolerance: 2e-6) { moved in
            let builder = CoulombExchangeBuilder(basis: moved, pool: Self.pool, memoryLimitInBytes: 0, threshold: 0)
            let exchange = builder.build(coulomb: [], exchange: densities).exchange
            return -0.15 * zip(exchange, densities).reduce(0) { $0 + $1.0.dot($1.1) }
        }
    }

    @Test func gradientsDoNotDependOnThreads() {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let p = Self.density(basis.functionCount, seed: 8)
        let results = [1, 2, 3].map { threads in
            let pool = WorkerPool(threads: threads)
            return [
                OneElectronGradient.gradient(basis: basis, density: p, energyWeightedDensity: p, pool: pool),
                CoulombGradient.gradient(basis: basis, density: p, charges: [8, 1, 6], pool: pool),
                ExchangeGradient.gradient(basis: basis, densities: [p], factor: 1, pool: pool),
            ]
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    /// Potentials on two atoms, with and without functions beside them.
    @Test(arguments: [AngularFunctionType.pure, .cartesian])
    func corePotentialGradient(_ type: AngularFunctionType) {
        func potential(_ scale: Double) -> EffectiveCorePotential {
            let terms = [0, 1, 2].map {
                EffectiveCorePotential.Term(power: $0, exponent: scale * (1 + 0.4 * Double($0)), coefficient: 1.5 - 0.9 * Double($0))
            }
            return EffectiveCorePotential(
                coreElectrons: 2, local: terms,
                projected: (0...2).map { l in
                    terms.map { .init(power: $0.power, exponent: 1.3 * $0.exponent, coefficient: 1 + 0.4 * Double(l)) }
                })
        }
        let plain = SmallBases.everyAngularMomentum(type)
        var elementBases = plain.elementBases
        elementBases[0].effectiveCorePotential = potential(0.8)
        elementBases[2].effectiveCorePotential = potential(2.1)
        elementBases.append(ElementBasis(shells: [], effectiveCorePotential: potential(0.3)))
        let basis = AtomicOrbitalBasis(
            molecule: SmallBases.molecule(SmallBases.positions + [SIMD3(-2.1, -1.3, 0.4)], ["O", "H", "C", "Ne"]),
            elementBases: elementBases, functionType: type)
        let p = Self.density(basis.functionCount, seed: 9)
        let gradient = EffectiveCorePotentialGradient.gradient(basis: basis, density: p, pool: Self.pool)
        Self.check(basis, gradient, tolerance: 2e-6) {
            EffectiveCorePotentialIntegrals.matrix(basis: $0, pool: Self.pool).dot(p)
        }
    }
}
