import MolecularStructure

/// A centre of basis functions without a nucleus, as `result.json` holds it.
public struct GhostRecord: Codable, Sendable, Equatable {
    /// `Cl-Bq`, or `Bq` where the element is not known.
    public var symbol: String
    /// Of the element whose functions these are; 0 where it is not known.
    public var atomicNumber: Int
    /// x, y, z in bohr.
    public var position: [Double]

    public init(_ ghost: GhostAtom) {
        symbol = ghost.symbol
        atomicNumber = ghost.element?.atomicNumber ?? 0
        position = [ghost.position.x, ghost.position.y, ghost.position.z]
    }

    /// At the origin when the position has not three numbers.
    var atom: GhostAtom {
        let place = position.count == 3 ? SIMD3(position[0], position[1], position[2]) : SIMD3()
        return GhostAtom(element: Element(atomicNumber: atomicNumber), positionInBohr: place)
    }

    enum CodingKeys: String, CodingKey {
        case symbol, position
        case atomicNumber = "atomic_number"
    }
}
