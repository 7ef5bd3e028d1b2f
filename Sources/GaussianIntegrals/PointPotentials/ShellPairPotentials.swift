import Foundation
import GaussianBasis
import ParallelExecution

/// The potentials of products of basis functions at points, A_ab(r) = (ab | w(|r' - r|)), with the shell pairs in the order in which
/// exchange needs them.
///
/// A point is the limit of a Gaussian charge with a very large exponent, so the kernels of three-centre repulsion integrals
/// (`HermiteCoulombIntegrals`, `BraTransformation`) compute A for eight points at once, for any `RepulsionOperator`.
package final class ShellPairPotentials: @unchecked Sendable {
    /// A shell that forms a product with another one.
    struct Partner {
        let pair: Int32
        let shell: Int32
        /// Of the magnitude of the potential of the product.
        let bound: Double
    }

    /// Where the product of a pair is, and how far it is spread.
    struct Extent {
        let x, y, z: Double
        /// Inverse root of the smallest exponent, in bohr.
        let width: Double
        /// Half the distance of the two shells.
        let radius: Double
    }

    package let basis: AtomicOrbitalBasis
    let interaction: RepulsionOperator
    let list: ShellPairList
    /// Of the charges that stand for points. A power of two with an even exponent.
    static var pointExponent: Double { 0x1p100 }
    /// Like those of the list, times the norm of a charge with `pointExponent`.
    let coefficients: UnsafePointer<Double>
    /// For every primitive, a bound of its potential and those of the primitives that follow it in the pair.
    let remainders: UnsafePointer<Double>
    /// The partners of shell s are elements `firstPartner[s] ..< firstPartner[s + 1]`, in descending order of their bounds.
    let partners: [Partner]
    let firstPartner: [Int]
    let extents: [Extent]

    /// - Parameter interaction: between a product and the unit charge at a point.
    package init(basis: AtomicOrbitalBasis, interaction: RepulsionOperator = .coulomb) {
        self.basis = basis
        self.interaction = interaction
        let list = ShellPairList(basis: basis)
        list.sortPairs(
            by: { ($0.classIndex, $0.shellA, $0.shellB) < ($1.classIndex, $1.shellA, $1.shellB) }, keeping: { _ in true })
        self.list = list
        let counts = list.pairs.map { ($0.firstCoefficient + $0.primitiveCount * list.classes[$0.classIndex].entryCount) }
        let coefficientCount = counts.max() ?? 0
        let scaled = UnsafeMutablePointer<Double>.allocate(capacity: max(1, coefficientCount))
        // A charge of exponent q with the prefactor of HermiteCoulombIntegrals, 2 pi^(5/2) / sqrt(q), has to become 2 pi.
        let norm = Self.pointExponent.squareRoot() * 2 * Double.pi / HermiteCoulombIntegrals.prefactor
        for k in 0..<coefficientCount { scaled[k] = norm * list.primitives.coefficients[k] }
        coefficients = UnsafePointer(scaled)
        let last = list.pairs.map { $0.firstPrimitive + $0.primitiveCount }.max() ?? 0
        let bounds = UnsafeMutablePointer<Double>.allocate(capacity: max(1, last))
        remainders = UnsafePointer(bounds)
        var byShell = [[Partner]](repeating: [], count: basis.shells.count)
        var extents: [Extent] = []
        for (index, pair) in list.pairs.enumerated() {
            let pairClass = list.classes[pair.classIndex]
            var remainder = 0.0
            for k in stride(from: pair.primitiveCount - 1, through: 0, by: -1) {
                remainder += Self.bound(
                    pairClass, exponent: list.primitives.exponent[pair.firstPrimitive + k],
                    coefficients: list.primitives.coefficients + pair.firstCoefficient + k * pairClass.entryCount)
                bounds[pair.firstPrimitive + k] = remainder
            }
            let bound = remainder * max(interaction.shortRange, interaction.longRange)
            byShell[pair.shellA].append(Partner(pair: Int32(index), shell: Int32(pair.shellB), bound: bound))
            if pair.shellA != pair.shellB {
                byShell[pair.shellB].append(Partner(pair: Int32(index), shell: Int32(pair.shellA), bound: bound))
            }
            let primitives = pair.firstPrimitive..<pair.firstPrimitive + pair.primitiveCount
            let smallest = primitives.map { list.primitives.exponent[$0] }.min() ?? 1
            let (a, b) = (basis.shells[pair.shellA].center, basis.shells[pair.shellB].center)
            let separation = a - b
            let middle = 0.5 * (a + b)
            extents.append(
                Extent(
                    x: middle.x, y: middle.y, z: middle.z, width: 1 / smallest.squareRoot(),
                    radius: 0.5 * (separation * separation).sum().squareRoot()))
        }
        var starts = [0]
        var all: [Partner] = []
        for partners in byShell {
            all += partners.sorted { ($1.bound, $0.pair) < ($0.bound, $1.pair) }
            starts.append(all.count)
        }
        partners = all
        firstPartner = starts
        self.extents = extents
    }

    /// A bound of the potentials of all products with a shell.
    package func largestBound(ofShell shell: Int) -> Double {
        firstPartner[shell] < firstPartner[shell + 1] ? partners[firstPartner[shell]].bound : 0
    }

    deinit {
        coefficients.deallocate()
        remainders.deallocate()
    }

    /// Of the potential of a primitive pair anywhere: 2 pi sum_h |E_h| max|R_h|, for the largest product.
    private static func bound(_ pairClass: ShellPairClass, exponent p: Double, coefficients: UnsafePointer<Double>) -> Double {
        var powers: [Double] = []
        for degree in 0...pairClass.degree { powers.append(largestDerivative(degree) * pow(p, 0.5 * Double(degree))) }
        var largest = 0.0
        for row in 0..<pairClass.productCount {
            var sum = 0.0
            for entry in Int(pairClass.rowStart[row])..<Int(pairClass.rowStart[row + 1]) {
                sum += abs(coefficients[entry]) * powers[Int(pairClass.entryDegree[entry])]
            }
            largest = max(largest, sum)
        }
        return 2 * Double.pi * largest
    }

    /// About the largest derivative of F_0(x^2) of a degree: that at the origin, which is 2^k (2k-1)!! / (2k+1) for degree 2k. Odd ones
    /// are between their neighbours.
    private static func largestDerivative(_ degree: Int) -> Double {
        func even(_ k: Int) -> Double {
            var result = 1 / Double(2 * k + 1)
            for i in 0..<k { result *= 2 * Double(2 * i + 1) }
            return result
        }
        let k = degree / 2
        return degree % 2 == 0 ? even(k) : max(1, (even(k) * even(k + 1)).squareRoot())
    }
}
