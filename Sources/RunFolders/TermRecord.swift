/// A term added to the Hamiltonian of the method, such as a dispersion correction, as stored in `result.json`.
public struct TermRecord: Codable, Sendable, Equatable {
    /// The key of its energy in `energy_components`.
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

extension TermRecord {
    /// For example `uniform electric field (x 0.0, y 0.0, z 0.005)` or `C-PCM(acetonitrile)`. A solvent is identified by its name; only
    /// cavity settings chosen by the user are listed.
    var text: String {
        let isUsual = { (name: String, value: Double) in
            ["epsilon", "radius factor"].contains(name) || name == "points per sphere" && value == 302
        }
        let shown = parameters.filter { key != "solvent" || !isUsual($0.key, $0.value) }.sorted { $0.key < $1.key }
        let values = shown.map { "\($0.key) \($0.key == "base charge" ? "\(Int($0.value))" : "\($0.value)")" }
        return shown.isEmpty ? name : "\(name) (\(values.joined(separator: ", ")))"
    }
}

extension ResultDocument.Model {
    /// What the energy includes in addition to method and basis set, in words: added terms, and fitted integrals; nil if there is nothing.
    public var specialities: String? {
        let parts = [addedTerms, integrals].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The terms added to the Hamiltonian that are not part of the method's name, in words; nil if there are none.
    public var addedTerms: String? {
        let others = (terms ?? []).filter { $0.key != "dispersion" }
        guard !others.isEmpty else { return nil }
        return others.map(\.text).joined(separator: ", ")
    }
}
