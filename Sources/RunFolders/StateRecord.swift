import HamiltonianTerms
import MolecularStructure

/// The results for one charge and multiplicity, as stored in `result.json`. Atomic units throughout.
public struct StateRecord: Codable, Sendable, Equatable {
    /// Charge and multiplicity.
    public var state: ChargeState { ChargeState(charge: charge, multiplicity: multiplicity) }
    /// <S^2> of a pure state of this multiplicity, S (S + 1).
    package var pureSpinSquared: Double { Double(multiplicity * multiplicity - 1) / 4 }
    public var charge: Int
    /// 2S + 1.
    public var multiplicity: Int
    /// Nil if the wavefunction of another program came without it.
    public var energy: Double?
    /// x, y, z of every atom, in bohr, if the state was relaxed; nil if it has the geometry of the result.
    public var geometry: [Double]?
    /// Derivatives of the energy with respect to x, y and z of every atom, in hartree per bohr; nil if not requested.
    public var gradient: [[Double]]?
    public var gradientSums: GradientSumsRecord?
    public var converged: Bool
    /// Total number of Fock matrices built; 0 if another program solved the state.
    public var iterations: Int
    /// Points of the integration grid; 0 for methods without one.
    public var gridPoints: Int
    /// Nil in results of earlier versions, which are exact, and of other programs.
    public var integrals: Integrals?
    /// The fitted energy minus the exact one at the same densities, in hartree; nil if not requested.
    public var fittingError: Double?

    /// The repulsion integrals with which a state was solved.
    public enum Integrals: String, Codable, Sendable {
        case exact
        /// Fitted ones in the iterations, exact ones for the last Fock matrices.
        case fittedThenExact = "fitted_then_exact"
        /// The energy comes from a fit.
        case fitted
        /// Fitted Coulomb matrices and semi-numerical exchange in the iterations, exact integrals for the last Fock matrices.
        case semiNumericalThenExact = "semi_numerical_then_exact"
        /// The energy comes from fitted Coulomb matrices and semi-numerical exchange.
        case semiNumerical = "semi_numerical"
    }
    /// Number of electrons integrated on the grid; nil for methods without a grid.
    public var gridElectrons: Double?
    /// Number of electrons described by the basis: all minus those replaced by core potentials.
    public var electrons: Int
    /// Nil if another program solved the state.
    public var energyComponents: EnergyComponents?
    public var orbitalEnergies: SpinPair<[Double]>
    /// Number of occupied orbitals.
    public var occupiedOrbitals: SpinPair<Int>
    /// Occupations of the natural orbitals of another program's wavefunction; nil for orbitals with energies that are full or empty.
    /// Orbitals shared by both spins contain up to two electrons and are listed for each spin.
    public var naturalOccupations: SpinPair<[Double]>?
    /// LUMO minus HOMO over both spins; nil if either is missing, and for natural orbitals.
    public var gap: Double?
    public var dipole: [Double]
    /// Centre of nuclear charge.
    public var dipoleOrigin: [Double]
    /// Second moments of charge xx, xy, xz, yy, yz, zz about the same origin.
    public var quadrupole: [Double]
    /// The same in traceless form, in Buckingham's convention: (3 Q_ij - delta_ij tr Q) / 2.
    public var tracelessQuadrupole: [Double]
    public var spinSquared: Double
    /// Nil without a stability test.
    public var stability: StabilityRecord?
    /// By scheme (`mulliken`, `hirshfeld`, ...); one value per atom.
    public var charges: [String: [Double]]
    /// Alpha minus beta electrons, by scheme, one value per atom.
    public var spinPopulations: [String: [Double]]
    /// Electrons in the functions of each ghost atom, by scheme, for schemes that assign basis functions; nil without ghost atoms.
    public var ghostPopulations: [String: [Double]]?
    /// Dipole moments x, y, z of the atoms about their nuclei, by scheme; nil in results of earlier versions.
    public var atomicDipoles: [String: [[Double]]]?
    /// Sums and convergence of the charges, by scheme, and why there are none; nil in results of earlier versions.
    public var chargeChecks: [String: ChargeCheckRecord]?
    /// Pairs of atoms whose Mayer bond order is at least 0.05 in size; nil in results of earlier versions.
    public var bondOrders: [BondOrderRecord]?
    /// Potential at every nucleus due to all other charges, in hartree per elementary charge. At a core potential only the change between
    /// states is meaningful. Nil in results of earlier versions.
    public var potentialAtNuclei: [Double]?
    /// One entry per atom; nil if natural atomic orbitals could not be computed, and in results of earlier versions.
    public var naturalPopulations: [NaturalPopulationRecord]?
    /// Electrons in every shell, and in all shells of one angular momentum.
    public var shellPopulations: [ShellPopulationRecord]
    /// How well fitted charges reproduce the potential, by scheme.
    public var potentialFits: [String: PotentialFitRecord]
    /// Files of this state beside `result.json`, by content.
    public var files: [String: String]
    public var wallSeconds: Double
    /// Other solutions of the same charge, higher in energy.
    public var alternatives: [StateRecord]

