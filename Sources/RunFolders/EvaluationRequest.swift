import Foundation
import MolecularStructure
import WavefunctionAnalysis

/// One line read by `esp serve`: a structure, a model, and the requested properties.
public struct EvaluationRequest: CheckedDocument, Sendable {
    public static let title = "a request"
    public static let cure = "Correct it"

    public enum Property: String, Codable, Sendable, CaseIterable {
        case energy, gradient, dipole, charges
    }

    /// Returned in the answer; nil if there is none.
    public var id: RequestIdentifier?
    public var molecule: MoleculeInput
    /// Nil: as the method's name says, otherwise automatic.
    public var reference: StateInput.Reference?
    /// Whether the first structure of a series is tested for stability.
    public var stability = StateInput.Stability.follow
    public var model = ModelInput()
    public var convergence = ConvergenceInput()
    public var properties: [Property] = [.energy, .gradient]
    /// Keys of `ChargeScheme`, for the property `charges`.
    public var chargeSchemes = [ChargeScheme.mulliken.rawValue, ChargeScheme.lowdin.rawValue]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, symbols, geometry, charge, multiplicity, reference, stability, model, convergence, properties
        case chargeSchemes = "charge_schemes"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        id = try values.decodeIfPresent(RequestIdentifier.self, forKey: .id)
        molecule = MoleculeInput(
            name: "molecule", symbols: try values.decode([String].self, forKey: .symbols),
            geometry: try values.decode([Double].self, forKey: .geometry),
            charge: try values.decodeIfPresent(Int.self, forKey: .charge),
            multiplicity: try values.decodeIfPresent(Int.self, forKey: .multiplicity))
        reference = try values.decodeIfPresent(StateInput.Reference.self, forKey: .reference)
        try values.read(.stability, into: &stability)
        try values.read(.model, into: &model)
        try values.read(.convergence, into: &convergence)
        try values.read(.properties, into: &properties)
        try values.read(.chargeSchemes, into: &chargeSchemes)
    }

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try molecule.check(place)
        if let field = model.field { try place.at("model/field").count(field, 3) }
        try model.solvent?.check(place.at("model/solvent"))
        for (index, scheme) in chargeSchemes.enumerated() {
            try place.at("charge_schemes").at(index).require(
                ChargeScheme(rawValue: scheme) != nil,
                "there is no such scheme, only \(ChargeScheme.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let start = place.at("convergence/guess")
        try start.require(convergence.guess != .checkpoint, "there are no checkpoints here, only auto and atoms")
        try place.at("convergence/start_from").require(
            convergence.startFrom == nil, "a series starts from atomic densities; leave it out")
    }

    /// The same as the input of a calculation.
    public var input: CalculationInput {
        var input = CalculationInput(molecule: molecule)
        input.states.charges = [molecule.charge ?? 0]
        input.states.multiplicities = molecule.multiplicity.map { [$0] }
        input.states.addsElectrons = false
        (input.states.reference, input.states.stability) = (reference, stability)
        (input.model, input.convergence) = (model, convergence)
        input.analyses.charges.schemes = chargeSchemes
        return input
    }
}

/// A number or a text by which a client identifies its request.
public enum RequestIdentifier: Codable, Sendable, Equatable {
    case number(Int)
    case text(String)

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }

    /// The identifier of a request that may otherwise be invalid; nil if there is none.
    public init?(ofRequest json: Data) {
        struct Head: Decodable { var id: RequestIdentifier? }
        guard let id = (try? JSONDecoder().decode(Head.self, from: json))?.id else { return nil }
        self = id
    }
}
