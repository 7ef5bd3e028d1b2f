/// The components of the total energy, in hartree, in a fixed order: those that every calculation has, then the others by key.
public struct EnergyComponents: Sendable, Equatable {
    public struct Component: Sendable, Equatable {
        /// As in result.json, such as `nuclear_repulsion`.
        public let key: String
        public var energy: Double

        /// As shown in tables: `nuclear repulsion`.
        public var title: String {
            EnergyComponents.titles[key] ?? key.split(separator: "_").joined(separator: " ")
        }
    }

    public private(set) var components: [Component] = []

    public var total: Double { components.reduce(0) { $0 + $1.energy } }

    /// Nil if the calculation has no such component.
    public subscript(key: Key) -> Double? { self[key.rawValue] }
    public subscript(key: String) -> Double? { components.first { $0.key == key }?.energy }

    /// Sum over components; missing ones count as zero.
    public func sum(_ keys: Key...) -> Double { keys.reduce(0) { $0 + (self[$1] ?? 0) } }

    /// Keys of the parts that every calculation has, in order.
    public enum Key: String, CaseIterable, Sendable {
        case nuclearRepulsion = "nuclear_repulsion"
        case kinetic
        case nuclearAttraction = "nuclear_attraction"
        case effectiveCorePotential = "effective_core_potential"
        case coulomb
        /// Exact exchange, scaled with its share in a hybrid functional.
        case exchange
        case exchangeCorrelation = "exchange_correlation"
    }

    private static let titles = [
        Key.effectiveCorePotential.rawValue: "core potentials", Key.coulomb.rawValue: "Coulomb",
        Key.exchange.rawValue: "exact exchange",
        Key.exchangeCorrelation.rawValue: "exchange-correlation", "solvent_cds": "solvent (CDS)",
    ]

    /// The parts that every calculation has, all of them zero.
    public init() {
        components = Key.allCases.map { Component(key: $0.rawValue, energy: 0) }
    }

    /// Of a document.
    public init(_ energies: [String: Double]) {
        components = energies.map { Component(key: $0.key, energy: $0.value) }.sorted { Self.place($0.key) < Self.place($1.key) }
    }

    /// Adds to the part of this key, or a new part.
    public mutating func add(_ energy: Double, to key: String) {
        if let index = components.firstIndex(where: { $0.key == key }) {
            components[index].energy += energy
        } else {
            let place = Self.place(key)
            let index = components.firstIndex { place < Self.place($0.key) } ?? components.count
            components.insert(Component(key: key, energy: energy), at: index)
        }
    }

    private static func place(_ key: String) -> (Int, String) {
        (Key(rawValue: key).flatMap { Key.allCases.firstIndex(of: $0) } ?? Key.allCases.count, key)
    }
}

/// By key, as in result.json.
extension EnergyComponents: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try [String: Double](from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: components.map { ($0.key, $0.energy) }).encode(to: encoder)
    }
}
