extension SymmetricEigenproblem {
    /// A^(1/2). Eigenvalues that rounding made negative count as zero.
    public var squareRoot: Matrix { function { max(0, $0).squareRoot() } }

    /// A^(-1/2).
    ///
    /// - Parameter floor: smaller eigenvalues count as this. Without one, all eigenvalues have to be positive.
    public func inverseSquareRoot(floor: Double = 0) -> Matrix { function { 1 / max($0, floor).squareRoot() } }
}

extension Matrix {
    /// C (C^T S C)^(-1/2): of all sets that are orthonormal in the metric S, and span the same space, the one nearest to the columns of C.
    ///
    /// P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi 10.1063/1.1747632. Cost: O(n^3).
    /// - Parameters:
    ///   - overlap: S, symmetric.
    ///   - floor: see `SymmetricEigenproblem.inverseSquareRoot(floor:)`.
    public func symmetricallyOrthonormalized(overlap: Matrix, floor: Double = 0) throws -> Matrix {
        times(try SymmetricEigenproblem(overlap.transformed(by: self).symmetrized()).inverseSquareRoot(floor: floor))
    }
}
