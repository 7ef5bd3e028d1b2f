import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// The effects of a nearly linearly dependent basis set on orbitals and on populations of its functions.
public struct BasisSetArtefacts: Sendable, Equatable {
    /// Number of linearly dependent combinations of basis functions that the orbitals omit.
    public let removedFunctions: Int
    /// Of the overlap matrix; nil where no function was removed.
    public let smallestOverlapEigenvalue: Double?
    /// Indices of atoms with Mulliken charges that are impossible for an atom in a molecule.
    public let unreasonableCharges: [Int]

    /// By how much a charge may exceed the range of its element, in elementary charges, and the largest charges of any element.
    private static let (tolerance, most) = (0.5, -3...4)

    /// - Parameters:
    ///   - mulliken: charges, one per atom.
    ///   - overlap: of the wavefunction's basis. It is diagonalised only where there are fewer orbitals than functions.
    /// - Throws: `LinearAlgebraError` if it cannot be diagonalised.
    public init(_ wavefunction: Wavefunction, mulliken charges: [Double], overlap: Matrix) throws {
        let orbitals: Int =
            switch wavefunction.orbitals {
            case .restricted(let both): both.coefficients.columns
            case .unrestricted(let alpha, _): alpha.coefficients.columns
            }
        // A file of another program may contain only the occupied orbitals.
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
