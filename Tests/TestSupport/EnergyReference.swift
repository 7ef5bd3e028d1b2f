import Foundation

/// One calculation of another program: an entry of hf-energies.json or dft-energies.json in Tests/References.
public struct EnergyReference: ReferenceStructure, Decodable, Sendable {
    public struct Grid: Decodable, Sendable {
        public let radialPoints: Int
        public let angularPoints: Int
    }

    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let reference: String
    public let energy: Double
    public let spinSquared: Double?
    public let components: [String: Double]
    public let mullikenCharges: [Double]
    public let loewdinCharges: [Double]
    public let dipole: [Double]
    public let secondMoment: [[Double]]
    public let orientationArbitrary: Bool?
    public let functional: [String]?
    public let grid: Grid?
    public let electronsOnGrid: [Double]?
    public let search: [Start]
    public let atoms: [ReferenceAtom]

    /// What one start of the other program's search led to.
    public struct Start: Decodable, Sendable {
        public let instabilitiesFollowed: Int
    }

    public static func all(in fileName: String) throws -> [EnergyReference] {
        try ReferenceCases.all(in: fileName)
    }

    /// Whether every start of the other program led to the kept solution without an instability on the way.
    public var isPlainSolution: Bool { search.allSatisfy { $0.instabilitiesFollowed == 0 } }
}
