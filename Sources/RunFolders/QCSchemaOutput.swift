import FileFormats
import HamiltonianTerms
import Foundation

/// One state in the form of MolSSI's `qcschema_output`, version 1
/// (https://molssi-qc-schema.readthedocs.io; Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021), doi 10.1002/wcms.1491).
/// Atomic units.
public struct QCSchemaOutput: Codable, Sendable, Equatable {
    public var schemaName = "qcschema_output"
    public var schemaVersion = 1
    public var molecule: Molecule
    /// The requested one; otherwise `gradient` if available, or `energy`.
    public var driver: String
    public var model: Model
    public var keywords: [String: String] = [:]
    public var properties: Properties
    /// The energy, the gradient x, y, z of every atom, or all rows of the Hessian, one after the other.
    public var returnResult: Quantity
    public var success: Bool
    public var error: Problem?
    public var provenance: Provenance
    public var extras: Extras

    public struct Molecule: Codable, Sendable, Equatable {
        public var schemaName = "qcschema_molecule"
        public var schemaVersion = 2
        public var name: String
        public var symbols: [String]
        public var geometry: [Double]
        public var atomicNumbers: [Int]
        /// False for ghost atoms; nil without ghost atoms.
        public var real: [Bool]?
        public var molecularCharge: Double
        public var molecularMultiplicity: Int
        /// The positions are those of the calculation and must not be reoriented.
        public var fixCom = true
        public var fixOrientation = true
        public var provenance: Provenance

        enum CodingKeys: String, CodingKey {
            case name, symbols, geometry, provenance, real
            case schemaName = "schema_name"
            case schemaVersion = "schema_version"
            case atomicNumbers = "atomic_numbers"
            case molecularCharge = "molecular_charge"
            case molecularMultiplicity = "molecular_multiplicity"
            case fixCom = "fix_com"
            case fixOrientation = "fix_orientation"
        }
    }

    public struct Model: Codable, Sendable, Equatable {
        public var method: String
        public var basis: String
    }

    public struct Problem: Codable, Sendable, Equatable {
        public var errorType: String
        public var errorMessage: String

        enum CodingKeys: String, CodingKey {
            case errorType = "error_type"
            case errorMessage = "error_message"
        }
    }

    public struct Provenance: Codable, Sendable, Equatable {
        public var creator: String
        public var version: String
        public var routine: String
    }

    public struct Properties: Codable, Sendable, Equatable {
        public var basisFunctions: Int
        public var orbitals: Int
        public var alphaElectrons: Int
        public var betaElectrons: Int
        public var atoms: Int
        public var energy: Double
        public var selfConsistentEnergy: Double
        public var nuclearRepulsion: Double?
        public var oneElectronEnergy: Double?
        public var twoElectronEnergy: Double?
        public var exchangeCorrelationEnergy: Double?
        public var dispersionEnergy: Double?
        public var dipole: [Double]
        public var iterations: Int?
        public var gradient: [Double]?
        /// All rows, one after the other; nil if rows are missing because atoms were frozen.
        public var hessian: [Double]?

        enum CodingKeys: String, CodingKey {
            case basisFunctions = "calcinfo_nbasis"
            case orbitals = "calcinfo_nmo"
            case alphaElectrons = "calcinfo_nalpha"
            case betaElectrons = "calcinfo_nbeta"
            case atoms = "calcinfo_natom"
            case energy = "return_energy"
            case selfConsistentEnergy = "scf_total_energy"
            case nuclearRepulsion = "nuclear_repulsion_energy"
            case oneElectronEnergy = "scf_one_electron_energy"
            case twoElectronEnergy = "scf_two_electron_energy"
            case exchangeCorrelationEnergy = "scf_xc_energy"
            case dispersionEnergy = "scf_dispersion_correction_energy"
            case dipole = "scf_dipole_moment"
            case iterations = "scf_iterations"
            case gradient = "return_gradient"
            case hessian = "return_hessian"
        }
    }

    /// Data for which the schema has no key.
    public struct Extras: Codable, Sendable, Equatable {
        /// All components by key; the properties cover only some of them. Nil if another program solved the state.
        public var energyComponents: EnergyComponents?
        /// Terms added to the Hamiltonian of the method; nil if there are none.
        public var terms: [TermRecord]?
        public var charges: [String: [Double]]
        public var spinPopulations: [String: [Double]]
        public var effectiveNuclearCharges: [Double]
        public var spinSquared: Double

        enum CodingKeys: String, CodingKey {
            case charges, terms
            case energyComponents = "energy_components"
            case spinPopulations = "spin_populations"
            case effectiveNuclearCharges = "effective_nuclear_charges"
            case spinSquared = "spin_squared"
        }
    }

