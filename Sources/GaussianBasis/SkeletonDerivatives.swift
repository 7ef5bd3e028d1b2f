import LinearAlgebra

/// Contributions of a part of the Hamiltonian to second derivatives of the energy at fixed orbital coefficients.
///
/// Coordinate 3 A + k is component k of the position of atom A.
public struct SkeletonDerivatives: Sendable {
    /// Second derivatives of the energy, in hartree per bohr squared, valid in the blocks of two different atoms. The diagonal block of an
    /// atom follows from translational invariance: it is minus the sum of the others in its row.
    public var energy: Matrix
    /// Derivatives of the Fock matrices with respect to every coordinate, in hartree per bohr: for each coordinate, one matrix per matrix
    /// of the density.
    public var fock: [[Matrix]]

    public init(energy: Matrix, fock: [[Matrix]]) {
        self.energy = energy
        self.fock = fock
    }
}

extension SkeletonDerivatives {
    /// Central differences of a gradient, for terms that depend only on the nuclear positions.
    ///
    /// - Parameter gradient: with coordinate x displaced by a length in bohr.
    public static func differences(
        coordinates: Int, step: Double = 1e-3, gradient: (_ coordinate: Int, _ length: Double) throws -> [SIMD3<Double>]
    ) rethrows -> SkeletonDerivatives {
        var energy = Matrix(rows: coordinates, columns: coordinates)
        for x in 0..<coordinates {
            // Errors of order h^4.
            let near = zip(try gradient(x, step), try gradient(x, -step)).map { (8 / (12 * step)) * ($0 - $1) }
            let far = zip(try gradient(x, 2 * step), try gradient(x, -2 * step)).map { (1 / (12 * step)) * ($0 - $1) }
            for y in 0..<coordinates { energy[x, y] = near[y / 3][y % 3] - far[y / 3][y % 3] }
        }
        return SkeletonDerivatives(energy: energy.symmetrized(), fock: [[Matrix]](repeating: [], count: coordinates))
    }
}
