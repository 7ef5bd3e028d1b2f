import GaussianBasis
import LinearAlgebra
import MolecularStructure
import OrbitalResponse

/// Electrons in the open d and f shells of a molecule's metals, and how many of them can be unpaired.
///
/// An orbital of a shell counts as occupied if it belongs to the metal rather than to the ligands: if an eigenvalue of the
/// shell's block of the density matrix, over symmetrically orthogonalised functions (Loewdin, J. Chem. Phys. 18, 365 (1950),
/// doi 10.1063/1.1747632), exceeds 0.6 for one spin. Bonds of ligands to an empty d shell remain below this.
struct MetalShells {
    /// Number of unpaired electrons if every open shell has as many as possible (Hund's rule), over all metals.
    let mostUnpaired: Int

    private static let occupied = 0.6

    init(_ wavefunction: Wavefunction, overlap: Matrix) throws {
        let basis = wavefunction.basis
        let metals = basis.molecule.atoms.indices.filter { !Self.shells(of: basis.molecule.atoms[$0].element).isEmpty }
        guard !metals.isEmpty else {
            mostUnpaired = 0
            return
        }
        let root = try SymmetricEigenproblem(overlap).squareRoot
        let densities = [wavefunction.alphaDensity, wavefunction.betaDensity].map { $0.transformed(by: root).symmetrized() }
        var unpaired = 0
        for atom in metals {
            for l in Self.shells(of: basis.molecule.atoms[atom].element) {
                let functions = try Self.pureFunctions(of: basis, atom: atom, angularMomentum: l)
                guard functions.columns > 0 else { continue }
                var electrons = 0
                for density in densities {
                    let occupations = try SymmetricEigenproblem(density.transformed(by: functions).symmetrized()).values
                    electrons += occupations.count { $0 > Self.occupied }
                }
                // Closed inner shells of the same angular momentum do not count.
                let capacity = 4 * l + 2
                unpaired += min(electrons % capacity, capacity - electrons % capacity)
            }
        }
        mostUnpaired = unpaired
    }

    /// The orbitals of these shells in the free atoms, one per column: the natural orbitals of an atom's density with the lowest
    /// nonzero occupations.
    ///
    /// - Parameter density: sum of the densities of free atoms.
    static func orbitals(of basis: AtomicOrbitalBasis, density: Matrix, overlap: Matrix) throws -> Matrix {
        var result = Matrix(rows: basis.functionCount, columns: 0)
        for (atom, place) in basis.molecule.atoms.enumerated() {
            for l in shells(of: place.element) {
                let functions = try pureFunctions(of: basis, atom: atom, angularMomentum: l)
                guard functions.columns > 0 else { continue }
                let metric = try SymmetricEigenproblem(overlap.transformed(by: functions).symmetrized())
                let root = metric.squareRoot
                let natural = try SymmetricEigenproblem(density.transformed(by: functions).transformed(by: root).symmetrized())
                let occupied = natural.values.indices.filter { natural.values[$0] > leastOccupied }
                guard occupied.count >= 2 * l + 1, let first = occupied.first else { continue }
                let chosen = natural.vectors.columns(first..<first + 2 * l + 1)
                let inverse = metric.inverseSquareRoot(floor: AtomicOrbitalBasis.smallestOverlapEigenvalue)
                result = OrbitalPoint.joined(result, functions.times(inverse).times(chosen))
            }
        }
        return result
    }

    /// Occupation below which an orbital of a free atom counts as empty.
    private static let leastOccupied = 1e-3

    /// Angular momenta of the shells that may be open: d of groups 3 to 12, f and d of the lanthanides.
    private static func shells(of element: Element) -> [Int] {
        element.isLanthanide ? [2, 3] : element.isTransitionMetal ? [2] : []
    }

    /// The pure functions of an angular momentum on an atom, as orthonormal combinations of the basis functions.
    private static func pureFunctions(of basis: AtomicOrbitalBasis, atom: Int, angularMomentum l: Int) throws -> Matrix {
        let starts = basis.labels.indices.filter {
            basis.labels[$0].atom == atom && basis.labels[$0].angularMomentum == l && basis.labels[$0].component == 0
        }
        let type = basis.functionType
        var combinations = Matrix.identity(2 * l + 1)
        if type.isCartesian(l) {
            // Orthonormal combinations of Cartesian functions, each with unit norm. The remaining combinations have lower angular
            // momentum.
            let norms = AngularTransformation.matrix(l, type)
            let scales = Matrix.diagonal((0..<norms.rows).map { 1 / norms[$0, $0] })
            let pure = AngularTransformation.matrix(l, .pure).times(scales).transposed()
            let metric = try SymmetricEigenproblem(pure.times(pure, transposed: true))
            combinations = pure.times(metric.function { 1 / $0.squareRoot() })
        }
        var result = Matrix(rows: basis.functionCount, columns: starts.count * combinations.columns)
        for (place, start) in starts.enumerated() {
            for row in 0..<combinations.rows {
                for column in 0..<combinations.columns {
                    result[start + row, place * combinations.columns + column] = combinations[row, column]
                }
            }
        }
        return result
    }
}
