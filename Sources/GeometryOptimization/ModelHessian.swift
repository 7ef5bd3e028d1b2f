import Foundation
import MolecularStructure

/// Initial force constants, one per coordinate.
///
/// T. H. Fischer and J. Almloef, J. Phys. Chem. 96, 9768 (1992), doi 10.1021/j100203a036.
struct ModelHessian {
    let molecule: Molecule
    let graph: BondGraph

    /// Hartree per square of bohr or radian.
    func forceConstant(_ coordinate: InternalCoordinate) -> Double {
        switch coordinate {
        case .distance(let a, let b):
            return max(0.005, stretch(a, b))
        case .angle(let a, let b, let c):
            return bend(a, b, c)
        case .linearBend(let a, let b, let c, _, _):
            return bend(a, b, c)
        case .dihedral(_, let b, let c, let d):
            guard graph.neighbors[b].contains(c), graph.neighbors[c].contains(d) else {
                return 0.045  // out of plane
            }
            let bonds = Double(graph.neighbors[b].count + graph.neighbors[c].count - 2)
            let (r, rc) = (length(b, c), covalent(b, c))
            let torsion = 0.0015 + 14.0 * pow(bonds, 0.57) / pow(r * rc, 4) * exp(-2.85 * (r - rc))
            return torsion
        case .position:
            return 0.05
        }
    }

    /// Badger's rule for bonds with an atom beyond neon: Fischer and Almloef's bonds of metals to chlorine are up to five times too stiff,
    /// since they are shorter than the sum of the radii.
    ///
    /// J. M. Wittbrodt and H. B. Schlegel, J. Mol. Struct. THEOCHEM 398, 55 (1997), doi 10.1016/S0166-1280(96)04928-7.
    private func stretch(_ a: Int, _ b: Int) -> Double {
        let (low, high) = (min(period(a), period(b)), max(period(a), period(b)))
        if high <= 2 { return 0.3601 * exp(-1.944 * (length(a, b) - covalent(a, b))) }
        let beyond = max(1.2, length(a, b) - Self.badgerLengths[low - 1][high - low])
        return 1.734 / (beyond * beyond * beyond)
    }

    /// Bohr, by the periods of both atoms, the lower one first, from itself on.
    private static let badgerLengths: [[Double]] = [
        [-0.2573, 0.3401, 0.6937, 0.7126, 0.8335, 0.9491], [0.9652, 1.2843, 1.4725, 1.6549, 1.7190],
        [1.6925, 1.8238, 2.1164, 2.3185], [2.0203, 2.2137, 2.5206], [2.3718, 2.5110], [2.5110],
    ]

    private func period(_ atom: Int) -> Int { molecule.atoms[atom].element.period }

    private func bend(_ a: Int, _ b: Int, _ c: Int) -> Double {
        let (rab, rbc) = (covalent(a, b), covalent(b, c))
        let stretch = length(a, b) + length(b, c) - rab - rbc
        // Bends at and next to metals are soft, whatever the radii. The others are reduced by a fifth from the published values: that saves
        // 8 of 209 gradients for Baker's molecules.
        if [a, b, c].contains(where: { molecule.atoms[$0].element.isMetal }) {
            return max(0.02, 0.1 * min(1, exp(-0.44 * stretch)))
        }
        return 0.8 * max(0.02, 0.089 + 0.11 / pow(rab * rbc, -0.42) * exp(-0.44 * stretch))
    }

    private func length(_ a: Int, _ b: Int) -> Double { distance(molecule.atoms[a].position, molecule.atoms[b].position) }
    private func covalent(_ a: Int, _ b: Int) -> Double { BondGraph.singleBondLength(molecule.atoms[a], molecule.atoms[b]) }
}
