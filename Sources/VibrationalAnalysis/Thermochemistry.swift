import Foundation
import MolecularStructure

/// Enthalpy, entropy and Gibbs energy of an ideal gas of rigid rotors and harmonic oscillators.
///
/// D. A. McQuarrie, Statistical Mechanics (Harper and Row 1976), chapter 8. The harmonic entropy of low modes is too large; they are
/// treated in two further ways. S. Grimme, Chem. Eur. J. 18, 9955 (2012), doi 10.1002/chem.201200497, interpolates to free rotors below 100
/// cm-1; R. F. Ribeiro, A. V. Marenich, C. J. Cramer and D. G. Truhlar, J. Phys. Chem. B 115, 14556 (2011), doi 10.1021/jp205508z, raise
/// them to 100 cm-1. Here both change only the entropy.
public struct Thermochemistry: Sendable, Equatable {
    /// Contribution to energy (hartree) and entropy (hartree per kelvin).
    public struct Contribution: Sendable, Equatable {
        public let energy: Double
        public let entropy: Double
    }

    /// In kelvin and pascal.
    public let temperature: Double
    public let pressure: Double
    public let symmetryNumber: Int
    /// Half the quanta of all real modes, in hartree.
    public let zeroPointEnergy: Double
    public let translation: Contribution
    public let rotation: Contribution
    /// Without the zero-point energy.
    public let vibration: Contribution
    /// The spin degeneracy.
    public let electronicEntropy: Double
    /// Vibrational entropies with the two treatments of low modes, in hartree per kelvin.
    public let quasiRigidRotorEntropy: Double
    public let raisedModesEntropy: Double

    /// Wavenumber in cm-1 below which modes count as low.
    public static let lowMode = 100.0
    /// The mean moment of inertia that limits those of free rotors, in kg m^2 (Grimme).
    private static let averageMoment = 1e-44

    /// - Parameters:
    ///   - masses: one per atom, in unified atomic mass units.
    ///   - wavenumbers: in cm-1; imaginary ones (negative) are omitted.
    ///   - temperature: above 0 K.
    ///   - pressure: above 0 Pa.
    public init(
        masses: [Double], rigid: RigidMotions, wavenumbers: [Double], multiplicity: Int, symmetryNumber: Int, temperature: Double,
        pressure: Double
    ) {
        self.temperature = temperature
        self.pressure = pressure
        self.symmetryNumber = symmetryNumber
        let k = PhysicalConstants.boltzmannInHartreePerKelvin
        let kT = k * temperature
        let mass = masses.reduce(0, +) * PhysicalConstants.atomicMassUnit
        // Sackur and Tetrode: the volume of a molecule over the cube of the thermal wavelength, h = 2 pi.
        let volume = kT / (pressure / PhysicalConstants.atomicPressureInPascal)
        let translational = pow(mass * kT / (2 * Double.pi), 1.5) * volume
        translation = Contribution(energy: 1.5 * kT, entropy: k * (log(translational) + 2.5))
        // Moments in electron masses and bohr squared.
        let moments = rigid.moments.map { $0 * PhysicalConstants.atomicMassUnit }
        if moments[2] == 0 {
            rotation = Contribution(energy: 0, entropy: 0)
        } else if rigid.isLinear {
            rotation = Contribution(energy: kT, entropy: k * (log(2 * moments[2] * kT / Double(symmetryNumber)) + 1))
        } else {
            let product = moments.reduce(1) { $0 * (2 * $1 * kT).squareRoot() }
            rotation = Contribution(
                energy: 1.5 * kT, entropy: k * (log(Double.pi.squareRoot() * product / Double(symmetryNumber)) + 1.5))
        }
        let quanta = wavenumbers.filter { $0 > 0 }.map { $0 / PhysicalConstants.hartreeInWavenumbers }
        zeroPointEnergy = quanta.reduce(0) { $0 + 0.5 * $1 }
        func harmonicEntropy(_ quantum: Double) -> Double {
            let x = quantum / kT
            return k * (x / expm1(x) - log1p(-exp(-x)))
        }
        vibration = Contribution(
            energy: quanta.reduce(0) { $0 + $1 / expm1($1 / kT) }, entropy: quanta.reduce(0) { $0 + harmonicEntropy($1) })
        electronicEntropy = k * log(Double(multiplicity))
        let low = Self.lowMode / PhysicalConstants.hartreeInWavenumbers
        raisedModesEntropy = quanta.reduce(0) { $0 + harmonicEntropy(max($1, low)) }
        // In hbar^2 per hartree: kg m^2 over electron masses and bohr squared.
        let limit = Self.averageMoment / PhysicalConstants.atomicMomentOfInertia
        quasiRigidRotorEntropy = quanta.reduce(0) { sum, quantum in
            let own = 1 / (2 * quantum)
            let moment = own * limit / (own + limit)
            let rotor = k * (0.5 + 0.5 * log(2 * Double.pi * moment * kT))
            let weight = 1 / (1 + pow(low / quantum, 4))
            return sum + weight * harmonicEntropy(quantum) + (1 - weight) * rotor
        }
    }

    /// Thermal energy including the zero-point energy: U - E, in hartree.
    public var energy: Double { zeroPointEnergy + translation.energy + rotation.energy + vibration.energy }
    /// H - E, in hartree.
    public var enthalpy: Double { energy + PhysicalConstants.boltzmannInHartreePerKelvin * temperature }
    /// In hartree per kelvin.
    public var entropy: Double { entropyWithoutVibration + vibration.entropy }
    private var entropyWithoutVibration: Double { translation.entropy + rotation.entropy + electronicEntropy }

    /// G - E in hartree: with harmonic modes, and with the two treatments of low ones.
    public var gibbsEnergy: Double { enthalpy - temperature * entropy }
    public var quasiRigidRotorGibbsEnergy: Double {
        enthalpy - temperature * (entropyWithoutVibration + quasiRigidRotorEntropy)
    }
    public var raisedModesGibbsEnergy: Double { enthalpy - temperature * (entropyWithoutVibration + raisedModesEntropy) }
}
