import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The electrons and nuclei of a molecule as charge distributions of Hermite Gaussians, with one set of coefficients per
/// primitive pair and one charge per nucleus. They are sorted by degree, then in descending order of size.
///
/// A nucleus is represented by a very narrow Gaussian, so that the same integrals can be used.
final class HermiteCharges: @unchecked Sendable {
    /// Exponent of a nucleus. Integrals differ from those of a point charge by less than the rounding error.
    static let nuclearExponent = 1e20

    enum Kind {
        case electron, nucleus
        /// The density fitted in an auxiliary basis.
        case fit
    }

    /// A density in an auxiliary basis.
    struct Fit {
        /// Single shells.
        let shells: ShellPairList
        /// In the order of the basis functions.
        let coefficients: [Double]
    }

    /// Charges of one degree and kind.
    struct Segment {
        let degree: Int
        let charges: Range<Int>
        let kind: Kind
    }

    private(set) var segments: [Segment] = []
    /// For every charge: exponent and centre.
    let exponent, x, y, z: UnsafeMutablePointer<Double>
    /// Estimated square root of the self-repulsion of a charge.
    private(set) var size: [Double] = []
    /// The atoms A and B of the charge, and a / p.
    private(set) var atoms: [(a: Int, b: Int)] = []
    private(set) var fractions: [Double] = []
    /// Index of a charge's four rows of coefficients: the density, and its derivatives with respect to A - B at fixed centre.
    private(set) var places: [Int] = []
    private(set) var coefficients: [Double] = []

    var count: Int { size.count }
    private let isFitted: Bool

    /// Factor of the repulsion of two kinds in the energy: 0 if it does not contribute, -1 to correct double counting. Electrons
    /// repel each other or, if there is one, the fit of their density: E = (d|f) - (f|f) / 2.
    func coupling(_ bra: Kind, _ ket: Kind) -> Double {
        switch (bra, ket) {
        case (.electron, .electron): isFitted ? 0 : 1
        case (.electron, .nucleus), (.nucleus, .electron), (.electron, .fit), (.fit, .electron): 1
        case (.fit, .fit): -1
        default: 0
        }
    }

    /// - Parameters:
    ///   - fit: of the density. If nil, the exact repulsion of the electrons is used.
    ///   - threshold: charges with a size below this are omitted.
    init(list: ShellPairList, density: Matrix, charges: [Double], fit: Fit? = nil, threshold: Double, pool: WorkerPool) {
        isFitted = fit != nil
        func sorted(_ elements: [Element]) -> [Element] {
            elements.indices.sorted { i, j in
                let (a, b) = (elements[i], elements[j])
                if a.degree != b.degree { return a.degree < b.degree }
                return a.size != b.size ? a.size > b.size : i < j
            }.map { elements[$0] }
        }
        let electrons = pool.map(list.pairs.count, inChunksOf: 16) { index in
            let pair = list.pairs[index]
            let factor = pair.shellA == pair.shellB ? 1.0 : 2.0
            return Self.elements(list, pair, kind: .electron, threshold: threshold) {
                factor * density[pair.firstA + $0, pair.firstB + $1]
            }
        }.flatMap { $0 }
        let fitted =
            fit.map { fit in
                fit.shells.pairs.flatMap { pair in
                    Self.elements(fit.shells, pair, kind: .fit, threshold: threshold) { a, _ in fit.coefficients[pair.firstA + a]
                    }
                }
            } ?? []
        let all = sorted(electrons) + sorted(fitted) + Self.nuclei(list.basis, charges: charges)
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
            if next == all.count || all[next].kind != element.kind || all[next].degree != element.degree {
                segments.append(Segment(degree: element.degree, charges: start..<next, kind: element.kind))
                start = next
            }
        }
    }

    deinit {
        for pointer in [exponent, x, y, z] { pointer.deallocate() }
    }

    private struct Element: Sendable {
        let kind: Kind
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
                kind: .nucleus, degree: 0, exponent: nuclearExponent, center: nucleus.0.position, size: .infinity,
                atoms: (index, index),
                fraction: 1, coefficients: [-nucleus.1 * scale, 0, 0, 0])
        }
    }

    private static func elements(
        _ list: ShellPairList, _ pair: ShellPair, kind: Kind, threshold: Double, _ weight: (_ a: Int, _ b: Int) -> Double
    ) -> [Element] {
        let pairClass = list.classes[pair.classIndex]
        let count = pairClass.hermiteCount
        let atoms = (a: list.basis.shells[pair.shellA].atom, b: list.basis.shells[pair.shellB].atom)
        var weights: [Double] = []
        for a in 0..<pairClass.functionCountA {
            for b in 0..<pairClass.functionCountB {
                weights.append(weight(a, b))
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
                    kind: kind, degree: pairClass.degree, exponent: p,
                    center: SIMD3(
                        list.primitives.centerX[primitive], list.primitives.centerY[primitive],
                        list.primitives.centerZ[primitive]), size: size, atoms: atoms,
                    fraction: atoms.a == atoms.b ? 1 : derivatives.fraction, coefficients: rows))
        }
        return result
    }
}
