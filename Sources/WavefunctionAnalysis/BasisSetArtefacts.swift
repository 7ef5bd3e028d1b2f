import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// What a basis set close to linear dependence does to orbitals and to populations of its functions.
public struct BasisSetArtefacts: Sendable, Equatable {
    /// Combinations of basis functions that depend linearly on the others and that the orbitals leave out.
    public let removedFunctions: Int
    /// Of the overlap matrix; nil where no function was removed.
    public let smallestOverlapEigenvalue: Double?
    /// Indices of atoms whose Mulliken charge cannot be that of an atom in a molecule.
    public let unreasonableCharges: [Int]

    /// Elementary charges by which a charge may exceed the range of its element, and the largest charges of any element.
    private static let (tolerance, most) = (0.5, -3...4)

    /// - Parameters:
    ///   - mulliken: charges, one an atom.
    ///   - overlap: of the wavefunction's basis. It is diagonalised only where there are fewer orbitals than functions.
    /// - Throws: `LinearAlgebraError` when it cannot be diagonalised.
    public init(_ wavefunction: Wavefunction, mulliken charges: [Double], overlap: Matrix) throws {
        let orbitals: Int =
            switch wavefunction.orbitals {
            case .restricted(let both): both.coefficients.columns
            case .unrestricted(let alpha, _): alpha.coefficients.columns
            }
        // A file of another program may list the occupied orbitals only.
        let values = orbitals < wavefunction.basis.functionCount ? try SymmetricEigenproblem(overlap).values : []
        removedFunctions = values.count { $0 <= AtomicOrbitalBasis.smallestOverlapEigenvalue }
        smallestOverlapEigenvalue = removedFunctions > 0 ? values.first : nil
        let atoms = wavefunction.basis.molecule.atoms
        unreasonableCharges =
            atoms.count > 1
            ? zip(atoms.indices, charges).filter { !Self.reasonableCharges(of: atoms[$0].element).contains($1) }.map(\.0) : []
    }

    /// Charges that the valence shell allows, at most 4 and at least -3, and half an elementary charge more: -1.5 to 1.5 for hydrogen,
    /// -2.5 to 4.5 for oxygen, -3.5 to 4.5 for transition metals.
    static func reasonableCharges(of element: Element) -> ClosedRange<Double> {
        let valence = element.valenceElectrons
        let vacancies = element.isTransitionMetal ? -most.lowerBound : element.atomicNumber <= 2 ? 2 - valence : 8 - valence
        return Double(max(most.lowerBound, -vacancies)) - tolerance...Double(min(most.upperBound, valence)) + tolerance
    }
}
