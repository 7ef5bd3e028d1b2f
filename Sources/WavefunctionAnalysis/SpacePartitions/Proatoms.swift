import Foundation
import MolecularStructure

/// The density of a spherical atom, ion or core, by cubic splines through its logarithm over the logarithm of the distance.
struct RadialDensity: Sendable {
    private var values: [Double]
    private let curvatures: [Double]

    /// - Parameter electrons: what the integral over space is to be; interpolation alone would miss it by a millionth or two.
    init(logarithms: [Double], electrons: Double) {
        values = logarithms
        let n = logarithms.count
        let h = ProatomData.step
        var curvatures = [Double](repeating: 0, count: n)
        var upper = curvatures
        // Natural spline: tridiagonal equations.
        for i in 1..<max(1, n - 1) {
            let pivot = 4 - upper[i - 1]
            upper[i] = 1 / pivot
            let right = 6 * (logarithms[i + 1] - 2 * logarithms[i] + logarithms[i - 1]) / (h * h)
            curvatures[i] = (right - curvatures[i - 1]) / pivot
        }
        for i in stride(from: n - 2, to: 0, by: -1) { curvatures[i] -= upper[i] * curvatures[i + 1] }
        self.curvatures = curvatures
        let shift = log(electrons / integral)
        values = values.map { $0 + shift }
    }

    /// Electrons, by a sum over even logarithms of the distance, a quarter of the table's step apart.
    private var integral: Double {
        let h = 0.25 * ProatomData.step
        // From 1e-5 bohr on.
        let inner = Int((ProatomData.firstLogarithm - log(1e-5)) / h)
        return (-inner..<4 * (values.count - 1)).reduce(0) { sum, k in
            let x = ProatomData.firstLogarithm + h * Double(k)
            return sum + 4 * .pi * h * exp(3 * x) * value(atLogarithm: x)
        }
    }

    /// Electrons per bohr^3 at a place relative to the nucleus.
    func value(at offset: SIMD3<Double>) -> Double {
        value(atLogarithm: 0.5 * log(max((offset * offset).sum(), 1e-30)))
    }

    /// Electrons per bohr^3 at a distance given by its logarithm; nothing beyond the table, 30 bohr.
    func value(atLogarithm x: Double) -> Double {
        let h = ProatomData.step
        let t = (x - ProatomData.firstLogarithm) / h
        guard t > 0 else { return exp(values[0]) }
        let i = Int(t)
        guard i < values.count - 1 else { return 0 }
        let b = t - Double(i)
        let a = 1 - b
        return exp(
            a * values[i] + b * values[i + 1]
                + ((a * a * a - a) * curvatures[i] + (b * b * b - b) * curvatures[i + 1]) * (h * h / 6))
    }
}

/// Why space cannot be shared out.
public enum SpacePartitionError: Error, Equatable, CustomStringConvertible {
    case noProatom(symbol: String, charge: Int)
    case noCore(symbol: String, electrons: Int)

    public var description: String {
        switch self {
        case .noProatom(let symbol, let charge): "there is no density of the free atom \(symbol) with charge \(charge)."
        case .noCore(let symbol, let electrons):
            "the density of the \(electrons) electrons that the core potential of \(symbol) replaces is not known: the schemes "
                + "that share out space need it. Take another basis set for \(symbol), or leave these schemes out (--charges)."
        }
    }
}

/// Densities of free atoms, of their ions, and of the cores that potentials replace, all from one kind of calculation:
/// PBE, restricted, spherically averaged, not relativistic (`SphericalAtom`).
struct ProatomLibrary: Sendable {
    static let description = "PBE, spherically averaged, all electrons, not relativistic; charges -2 to +5; set 1"

    private let ions: [Element: [Int: RadialDensity]]
    private let cores: [Element: [Int: RadialDensity]]

    /// Reads the entries of some elements.
    init(elements: Set<Element>) {
        var ions: [Element: [Int: RadialDensity]] = [:]
        var cores = ions
        for line in ProatomData.lines.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count > 3, let element = Element(symbol: String(words[0]) ?? ""), elements.contains(element),
                let kind = String(words[1])
            else { continue }
            var sum = 0
            let logarithms = words.dropFirst(2).map { word -> Double in
                sum += Int(String(word) ?? "") ?? 0
                return Double(sum) * 1e-6
            }
            if kind.hasPrefix("core"), let electrons = Int(kind.dropFirst(4)) {
                cores[element, default: [:]][electrons] = RadialDensity(
                    logarithms: logarithms, electrons: Double(electrons))
            } else if let charge = Int(kind) {
                ions[element, default: [:]][charge] = RadialDensity(
                    logarithms: logarithms, electrons: Double(element.atomicNumber - charge))
            }
        }
        self.ions = ions
        self.cores = cores
    }

    /// Nil for a nucleus without electrons.
    func ion(_ element: Element, charge: Int) throws -> RadialDensity? {
        if charge == element.atomicNumber { return nil }
        guard let density = ions[element]?[charge] else {
            throw SpacePartitionError.noProatom(symbol: element.symbol, charge: charge)
        }
        return density
    }

    /// Charges between which proatoms can be interpolated.
    func charges(_ element: Element) -> ClosedRange<Int> {
        let known = ions[element].map { Array($0.keys) } ?? []
        let highest = known.max() ?? 0
        return (known.min() ?? 0)...(highest == element.atomicNumber - 1 ? highest + 1 : highest)
    }

    func core(_ element: Element, electrons: Int) throws -> RadialDensity {
        guard let density = cores[element]?[electrons] else {
            throw SpacePartitionError.noCore(symbol: element.symbol, electrons: electrons)
        }
        return density
    }
}
