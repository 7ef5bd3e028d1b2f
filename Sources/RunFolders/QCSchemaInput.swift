import FileFormats
import Foundation

/// A calculation in the form of MolSSI's `qcschema_input`, version 1
/// (https://molssi-qc-schema.readthedocs.io; Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021), doi 10.1002/wcms.1491).
/// Positions are in bohr.
public struct QCSchemaInput: CheckedDocument, Sendable {
    public static let title = "a qcschema_input"
    public static let cure = "Correct it"
    public static let schemaName = "qcschema_input"

    public struct Molecule: Decodable, Sendable {
        public var name: String?
        public var symbols: [String]
        public var geometry: [Double]
        public var charge: Double?
        public var multiplicity: Int?
        /// Whether each atom has a charge of its own; nil: all have.
        public var real: [Bool]?

        enum CodingKeys: String, CodingKey {
            case name, symbols, geometry, real
            case charge = "molecular_charge"
            case multiplicity = "molecular_multiplicity"
        }
    }

    public struct Model: Decodable, Sendable {
        public var method: String
        public var basis: String?
    }

    public var molecule: Molecule
    /// The part that the schema leaves to each program: parts of a `CalculationInput`, with its keys.
    public struct Keywords: Decodable, Sendable {
        public var states = StateInput()
        public var model = ModelInput()
        public var convergence = ConvergenceInput()
        public var frequencies = FrequencyInput()
        public var charges = ChargeInput()
        public var resources = ResourceInput()

        init() {}

        enum CodingKeys: String, CodingKey, CaseIterable { case states, model, convergence, frequencies, charges, resources }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.values(of: CodingKeys.self)
            try values.read(.states, into: &states)
            try values.read(.model, into: &model)
            try values.read(.convergence, into: &convergence)
            try values.read(.frequencies, into: &frequencies)
            try values.read(.charges, into: &charges)
            try values.read(.resources, into: &resources)
        }
    }

    /// `energy`, `gradient` or `hessian`.
    public var driver: String
    public var model: Model
    public var keywords = Keywords()

    enum CodingKeys: String, CodingKey { case molecule, driver, model, keywords }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        molecule = try values.decode(Molecule.self, forKey: .molecule)
        driver = try values.decode(String.self, forKey: .driver)
        model = try values.decode(Model.self, forKey: .model)
        try values.read(.keywords, into: &keywords)
    }

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck().at("molecule")
        try place.at("symbols").value(molecule.symbols.count, in: 1...XYZFile.largestAtomCount)
        try place.at("geometry").count(molecule.geometry, 3 * molecule.symbols.count)
    }

    /// The same as an input of this program: one state as it is, without files except the result.
    ///
    /// - Parameter path: of the file, for messages and as the name of an unnamed molecule.
    /// - Throws: `RunFolderError.damaged` for requests that cannot be computed.
    public func input(path: String) throws -> CalculationInput {
        func refuse(_ text: String) -> RunFolderError { .damaged("\(path): \(text)") }
        guard ["energy", "gradient", "hessian"].contains(driver) else {
            throw refuse("the driver '\(driver)' is not supported; energy, gradient and hessian are.")
        }
        let own = keywords
        guard own.states.charges == nil, own.states.reduction == nil, own.states.multiplicities == nil else {
            throw refuse("charge and multiplicity are those of the molecule; remove them from keywords/states.")
        }
        guard own.model.method == nil, own.model.basis == nil, own.model.preset == nil else {
            throw refuse("method and basis are those of the model; remove them, and preset, from keywords/model.")
        }
        guard !own.frequencies.relaxes else {
            throw refuse("the structure of this form is not optimised; remove keywords/frequencies/relax.")
        }
        guard molecule.real?.allSatisfy({ $0 }) ?? true else { throw refuse("ghost atoms ('real') are not read in this form.") }
        let charge = molecule.charge ?? 0
        guard charge == charge.rounded(), abs(charge) <= 1000 else { throw refuse("a charge of \(charge) is not possible.") }
        var result = CalculationInput(
            molecule: MoleculeInput(
                name: molecule.name ?? path, symbols: molecule.symbols, geometry: molecule.geometry, charge: Int(charge),
                multiplicity: molecule.multiplicity))
        result.task = driver == "hessian" ? .frequencies : .energy
        (result.states, result.model, result.convergence) = (own.states, own.model, own.convergence)
        (result.frequencies, result.analyses.charges, result.resources) = (own.frequencies, own.charges, own.resources)
        result.states.addsElectrons = false
        result.model.method = model.method
        result.model.basis = model.basis
        result.analyses.gradient = driver == "gradient"
        result.analyses.cubes = []
        result.analyses.pictures = []
        return result
    }
}

extension CalculationInput {
    /// Reads an input of this program, or MolSSI's `qcschema_input`.
    ///
    /// - Returns: the input, and for `qcschema_input` the driver, whose answer is one `qcschema_output`; nil for the first form.
    public static func reading(_ path: String) throws -> (input: CalculationInput, driver: String?) {
        struct Head: Decodable {
            var schemaName: String?
            enum CodingKeys: String, CodingKey { case schemaName = "schema_name" }
        }
        let data = Data(try TextFile.bytes(ofFileAt: path, limit: 1 << 26))
        let head = try? JSONDecoder().decode(Head.self, from: data)
        if head?.schemaName == QCSchemaInput.schemaName {
            let schema = try QCSchemaInput(json: data, path: path)
            let input = try schema.input(path: path)
            do {
                try input.check()
            } catch {
                throw RunFolderError.damaged("\(path): '\(error.key)': \(error.problem). Correct it.")
            }
            return (input, schema.driver)
        }
        return (try CalculationInput(json: data, path: path), nil)
    }
}
