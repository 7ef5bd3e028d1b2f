import MolecularStructure

/// The charge states of one molecule, with the data from which an account of their electrons is made. Atomic units; atoms are counted from
/// 0.
public struct ChargeSeries: Sendable {
    public var molecule: Molecule
    /// Every atom is in one of them.
    public var fragments: [Fragment]
    public var states: [State]
    /// The charge that the file of the molecule states, which decides from which state added electrons count (`ReductionBase`); nil where it
    /// states none.
    public var ownCharge: Int?

    public init(molecule: Molecule, fragments: [Fragment], states: [State], ownCharge: Int? = nil) {
        self.molecule = molecule
        self.fragments = fragments
        self.states = states
        self.ownCharge = ownCharge
    }

    public struct State: Sendable {
        public var charge: Int
        public var multiplicity: Int
        /// Hartree; nil if unknown.
        public var energy: Double?
        /// Nil unless second derivatives show a minimum.
        public var gibbsEnergy: GibbsEnergy?
        public var converged: Bool
        public var spinSquared: Double
        /// Whether alpha and beta electrons differ anywhere.
        public var hasSpinDensity: Bool
        /// About the centre of nuclear charge.
        public var dipole: [Double]
        /// Due to all other charges, at every nucleus, in hartree per elementary charge; nil if unknown.
        public var potentialAtNuclei: [Double]?
        /// By scheme, one per atom.
        public var charges: [String: [Double]]
        /// Alpha minus beta electrons, by scheme, one per atom.
        public var spinPopulations: [String: [Double]]
        public var bondOrders: [BondOrder]
        public var shellPopulations: [ShellPopulation]

        public init(
            charge: Int, multiplicity: Int, energy: Double?, converged: Bool, spinSquared: Double, hasSpinDensity: Bool,
            dipole: [Double], potentialAtNuclei: [Double]?, charges: [String: [Double]], spinPopulations: [String: [Double]],
            bondOrders: [BondOrder], shellPopulations: [ShellPopulation]
        ) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.energy = energy
            self.converged = converged
            self.spinSquared = spinSquared
            self.hasSpinDensity = hasSpinDensity
            self.dipole = dipole
            self.potentialAtNuclei = potentialAtNuclei
            self.charges = charges
            self.spinPopulations = spinPopulations
            self.bondOrders = bondOrders
            self.shellPopulations = shellPopulations
        }
    }

    /// Of an ideal gas of rigid rotors and harmonic oscillators, with low modes treated as by Grimme (doi 10.1002/chem.201200497).
    public struct GibbsEnergy: Codable, Sendable, Equatable {
        /// Including the electronic energy, in hartree.
        public var energy: Double
        /// In kelvin.
        public var temperature: Double

        public init(energy: Double, temperature: Double) {
            self.energy = energy
            self.temperature = temperature
        }
    }

    /// Of a pair of atoms.
    public struct BondOrder: Sendable {
        /// Ascending.
        public var atoms: [Int]
        public var mayer: Double

        public init(atoms: [Int], mayer: Double) {
            self.atoms = atoms
            self.mayer = mayer
        }
    }

    /// Electrons in the functions of one angular momentum on an atom.
    public struct ShellPopulation: Sendable {
        public var atom: Int
        /// Such as `d`, or `4d` for one shell of several.
        public var shell: String
        public var scheme: String
        public var population: Double
        /// Alpha minus beta electrons.
        public var spin: Double

        public init(atom: Int, shell: String, scheme: String, population: Double, spin: Double) {
            self.atom = atom
            self.shell = shell
            self.scheme = scheme
            self.population = population
            self.spin = spin
        }
    }
}
