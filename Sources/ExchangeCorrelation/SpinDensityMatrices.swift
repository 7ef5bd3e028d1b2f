import LinearAlgebra

/// The density matrices of one electronic state, over basis functions; symmetric.
public enum SpinDensityMatrices: Sendable {
    /// Both spins have the same density; the matrix is that of all electrons.
    case restricted(total: Matrix)
    case unrestricted(alpha: Matrix, beta: Matrix)

    var matrices: [Matrix] {
        switch self {
        case .restricted(let total): [total]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }
}

/// What the exchange-correlation functional gives for one state.
public struct ExchangeCorrelationResult: Sendable {
    /// In hartree, without the exact-exchange part of a hybrid.
    public let energy: Double
    /// Derivatives of the energy by the density matrices, symmetric, in hartree: one matrix for a restricted state,
    /// those of alpha and beta for an unrestricted one.
    public let potentials: [Matrix]
    /// Integrals of the densities over the grid; half of all electrons each for a restricted state. Their distance
    /// from whole numbers tells how good the grid is.
    public let alphaElectrons: Double
    public let betaElectrons: Double
}
