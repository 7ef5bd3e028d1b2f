import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure

/// Electric dipole and quadrupole of nuclei and electrons, in atomic units.
///
/// The origin is the centre of nuclear charge, sum Z R / sum Z with the true atomic numbers, so that it does not depend on the use of core
/// potentials. It is recorded because the dipole of an ion and almost every quadrupole depend on it. The charges in the moments themselves
/// are the effective ones, which the electrons balance.
public struct MultipoleMoments: Sendable, Equatable {
    /// In bohr.
    public let origin: SIMD3<Double>
    /// In e bohr.
    public let dipole: SIMD3<Double>
    /// Sum over charges of q (r - origin)_i (r - origin)_j, electrons negative: xx, xy, xz, yy, yz, zz, in e bohr^2.
    public let secondMoments: [Double]

    /// Traceless quadrupole of Buckingham, (3 Q_ij - delta_ij tr Q) / 2 with the second moments Q, in the same order.
    public var tracelessQuadrupole: [Double] {
        let trace = secondMoments[0] + secondMoments[3] + secondMoments[5]
        return secondMoments.enumerated().map { k, value in
            1.5 * value - (k == 0 || k == 3 || k == 5 ? 0.5 * trace : 0)
        }
    }

    /// Centre of nuclear charge of the true atomic numbers, in bohr.
    public static func centerOfNuclearCharge(_ molecule: Molecule) -> SIMD3<Double> {
        molecule.center(ofCharges: molecule.atoms.map { Double($0.element.atomicNumber) })
    }

    public init(_ wavefunction: Wavefunction, integrals: MultipoleIntegrals) {
        let density = wavefunction.totalDensity
        let basis = wavefunction.basis
        origin = integrals.origin
        var dipole = SIMD3<Double>()
        for axis in 0..<3 { dipole[axis] = -density.dot(integrals.dipole[axis]) }
        var second = integrals.secondMoments.map { -density.dot($0) }
        for (atom, charge) in zip(basis.molecule.atoms, basis.effectiveNuclearCharges) {
            let r = atom.position - integrals.origin
            dipole += charge * r
            for (k, pair) in MultipoleIntegrals.pairs.enumerated() { second[k] += charge * r[pair.0] * r[pair.1] }
        }
        self.dipole = dipole
        secondMoments = second
    }

    /// For one wavefunction; several with the same basis share `MultipoleIntegrals`.
    public init(_ wavefunction: Wavefunction) {
        self.init(wavefunction, integrals: MultipoleIntegrals(basis: wavefunction.basis))
    }
}

/// The integrals that `MultipoleMoments` needs, computed once for all states of a molecule.
public struct MultipoleIntegrals: Sendable {
    public let origin: SIMD3<Double>
    /// Of r - origin: x, y, z.
    public let dipole: [Matrix]
    /// xx, xy, xz, yy, yz, zz.
    public let secondMoments: [Matrix]

    static let pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]

    /// - Parameter origin: in bohr; nil means the centre of nuclear charge.
    public init(basis: AtomicOrbitalBasis, origin: SIMD3<Double>? = nil) {
        let place = origin ?? MultipoleMoments.centerOfNuclearCharge(basis.molecule)
        self.origin = place
        dipole = OneElectronIntegrals.dipole(basis: basis, origin: place)
        secondMoments = OneElectronIntegrals.secondMoments(basis: basis, origin: place)
    }
}
