import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

/// The whole input of a calculation. The command line, a study, an input file and a caller of the library each make one, and every result
/// contains the one that it came from.
///
/// Keys left out of an input file have the defaults of the command line. Lengths are in bohr and energies in hartree unless a name says
/// otherwise; atoms count from 0.
public struct CalculationInput: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-input-2"
    /// The schema of earlier versions. It has the same keys except `preset` and `reduce`; its defaults were different.
    static let firstSchema = "esp-input-1"

    public enum Task: String, Codable, Sendable, CaseIterable {
        /// The states at the given structure.
        case energy
        /// A stationary point of the first state.
        case optimization
        /// The states at the relaxed structure of the first one, then every state at its own relaxed structure.
        case adiabatic
        /// One state, and its counterpoise-corrected interaction energy (Boys and Bernardi).
        case counterpoise
        /// One state, and its vibrations.
        case frequencies
    }

    public var schema = CalculationInput.currentSchema
    public var task = Task.energy
    public var molecule: MoleculeInput
    public var states = StateInput()
    public var model = ModelInput()
    public var convergence = ConvergenceInput()
    public var optimization = OptimizationInput()
    public var counterpoise = CounterpoiseInput()
    public var frequencies = FrequencyInput()
    public var analyses = AnalysisInput()
    public var resources = ResourceInput()

    public init(molecule: MoleculeInput) { self.molecule = molecule }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schema, task, molecule, states, model, convergence, optimization, counterpoise, frequencies, analyses, resources
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        schema = try values.decode(String.self, forKey: .schema)
        guard [Self.currentSchema, Self.firstSchema].contains(schema) else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema, in: values, debugDescription: "it is not \(Self.currentSchema)")
        }
        molecule = try values.decode(MoleculeInput.self, forKey: .molecule)
        try values.read(.task, into: &task)
        try values.read(.states, into: &states)
        try values.read(.model, into: &model)
        try values.read(.convergence, into: &convergence)
        try values.read(.optimization, into: &optimization)
        try values.read(.counterpoise, into: &counterpoise)
        try values.read(.frequencies, into: &frequencies)
        if relaxesStructure, task == .frequencies, try !Self.namesCriteria(values) {
            optimization.criteria = Self.criteriaForFrequencies
        }
        try values.read(.analyses, into: &analyses)
        try values.read(.resources, into: &resources)
        if schema == Self.firstSchema { nameFirstDefaults() }
    }

    /// Whether the search for a stationary point comes first, so that results lie at another structure than that of the input.
    public var relaxesStructure: Bool { task == .optimization || task == .frequencies && frequencies.relaxes }

    /// Frequencies need smaller forces than structures do.
    public static let criteriaForFrequencies = "tight"

    private static func namesCriteria(_ values: KeyedDecodingContainer<CodingKeys>) throws -> Bool {
        guard values.contains(.optimization) else { return false }
        return try values.nestedContainer(keyedBy: OptimizationInput.CodingKeys.self, forKey: .optimization).contains(.criteria)
    }

    /// Names what the first form of inputs meant where it left something out, so that old results can be repeated.
    private mutating func nameFirstDefaults() {
        schema = Self.currentSchema
        model.method = model.method ?? ModelPreset.paper.method
        model.basis = model.basis ?? ModelPreset.paper.basis
        if states.charges == nil, states.addsElectrons, task != .optimization { states.reduction = 2 }
    }
}

/// Atoms, and what their file says about electrons.
public struct MoleculeInput: Codable, Sendable, Equatable {
    /// As the user named the file; folders and pictures are named after it.
    public var name: String
    public var comment = ""
    public var symbols: [String]
    /// x, y, z of the first atom, then of the second, ..., in bohr.
    public var geometry: [Double]
    /// From the file; nil if it does not give one.
    public var charge: Int?
    /// 2S + 1, from the file; nil if it does not give one.
    public var multiplicity: Int?
    /// Centres of basis functions without nuclei; nil where there are none.
    public var ghosts: [GhostRecord]?

