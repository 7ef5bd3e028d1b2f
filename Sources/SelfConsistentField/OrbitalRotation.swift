import LinearAlgebra

/// A rotation between occupied and empty orbitals: one block a spin, or one for both spins, each with a row for every
/// empty and a column for every occupied orbital, in radians. Gradients of the energy and products of the Hessian
/// have the same shape.
struct OrbitalRotation: Sendable {
    var blocks: [Matrix]

    func dot(_ other: OrbitalRotation) -> Double { zip(blocks, other.blocks).reduce(0) { $0 + $1.0.dot($1.1) } }

    var norm: Double { dot(self).squareRoot() }

    mutating func add(_ other: OrbitalRotation, scaledBy factor: Double) {
        for spin in blocks.indices { blocks[spin].add(other.blocks[spin], scaledBy: factor) }
    }

    static func * (factor: Double, rotation: OrbitalRotation) -> OrbitalRotation {
        OrbitalRotation(blocks: rotation.blocks.map { factor * $0 })
    }

    /// What is left of the rotation beside orthonormal others, with unit norm; nil where that is next to nothing.
    func orthonormalized(to others: [OrbitalRotation]) -> OrbitalRotation? {
        let size = norm
        guard size > 0, size.isFinite else { return nil }
        var result = (1 / size) * self
        // Twice: once does not suffice when little is left.
        for _ in 0..<2 {
            for other in others { result.add(other, scaledBy: -other.dot(result)) }
            let left = result.norm
            guard left > 1e-6 else { return nil }
            result = (1 / left) * result
        }
        return result
    }
}
