import FileFormats
import Foundation
import MolecularStructure

/// The content of `result.json`: what was computed, how, and all results. Atomic units throughout.
///
/// Names in the file are those of the `CodingKeys`; they change only together with `schema`.
public struct ResultDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-result-1"

    public var schema = ResultDocument.currentSchema
    public var provenance: Provenance
    public var molecule: MoleculeRecord
    public var model: Model
    /// One entry per charge, in the order in which the charges were requested.
    public var states: [StateRecord]
    /// Every atom is in one of them; nil in results of versions without this key.
    public var fragments: [FragmentRecord]?
    /// The same charges, every state at its own relaxed structure, with that geometry; nil if they were not relaxed.
    public var relaxedStates: [StateRecord]?
    /// The origin of the orbitals if another program solved the states.
    public var source: WavefunctionSourceRecord?
    /// Nil if not requested.
    public var counterpoise: CounterpoiseRecord?
    /// The input; nil in results of other programs and of versions without this key.
    public var input: StoredInput?
    /// Whether the states are those of the initial guess, because the search for other solutions has not finished; nil for no.
    public var preliminary: Bool?

    /// Charge of the state to which electrons are added; nil without states.
    package var baseCharge: Int? { ReductionBase.charge(of: states.map(\.charge), own: input?.whole?.molecule.charge) }

    enum CodingKeys: String, CodingKey {
        case schema, provenance, molecule, model, states, fragments, source, input, counterpoise, preliminary
        case relaxedStates = "relaxed_states"
    }

    public init(provenance: Provenance, molecule: MoleculeRecord, model: Model, states: [StateRecord]) {
        self.provenance = provenance
        self.molecule = molecule
        self.model = model
        self.states = states
    }

    /// The program that wrote the file, its input and the time.
    public struct Provenance: Codable, Sendable, Equatable {
        public var creator: String
        public var version: String
        public var instructionSet: String
        public var libraries: [String: String]
        public var input: String
        public var arguments: [String]
        /// ISO 8601, UTC.
        public var finished: String
        public var wallSeconds: Double
        public var threads: Int
        /// Processes with that many threads each; nil if it is one.
        public var ranks: Int?

        public init(
            creator: String, version: String, instructionSet: String, libraries: [String: String], input: String,
            arguments: [String], finished: String, wallSeconds: Double, threads: Int, ranks: Int? = nil
        ) {
            self.ranks = ranks
            self.creator = creator
            self.version = version
            self.instructionSet = instructionSet
            self.libraries = libraries
            self.input = input
            self.arguments = arguments
            self.finished = finished
            self.wallSeconds = wallSeconds
            self.threads = threads
        }

        enum CodingKeys: String, CodingKey {
            case creator, version, libraries, input, arguments, finished, threads, ranks
            case instructionSet = "instruction_set"
            case wallSeconds = "wall_seconds"
        }
    }

    public struct MoleculeRecord: Codable, Sendable, Equatable {
        public var comment: String
        public var symbols: [String]
        public var atomicNumbers: [Int]
        /// Atomic numbers minus the electrons replaced by core potentials.
        public var effectiveNuclearCharges: [Double]
        /// x, y, z of the first atom, then of the second, ..., in bohr.
        public var geometry: [Double]
        /// Centres of basis functions without nuclei; nil where there are none.
        public var ghosts: [GhostRecord]?

        public init(
            comment: String, symbols: [String], atomicNumbers: [Int], effectiveNuclearCharges: [Double], geometry: [Double]
        ) {
            self.comment = comment
            self.symbols = symbols
            self.atomicNumbers = atomicNumbers
            self.effectiveNuclearCharges = effectiveNuclearCharges
            self.geometry = geometry
        }

        /// - Parameter effectiveNuclearCharges: one per atom.
        public init(_ molecule: Molecule, comment: String, effectiveNuclearCharges: [Double]) {
            self.init(
                comment: comment, symbols: molecule.atoms.map(\.element.symbol),
                atomicNumbers: molecule.atoms.map(\.element.atomicNumber),
                effectiveNuclearCharges: effectiveNuclearCharges,
                geometry: molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] })
            if !molecule.ghosts.isEmpty { ghosts = molecule.ghosts.map(GhostRecord.init) }
        }

        /// The atoms with their positions; nil if the lists do not belong together.
        public var molecule: Molecule? {
            guard geometry.count == 3 * atomicNumbers.count else { return nil }
            let atoms = atomicNumbers.enumerated().compactMap { index, number in
                Element(atomicNumber: number).map {
                    Atom(
                        element: $0,
                        positionInBohr: SIMD3(geometry[3 * index], geometry[3 * index + 1], geometry[3 * index + 2]))
                }
            }
            return atoms.count == atomicNumbers.count ? Molecule(atoms: atoms, ghosts: (ghosts ?? []).map(\.atom)) : nil
        }

        enum CodingKeys: String, CodingKey {
            case comment, symbols, geometry, ghosts
            case atomicNumbers = "atomic_numbers"
            case effectiveNuclearCharges = "effective_nuclear_charges"
        }
    }

    public struct Model: Codable, Sendable, Equatable {
        public var method: String
        /// Name of the basis set of every element in the molecule.
        public var basis: [String: String]
        /// `pure` or `cartesian`.
        public var functionType: String
        public var basisFunctions: Int
        public var basisFingerprint: String
        /// Nil for methods without numerical integration.
        public var grid: String?
        /// Literature of the basis sets and of the functional.
        public var references: [String]
        /// The points and radii of potential-fitted charges, by scheme.
        public var potentialFits: [String: PotentialFitModel]
        /// For every atom, then every ghost atom, the file with its basis, if atoms of one element differ; nil: all are in `basis.gbs`.
        public var basisFiles: [String]?
        /// For every atom, then every ghost atom, the name of its basis set, if atoms of one element differ; nil: see `basis`.
        public var basisOfAtoms: [String]?
        /// Terms added to the Hamiltonian of the method; nil if there are none.
        public var terms: [TermRecord]?
        /// The solvent; nil in vacuum.
        public var solvent: SolventRecord?
        /// `fitted integrals (def2-universal-jkfit)` if energies come from fitted repulsion integrals; nil for exact ones.
        public var integrals: String?
        /// How each scheme of atomic charges was carried out; nil in results of earlier versions.
        public var chargeSchemes: [String: ChargeSchemeRecord]?
        /// Pairs of atoms are listed in `bond_orders` if the magnitude of one of their orders reaches this value; nil in results of earlier
        /// versions, which list Mayer orders from 0.05 on.
        public var bondOrderThreshold: Double?

        public init(
            method: String, basis: [String: String], functionType: String, basisFunctions: Int, basisFingerprint: String,
            grid: String?, references: [String], potentialFits: [String: PotentialFitModel]
        ) {
            self.method = method
            self.basis = basis
            self.functionType = functionType
            self.basisFunctions = basisFunctions
            self.basisFingerprint = basisFingerprint
            self.grid = grid
            self.references = references
            self.potentialFits = potentialFits
        }

        enum CodingKeys: String, CodingKey {
            case method, basis, grid, references, terms, solvent, integrals
            case functionType = "function_type"
            case basisFunctions = "basis_functions"
            case basisFingerprint = "basis_fingerprint"
            case potentialFits = "potential_fits"
            case basisFiles = "basis_files"
            case basisOfAtoms = "basis_of_atoms"
            case chargeSchemes = "charge_schemes"
            case bondOrderThreshold = "bond_order_threshold"
        }
    }

    /// Conventions of a potential fit. Lengths in Angstrom, as in the literature.
    public struct PotentialFitModel: Codable, Sendable, Equatable {
        public var points: Int
        /// Of a lattice; nil for other points.
        public var spacingInAngstrom: Double?
        public var marginInAngstrom: Double?
        /// Layers around the molecule, in units of the radii, and their density of points; nil for a lattice.
        public var layers: [Double]?
        public var pointsPerSquareAngstrom: Double?
        /// By element.
        public var radiiInAngstrom: [String: Double]
        /// The source of each radius.
        public var radiusSources: [String: String]
        public var notes: [String]

        public init(
            points: Int, spacingInAngstrom: Double? = nil, marginInAngstrom: Double? = nil,
            radiiInAngstrom: [String: Double], radiusSources: [String: String], notes: [String], layers: [Double]? = nil,
            pointsPerSquareAngstrom: Double? = nil
        ) {
            self.points = points
            self.spacingInAngstrom = spacingInAngstrom
            self.marginInAngstrom = marginInAngstrom
            self.radiiInAngstrom = radiiInAngstrom
            self.radiusSources = radiusSources
            self.notes = notes
            self.layers = layers
            self.pointsPerSquareAngstrom = pointsPerSquareAngstrom
        }

        enum CodingKeys: String, CodingKey {
            case points, notes, layers
            case pointsPerSquareAngstrom = "points_per_square_angstrom"
            case spacingInAngstrom = "spacing_in_angstrom"
            case marginInAngstrom = "margin_in_angstrom"
            case radiiInAngstrom = "radii_in_angstrom"
            case radiusSources = "radius_sources"
        }
    }

    /// Indented JSON with sorted keys; numbers are read back as the same doubles.
    ///
    /// - Throws: `ResultDocumentError.notFinite` if a number is not finite, which JSON cannot represent.
    public func json() throws -> Data {
        try JSONLayout.encoded(self)
    }
}
