import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// A uniform electric field F: H' = -mu . F, so that the energy decreases if the dipole moment points along the field, and dE/dF = -mu.
///
/// Positive charges are accelerated along F. Positions are relative to the origin of the coordinates; the choice of the origin shifts the
/// energy of an ion by -q F . O, and does not matter for a neutral molecule. A. D. Buckingham, Adv. Chem. Phys. 12, 107 (1967), doi
/// 10.1002/9780470143582.ch2.
public struct UniformElectricField: Sendable, Equatable {
    /// In hartree per bohr and elementary charge (5.142e11 V/m).
    public let strength: SIMD3<Double>

    public init(strength: SIMD3<Double>) { self.strength = strength }
}

extension UniformElectricField: TermModel {
    public var key: String { UniformFieldTerm.key }
    public var title: String { "uniform electric field" }
    public var parameters: [(name: String, value: Double)] { [("x", strength.x), ("y", strength.y), ("z", strength.z)] }
    public var references: [String] { ["A. D. Buckingham, Adv. Chem. Phys. 12, 107 (1967), doi 10.1002/9780470143582.ch2"] }

    public func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) -> any HamiltonianTerm {
        UniformFieldTerm(self, basis: basis, pool: pool)
    }
}

/// A uniform field over the basis of one molecule.
struct UniformFieldTerm: HamiltonianTerm {
    static let key = "electric_field"

    private let field: SIMD3<Double>
    private let basis: AtomicOrbitalBasis
    private let pool: WorkerPool
    /// Of the electrons, whose charge is -1: + <m| F . r |n>.
    private let matrix: Matrix
    /// Of the nuclei with their effective charges: - sum of Z F . R.
    private let nuclearEnergy: Double

    init(_ field: UniformElectricField, basis: AtomicOrbitalBasis, pool: WorkerPool) {
        self.field = field.strength
        self.basis = basis
        self.pool = pool
        let dipole = OneElectronIntegrals.dipole(basis: basis, origin: .zero)
        var matrix = field.strength.x * dipole[0]
        matrix.add(dipole[1], scaledBy: field.strength.y)
        matrix.add(dipole[2], scaledBy: field.strength.z)
        self.matrix = matrix
        nuclearEnergy = -zip(basis.effectiveNuclearCharges, basis.molecule.atoms).reduce(0) {
            $0 + $1.0 * ($1.1.position * field.strength).sum()
        }
    }

    var dependence: DensityDependence { .linear }

    func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        states.map { [TermPart(key: Self.key, energy: nuclearEnergy + matrix.dot($0.total), matrices: [matrix])] }
    }

    func gradient(of state: GradientDensity) -> [SIMD3<Double>] {
        let electrons = DipoleGradient.gradient(basis: basis, density: state.total, direction: field, pool: pool)
        return zip(electrons, basis.effectiveNuclearCharges).map { $0 - $1 * field }
    }
}
