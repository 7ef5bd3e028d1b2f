import GaussianBasis
import HamiltonianTerms
import MolecularStructure
import ParallelExecution

/// A dispersion correction that is added to the energy of a self-consistent field.
public enum DispersionModel: Sendable, Equatable {
    case d3(D3Dispersion)
    case d4(D4Dispersion)

    public var damping: RationalDamping {
        switch self {
        case .d3(let correction): correction.damping
        case .d4(let correction): correction.damping
        }
    }

    /// s9, which scales the three-body term; nil where there is none.
    public var threeBodyScale: Double? {
        switch self {
        case .d3: nil
        case .d4(let correction): correction.threeBodyScale
        }
    }
}

extension DispersionModel: TermModel {
    public var key: String { MolecularDispersion.key }

    public var title: String {
        switch self {
        case .d3: "D3(BJ)"
        case .d4: "D4"
        }
    }

    public var parameters: [(name: String, value: Double)] {
        [("s6", damping.s6), ("s8", damping.s8)] + (threeBodyScale.map { [("s9", $0)] } ?? []) + [
            ("a1", damping.a1), ("a2", damping.a2),
        ]
    }

    /// Literature of the method and of the parameters.
    public var references: [String] {
        switch self {
        case .d3(let correction): correction.references
        case .d4(let correction): correction.references
        }
    }

    /// - Throws: `LinearAlgebraError` when D4 has no charges, as with two atoms in one place.
    public func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws -> any HamiltonianTerm {
        try MolecularDispersion(self, of: basis.molecule)
    }
}

/// The dispersion correction of one molecule, for any of its charges.
public struct MolecularDispersion: Sendable {
    static let key = "dispersion"

    private enum Bound: Sendable {
        case d3(D3Dispersion, Molecule)
        case d4(D4Molecule)
    }

    private let bound: Bound
    private let model: DispersionModel
    private let molecule: Molecule

    /// Cost: with D4 the cube of the number of atoms.
    /// - Throws: `LinearAlgebraError` when D4 has no charges, as with two atoms in one place.
    public init(_ model: DispersionModel, of molecule: Molecule) throws {
        (self.model, self.molecule) = (model, molecule)
        switch model {
        case .d3(let correction): bound = .d3(correction, molecule)
        case .d4(let correction): bound = .d4(try D4Molecule(molecule, correction))
        }
    }

    /// In hartree. D3 does not depend on the charge.
    public func energy(charge: Int) -> Double {
        switch bound {
        case .d3(let correction, let molecule): correction.energy(of: molecule)
        case .d4(let correction): correction.energy(charge: charge)
        }
    }

    /// Derivatives of the energy by the positions, in hartree per bohr.
    public func gradient(charge: Int) -> [SIMD3<Double>] {
        switch bound {
        case .d3(let correction, let molecule): correction.gradient(of: molecule)
        case .d4(let correction): correction.gradient(charge: charge)
        }
    }
}

extension MolecularDispersion: HamiltonianTerm {
    public var dependence: DensityDependence { .none }

    public func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        states.map { [TermPart(key: Self.key, energy: energy(charge: $0.charge))] }
    }

    public func gradient(of state: GradientDensity) -> [SIMD3<Double>] { gradient(charge: state.charge) }

    /// By central differences of the analytic gradient, in error by some 1e-10 hartree per bohr squared; they cost next to nothing.
    public func skeletonDerivatives(of state: GradientDensity) throws -> SkeletonDerivatives? {
        try SkeletonDerivatives.differences(coordinates: 3 * molecule.atoms.count) { coordinate, length in
            let displaced = molecule.atoms.enumerated().map { index, atom in
                var position = atom.position
                if index == coordinate / 3 { position[coordinate % 3] += length }
                return Atom(element: atom.element, positionInBohr: position)
            }
            return try MolecularDispersion(model, of: Molecule(atoms: displaced, ghosts: molecule.ghosts))
                .gradient(charge: state.charge)
        }
    }
}