    public init(_ file: XYZFile, name: String) {
        self.name = name
        comment = file.comment
        symbols = file.molecule.atoms.map(\.element.symbol)
        geometry = file.molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }
        charge = file.charge
        multiplicity = file.multiplicity
        if !file.molecule.ghosts.isEmpty { ghosts = file.molecule.ghosts.map(GhostRecord.init) }
    }

    public init(
        name: String, comment: String = "", symbols: [String], geometry: [Double], charge: Int? = nil, multiplicity: Int? = nil
    ) {
        self.name = name
        self.comment = comment
        self.symbols = symbols
        self.geometry = geometry
        self.charge = charge
        self.multiplicity = multiplicity
    }

    /// The same in the form of an XYZ file.
    ///
    /// - Throws: `RunFolderError.damaged` if the numbers of symbols and positions differ.
    public func file() throws -> XYZFile {
        let elements = symbols.compactMap { Element(symbol: $0) }
        guard !symbols.isEmpty, elements.count == symbols.count, geometry.count == 3 * symbols.count,
            geometry.allSatisfy(\.isFinite)
        else {
            throw RunFolderError.damaged(
                "\(name): the molecule of this input needs a symbol and three coordinates for every atom.")
        }
        let atoms = elements.enumerated().map { index, element in
            Atom(element: element, positionInBohr: SIMD3(geometry[3 * index], geometry[3 * index + 1], geometry[3 * index + 2]))
        }
        return XYZFile(
            molecule: Molecule(atoms: atoms, ghosts: (ghosts ?? []).map(\.atom)), comment: comment, charge: charge,
            multiplicity: multiplicity)
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, comment, symbols, geometry, charge, multiplicity, ghosts }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        name = try values.decodeIfPresent(String.self, forKey: .name) ?? "molecule"
        try values.read(.comment, into: &comment)
        symbols = try values.decode([String].self, forKey: .symbols)
        geometry = try values.decode([Double].self, forKey: .geometry)
        charge = try values.decodeIfPresent(Int.self, forKey: .charge)
        multiplicity = try values.decodeIfPresent(Int.self, forKey: .multiplicity)
        ghosts = try values.decodeIfPresent([GhostRecord].self, forKey: .ghosts)
    }
}

/// Which states are solved, and the scope of the search for other solutions.
public struct StateInput: Codable, Sendable, Equatable {
    public enum Reference: String, Codable, Sendable, CaseIterable {
        case automatic, restricted, unrestricted
        case restrictedOpen = "restricted-open"
    }

    /// Scope of the search for other solutions.
    public enum Search: String, Codable, Sendable, CaseIterable { case full, lowest, none }

    public enum Stability: String, Codable, Sendable, CaseIterable { case follow, none }

    /// The largest `reduction`.
    public static let mostAddedElectrons = 20

    /// Nil: the molecule's charge (or 0), and what `reduction` and `addsElectrons` say.
    public var charges: [Int]?
    /// The maximum number of electrons added to the molecule's charge, or to the one charge that is given. Nil: two if no charge is given
    /// and the molecule is an electron acceptor (`ElectronAcceptor`), otherwise none.
    public var reduction: Int?
    /// One for all charges, or one per charge; nil: the lowest that the number of electrons allows, unless the search finds a better one.
    public var multiplicities: [Int]?
    /// Whether electrons may be added to the molecule. If false, one state is computed as it is, and other solutions are searched for only
    /// if `search` says so.
    public var addsElectrons = true
    /// Nil: as the method's name says, otherwise automatic.
    public var reference: Reference?
    /// Nil: full, or none if no electrons are added or stability is not tested.
    public var search: Search?
    public var stability = Stability.follow

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case charges, multiplicities, reference, search, stability
        case reduction = "reduce"
        case addsElectrons = "adds_electrons"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        charges = try values.decodeIfPresent([Int].self, forKey: .charges)
        multiplicities = try values.decodeIfPresent([Int].self, forKey: .multiplicities)
        reduction = try values.decodeIfPresent(Int.self, forKey: .reduction)
        try values.read(.addsElectrons, into: &addsElectrons)
        reference = try values.decodeIfPresent(Reference.self, forKey: .reference)
        search = try values.decodeIfPresent(Search.self, forKey: .search)
        try values.read(.stability, into: &stability)
    }
}

