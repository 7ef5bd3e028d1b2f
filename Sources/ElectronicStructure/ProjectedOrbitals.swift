import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure

/// Why orbitals cannot be transferred to another basis.
public enum ProjectionError: Error, Equatable, CustomStringConvertible {
    case otherAtoms
    case otherFunctionType
    /// Effective core potentials of different size.
    case otherElectronCount(old: Int, new: Int)
    /// The occupied orbitals are not independent in the new basis.
    case tooSmall

    public var description: String {
        switch self {
        case .otherAtoms: "it has other atoms, or the same in another order"
        case .otherFunctionType: "its d and f functions are of the other kind (pure, Cartesian)"
        case .otherElectronCount(let old, let new):
            "it treats \(old) electrons and this calculation \(new): the core potentials are different"
        case .tooSmall: "its orbitals cannot be expanded in this basis"
        }
    }
}

extension Wavefunction {
    /// The occupied orbitals represented as closely as possible in another basis, or in one of the same atoms at other positions:
    /// projected, symmetrically orthonormalised, and completed by empty orbitals without physical meaning.
    ///
    /// Cost: the overlap matrix of both bases, and O(n^3).
    /// - Throws: `ProjectionError`, `LinearAlgebraError`.
    public func orbitals(projectedOnto new: AtomicOrbitalBasis) throws -> Orbitals {
        let atoms = basis.molecule.atoms
        guard atoms.map(\.element) == new.molecule.atoms.map(\.element),
            basis.molecule.ghosts.map(\.element) == new.molecule.ghosts.map(\.element)
        else { throw ProjectionError.otherAtoms }
        let (hadKind, hasKind) = (basis.hasFunctionsOfAKind, new.hasFunctionsOfAKind)
        guard basis.functionType == new.functionType || !hadKind || !hasKind else { throw ProjectionError.otherFunctionType }
        let (before, now) = (basis.electronCount(charge: state.charge), new.electronCount(charge: state.charge))
        guard before == now else { throw ProjectionError.otherElectronCount(old: before, new: now) }
        // A molecule with every atom doubled: its overlap matrix contains the overlap between the two bases.
        let both = OneElectronIntegrals.overlap(
            basis: AtomicOrbitalBasis(
                molecule: Molecule(atoms: new.molecule.withGhostsAsAtoms.atoms + basis.molecule.withGhostsAsAtoms.atoms),
                elementBases: new.elementBases + basis.elementBases,
                functionType: hasKind ? new.functionType : basis.functionType))
        let n = new.functionCount
        var (overlap, mixed) = (Matrix(rows: n, columns: n), Matrix(rows: n, columns: basis.functionCount))
        for row in 0..<n {
            for column in 0..<n { overlap[row, column] = both[row, column] }
            for column in 0..<basis.functionCount { mixed[row, column] = both[row, n + column] }
        }
        let x = try Orthogonalizer(overlap: overlap).transformation
        func projected(_ old: MolecularOrbitals) throws -> MolecularOrbitals {
            let occupied = old.occupations.indices.filter { old.occupations[$0] != 0 }
            var c = Matrix(rows: basis.functionCount, columns: occupied.count)
            for (column, orbital) in occupied.enumerated() {
                for row in 0..<c.rows { c[row, column] = old.coefficients[row, orbital] }
            }
            guard occupied.count <= x.columns else { throw ProjectionError.tooSmall }
            let raw = x.times(mixed.times(c), transposed: true)
            let lengths = try SymmetricEigenproblem(raw.times(raw, transposed: true))
            guard (lengths.values.first ?? 1) > 1e-3 else { throw ProjectionError.tooSmall }
            let kept = raw.times(lengths.function { 1 / $0.squareRoot() })
            // Of the projector on them: eigenvalues 0 first, then 1.
            let rest = try SymmetricEigenproblem(kept.times(kept, otherTransposed: true)).vectors
                .columns(0..<(x.columns - occupied.count))
            var all = Matrix(rows: x.columns, columns: x.columns)
            for row in 0..<x.columns {
                for column in 0..<kept.columns { all[row, column] = kept[row, column] }
                for column in 0..<rest.columns { all[row, kept.columns + column] = rest[row, column] }
            }
            let energies = occupied.map { old.energies[$0] }
            let empty = rest.columns
            return MolecularOrbitals(
                coefficients: x.times(all), energies: energies + Array(repeating: (energies.max() ?? 0) + 1, count: empty),
                occupations: occupied.map { old.occupations[$0] } + Array(repeating: 0, count: empty))
        }
        switch orbitals {
        case .restricted(let pairs): return .restricted(try projected(pairs))
        case .unrestricted(let alpha, let beta):
            return .unrestricted(alpha: try projected(alpha), beta: try projected(beta))
        }
    }
}

extension AtomicOrbitalBasis {
    /// Whether pure and Cartesian functions would differ.
    fileprivate var hasFunctionsOfAKind: Bool { shells.contains { $0.highestAngularMomentum > 1 } }
}
