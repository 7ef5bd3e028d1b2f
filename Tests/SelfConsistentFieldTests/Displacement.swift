import GaussianBasis
import MolecularStructure
import TestSupport

/// Structures along a line on which every atom moves, for derivatives by differences.
enum Displacement {
    /// The same basis after every atom has moved along a direction of its own, together by `length` bohr.
    static func displaced(_ basis: AtomicOrbitalBasis, by length: Double, along direction: [SIMD3<Double>]) -> AtomicOrbitalBasis
    {
        let atoms = zip(basis.molecule.atoms, direction).map {
            Atom(element: $0.element, positionInBohr: $0.position + length * $1)
        }
        return AtomicOrbitalBasis(
            molecule: Molecule(atoms: atoms), elementBases: basis.elementBases, functionType: basis.functionType)
    }

    /// Of unit length over all atoms.
    static func direction(atoms: Int, seed: UInt64) -> [SIMD3<Double>] {
        var random = RepeatableRandom(seed: seed)
        let direction = (0..<atoms).map { _ in
            SIMD3(
                Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random),
                Double.random(in: -1...1, using: &random))
        }
        let length = direction.reduce(0) { $0 + ($1 * $1).sum() }.squareRoot()
        return direction.map { $0 / length }
    }
}
