import CLibxc

/// An exchange-correlation functional of the density, or of the density and its gradient, as libxc evaluates it.
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
    }

    /// As it was asked for, in lower case.
    public let name: String
    /// Names in libxc of the parts that are added up, for example `gga_x_pbe` and `gga_c_pbe`.
    public let componentNames: [String]
    public let kind: Kind
    /// Hartree-Fock exchange that belongs to the functional: 0.2 at all distances for B3LYP, none for a pure functional.
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
        kind = components.contains { $0.usesGradient } ? .generalizedGradient : .localDensity
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

    public var usesGradient: Bool { kind == .generalizedGradient }

    /// Evaluates the functional for densities without spin polarisation.
    ///
    /// All arrays hold one value a point. `sigma` (the squared gradient of the density) and `sigmaDerivative` are not
    /// touched when the functional depends on the density alone. May be called from several threads at once.
    ///
    /// - Parameters:
    ///   - density: electrons per bohr^3, both spins together.
    ///   - energy: receives the energy per electron, in hartree.
    ///   - densityDerivative: receives the derivative of the energy per volume by the density.
    ///   - sigmaDerivative: receives its derivative by sigma.
    public func evaluate(
        count: Int, density: UnsafePointer<Double>, sigma: UnsafePointer<Double>,
        energy: UnsafeMutablePointer<Double>, densityDerivative: UnsafeMutablePointer<Double>,
        sigmaDerivative: UnsafeMutablePointer<Double>
    ) {
        evaluate(
            count: count, channels: (1, 1), density: density, sigma: sigma, energy: energy,
            densityDerivative: densityDerivative, sigmaDerivative: sigmaDerivative, polarized: false)
    }

    /// Evaluates the functional for densities of two spins.
    ///
    /// - Parameters:
    ///   - density: two values a point, alpha and beta.
    ///   - sigma: three values a point, the products of the gradients alpha-alpha, alpha-beta and beta-beta.
    ///   - energy: one value a point, per electron.
    ///   - densityDerivative: two values a point.
    ///   - sigmaDerivative: three values a point.
    public func evaluatePolarized(
        count: Int, density: UnsafePointer<Double>, sigma: UnsafePointer<Double>,
        energy: UnsafeMutablePointer<Double>, densityDerivative: UnsafeMutablePointer<Double>,
        sigmaDerivative: UnsafeMutablePointer<Double>
    ) {
        evaluate(
            count: count, channels: (2, 3), density: density, sigma: sigma, energy: energy,
            densityDerivative: densityDerivative, sigmaDerivative: sigmaDerivative, polarized: true)
    }

    private func evaluate(
        count: Int, channels: (density: Int, sigma: Int), density: UnsafePointer<Double>, sigma: UnsafePointer<Double>,
        energy: UnsafeMutablePointer<Double>, densityDerivative: UnsafeMutablePointer<Double>,
        sigmaDerivative: UnsafeMutablePointer<Double>, polarized: Bool
    ) {
        guard count > 0 else { return }
        let total = count * (1 + channels.density + channels.sigma)
        energy.update(repeating: 0, count: count)
        densityDerivative.update(repeating: 0, count: count * channels.density)
        if usesGradient { sigmaDerivative.update(repeating: 0, count: count * channels.sigma) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: total) { scratch in
            let partEnergy = scratch.baseAddress!
            let partDensity = partEnergy + count
            let partSigma = partDensity + count * channels.density
            for component in components {
                component.evaluate(
                    count: count, polarized: polarized, density: density, sigma: sigma, energy: partEnergy,
                    densityDerivative: partDensity, sigmaDerivative: partSigma)
                add(partEnergy, to: energy, count: count)
                add(partDensity, to: densityDerivative, count: count * channels.density)
                if component.usesGradient { add(partSigma, to: sigmaDerivative, count: count * channels.sigma) }
            }
        }
    }

    private func add(_ part: UnsafePointer<Double>, to sum: UnsafeMutablePointer<Double>, count: Int) {
        for k in 0..<count { sum[k] += part[k] }
    }
}
