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
