import CLibxc

/// An exchange-correlation functional of the density, of its gradient and of the kinetic-energy density, as libxc
/// evaluates it.
///
/// S. Lehtola, C. Steigemann, M. J. T. Oliveira and M. A. L. Marques, SoftwareX 7, 1 (2018),
/// doi 10.1016/j.softx.2017.11.002.
public struct DensityFunctional: Sendable {
    /// What the functional depends on.
    public enum Kind: String, Sendable, Codable {
        /// The density alone.
        case localDensity = "LDA"
        /// The density and its gradient.
        case generalizedGradient = "GGA"
        /// The density, its gradient, and the kinetic-energy density tau = 1/2 sum over orbitals of |grad psi|^2.
        case metaGeneralizedGradient = "meta-GGA"
    }

    /// As requested, in lower case.
    public let name: String
    /// Names in libxc of the parts that are added up, for example `gga_x_pbe` and `gga_c_pbe`.
    public let componentNames: [String]
    public let kind: Kind
    /// Hartree-Fock exchange in the functional: 0.2 at all distances for B3LYP, none for a pure functional.
    public let exactExchange: ExactExchange
    /// Literature, as libxc cites it, each with its DOI where there is one.
    public let references: [String]
    private let components: [LibxcFunctional]

    /// Version of the libxc that this program is linked with, for example "5.2.3".
    public static var libxcVersion: String { String(cString: xc_version_string()) }

    /// Finds a functional by a common name ("B3LYP", see `aliases`), by a name of libxc ("gga_x_pbe"), or by several
    /// joined with commas or plus signs ("gga_x_pbe,gga_c_pbe"). Case, hyphens within common names and blanks do not
    /// matter.
    ///
    /// - Throws: `DensityFunctionalError` for a name that does not exist or a functional of a kind that is not supported.
    public init(named text: String) throws(DensityFunctionalError) {
        let plain = text.lowercased().filter { !$0.isWhitespace }
        let names = try FunctionalNames.resolve(plain, asWritten: text)
        var components: [LibxcFunctional] = []
        for name in names { components.append(try LibxcFunctional(named: name)) }
        name = plain
        self.components = components
        componentNames = names
        kind =
            components.contains { $0.kind == .metaGeneralizedGradient }
            ? .metaGeneralizedGradient
            : components.contains { $0.kind == .generalizedGradient } ? .generalizedGradient : .localDensity
        exactExchange = try Self.sum(components.map(\.exactExchange), name: text)
        var references: [String] = []
        for component in components {
            for reference in component.references where !references.contains(reference) { references.append(reference) }
        }
        self.references = references
    }

    /// Shares add up where they are separated at the same distance.
    private static func sum(_ parts: [ExactExchange], name: String) throws(DensityFunctionalError) -> ExactExchange {
        let omegas = Set(parts.filter(\.isRangeSeparated).map(\.omega))
        guard omegas.count <= 1 else {
            throw .unsupported(name, reason: "its parts separate the ranges of exchange at different distances")
        }
        let sum = ExactExchange(
            shortRange: parts.reduce(0) { $0 + $1.shortRange }, longRange: parts.reduce(0) { $0 + $1.longRange },
            omega: omegas.first ?? 0)
        guard sum.shortRange >= 0, sum.longRange >= 0 else {
            throw .unsupported(name, reason: "it has a negative share of exact exchange")
        }
        return sum
    }

    /// Common names of what these components add up to, in alphabetical order; none for a combination without a name.
    public var commonNames: [String] {
        Self.aliases.filter { $0.value.sorted() == componentNames.sorted() }.map(\.key).sorted()
    }

    /// Whether libxc provides second derivatives of all parts, and `evaluateSecond` supports the functional.
    public var hasSecondDerivatives: Bool {
        !usesKineticEnergyDensity && components.allSatisfy(\.hasSecondDerivatives)
    }
    public var usesGradient: Bool { kind != .localDensity }
    public var usesKineticEnergyDensity: Bool { kind == .metaGeneralizedGradient }

    /// Evaluates the functional for densities without spin polarisation.
    ///
    /// All arrays hold one value per point. `sigma` (the squared gradient of the density) and `sigmaDerivative` are not
    /// touched when the functional depends on the density alone; a functional of the kinetic-energy density needs `tau`
    /// and `tauDerivative`, which the others leave alone. May be called from several threads at once.
    ///
    /// - Parameters:
    ///   - density: electrons per bohr^3, both spins together.
    ///   - energy: receives the energy per electron, in hartree.
    ///   - densityDerivative: receives the derivative of the energy per volume by the density.
    ///   - sigmaDerivative: receives its derivative by sigma.
    ///   - tau: kinetic energy per volume, both spins together.
    ///   - tauDerivative: receives its derivative by tau.
    public func evaluate(
        count: Int, density: UnsafePointer<Double>, sigma: UnsafePointer<Double>, tau: UnsafePointer<Double>? = nil,
        energy: UnsafeMutablePointer<Double>, densityDerivative: UnsafeMutablePointer<Double>,
        sigmaDerivative: UnsafeMutablePointer<Double>, tauDerivative: UnsafeMutablePointer<Double>? = nil
    ) {
        evaluate(
            FunctionalPoints(
                count: count, isPolarized: false, density: density, sigma: sigma, tau: tau, energy: energy,
                densityDerivative: densityDerivative, sigmaDerivative: sigmaDerivative, tauDerivative: tauDerivative))
    }