/// Method, basis and grid.
public struct ModelInput: Codable, Sendable, Equatable {
    /// `hf` or a functional of libxc, optionally with a prefix for the reference and a dispersion correction (`ub3lyp-d4`). Nil: that of
    /// `preset`, otherwise `defaultMethod`.
    public var method: String?
    /// `none`, `d3bj` or `d4`; nil: as the method's name says.
    public var dispersion: String?
    /// Name of the general basis set, or `paper` for the rule of `BasisAssignment`. Nil: that of `preset`, otherwise `defaultBasis`.
    public var basis: String?
    /// Provides the parts that are not named.
    public var preset: ModelPreset?
    /// Arguments of `BasisAssignment.parse`, such as `Nb,Al=LANL2MB` or `Cl1,5-6=def2-SVP`, with the numbers of atoms from 1.
    public var basisFor: [String] = []
    /// Paths of the user's own files.
    public var basisFiles: [String] = []
    /// `pure` or `cartesian`; nil: as the sets were published.
    public var functionType: String?
    /// The folder of basis sets; nil: that of the program.
    public var basisFolder: String?
    public var grid = "fine"
    /// x, y and z of a uniform electric field, in hartree per bohr and elementary charge; nil: none.
    public var field: [Double]?
    /// Maximum magnitude of a component of `field`, in hartree per bohr and elementary charge: the field of a proton at a distance
    /// of a third of a bohr.
    public static let strongestField = 10.0
    /// The medium; nil: vacuum.
    public var solvent: SolventInput?
    public var integrals = RepulsionIntegrals.automatic

    /// The choice of electron repulsion integrals.
    public enum RepulsionIntegrals: String, Codable, Sendable, CaseIterable {
        /// Exact ones if they fit into memory. Otherwise fitted ones in the iterations, and exact ones for the last Fock matrices.
        case automatic = "auto"
        case exact
        /// Fitted ones (RI-J, RI-JK) throughout: the energy is that of the fit.
        case fitted
    }

    public var exchange = ExchangeScheme.automatic

    /// The approximation of `integrals` fitted, as records name it.
    var energyIntegrals: String {
        integrals.rawValue + (exchange == .semiNumerical ? ", \(exchange.rawValue) exchange" : "")
    }

    /// The choice of approximate exact exchange, where integrals are not exact.
    public enum ExchangeScheme: String, Codable, Sendable, CaseIterable {
        /// In iterations that end exactly, the faster one for the molecule and basis; the fitted one if it determines energies.
        case automatic = "auto"
        /// RI-K.
        case fitted
        /// By quadrature over one electron. Its energies have no gradients.
        case semiNumerical = "semi-numerical"
    }

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case preset, method, dispersion, basis, grid, field, solvent, integrals, exchange
        case basisFor = "basis_for"
        case basisFiles = "basis_files"
        case functionType = "function_type"
        case basisFolder = "basis_folder"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        preset = try values.decodeIfPresent(ModelPreset.self, forKey: .preset)
        method = try values.decodeIfPresent(String.self, forKey: .method)
        dispersion = try values.decodeIfPresent(String.self, forKey: .dispersion)
        basis = try values.decodeIfPresent(String.self, forKey: .basis)
        try values.read(.basisFor, into: &basisFor)
        try values.read(.basisFiles, into: &basisFiles)
        functionType = try values.decodeIfPresent(String.self, forKey: .functionType)
        basisFolder = try values.decodeIfPresent(String.self, forKey: .basisFolder)
        try values.read(.grid, into: &grid)
        field = try values.decodeIfPresent([Double].self, forKey: .field)
        solvent = try values.decodeIfPresent(SolventInput.self, forKey: .solvent)
        try values.read(.integrals, into: &integrals)
        try values.read(.exchange, into: &exchange)
    }
}

/// Settings of the self-consistent field.
public struct ConvergenceInput: Codable, Sendable, Equatable {
    /// The source of the initial orbitals.
    public enum Guess: String, Codable, Sendable, CaseIterable {
        /// The checkpoint if it fits, otherwise atomic densities.
        case auto
        /// The superposition of atomic densities.
        case atoms
        /// The checkpoint, or an error if there is none that fits.
        case checkpoint
    }

