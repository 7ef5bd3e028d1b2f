import Foundation
import MolecularStructure

/// Force constants to start from, one a coordinate.
///
/// T. H. Fischer and J. Almloef, J. Phys. Chem. 96, 9768 (1992), doi 10.1021/j100203a036.
struct ModelHessian {
    let molecule: Molecule
    let graph: BondGraph

    /// Hartree per square of bohr or radian.
    func forceConstant(_ coordinate: InternalCoordinate) -> Double {
        switch coordinate {
        case .distance(let a, let b):
            return max(0.005, 0.3601 * exp(-1.944 * (length(a, b) - covalent(a, b))))
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

    private func bend(_ a: Int, _ b: Int, _ c: Int) -> Double {
        let (rab, rbc) = (covalent(a, b), covalent(b, c))
        let stretch = length(a, b) + length(b, c) - rab - rbc
        return max(0.02, 0.089 + 0.11 / pow(rab * rbc, -0.42) * exp(-0.44 * stretch))
    }

    private func length(_ a: Int, _ b: Int) -> Double { distance(molecule.atoms[a].position, molecule.atoms[b].position) }
    private func covalent(_ a: Int, _ b: Int) -> Double { BondGraph.singleBondLength(molecule.atoms[a], molecule.atoms[b]) }
}
