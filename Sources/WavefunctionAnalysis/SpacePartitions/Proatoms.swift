import Foundation
import MolecularQuadrature
import MolecularStructure

/// The density of a spherical atom, ion or core, by cubic splines through its logarithm over the logarithm of the distance.
struct RadialDensity: Sendable {
    /// In electrons per bohr^3; nothing beyond 30 bohr.
    let spline: RadialSpline

    /// - Parameter electrons: the required integral over space; interpolation alone would be off by one or two millionths.
    init(logarithms: [Double], electrons: Double) {
        let plain = RadialSpline(logarithms: logarithms, first: ProatomData.firstLogarithm, step: ProatomData.step)
        spline = plain.scaled(by: electrons / Self.integral(plain, steps: logarithms.count - 1))
    }

    /// Electrons, by a sum over even logarithms of the distance, a quarter of the table's step apart.
    private static func integral(_ spline: RadialSpline, steps: Int) -> Double {
        let h = 0.25 * spline.step
        // From 1e-5 bohr on.
        let inner = Int((spline.first - log(1e-5)) / h)
        return (-inner..<4 * steps).reduce(0) { sum, k in
            let x = spline.first + h * Double(k)
            return sum + 4 * .pi * h * exp(3 * x) * spline.value(atLogarithm: x)
        }
    }

    /// Electrons per bohr^3 at a distance given by its logarithm; zero beyond the table, 30 bohr.
    func value(atLogarithm x: Double) -> Double { spline.value(atLogarithm: x) }
}

/// Why space cannot be partitioned.
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

/// The kinds of calculation of free atoms (`SphericalAtom`). Raw values are the keywords of the command line.
public enum ProatomSet: String, Sendable, CaseIterable {
    /// B3LYP ground states by Hund's rules, spin-polarised, averaged over their orientations, scalar-relativistic (sf-X2C-1e).
    case spinPolarized = "spin-polarized"
    /// PBE, restricted, open shells filled evenly, not relativistic.
    case restricted

    public var summary: String {
        switch self {
        case .spinPolarized:
            "B3LYP, spin-polarised ground states averaged over orientations, all electrons, scalar-relativistic (sf-X2C-1e); "
                + "charges -2 to +5; set 3"
        case .restricted: "PBE, spherically averaged, all electrons, not relativistic; charges -2 to +5; set 1"
        }
    }

    fileprivate var lines: String {
        switch self {
        case .spinPolarized: SpinPolarizedProatomData.lines
        case .restricted: ProatomData.lines
        }
    }
}

/// Densities of free atoms, of their ions, and of the cores that potentials replace, all from the same kind of calculation.
struct ProatomLibrary: Sendable {
    private let ions: [Element: [Int: RadialDensity]]
    private let cores: [Element: [Int: RadialDensity]]

    /// Reads the entries of some elements.
    init(elements: Set<Element>, set: ProatomSet) {
        var ions: [Element: [Int: RadialDensity]] = [:]
        var cores = ions
        for line in set.lines.utf8.split(separator: UInt8(ascii: "\n")) {
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