    /// Evaluates the functional for densities of two spins.
    ///
    /// - Parameters:
    ///   - density: two values a point, alpha and beta.
    ///   - sigma: three values a point, the products of the gradients alpha-alpha, alpha-beta and beta-beta.
    ///   - energy: one value per point, per electron.
    ///   - densityDerivative: two values a point.
    ///   - sigmaDerivative: three values a point.
    ///   - tau, tauDerivative: two values a point.
    public func evaluatePolarized(
        count: Int, density: UnsafePointer<Double>, sigma: UnsafePointer<Double>, tau: UnsafePointer<Double>? = nil,
        energy: UnsafeMutablePointer<Double>, densityDerivative: UnsafeMutablePointer<Double>,
        sigmaDerivative: UnsafeMutablePointer<Double>, tauDerivative: UnsafeMutablePointer<Double>? = nil
    ) {
        evaluate(
            FunctionalPoints(
                count: count, isPolarized: true, density: density, sigma: sigma, tau: tau, energy: energy,
                densityDerivative: densityDerivative, sigmaDerivative: sigmaDerivative, tauDerivative: tauDerivative))
    }

    private func evaluate(_ points: FunctionalPoints) {
        let count = points.count
        guard count > 0 else { return }
        precondition(!usesKineticEnergyDensity || (points.tau != nil && points.tauDerivative != nil))
        let (spins, products) = (count * points.spinCount, count * points.productCount)
        points.energy.update(repeating: 0, count: count)
        points.densityDerivative.update(repeating: 0, count: spins)
        if usesGradient { points.sigmaDerivative.update(repeating: 0, count: products) }
        if usesKineticEnergyDensity { points.tauDerivative?.update(repeating: 0, count: spins) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count + 2 * spins + products) { scratch in
            guard let base = scratch.baseAddress else { return }
            var part = points
            part.energy = base
            part.densityDerivative = base + count
            part.sigmaDerivative = base + count + spins
            part.tauDerivative = base + count + spins + products
            for component in components {
                component.evaluate(part)
                add(part.energy, to: points.energy, count: count)
                add(part.densityDerivative, to: points.densityDerivative, count: spins)
                if component.kind != .localDensity { add(part.sigmaDerivative, to: points.sigmaDerivative, count: products) }
                if component.kind == .metaGeneralizedGradient, let from = part.tauDerivative, let to = points.tauDerivative {
                    add(from, to: to, count: spins)
                }
            }
        }
    }

    /// First and second derivatives of the energy per volume, for densities of one or of two spins as in `evaluate` and `evaluatePolarized`.
    ///
    /// All arrays hold the values of a point one after the other, in the order of libxc. Derivatives by sigma are not touched when
    /// the functional depends on the density alone.
    /// - Parameters:
    ///   - densityDerivative, sigmaDerivative: 1 and 1 values a point, or 2 and 3.
    ///   - second: receives second derivatives by the density (1 or 3 values a point), by density and sigma (1 or 6), and by sigma (1 or 6).
    public func evaluateSecond(
        count: Int, isPolarized: Bool, density: UnsafePointer<Double>, sigma: UnsafePointer<Double>,
        densityDerivative: UnsafeMutablePointer<Double>, sigmaDerivative: UnsafeMutablePointer<Double>,
        second: SecondFunctionalDerivatives
    ) {
        precondition(hasSecondDerivatives)
        guard count > 0 else { return }
        let sizes = isPolarized ? (3, 6, 6) : (1, 1, 1)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: (1 + sizes.0 + sizes.1 + sizes.2) * count) { scratch in
            guard let base = scratch.baseAddress else { return }
            let part = SecondFunctionalDerivatives(
                density: base + count, mixed: base + (1 + sizes.0) * count, sigma: base + (1 + sizes.0 + sizes.1) * count)
            let points = FunctionalPoints(
                count: count, isPolarized: isPolarized, density: density, sigma: sigma, tau: nil, energy: base,
                densityDerivative: densityDerivative, sigmaDerivative: sigmaDerivative, tauDerivative: nil)
            evaluate(points)
            second.density.update(repeating: 0, count: sizes.0 * count)
            if usesGradient {
                second.mixed.update(repeating: 0, count: sizes.1 * count)
                second.sigma.update(repeating: 0, count: sizes.2 * count)
            }
            for component in components {
                component.evaluateSecond(points, part)
                add(part.density, to: second.density, count: sizes.0 * count)
                guard component.kind == .generalizedGradient else { continue }
                add(part.mixed, to: second.mixed, count: sizes.1 * count)
                add(part.sigma, to: second.sigma, count: sizes.2 * count)
            }
        }
    }

    private func add(_ part: UnsafePointer<Double>, to sum: UnsafeMutablePointer<Double>, count: Int) {
        for k in 0..<count { sum[k] += part[k] }
    }
}

/// Arrays of one evaluation, in the layout of libxc.
struct FunctionalPoints {
    let count: Int
    let isPolarized: Bool
    let density, sigma: UnsafePointer<Double>
    let tau: UnsafePointer<Double>?
    var energy, densityDerivative, sigmaDerivative: UnsafeMutablePointer<Double>
    var tauDerivative: UnsafeMutablePointer<Double>?

    /// Values of the density, and of sigma, a point.
    var spinCount: Int { isPolarized ? 2 : 1 }
    var productCount: Int { isPolarized ? 3 : 1 }
}

/// Where second derivatives of a functional go, in the layout of libxc.
public struct SecondFunctionalDerivatives: @unchecked Sendable {
    public let density, mixed, sigma: UnsafeMutablePointer<Double>

    public init(
        density: UnsafeMutablePointer<Double>, mixed: UnsafeMutablePointer<Double>, sigma: UnsafeMutablePointer<Double>
    ) {
        self.density = density
        self.mixed = mixed
        self.sigma = sigma
    }
}
