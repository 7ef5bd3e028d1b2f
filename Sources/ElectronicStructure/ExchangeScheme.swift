import Foundation
import GaussianBasis
import GaussianIntegrals
import MolecularQuadrature
import MolecularStructure
import SemiNumericalExchange

/// How approximate exchange matrices are computed.
public enum ExchangeScheme: Sendable, Equatable {
    /// From integrals fitted in an auxiliary basis (RI-K).
    case fitted
    /// By quadrature over one electron (`SemiNumericalExchange`).
    case semiNumerical

    /// The scheme whose matrices for one density are estimated to take less time. The estimate depends only on the molecule and the basis.
    public static func faster(for basis: AtomicOrbitalBasis) -> ExchangeScheme {
        let cost = ExchangeCost(basis)
        return cost.semiNumericalSeconds < cost.fittedSeconds ? .semiNumerical : .fitted
    }
}

/// Estimated processor times of an exchange matrix, with the speed of one core of a Zen 4 server. Only their ratio is used.
struct ExchangeCost {
    let fittedSeconds: Double
    let semiNumericalSeconds: Double

    /// Multiplications a second in matrix products.
    private static let multiplications = 2.2e10
    /// Auxiliary functions of def2-universal-jkfit: of hydrogen and helium, and about those of the others.
    private static let (auxiliaryOfHydrogen, auxiliaryOfOthers) = (23.0, 90.0)
    /// In bohr, from a point to the functions whose density matrix elements with functions at the point matter.
    private static let range = 12.0

    /// Cost: O(primitives^2 + atoms^3).
    init(_ basis: AtomicOrbitalBasis) {
        let molecule = basis.molecule
        let count = molecule.centerCount
        var pairSeconds = [Double](repeating: 0, count: count * count)
        var products = 0.0
        for (i, a) in basis.shells.enumerated() {
            for (j, b) in basis.shells[...i].enumerated() {
                let separation = a.center - b.center
                let squared = (separation * separation).sum()
                var primitives = 0
                for alpha in a.exponents {
                    for beta in b.exponents where alpha * beta / (alpha + beta) * squared < Self.negligibleExponent {
                        primitives += 1
                    }
                }
                guard primitives > 0 else { continue }
                let size = Double(a.functionCount * b.functionCount)
                products += i == j ? size : 2 * size
                pairSeconds[a.atom * count + b.atom] += Self.seconds(a, b, primitives: primitives)
            }
        }
        let atoms = molecule.atoms
        let functions = Double(basis.functionCount)
        let orbitals = max(1, 0.5 * Double(basis.electronCount(charge: 0)))
        let auxiliary = atoms.reduce(0.0) { $0 + ($1.element.period == 1 ? Self.auxiliaryOfHydrogen : Self.auxiliaryOfOthers) }
        fittedSeconds = (2 * products + functions * functions) * orbitals * auxiliary / Self.multiplications
        let grid = SemiNumericalExchange.energyGrid
        let centers = basis.shells.reduce(into: [Int: SIMD3<Double>]()) { $0[$1.atom] = $1.center }
        var seconds = 0.0
        for atom in atoms {
            // Pruned spheres have about half as many points as the largest ones.
            let points = 0.56 * Double(grid.radialCount(atom.element) * grid.angularCount(atom.element))
            let isNear = (0..<count).map { center in
                guard let position = centers[center] else { return false }
                let d = position - atom.position
                return (d * d).sum() < Self.range * Self.range
            }
            var sum = 0.0
            for a in 0..<count { for b in 0..<count where isNear[a] || isNear[b] { sum += pairSeconds[a * count + b] } }
            seconds += points / 8 * sum
        }
        semiNumericalSeconds = seconds
    }

    /// Primitives with a factor below exp(-this) from the product of their Gaussians are omitted.
    private static let negligibleExponent = 18.0

    /// Of the potentials of a pair of shells at eight points: Boys functions, Hermite integrals, their sums.
    private static func seconds(_ a: Shell, _ b: Shell, primitives: Int) -> Double {
        let degree = a.highestAngularMomentum + b.highestAngularMomentum
        let hermites = Double((degree + 1) * (degree + 2) * (degree + 3)) / 6
        let products = Double(a.functionCount * b.functionCount)
        return Double(primitives) * 1e-9 * (27 + 0.9 * hermites + 0.23 * products * hermites) + 1e-9 * (9 + 3.6 * products)
    }
}
