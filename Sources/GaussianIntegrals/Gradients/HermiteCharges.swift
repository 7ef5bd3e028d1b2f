import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The electrons and nuclei of a molecule as Hermite Gaussians of charge, one set of coefficients for every primitive
/// pair and one charge for every nucleus, sorted by degree and falling size.
///
/// A nucleus is a very narrow Gaussian, so that the same integrals serve for it.
final class HermiteCharges: @unchecked Sendable {
    /// Exponent of a nucleus: integrals differ from those of a point charge by less than a rounding error.
    static let nuclearExponent = 1e20

    /// Charges of one degree and kind.
    struct Segment {
        let degree: Int
        let charges: Range<Int>
        let isNuclear: Bool
    }

    private(set) var segments: [Segment] = []
    /// Of every charge: exponent and centre.
    let exponent, x, y, z: UnsafeMutablePointer<Double>
    /// Rough square root of the repulsion of a charge with itself.
    private(set) var size: [Double] = []
    /// The atoms A and B that carry it, and a / p.
    private(set) var atoms: [(a: Int, b: Int)] = []
    private(set) var fractions: [Double] = []
    /// Place of a charge's four rows of coefficients: the density, and its derivatives by A - B at fixed centre.
    private(set) var places: [Int] = []
    private(set) var coefficients: [Double] = []

    var count: Int { size.count }

    /// - Parameter threshold: charges of a size below this are left out.
    init(list: ShellPairList, density: Matrix, charges: [Double], threshold: Double, pool: WorkerPool) {
        let elements = pool.map(list.pairs.count, inChunksOf: 16) {
            Self.elements(list, list.pairs[$0], density: density, threshold: threshold)
        }.flatMap { $0 }
        let order = elements.indices.sorted { i, j in
            let (a, b) = (elements[i], elements[j])
            if a.degree != b.degree { return a.degree < b.degree }
            return a.size != b.size ? a.size > b.size : i < j
        }
        let nuclei = Self.nuclei(list.basis, charges: charges)
        let all = order.map { elements[$0] } + nuclei
        exponent = .allocate(capacity: max(1, all.count))
        x = .allocate(capacity: max(1, all.count))
        y = .allocate(capacity: max(1, all.count))
        z = .allocate(capacity: max(1, all.count))
        var start = 0
        for (index, element) in all.enumerated() {
            exponent[index] = element.exponent
            x[index] = element.center.x
            y[index] = element.center.y
            z[index] = element.center.z
            size.append(element.size)
            atoms.append(element.atoms)
            fractions.append(element.fraction)
            places.append(coefficients.count)
            coefficients += element.coefficients
            let next = index + 1
            if next == elements.count || next == all.count || all[next].degree != element.degree {
                segments.append(Segment(degree: element.degree, charges: start..<next, isNuclear: index >= elements.count))
                start = next
            }
        }
    }

    deinit {
        for pointer in [exponent, x, y, z] { pointer.deallocate() }
    }

    private struct Element: Sendable {
        let degree: Int
        let exponent: Double
        let center: SIMD3<Double>
        let size: Double
        let atoms: (a: Int, b: Int)
        let fraction: Double
        let coefficients: [Double]
    }

    private static func nuclei(_ basis: AtomicOrbitalBasis, charges: [Double]) -> [Element] {
        let scale = nuclearExponent.squareRoot() / pow(Double.pi, 1.5)
        return zip(basis.molecule.atoms, charges).enumerated().map { index, nucleus in
            Element(
                degree: 0, exponent: nuclearExponent, center: nucleus.0.position, size: .infinity, atoms: (index, index),
                fraction: 1, coefficients: [-nucleus.1 * scale, 0, 0, 0])
        }
    }

    private static func elements(
        _ list: ShellPairList, _ pair: ShellPair, density: Matrix, threshold: Double
    ) -> [Element] {
        let pairClass = list.classes[pair.classIndex]
        let count = pairClass.hermiteCount
        let atoms = (a: list.basis.shells[pair.shellA].atom, b: list.basis.shells[pair.shellB].atom)
        var weights: [Double] = []
        for a in 0..<pairClass.functionCountA {
            for b in 0..<pairClass.functionCountB {
                weights.append((pair.shellA == pair.shellB ? 1 : 2) * density[pair.firstA + a, pair.firstB + b])
            }
        }
        var derivatives = ExpansionDerivatives()
        var result: [Element] = []
        for k in 0..<pair.primitiveCount {
            let primitive = pair.firstPrimitive + k
            var rows = [Double](repeating: 0, count: 4 * count)
            let own = list.primitives.coefficients + pair.firstCoefficient + k * pairClass.entryCount
            let p = list.primitives.exponent[primitive]
            var largest = 0.0
            for ab in 0..<pairClass.productCount {
                for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                    rows[Int(pairClass.hermite[entry])] += weights[ab] * own[entry]
                }
            }
            let powers = HermiteIndex.powers(upTo: pairClass.degree)
            for h in 0..<count {
                let degree = powers[h].t + powers[h].u + powers[h].v
                largest = max(largest, abs(rows[h]) * pow(p, 0.5 * Double(degree)))
            }
            let size = largest * (2 * pow(Double.pi, 2.5) / (2 * p).squareRoot()).squareRoot()
            guard size >= threshold else { continue }
            if atoms.a != atoms.b {
                derivatives.fill(list, pair, primitive: primitive)
                for axis in 0..<3 {
                    for ab in 0..<pairClass.productCount {
                        for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                            rows[(axis + 1) * count + Int(pairClass.hermite[entry])] +=
                                weights[ab] * derivatives.values[axis][entry]
                        }
                    }
                }
            }
            result.append(
                Element(
                    degree: pairClass.degree, exponent: p,
                    center: SIMD3(
                        list.primitives.centerX[primitive], list.primitives.centerY[primitive],
                        list.primitives.centerZ[primitive]), size: size, atoms: atoms,
                    fraction: atoms.a == atoms.b ? 1 : derivatives.fraction, coefficients: rows))
        }
        return result
    }
}