    /// A number or a list of numbers.
    public enum Quantity: Codable, Sendable, Equatable {
        case scalar(Double)
        case list([Double])

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Double.self) {
                self = .scalar(value)
            } else {
                self = .list(try container.decode([Double].self))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .scalar(let value): try container.encode(value)
            case .list(let values): try container.encode(values)
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case molecule, driver, model, keywords, properties, success, error, provenance, extras
        case schemaName = "schema_name"
        case schemaVersion = "schema_version"
        case returnResult = "return_result"
    }

    /// Nil if the energy of the state is unknown, because the schema requires one, and if a converged state lacks the requested
    /// derivatives.
    ///
    /// - Parameter wanted: the requested driver; nil for whatever is available.
    public init?(_ document: ResultDocument, state: StateRecord, driver wanted: String? = nil) {
        guard let total = state.energy else { return nil }
        let provenance = Provenance(
            creator: document.provenance.creator, version: document.provenance.version, routine: "esp export")
        let ghosts = document.molecule.ghosts ?? []
        molecule = Molecule(
            name: document.molecule.comment, symbols: document.molecule.symbols + ghosts.map { $0.atom.element?.symbol ?? "X" },
            geometry: document.molecule.geometry + ghosts.flatMap(\.position),
            atomicNumbers: document.molecule.atomicNumbers + ghosts.map(\.atomicNumber),
            real: ghosts.isEmpty ? nil : document.molecule.symbols.map { _ in true } + ghosts.map { _ in false },
            molecularCharge: Double(state.charge),
            molecularMultiplicity: state.multiplicity, provenance: provenance)
        model = Model(method: document.model.method, basis: document.model.basisDescription)
        let hessian = state.vibrations?.wholeHessian
        let gradient = (state.gradient ?? (hessian == nil ? nil : state.vibrations?.gradient)).map { $0.flatMap { $0 } }
        let parts = state.energyComponents
        let alpha = (state.electrons + state.multiplicity - 1) / 2
        properties = Properties(
            basisFunctions: document.model.basisFunctions, orbitals: state.orbitalEnergies.alpha.count, alphaElectrons: alpha,
            betaElectrons: state.electrons - alpha, atoms: document.molecule.symbols.count + ghosts.count, energy: total,
            selfConsistentEnergy: total, nuclearRepulsion: parts?[.nuclearRepulsion],
            // A further term acts on electrons and nuclei alike.
            oneElectronEnergy: document.model.addedTerms == nil
                ? parts.map { $0.sum(.kinetic, .nuclearAttraction, .effectiveCorePotential) } : nil,
            twoElectronEnergy: parts.map { $0.sum(.coulomb, .exchange) }, exchangeCorrelationEnergy: parts?[.exchangeCorrelation],
            dispersionEnergy: parts?["dispersion"], dipole: state.dipole,
            iterations: state.iterations > 0 ? state.iterations : nil,
            gradient: gradient, hessian: hessian)
        driver = wanted ?? (state.gradient == nil ? "energy" : "gradient")
        let derivatives = driver == "hessian" ? hessian : driver == "gradient" ? gradient : nil
        guard derivatives != nil || driver == "energy" || !state.converged else { return nil }
        returnResult = derivatives.map { .list($0) } ?? .scalar(total)
        success = state.converged
        error =
            state.converged
            ? nil : Problem(errorType: "convergence_error", errorMessage: "The self-consistent field did not converge.")
        self.provenance = provenance
        extras = Extras(
            energyComponents: parts, terms: document.model.terms, charges: state.charges, spinPopulations: state.spinPopulations,
            effectiveNuclearCharges: document.molecule.effectiveNuclearCharges, spinSquared: state.spinSquared)
    }

    /// - Throws: `InputFileError` if the file is missing, or `DecodingError` if it is not an output of this schema.
    public init(readingFrom path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(TextFile.bytes(ofFileAt: path, limit: 256 << 20)))
    }

    /// Indented JSON.
    ///
    /// - Throws: `ResultDocumentError.notFinite`.
    public func json() throws -> Data { try JSONLayout.encoded(self) }
}

extension ResultDocument.Model {
    /// `6-31G (C Cl O), LANL2MB (Al Nb)`, or the name alone if one set is used for all.
    public var basisDescription: String {
        var sets: [String: [String]] = [:]
        for (symbol, name) in basis { sets[name, default: []].append(symbol) }
        guard sets.count > 1 else { return sets.keys.first ?? "" }
        return sets.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.sorted().joined(separator: " ")))" }
            .joined(separator: ", ")
    }
}
