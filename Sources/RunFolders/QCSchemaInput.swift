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
    /// `energy` or `gradient`.
    public var driver: String
    public var model: Model
    /// Names of keywords, none of which are read.
    public var keywords: [String]

    enum CodingKeys: String, CodingKey { case molecule, driver, model, keywords }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        molecule = try values.decode(Molecule.self, forKey: .molecule)
        driver = try values.decode(String.self, forKey: .driver)
        model = try values.decode(Model.self, forKey: .model)
        keywords =
            values.contains(.keywords)
            ? try values.nestedContainer(keyedBy: NamedKey.self, forKey: .keywords).allKeys.map(\.stringValue).sorted() : []
    }

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck().at("molecule")
        try place.at("symbols").value(molecule.symbols.count, in: 1...XYZFile.largestAtomCount)
        try place.at("geometry").count(molecule.geometry, 3 * molecule.symbols.count)
    }

    /// The same as an input of this program: one state as it is, without files but the result.
    ///
    /// - Parameter path: of the file, for the name of a molecule that has none and for messages.
    /// - Throws: `RunFolderError.damaged` for what cannot be computed.
    public func input(path: String) throws -> CalculationInput {
        func refuse(_ text: String) -> RunFolderError { .damaged("\(path): \(text)") }
        guard ["energy", "gradient"].contains(driver) else {
            throw refuse("the driver '\(driver)' is not supported; energy and gradient are.")
        }
        guard keywords.isEmpty else {
            throw refuse(
                "the keywords \(keywords.joined(separator: ", ")) are not read. Leave them out, or write an input of the form "
                    + "\(CalculationInput.currentSchema).")
        }
        guard molecule.real?.allSatisfy({ $0 }) ?? true else { throw refuse("ghost atoms ('real') are not read in this form.") }
        let charge = molecule.charge ?? 0
        guard charge == charge.rounded(), abs(charge) <= 1000 else { throw refuse("a charge of \(charge) is not possible.") }
        var result = CalculationInput(
            molecule: MoleculeInput(
                name: molecule.name ?? path, symbols: molecule.symbols, geometry: molecule.geometry, charge: Int(charge),
                multiplicity: molecule.multiplicity))
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
    /// - Returns: the input, and whether it is in the latter form, whose answer is one `qcschema_output`.
    public static func reading(_ path: String) throws -> (input: CalculationInput, isQCSchema: Bool) {
        struct Head: Decodable {
            var schemaName: String?
            enum CodingKeys: String, CodingKey { case schemaName = "schema_name" }
        }
        let data = Data(try TextFile.bytes(ofFileAt: path, limit: 1 << 26))
        let head = try? JSONDecoder().decode(Head.self, from: data)
        if head?.schemaName == QCSchemaInput.schemaName {
            let input = try QCSchemaInput(json: data, path: path).input(path: path)
            do {
                try input.check()
            } catch {
                throw RunFolderError.damaged("\(path): '\(error.key)': \(error.problem). Correct it.")
            }
            return (input, true)
        }
        return (try CalculationInput(json: data, path: path), false)
    }
}