    /// Maximum number of energy evaluations per state.
    public var maximumIterations = 100
    /// Convergence threshold for the change of the energy, in hartree.
    public var energyTolerance = 1e-8
    /// Fraction of the old density that is kept in the first iterations.
    public var damping = 0.0
    /// Shift of the empty orbitals, in hartree.
    public var levelShift = 0.0
    /// Width of the smearing of occupations near the highest occupied orbital, in hartree.
    public var smearing = 0.0
    public var isSecondOrder = false
    public var guess = Guess.auto
    /// Folder of an earlier run for the same atoms.
    public var startFrom: String?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case damping, smearing, guess
        case maximumIterations = "maximum_iterations"
        case energyTolerance = "energy_tolerance"
        case levelShift = "level_shift"
        case isSecondOrder = "second_order"
        case startFrom = "start_from"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.maximumIterations, into: &maximumIterations)
        try values.read(.energyTolerance, into: &energyTolerance)
        try values.read(.damping, into: &damping)
        try values.read(.levelShift, into: &levelShift)
        try values.read(.smearing, into: &smearing)
        try values.read(.isSecondOrder, into: &isSecondOrder)
        try values.read(.guess, into: &guess)
        startFrom = try values.decodeIfPresent(String.self, forKey: .startFrom)
    }
}

/// Settings of an optimisation.
public struct OptimizationInput: Codable, Sendable, Equatable {
    /// Name of a `ConvergenceCriteria`.
    public var criteria = "normal"
    /// Maximum number of structures.
    public var maximumSteps = 200
    /// In the form of the command line, with atoms counted from 1: `1-2=2.10` (Angstrom), `3-1-2` (degrees).
    public var holds: [String] = []
    /// Frozen atoms, counted from 1: `1,4-6`.
    public var frozenAtoms: String?
    public var keepsSymmetry = false
    /// Folder of a run of the same atoms whose second derivatives (`esp frequencies`) the search begins with, or `computed`: those at the
    /// first structure. Nil: a model, or, towards a saddle point, `computed`.
    public var hessianFrom: String?
    /// Whether a saddle point of first order is wanted.
    public var seeksSaddle = false
    /// Number from 1 of the normal mode, at the structure of the second derivatives, along which the search for a saddle point goes up from
    /// where the curvature is positive, in the sense in which the mode is stored; negative: in the opposite sense. Nil: along the first mode,
    /// in the sense in which the energy rises.
    public var saddleMode: Int?

    public static let computedHessian = "computed"

    /// Whether the search begins with second derivatives that are computed at the first structure.
    public var computesHessian: Bool { hessianFrom.map { $0 == Self.computedHessian } ?? seeksSaddle }

    /// Maximum number of normal modes of a molecule: that of a linear one, 3N - 5.
    public static func mostModes(atoms: Int) -> Int { max(3 * atoms - 5, 0) }

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case criteria, holds
        case hessianFrom = "hessian_from"
        case seeksSaddle = "saddle"
        case saddleMode = "saddle_mode"
        case maximumSteps = "maximum_steps"
        case frozenAtoms = "frozen_atoms"
        case keepsSymmetry = "keeps_symmetry"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.criteria, into: &criteria)
        try values.read(.maximumSteps, into: &maximumSteps)
        try values.read(.holds, into: &holds)
        frozenAtoms = try values.decodeIfPresent(String.self, forKey: .frozenAtoms)
        try values.read(.keepsSymmetry, into: &keepsSymmetry)
        hessianFrom = try values.decodeIfPresent(String.self, forKey: .hessianFrom)
        try values.read(.seeksSaddle, into: &seeksSaddle)
        saddleMode = try values.decodeIfPresent(Int.self, forKey: .saddleMode)
    }
}

/// Threads and memory that a calculation may use.
public struct ResourceInput: Codable, Sendable, Equatable {
    /// Nil: one per processor available to the process.
    public var threads: Int?
    /// In bytes; nil: 70 percent of the free memory.
    public var memory: Int?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable { case threads, memory }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        threads = try values.decodeIfPresent(Int.self, forKey: .threads)
        memory = try values.decodeIfPresent(Int.self, forKey: .memory)
    }
}

extension Decoder {
    /// The values under known keys; an unknown key, for example a misspelt one, is an error.
    func values<Keys: CodingKey & CaseIterable>(of keys: Keys.Type) throws -> KeyedDecodingContainer<Keys> {
        let known = Set(Keys.allCases.map(\.stringValue))
        if let other = try container(keyedBy: NamedKey.self).allKeys.first(where: { !known.contains($0.stringValue) }) {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [other], debugDescription: "", underlyingError: UnknownKey(known: known.sorted())))
        }
        return try container(keyedBy: keys)
    }
}

/// The error that an input has an unknown key.
struct UnknownKey: Error {
    /// The known keys.
    let known: [String]
}

/// A key with any name.
struct NamedKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer {
    /// Reads an optional value.
    func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
        if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
    }
}
