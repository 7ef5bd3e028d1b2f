import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// A scalar field given in a basis.
public struct ScalarField: Sendable {
    private enum Kind: Sendable {
        case density(Matrix)
        case orbital([Double])
    }

    public let basis: AtomicOrbitalBasis
    private let kind: Kind

    /// An electron density, a difference of two, or a spin density: a symmetric matrix over the basis functions.
    /// In electrons per bohr^3.
    public static func density(_ matrix: Matrix, basis: AtomicOrbitalBasis) -> ScalarField {
        ScalarField(basis: basis, kind: .density(matrix))
    }

    /// An orbital: a coefficient for each basis function. In bohr^(-3/2).
    public static func orbital(_ coefficients: [Double], basis: AtomicOrbitalBasis) -> ScalarField {
        ScalarField(basis: basis, kind: .orbital(coefficients))
    }

    /// For every atom of the basis the distance in bohr beyond which its functions count as zero.
    var reaches: [Double] { DensityOnPoints.reaches(of: basis) }

    /// - Parameter points: in bohr.
    public func values(at points: [SIMD3<Double>], pool: WorkerPool) -> [Double] {
        guard !points.isEmpty else { return [] }
        switch kind {
        case .density(let matrix):
            return DensityOnPoints.values(basis: basis, densities: [matrix], points: points, pool: pool)[0]
        case .orbital(let coefficients):
            let matrix = Matrix(rows: coefficients.count, columns: 1, elements: coefficients)
            return OrbitalsOnPoints.values(basis: basis, coefficients: matrix, points: points, pool: pool)[0]
        }
    }

    public func valuesAndGradients(
        at points: [SIMD3<Double>], pool: WorkerPool
    ) -> (values: [Double], gradients: [SIMD3<Double>]) {
        switch kind {
        case .density(let matrix):
            DensityOnPoints.valuesAndGradients(basis: basis, density: matrix, points: points, pool: pool)
        case .orbital(let coefficients):
            OrbitalsOnPoints.valuesAndGradients(basis: basis, coefficients: coefficients, points: points, pool: pool)
        }
    }
}
