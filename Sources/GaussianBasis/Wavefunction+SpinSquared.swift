import LinearAlgebra

extension Wavefunction {
    /// <S^2> = ((N_a - N_b) / 2)^2 + (N_a + N_b) / 2 - tr(D_a S D_b S), with the electrons of each spin counted from the
    /// density matrices. For a pure state of spin S it is S (S + 1); an excess is contamination by higher spins.
    ///
    /// P.-O. Loewdin, Phys. Rev. 97, 1509 (1955), doi 10.1103/PhysRev.97.1509.
    /// - Parameter overlap: of the basis functions.
    public func spinSquared(overlap: Matrix) -> Double {
        let alpha = alphaDensity.times(overlap)
        let beta = isRestricted ? alpha : betaDensity.times(overlap)
        let (electronsA, electronsB) = (alpha.trace, beta.trace)
        let half = 0.5 * (electronsA - electronsB)
        return half * half + 0.5 * (electronsA + electronsB) - alpha.dot(beta.transposed())
    }
}
