/// The interaction of two electrons at distance r, [s + (l - s) erf(omega r)] / r in hartree. It approaches s / r at short range
/// and l / r at long range.
///
/// Used for the exchange part of range-separated functionals: Leininger, Stoll, Werner and Savin, Chem. Phys. Lett. 275, 151
/// (1997), doi 10.1016/S0009-2614(97)00758-6. Neither factor may be negative: integral screening uses the Schwarz inequality,
/// which requires an operator with a nonnegative Fourier transform.
public struct RepulsionOperator: Sendable, Equatable {
    /// s, the factor of 1/r at short range.
    public let shortRange: Double
    /// l, the factor of 1/r at long range.
    public let longRange: Double
    /// Range-separation parameter omega, in bohr^-1.
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

    /// l - s, the factor of erf(omega r) / r. It is stored so that the kernels need no scalar arithmetic.
    let excess: Double

    /// Whether the operator is 1/r at all distances.
    public var isCoulomb: Bool { shortRange == 1 && longRange == 1 }
}