    /// `restricted`, `unrestricted` or `restricted-open`; nil in results of earlier versions.
    public var reference: String?
    /// The origin of the initial orbitals, such as `first guess`; nil without a search for other solutions.
    public var origin: String?
    /// Only loosely converged on a coarse grid, and far above the state; nil for fully converged solutions.
    public var preliminary: Bool?
    /// Energy relative to the first solution of the charge, on one grid, in hartree; nil without a search for other solutions.
    public var relativeEnergy: Double?
    /// Which multiplicities were tried; nil if another program solved the state, and in results of earlier versions.
    public var multiplicities: MultiplicityRecord?
    /// The search for other solutions; nil without one, and in results of earlier versions.
    public var search: SearchRecord?
    /// Why the state may lose an electron in vacuum: `positive_homo`, `negative_affinity`; nil when it is bound.
    public var unbound: [String]?
    /// Nil if there are none.
    public var warnings: [WarningRecord]?
    /// Second derivatives and vibrations; nil if `esp frequencies` was not run on the state.
    public var vibrations: VibrationRecord?

    /// Whether it is a spin-polarised singlet: <S^2> is above that of a closed shell.
    public var isBrokenSymmetrySinglet: Bool { multiplicity == 1 && spinSquared > 1e-3 }

    /// The lowest closed shell among the other solutions; nil if none was found.
    public var closedShell: StateRecord? {
        alternatives.filter { $0.multiplicity == 1 && $0.spinSquared < 1e-6 && $0.converged && $0.energy != nil }
            .min { ($0.relativeEnergy ?? .infinity) < ($1.relativeEnergy ?? .infinity) }
    }

    /// Whether alpha and beta densities differ: always in open shells, and in broken-symmetry singlets.
    public var hasSpinDensity: Bool { multiplicity > 1 || spinSquared > 1e-6 }

