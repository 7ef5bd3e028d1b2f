/// A semi-local effective core potential
/// `U(r) = U_L(r) + sum_{l<L} [U_l(r) - U_L(r)] sum_m |lm><lm|`, each radial part a sum of Gaussians.
public struct EffectiveCorePotential: Sendable, Equatable {
    /// `coefficient * r^(power - 2) * exp(-exponent * r^2)`, with the power as it is published: 0, 1, 2, ...
    public struct Term: Sendable, Equatable {
        public let power: Int
        public let exponent: Double
        public let coefficient: Double

        public init(power: Int, exponent: Double, coefficient: Double) {
            self.power = power
            self.exponent = exponent
            self.coefficient = coefficient
        }
    }

    /// Electrons that the potential replaces.
    public let coreElectrons: Int
    /// The local part, U_L.
    public let local: [Term]
    /// Element l is the projected part U_l - U_L; its count is L.
    public let projected: [[Term]]

    public init(coreElectrons: Int, local: [Term], projected: [[Term]]) {
        self.coreElectrons = coreElectrons
        self.local = local
        self.projected = projected
    }
}
