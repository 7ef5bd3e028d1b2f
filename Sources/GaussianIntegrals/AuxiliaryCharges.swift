import CVectorShims
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// Atom-centred charge distributions that represent changes of a density: for every exponent of an atom one s, three p and five d
/// Gaussians, or only those of lower angular momentum, scaled to unit self-repulsion.
///
/// They are derivatives of spherical Gaussians with respect to the centre. Their potentials are therefore the Hermite Coulomb
/// integrals of McMurchie and Davidson, J. Comput. Phys. 26, 218 (1978), doi 10.1016/0021-9991(78)90092-X.
struct AuxiliaryCharges {
    /// Charges of one centre and one exponent.
    struct Group {
        let center: SIMD3<Double>
        let exponent: Double
        /// Highest angular momentum, 0 to 2.
        let degree: Int
        /// Index of the first charge.
        let first: Int
        /// For each angular momentum, the factor that gives the charges unit self-repulsion.
        let scale: [Double]
        var count: Int { (degree + 1) * (degree + 1) }
    }

    let groups: [Group]
    let count: Int

    /// Combinations of Hermite derivatives (by their index in `HermiteIndex` order) that form the charges, for each angular
    /// momentum in turn; traceless for d.
    static let combinations: [[(hermite: Int, factor: Double)]] = [
        [(0, 1)],
        [(1, 1)], [(2, 1)], [(3, 1)],
        [(4, 1), (7, -1)], [(9, 2), (4, -1), (7, -1)], [(5, 1)], [(6, 1)], [(8, 1)],
    ]
    private static let angularMomentum = [0, 1, 1, 1, 2, 2, 2, 2, 2]

    /// Exponents increase by factors of three, starting at twice the smallest exponent of the atom's basis functions. They span
    /// the products of valence functions.
    init(basis: AtomicOrbitalBasis, highestDegree: Int) {
        var groups: [Group] = []
        var next = 0
        for (atom, elementBasis) in zip(basis.molecule.atoms, basis.elementBases) {
            let exponents = elementBasis.shells.flatMap(\.exponents)
            guard let smallest = exponents.min(), let largest = exponents.max() else { continue }
            let isLight = atom.element.period == 1
            var exponent = 2 * smallest
            while exponent < min(2 * largest, 40) * 1.001 || exponent == 2 * smallest {
                let degree = min(highestDegree, exponent > 20 ? 0 : exponent > 6 || isLight ? 1 : 2)
                groups.append(
                    Group(
                        center: atom.position, exponent: exponent, degree: degree, first: next,
                        scale: Self.unitScales(exponent, degree)))
                next += (degree + 1) * (degree + 1)
                exponent *= 3
            }
        }
        self.groups = groups
        count = next
    }

    /// Repulsion between all charges, in hartree. The matrix is symmetric with a unit diagonal.
    func repulsion() -> Matrix {
        var result = Matrix(rows: count, columns: count)
        let scratch = HermiteScratch()
        defer { scratch.deallocate() }
        for (i, a) in groups.enumerated() {
            for b in groups[...i] {
                let block = Self.repulsion(a, b, scratch)
                for p in 0..<a.count {
                    for q in 0..<b.count {
                        result[a.first + p, b.first + q] = block[p * b.count + q]
                        result[b.first + q, a.first + p] = block[p * b.count + q]
                    }
                }
            }
        }
        return result
    }

    private static func repulsion(_ a: Group, _ b: Group, _ scratch: HermiteScratch) -> [Double] {
        let values = unscaledRepulsion(a.exponent, a.degree, b.exponent, b.degree, a.center - b.center, scratch)
        var result = values
        for p in 0..<a.count {
            for q in 0..<b.count {
                result[p * b.count + q] *= a.scale[angularMomentum[p]] * b.scale[angularMomentum[q]]
            }
        }
        return result
    }