    public init(
        charge: Int, multiplicity: Int, energy: Double?, gradient: [[Double]]? = nil,
        gradientSums: GradientSumsRecord? = nil, converged: Bool, iterations: Int, gridPoints: Int,
        gridElectrons: Double?, electrons: Int, energyComponents: EnergyComponents?, orbitalEnergies: SpinPair<[Double]>,
        occupiedOrbitals: SpinPair<Int>, gap: Double?, dipole: [Double], dipoleOrigin: [Double], quadrupole: [Double],
        tracelessQuadrupole: [Double],
        spinSquared: Double, stability: StabilityRecord?, charges: [String: [Double]], spinPopulations: [String: [Double]],
        bondOrders: [BondOrderRecord]? = nil, shellPopulations: [ShellPopulationRecord],
        potentialFits: [String: PotentialFitRecord], files: [String: String],
        wallSeconds: Double,
        alternatives: [StateRecord] = []
    ) {
        self.charge = charge
        self.multiplicity = multiplicity
        self.energy = energy
        self.gradient = gradient
        self.gradientSums = gradientSums
        self.converged = converged
        self.iterations = iterations
        self.gridPoints = gridPoints
        self.gridElectrons = gridElectrons
        self.electrons = electrons
        self.energyComponents = energyComponents
        self.orbitalEnergies = orbitalEnergies
        self.occupiedOrbitals = occupiedOrbitals
        self.gap = gap
        self.dipole = dipole
        self.dipoleOrigin = dipoleOrigin
        self.quadrupole = quadrupole
        self.tracelessQuadrupole = tracelessQuadrupole
        self.spinSquared = spinSquared
        self.stability = stability
        self.charges = charges
        self.spinPopulations = spinPopulations
        self.bondOrders = bondOrders
        self.shellPopulations = shellPopulations
        self.potentialFits = potentialFits
        self.files = files
        self.wallSeconds = wallSeconds
        self.alternatives = alternatives
    }

    enum CodingKeys: String, CodingKey {
        case charge, multiplicity, energy, geometry, gradient, converged, iterations, integrals, electrons, gap, dipole,
            quadrupole, charges,
            files
        case alternatives, stability, reference, origin, preliminary, unbound, warnings, multiplicities, search, vibrations
        case relativeEnergy = "relative_energy"
        case gradientSums = "gradient_sums"
        case fittingError = "fitting_error"
        case gridPoints = "grid_points"
        case gridElectrons = "grid_electrons"
        case energyComponents = "energy_components"
        case orbitalEnergies = "orbital_energies"
        case occupiedOrbitals = "occupied_orbitals"
        case dipoleOrigin = "dipole_origin"
        case spinSquared = "spin_squared"
        case spinPopulations = "spin_populations"
        case ghostPopulations = "ghost_populations"
        case bondOrders = "bond_orders"
        case potentialAtNuclei = "potential_at_nuclei"
        case atomicDipoles = "atomic_dipoles"
        case chargeChecks = "charge_checks"
        case shellPopulations = "shell_populations"
        case tracelessQuadrupole = "traceless_quadrupole"
        case potentialFits = "potential_fits"
        case naturalPopulations = "natural_populations"
        case naturalOccupations = "natural_occupations"
        case wallSeconds = "wall_seconds"
    }
}

/// One value per spin.
public struct SpinPair<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    public var alpha: Value
    public var beta: Value

    public init(alpha: Value, beta: Value) {
        self.alpha = alpha
        self.beta = beta
    }
}

/// Sums over a gradient, in atomic units: zero for an exact derivative of the energy.
public struct GradientSumsRecord: Codable, Sendable, Equatable {
    /// Sum over the atoms.
    public var translation: [Double]
    /// Sum of position cross derivative about the centre of nuclear charge.
    public var rotation: [Double]

    public init(translation: [Double], rotation: [Double]) {
        self.translation = translation
        self.rotation = rotation
    }
}

/// Bond orders between two atoms.
public struct BondOrderRecord: Codable, Sendable, Equatable {
    /// Indices of the two atoms, from 0, ascending.
    public var atoms: [Int]
    public var mayer: Double
    /// Wiberg's index in Loewdin's orthogonalised functions.
    public var wiberg: Double
    /// Wiberg's index in natural atomic orbitals; nil if they could not be computed.
    public var naturalWiberg: Double?
    /// In Becke's partition of space.
    public var fuzzy: Double?

    public init(atoms: [Int], mayer: Double, wiberg: Double) {
        self.atoms = atoms
        self.mayer = mayer
        self.wiberg = wiberg
    }

    enum CodingKeys: String, CodingKey {
        case atoms, mayer, wiberg, fuzzy
        case naturalWiberg = "wiberg_natural"
    }
}

/// Electrons of an atom in its natural core, valence and Rydberg orbitals.
public struct NaturalPopulationRecord: Codable, Sendable, Equatable {
    public var core: Double
    public var valence: Double
    public var rydberg: Double

