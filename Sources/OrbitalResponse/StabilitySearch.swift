import LinearAlgebra

/// Whether a self-consistent solution is a minimum: the lowest eigenvalue of the orbital Hessian, by Davidson's method.
///
/// Seeger and Pople, J. Chem. Phys. 66, 3045 (1977), doi 10.1063/1.434318; Davidson, J. Comput. Phys. 17, 87 (1975),
/// doi 10.1016/0021-9991(75)90065-0.
package struct StabilitySearch {
    package let point: OrbitalPoint
    package let spin: OrbitalHessian.Spin
    /// Rotations whose products are requested; empty when finished.
    package var wanted: [OrbitalRotation] { isFinished ? [] : subspace.pending }
    package private(set) var isFinished = false
    /// Whether a negative eigenvalue has been found: eigenvalues in a subspace are upper bounds, so this is sufficient proof.
    package var isUnstable: Bool { isFinished && !rotations.isEmpty && lowest < -limit }
    /// In hartree; an upper bound of the lowest eigenvalue.
    package private(set) var lowest = 0.0
    /// The rotations of the lowest eigenvalues, with unit norm.
    package private(set) var rotations: [OrbitalRotation] = []

    private var subspace = OrbitalSubspace()
    private let tolerance: Double
    private let limit: Double

    /// An eigenvalue below minus this is an instability, in hartree: quadrature noise stays below it.
    package static let limit = 2e-4
    /// The same without a functional. Softer modes gain less than about 1e-6 Eh.
    package static let limitWithoutQuadrature = 3e-5
    private static let mostRotations = 40

    /// - Parameters:
    ///   - starts: rotations to start from.
    ///   - tolerance: required norm of the residual of an eigenvalue, in hartree.
    ///   - limit: an eigenvalue below minus this is an instability, in hartree.
    package init(
        point: OrbitalPoint, spin: OrbitalHessian.Spin, starts: [OrbitalRotation], tolerance: Double, limit: Double = Self.limit
    ) {
        self.point = point
        self.spin = spin
        self.tolerance = tolerance
        self.limit = limit
        for start in starts { subspace.propose(start) }
        isFinished = subspace.pending.isEmpty
    }

    /// Takes the requested products.
    package mutating func receive(products: [OrbitalRotation]) throws {
        subspace.receive(products)
        let pairs = try subspace.lowestEigenpairs(2)
        guard let lowestPair = pairs.first else { return }
        lowest = lowestPair.value
        rotations = pairs.map(\.rotation)
        let isClearlyUnstable = lowest < -limit && lowestPair.residual.norm < 0.6 * abs(lowest)
        isFinished = isClearlyUnstable || subspace.rotations.count >= Self.mostRotations
        guard !isFinished else { return }
        // The second pair is converged as long as it might become lower than the first: it may have another symmetry, which the first one
        // never reaches.
        var hasGrown = false
        for (rank, pair) in pairs.enumerated() {
            let residual = pair.residual.norm
            let isSettled = residual < max(tolerance, 0.2 * pair.value) || rank > 0 && pair.value - residual > lowest
            if !isSettled, subspace.propose(preconditioned(pair)) { hasGrown = true }
        }
        isFinished = !hasGrown
    }

    private func preconditioned(_ pair: OrbitalSubspace.Eigenpair) -> OrbitalRotation {
        point.mapped(pair.residual) { value, gap in
            let distance = gap - pair.value
            return value / (abs(distance) < 0.05 ? 0.05 : distance)
        }
    }
}
