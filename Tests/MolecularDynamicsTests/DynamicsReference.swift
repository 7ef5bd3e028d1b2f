import Foundation
import TestSupport

/// A trajectory of ASE. Atomic units.
struct DynamicsReference: Decodable {
    let masses: [Double]
    let timestep: Double
    let steps: Int
    let positions: [[Double]]
    let velocities: [[Double]]
    let lastPositions: [[Double]]
    let lastVelocities: [[Double]]

    enum CodingKeys: String, CodingKey {
        case masses, timestep, steps, positions, velocities
        case lastPositions = "last_positions"
        case lastVelocities = "last_velocities"
    }

    static func load() throws -> DynamicsReference {
        try JSONDecoder().decode(
            Self.self, from: Data(contentsOf: Repository.references.appendingPathComponent("dynamics.json")))
    }

    static func vectors(_ rows: [[Double]]) -> [SIMD3<Double>] { rows.map { SIMD3($0[0], $0[1], $0[2]) } }
}
