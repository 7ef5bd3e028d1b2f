import MolecularStructure
import WavefunctionAnalysis

/// What is computed for the states in addition to their energies.
public struct AnalysisInput: Codable, Sendable, Equatable {
    /// Contents of cube files.
    public enum Cube: String, Codable, Sendable, CaseIterable { case esp, density, spin, difference, step, homo, lumo }

    public var charges = ChargeInput()
    /// Fragments chosen by the user, in addition to those derived from the bonds.
    public var fragments: [FragmentInput] = []
    public var cubes: [Cube] = []
    /// Spacing of the cubes' points, in bohr.
    public var cubeSpacing = 0.2
    public var pictures: [Picture] = [.esp, .difference, .spin]
    /// Derivatives of the energies with respect to the nuclear positions.
    public var gradient = false
    /// Exact integrals at the densities of fitted ones.
    public var checksFit = false

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case charges, fragments, cubes, pictures, gradient
        case checksFit = "check_fit"
        case cubeSpacing = "cube_spacing"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.charges, into: &charges)
        try values.read(.fragments, into: &fragments)
        try values.read(.cubes, into: &cubes)
        try values.read(.cubeSpacing, into: &cubeSpacing)
        try values.read(.pictures, into: &pictures)
        try values.read(.gradient, into: &gradient)
        try values.read(.checksFit, into: &checksFit)
    }
}

/// A fragment by name and atom indices, counted from 0.
public struct FragmentInput: Codable, Sendable, Equatable {
    public var name: String
    public var atoms: [Int]

    public init(name: String, atoms: [Int]) {
        self.name = name
        self.atoms = atoms
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, atoms }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        self.init(name: try values.decode(String.self, forKey: .name), atoms: try values.decode([Int].self, forKey: .atoms))
    }
}

/// Schemes of atomic charges, and their settings.
public struct ChargeInput: Codable, Sendable, Equatable {
    /// The constrained sum of the RESP charges of some atoms, counted from 0.
    public struct Constraint: Codable, Sendable, Equatable {
        public var atoms: [Int]
        public var charge: Double

        public init(atoms: [Int], charge: Double) {
            self.atoms = atoms
            self.charge = charge
        }

        enum CodingKeys: String, CodingKey, CaseIterable { case atoms, charge }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.values(of: CodingKeys.self)
            self.init(
                atoms: try values.decode([Int].self, forKey: .atoms), charge: try values.decode(Double.self, forKey: .charge))
        }
    }

    /// Keys of `ChargeScheme`.
    public var schemes = ChargeScheme.always.map(\.rawValue)
    /// By element, in Angstrom; they replace the radii of the method.
    public var chelpgRadii: [String: Double] = [:]
    public var merzKollmanRadii: [String: Double] = [:]
    /// Groups of atoms that share one RESP charge.
    public var equivalentAtoms: [[Int]] = []
    public var constraints: [Constraint] = []
    /// Whether RESP's restraint is scaled to the density of points.
    public var isRestraintScaled = false
    /// A `ProatomSet`; nil: each scheme its own.
    public var proatoms: String?
    /// Pairs of atoms are listed if one of their bond orders reaches this value.
    public var bondThreshold = 0.05

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemes, constraints, proatoms
        case chelpgRadii = "chelpg_radii_in_angstrom"
        case merzKollmanRadii = "merz_kollman_radii_in_angstrom"
        case equivalentAtoms = "equivalent_atoms"
        case isRestraintScaled = "restraint_scaled"
        case bondThreshold = "bond_threshold"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.schemes, into: &schemes)
        try values.read(.chelpgRadii, into: &chelpgRadii)
        try values.read(.merzKollmanRadii, into: &merzKollmanRadii)
        try values.read(.equivalentAtoms, into: &equivalentAtoms)
        try values.read(.constraints, into: &constraints)
        try values.read(.isRestraintScaled, into: &isRestraintScaled)
        proatoms = try values.decodeIfPresent(String.self, forKey: .proatoms)
        try values.read(.bondThreshold, into: &bondThreshold)
    }
}
