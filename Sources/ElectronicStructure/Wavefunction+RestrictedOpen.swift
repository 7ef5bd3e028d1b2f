import GaussianBasis

extension Wavefunction {
    /// Whether alpha and beta electrons fill the same orbitals, some of them with one electron. These wavefunctions are held
    /// like unrestricted ones: their two sets differ in the occupations alone.
    public var isRestrictedOpen: Bool {
        guard case .unrestricted(let alpha, let beta) = orbitals else { return false }
        return alpha.occupations != beta.occupations && alpha.coefficients.elements == beta.coefficients.elements
    }
}
