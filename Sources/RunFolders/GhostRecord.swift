import MolecularStructure

/// A centre of basis functions without a nucleus, as stored in `result.json`.
public struct GhostRecord: Codable, Sendable, Equatable {
    /// `Cl-Bq`, or `Bq` where the element is not known.
    public var symbol: String
    /// Of the element to which the functions belong; 0 if unknown.
    public var atomicNumber: Int
    /// x, y, z in bohr.
    public var position: [Double]

    public init(_ ghost: GhostAtom) {
        symbol = ghost.symbol
        atomicNumber = ghost.element?.atomicNumber ?? 0
        position = [ghost.position.x, ghost.position.y, ghost.position.z]
    }

    /// At the origin if the position does not have three numbers.
    var atom: GhostAtom {
        let place = position.count == 3 ? SIMD3(position[0], position[1], position[2]) : SIMD3()
        return GhostAtom(element: Element(atomicNumber: atomicNumber), positionInBohr: place)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case symbol, position
        case atomicNumber = "atomic_number"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        symbol = try values.decode(String.self, forKey: .symbol)
        position = try values.decode([Double].self, forKey: .position)
        atomicNumber = try values.decode(Int.self, forKey: .atomicNumber)
    }

    func check(_ place: DocumentCheck) throws(DocumentFlaw) {
        try place.at("atomic_number").value(atomicNumber, in: 0...86)
        try place.at("symbol").require(symbol == atom.symbol, "the symbol is not \(atom.symbol)")
        try place.at("position").geometry(position, atoms: 1)
    }
}
