import GaussianBasis

extension Wavefunction {
    /// Whether alpha and beta electrons occupy the same orbitals, some of them with one electron. These wavefunctions are stored like
    /// unrestricted ones: their two sets differ only in the occupations.
    public var isRestrictedOpen: Bool {
        guard case .unrestricted(let alpha, let beta) = orbitals else { return false }
        return alpha.occupations != beta.occupations && alpha.coefficients.elements == beta.coefficients.elements
    }
}
