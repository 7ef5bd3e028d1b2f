/// The interaction of two electrons at distance r, [s + (l - s) erf(omega r)] / r in hartree: s / r where they are near,
/// l / r where they are far from each other.
///
/// Range-separated functionals exchange electrons by it: Leininger, Stoll, Werner and Savin, Chem. Phys. Lett. 275, 151
/// (1997), doi 10.1016/S0009-2614(97)00758-6. Both factors must not be negative: the Schwarz inequality, by which
/// integrals are screened, holds for operators whose Fourier transform is nowhere negative.
public struct RepulsionOperator: Sendable, Equatable {
    /// s, what is left of 1/r at short range.
    public let shortRange: Double
    /// l, what is left of it at long range.
    public let longRange: Double
    /// Reciprocal of the distance at which one goes over into the other, in bohr^-1.
    public let omega: Double

    /// 1/r.
    public static let coulomb = RepulsionOperator(shortRange: 1, longRange: 1, omega: 0)

    public init(shortRange: Double, longRange: Double, omega: Double) {
        precondition(shortRange >= 0 && longRange >= 0 && omega >= 0)
        self.shortRange = shortRange
        self.longRange = longRange
        self.omega = omega
        excess = longRange - shortRange
    }

    /// l - s, the factor of erf(omega r) / r: stored, so that the kernels need no scalar arithmetic.
    let excess: Double

    /// Whether it is 1/r at every distance.
    public var isCoulomb: Bool { shortRange == 1 && longRange == 1 }
}
