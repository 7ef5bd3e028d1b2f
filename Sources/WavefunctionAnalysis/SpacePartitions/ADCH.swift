import LinearAlgebra
import MolecularStructure

/// Atomic dipole moment corrected Hirshfeld charges, which reproduce the molecule's dipole moment: the dipole moment of every atom is
/// converted to charges on the atom and its neighbours, with the smallest possible changes. T. Lu and F. Chen, J. Theor. Comput. Chem. 11,
/// 163 (2012), doi 10.1142/S0219633612500113.
///
/// Neighbours are atoms closer than the sum of the two van der Waals radii; their weights w decrease with the distance like Becke's cell
/// function. Of all changes with the given dipole moment and zero total charge, the one with the smallest sum of squares over w is taken. A
/// direction in which the neighbours do not extend (perpendicular to a diatomic) is not corrected.
public enum ADCH {
    /// Mean squares of the neighbours' extent, in bohr^2, below which a direction is left alone.
    static let smallestExtent = 1e-5

    /// - Parameters:
    ///   - charges, dipoles: one per atom, in atomic units; dipoles about the nuclei.
    /// - Throws: `LinearAlgebraError` when a diagonalisation fails.
    public static func corrected(
        charges: [Double], dipoles: [SIMD3<Double>], molecule: Molecule
    ) throws -> [Double] {
        var result = charges
        for atom in molecule.atoms.indices {
            let center = molecule.atoms[atom].position
            var neighbors: [(atom: Int, weight: Double, offset: SIMD3<Double>)] = []
            for other in molecule.atoms.indices {
                let weight = weight(molecule.atoms[atom], molecule.atoms[other])
                if weight > 0 { neighbors.append((other, weight, molecule.atoms[other].position - center)) }
            }
            let total = neighbors.reduce(0) { $0 + $1.weight }
            var mean = SIMD3<Double>()
            for neighbor in neighbors { mean += neighbor.weight / total * neighbor.offset }
            var extent = Matrix(rows: 3, columns: 3)
            for neighbor in neighbors {
                let d = neighbor.offset - mean
                for i in 0..<3 { for j in 0..<3 { extent[i, j] += neighbor.weight / total * d[i] * d[j] } }
            }
            let inverse = try SymmetricEigenproblem(extent).function { $0 > smallestExtent ? 1 / $0 : 0 }
            var field = SIMD3<Double>()
            for i in 0..<3 { for j in 0..<3 { field[i] += inverse[i, j] * dipoles[atom][j] } }
            for neighbor in neighbors {
                result[neighbor.atom] += neighbor.weight / total * ((neighbor.offset - mean) * field).sum()
            }
        }
        return result
    }

    /// Between 1 (the atom itself) and 0 (beyond the sum of the radii).
    static func weight(_ atom: Atom, _ other: Atom) -> Double {
        let reach = (radiusInAngstrom(atom.element) + radiusInAngstrom(other.element)) / PhysicalConstants.bohrInAngstrom
        let separation = distance(atom.position, other.position)
        guard separation < reach else { return 0 }
        var t = 2 * separation / reach - 1
        for _ in 0..<3 { t = 0.5 * t * (3 - t * t) }
        return 0.5 * (1 - t)
    }

    /// A. Bondi, J. Phys. Chem. 68, 441 (1964), doi 10.1021/j100785a001; what is missing there as the authors' program has it:
    /// Be 1.77, B 1.74, Al 1.73, and 2.0 for the other elements.
    static func radiusInAngstrom(_ element: Element) -> Double { radii[element.atomicNumber] ?? 2.0 }

    private static let radii: [Int: Double] = [
        1: 1.20, 2: 1.40, 3: 1.82, 4: 1.77, 5: 1.74, 6: 1.70, 7: 1.55, 8: 1.52, 9: 1.47, 10: 1.54, 11: 2.27, 12: 1.73, 13: 1.73,
        14: 2.10, 15: 1.80, 16: 1.80, 17: 1.75, 18: 1.88, 28: 1.63, 29: 1.40, 30: 1.39, 31: 1.87, 33: 1.85, 34: 1.90, 35: 1.85,
        36: 2.02, 46: 1.63, 47: 1.72, 48: 1.58, 49: 1.93, 50: 2.17, 52: 2.06, 53: 1.98, 54: 2.16, 78: 1.72, 79: 1.66, 80: 1.55,
        81: 1.96, 82: 2.02,
    ]
}
