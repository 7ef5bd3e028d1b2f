import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure

/// Populations in intrinsic atomic orbitals: the orbitals of free atoms, polarised so that they exactly span the occupied orbitals of the
/// molecule. G. Knizia, J. Chem. Theory Comput. 9, 4834 (2013), doi 10.1021/ct400687b.
///
/// The orbitals are made for each spin from its own occupied orbitals and orthogonalised by Loewdin's method.
public struct IntrinsicAtomicOrbitals: Sendable {
    /// In elementary charges, one per atom, relative to the effective nuclear charges.
    public let charges: [Double]
    /// Alpha minus beta electrons, one per atom.
    public let spinPopulations: [Double]

    /// - Parameters:
    ///   - reference: the occupied shells of the free atoms, one entry per atom; shells that a core potential of the molecule's own basis
    ///     replaces must be left out.
    ///   - overlap: of `wavefunction.basis`, functions by functions.
    /// - Throws: `IntrinsicOrbitalError`, or `LinearAlgebraError` when a matrix is singular.
    ///
    /// Cost: overlap integrals over both bases and about ten matrix operations per spin.
    public init(_ wavefunction: Wavefunction, reference: [ElementBasis], overlap: Matrix) throws {
        let basis = wavefunction.basis
        let atoms = basis.molecule.atoms
        guard reference.count == atoms.count else { throw IntrinsicOrbitalError.wrongReference(atoms.count, reference.count) }
        let cross = try CrossOverlap(basis: basis, reference: reference)
        let inverse = try SymmetricEigenproblem(overlap).function { $0 > 1e-10 ? 1 / $0 : 0 }
        let projection = inverse * cross.mixed
        let referenceInverse = try SymmetricEigenproblem(cross.reference).function { $0 > 1e-10 ? 1 / $0 : 0 }
        func populations(_ orbitals: MolecularOrbitals, full: Double) throws -> [Double] {
            guard orbitals.occupations.allSatisfy({ $0 == 0 || $0 == full }) else { throw IntrinsicOrbitalError.fractional }
            let occupied = Self.occupied(orbitals)
            guard occupied.columns > 0 else { return [Double](repeating: 0, count: atoms.count) }
            guard occupied.columns <= cross.reference.rows else {
                throw IntrinsicOrbitalError.referenceTooSmall(occupied.columns, cross.reference.rows)
            }
            let back = projection * (referenceInverse * cross.mixed.times(occupied, transposed: true))
            let depolarized = back * (try Self.inverseRoot(overlap.transformed(by: back)))
            func onto(_ c: Matrix, _ x: Matrix) -> Matrix { c * c.times(overlap * x, transposed: true) }
            // O O~ + (1 - O)(1 - O~) applied to the projected orbitals of the free atoms.
            let tilde = onto(depolarized, projection)
            var result = projection - onto(occupied, projection) - tilde
            result.add(onto(occupied, tilde), scaledBy: 2)
            let orthonormal = result * (try Self.inverseRoot(overlap.transformed(by: result)))
            let overlaps = orthonormal.times(overlap * occupied, transposed: true)
            var sums = [Double](repeating: 0, count: atoms.count)
            for (row, atom) in cross.atomOfReference.enumerated() {
                for k in 0..<overlaps.columns { sums[atom] += overlaps[row, k] * overlaps[row, k] }
            }
            return sums
        }
        let alpha: [Double]
        let beta: [Double]
        switch wavefunction.orbitals {
        case .restricted(let both):
            alpha = try populations(both, full: 2)
            beta = alpha
        case .unrestricted(let up, let down):
            alpha = try populations(up, full: 1)
            beta = try populations(down, full: 1)
        }
        charges = basis.effectiveNuclearCharges.indices.map { basis.effectiveNuclearCharges[$0] - alpha[$0] - beta[$0] }
        spinPopulations = zip(alpha, beta).map { $0 - $1 }
    }

