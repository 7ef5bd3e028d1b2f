/// A term that is added to the Hamiltonian of the method, such as a dispersion correction, as `result.json` holds it.
public struct TermRecord: Codable, Sendable, Equatable {
    /// That of its energy in `energy_components`.
    public var key: String
    /// Such as `D3(BJ)`.
    public var name: String
    /// In atomic units.
    public var parameters: [String: Double]

    public init(key: String, name: String, parameters: [String: Double]) {
        self.key = key
        self.name = name
        self.parameters = parameters
    }
}

extension ResultDocument.Model {
    /// What an energy has beside method and basis set, in words: added terms, and fitted integrals; nil where there is nothing.
    public var specialities: String? {
        let parts = [addedTerms, integrals].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The terms that are added to the Hamiltonian and are no part of the method's name, in words; nil where there are none.
    public var addedTerms: String? {
        let others = (terms ?? []).filter { $0.key != "dispersion" }
        guard !others.isEmpty else { return nil }
        return others.map { term in
            "\(term.name) (\(term.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }
}