    public init(core: Double, valence: Double, rydberg: Double) {
        self.core = core
        self.valence = valence
        self.rydberg = rydberg
    }
}

/// Electrons in one shell of an atom, or in all its shells of one angular momentum.
public struct ShellPopulationRecord: Codable, Sendable, Equatable {
    /// Counted from 0.
    public var atom: Int
    public var symbol: String
    /// A single shell, such as `4d`, or the letter alone for all shells of the angular momentum.
    public var shell: String
    public var scheme: String
    public var population: Double
    /// Alpha minus beta.
    public var spin: Double

    public init(atom: Int, symbol: String, shell: String, scheme: String, population: Double, spin: Double) {
        self.atom = atom
        self.symbol = symbol
        self.shell = shell
        self.scheme = scheme
        self.population = population
        self.spin = spin
    }
}

/// Quality of charges fitted to the electrostatic potential.
public struct PotentialFitRecord: Codable, Sendable, Equatable {
    /// Root mean square difference of the potentials, in hartree per elementary charge.
    public var rootMeanSquareError: Double
    /// The same over the root mean square of the potential.
    public var relativeRootMeanSquareError: Double
    /// For every element whose radius is not given in the method's literature; nil if there are none, and in results of earlier versions.
    public var radiusSensitivity: [RadiusSensitivityRecord]?
    /// Nil in results of earlier versions.
    public var orientationSensitivity: OrientationSensitivityRecord?

    public init(
        rootMeanSquareError: Double, relativeRootMeanSquareError: Double, radiusSensitivity: [RadiusSensitivityRecord]? = nil,
        orientationSensitivity: OrientationSensitivityRecord? = nil
    ) {
        self.rootMeanSquareError = rootMeanSquareError
        self.relativeRootMeanSquareError = relativeRootMeanSquareError
        self.radiusSensitivity = radiusSensitivity
        self.orientationSensitivity = orientationSensitivity
    }

    enum CodingKeys: String, CodingKey {
        case rootMeanSquareError = "rms_error"
        case relativeRootMeanSquareError = "relative_rms_error"
        case radiusSensitivity = "radius_sensitivity"
        case orientationSensitivity = "orientation_sensitivity"
    }
}

/// Variation of fitted charges with the orientation of the points.
public struct OrientationSensitivityRecord: Codable, Sendable, Equatable {
    public var orientations: Int
    /// Largest minus smallest charge, in elementary charges, one value per atom.
    public var spread: [Double]

    public init(orientations: Int, spread: [Double]) {
        self.orientations = orientations
        self.spread = spread
    }
}

/// Variation of fitted charges with a radius.
public struct RadiusSensitivityRecord: Codable, Sendable, Equatable {
    /// Symbol of the element whose radius is changed.
    public var element: String
    /// As used for the charges.
    public var radiusInAngstrom: Double
    /// Fraction of the radius by which it is decreased and increased.
    public var relativeStep: Double
    /// In elementary charges, one value per atom; nil if no points were left for the fit.
    public var changesWithSmallerRadius: [Double]?
    public var changesWithLargerRadius: [Double]?

    public init(
        element: String, radiusInAngstrom: Double, relativeStep: Double, changesWithSmallerRadius: [Double]?,
        changesWithLargerRadius: [Double]?
    ) {
        self.element = element
        self.radiusInAngstrom = radiusInAngstrom
        self.relativeStep = relativeStep
        self.changesWithSmallerRadius = changesWithSmallerRadius
        self.changesWithLargerRadius = changesWithLargerRadius
    }

    enum CodingKeys: String, CodingKey {
        case element
        case radiusInAngstrom = "radius_in_angstrom"
        case relativeStep = "relative_step"
        case changesWithSmallerRadius = "changes_with_smaller_radius"
        case changesWithLargerRadius = "changes_with_larger_radius"
    }
}