    /// The repulsion before scaling, between all charges of the first group and all of the second.
    static func unscaledRepulsion(
        _ a: Double, _ da: Int, _ b: Double, _ db: Int, _ distance: SIMD3<Double>, _ scratch: HermiteScratch
    ) -> [Double] {
        let degree = da + db
        let recursion = HermiteCoulombRecursion.all[degree]
        let reduced = a * b / (a + b)
        let squared = (distance * distance).sum()
        BoysFunction.all[degree].evaluate(Lanes(repeating: reduced * squared), into: scratch.recursion)
        var factor = 2 * pow(Double.pi, 2.5) / (a * b * (a + b).squareRoot())
        for m in 0...degree {
            scratch.recursion[m] *= Lanes(repeating: factor)
            factor *= -2 * reduced
        }
        for axis in 0..<3 { scratch.displacement[axis] = Lanes(repeating: distance[axis]) }
        recursion.evaluate(scratch.recursion, displacement: scratch.displacement)
        let powersA = HermiteIndex.powers(upTo: da)
        let powersB = HermiteIndex.powers(upTo: db)
        let (na, nb) = ((da + 1) * (da + 1), (db + 1) * (db + 1))
        var result = [Double](repeating: 0, count: na * nb)
        for p in 0..<na {
            for q in 0..<nb {
                var sum = 0.0
                for (h, x) in combinations[p] {
                    for (k, y) in combinations[q] {
                        let (u, v) = (powersA[h], powersB[k])
                        let place = recursion.places[HermiteIndex.index(u.t + v.t, u.u + v.u, u.v + v.v)]
                        sum += x * y * scratch.recursion[Int(place)][0]
                    }
                }
                result[p * nb + q] = angularMomentum[q] % 2 == 0 ? sum : -sum
            }
        }
        return result
    }

    private static func unitScales(_ exponent: Double, _ degree: Int) -> [Double] {
        let scratch = HermiteScratch()
        defer { scratch.deallocate() }
        let values = unscaledRepulsion(exponent, degree, exponent, degree, .zero, scratch)
        let n = (degree + 1) * (degree + 1)
        // All d combinations except the second have the norm of the mixed ones only up to a factor. Each angular momentum
        // therefore uses the scale of its first charge; the metric contains the remaining factor.
        return (0...degree).map { l in 1 / values[l * l * n + l * l].squareRoot() }
    }

    /// Potentials of a group's charges at eight points. Row p starts at `result[p * stride]`.
    func potentials(
        of group: Group, x: Lanes, y: Lanes, z: Lanes, _ scratch: HermiteScratch
    ) {
        let recursion = HermiteCoulombRecursion.all[group.degree]
        let dx = Lanes(repeating: group.center.x) - x
        let dy = Lanes(repeating: group.center.y) - y
        let dz = Lanes(repeating: group.center.z) - z
        let alpha = Lanes(repeating: group.exponent)
        BoysFunction.all[group.degree].evaluate(
            alpha * esp_fma8(dx, dx, esp_fma8(dy, dy, dz * dz)), into: scratch.recursion)
        var factor = 2 * Double.pi / group.exponent
        for m in 0...group.degree {
            scratch.recursion[m] *= Lanes(repeating: factor)
            factor *= -2 * group.exponent
        }
        scratch.displacement[0] = dx
        scratch.displacement[1] = dy
        scratch.displacement[2] = dz
        recursion.evaluate(scratch.recursion, displacement: scratch.displacement)
        for p in 0..<group.count {
            var sum = Lanes.zero
            for (h, factor) in Self.combinations[p] {
                sum = esp_fma8(Lanes(repeating: factor), scratch.recursion[Int(recursion.places[h])], sum)
            }
            scratch.values[p] = sum * Lanes(repeating: group.scale[Self.angularMomentum[p]])
        }
    }
}

/// Scratch memory of one thread for `AuxiliaryCharges`.
struct HermiteScratch {
    let recursion: UnsafeMutablePointer<Lanes>
    let displacement: UnsafeMutablePointer<Lanes>
    let values: UnsafeMutablePointer<Lanes>

    init() {
        recursion = .allocate(capacity: HermiteCoulombRecursion.all[4].scratchCount)
        displacement = .allocate(capacity: 3)
        values = .allocate(capacity: 9)
    }

    func deallocate() {
        recursion.deallocate()
        displacement.deallocate()
        values.deallocate()
    }
}
