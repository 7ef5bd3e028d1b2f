import ElectronicStructure
import LinearAlgebra

extension ResponseModel.Expansion {
    /// Norm of the rotation used to difference Fock matrices.
    private static var displacement: Double { 1e-2 }

    /// Products of the model's orbital Hessian with a rotation. The expansion must be around the point itself, with separate alpha and beta
    /// if they differ.
    package func product(at point: OrbitalPoint, spin: OrbitalHessian.Spin, with rotation: OrbitalRotation) throws
        -> OrbitalRotation
    {
        let length = Self.displacement / max(rotation.norm, 1e-300)
        let plus = try point.densities(after: length * rotation)
        let minus = try point.densities(after: -length * rotation)
        let factor = 0.5 / length
        let change: [Matrix]
        if spin == .antisymmetric {
            let fock = evaluate([0.5 * plus[0], 0.5 * minus[0]]).fock
            change = [factor * (fock[0] - fock[1])]
        } else {
            change = zip(evaluate(plus).fock, evaluate(minus).fock).map { factor * ($0 - $1) }
        }
        return OrbitalHessian.product(point, rotation, change)
    }
}

extension ResponseModel {
    /// Rotations along which the model has the lowest curvature: starting vectors for the search for instabilities.
    package func lowestRotations(at point: OrbitalPoint, spin: OrbitalHessian.Spin) throws -> [OrbitalRotation] {
        let densities = point.orbitals.map(\.density)
        let expansion =
            spin == .antisymmetric
            ? around(fock: [point.fock[0], point.fock[0]], densities: [0.5 * densities[0], 0.5 * densities[0]])
            : around(fock: point.fock, densities: densities)
        var search = StabilitySearch(
            point: point, spin: spin, starts: point.smallestExcitations(2) + [point.asymmetricNoise()], tolerance: 5e-3)
        while !search.isFinished {
            try search.receive(products: search.wanted.map { try expansion.product(at: point, spin: spin, with: $0) })
        }
        return search.rotations
    }
}