    /// The occupied shells of the free atoms in a molecule.
    ///
    /// - Parameters:
    ///   - allElectron: minimal sets with core orbitals, for atoms without a core potential.
    ///   - valence: minimal sets over core potentials; their leading shells are used, and only if the potential replaces as many
    ///     electrons as the one in use.
    /// - Throws: `IntrinsicOrbitalError.noReference`.
    public static func reference(
        for basis: AtomicOrbitalBasis, allElectron: [Element: ElementBasis], valence: [Element: ElementBasis]
    ) throws -> [ElementBasis] {
        try zip(basis.molecule.atoms, basis.effectiveCorePotentials).map { atom, potential in
            let core = potential?.coreElectrons ?? 0
            let source = core == 0 ? allElectron[atom.element] : valence[atom.element]
            guard let source, source.effectiveCorePotential?.coreElectrons ?? 0 == core else {
                throw IntrinsicOrbitalError.noReference(element: atom.element.symbol, coreElectrons: core)
            }
            var left = MinimalShells(atom.element).coreAndValence.enumerated().map { l, shells in
                shells - ClosedShells.count(electrons: core, l)
            }
            var shells: [ShellDefinition] = []
            for shell in source.shells {
                for contraction in shell.contractions {
                    let l = contraction.angularMomentum
                    guard l < left.count, left[l] > 0 else { continue }
                    left[l] -= 1
                    shells.append(ShellDefinition(exponents: shell.exponents, contractions: [contraction]))
                }
            }
            guard left.allSatisfy({ $0 <= 0 }) else {
                throw IntrinsicOrbitalError.noReference(element: atom.element.symbol, coreElectrons: core)
            }
            return ElementBasis(shells: shells)
        }
    }

    private static func occupied(_ orbitals: MolecularOrbitals) -> Matrix {
        orbitals.coefficients.columns(orbitals.occupations.indices.filter { orbitals.occupations[$0] > 0 })
    }

    private static func inverseRoot(_ metric: Matrix) throws -> Matrix {
        let problem = try SymmetricEigenproblem(metric.symmetrized())
        guard let smallest = problem.values.first, smallest > 1e-10 else { throw IntrinsicOrbitalError.degenerate }
        return problem.inverseSquareRoot()
    }
}

/// Overlaps of the basis with the orbitals of free atoms, in pure functions.
private struct CrossOverlap {
    /// Basis functions by reference functions.
    let mixed: Matrix
    let reference: Matrix
    let atomOfReference: [Int]

    /// Integrals come from one basis on doubled nuclei; the reference is first expressed in its type of functions.
    init(basis: AtomicOrbitalBasis, reference: [ElementBasis]) throws {
        let centers = basis.molecule.withGhostsAsAtoms.atoms
        let doubled = AtomicOrbitalBasis(
            molecule: Molecule(atoms: centers + basis.molecule.atoms), elementBases: basis.elementBases + reference,
            functionType: basis.functionType)
        let count = basis.functionCount
        let overlap = OneElectronIntegrals.overlap(basis: doubled)
        let spherical = SphericalFunctions(basis: doubled)
        // From a Cartesian shell of the reference only the functions of its own degree are used: d without s.
        var wanted: [(column: Int, atom: Int)] = []
        for family in spherical.families where family.atom >= centers.count {
            for columns in family.columns {
                guard doubled.labels[columns[0]].angularMomentum == family.angularMomentum else { continue }
                for column in columns { wanted.append((column: column, atom: family.atom - centers.count)) }
            }
        }
        let selection = spherical.transformation.columns(wanted.map(\.column))
        let half = overlap * selection
        let square = half.times(selection, transposed: true)
        let norms = square.diagonal.map { 1 / $0.squareRoot() }
        var mixed = Matrix(rows: count, columns: wanted.count)
        for i in 0..<count { for k in wanted.indices { mixed[i, k] = half[i, k] * norms[k] } }
        var scaled = square
        for i in wanted.indices { for k in wanted.indices { scaled[i, k] *= norms[i] * norms[k] } }
        self.mixed = mixed
        self.reference = scaled.symmetrized()
        atomOfReference = wanted.map(\.atom)
    }
}

/// Why intrinsic atomic orbitals cannot be constructed.
public enum IntrinsicOrbitalError: Error, Equatable, CustomStringConvertible {
    case wrongReference(Int, Int)
    case referenceTooSmall(Int, Int)
    case fractional
    case degenerate
    case noReference(element: String, coreElectrons: Int)

    public var description: String {
        switch self {
        case .wrongReference(let atoms, let entries):
            "intrinsic atomic orbitals: \(entries) reference atoms for a molecule of \(atoms)."
        case .referenceTooSmall(let orbitals, let functions):
            "intrinsic atomic orbitals: \(orbitals) occupied orbitals do not fit into \(functions) orbitals of free atoms. "
                + "Choose another charge scheme for this ion."
        case .fractional: "intrinsic atomic orbitals need orbitals that are either full or empty."
        case .degenerate: "intrinsic atomic orbitals: the orbitals of the free atoms do not suffice to describe the molecule."
        case .noReference(let element, let core):
            "intrinsic atomic orbitals: no orbitals of the free atom \(element) with \(core) electrons in the core potential."
        }
    }
}
