import Foundation
import MolecularStructure

/// Angles between bonds in a trajectory.
public struct AngleSeries: Sendable {
    /// For every structure the angles in degrees, in the order of their atoms.
    public let angles: [[Double]]

    /// Angles of three atoms, whether or not they are bonded.
    ///
    /// - Parameter atoms: counted from 0; the second is the vertex.
    public init(_ trajectory: Trajectory, atoms: (Int, Int, Int)) {
        angles = trajectory.positions.map { [Self.angle($0[atoms.0], $0[atoms.1], $0[atoms.2])] }
    }

    /// Angles at every atom of an element between bonds (`BondGraph`) to atoms of two elements; each pair of bonds once.
    public init(_ trajectory: Trajectory, elements: (Element, Element, Element)) {
        angles = trajectory.positions.indices.map { frame in
            let graph = BondGraph(trajectory.molecule(frame))
            let positions = trajectory.positions[frame]
            var found: [Double] = []
            for vertex in positions.indices where trajectory.elements[vertex] == elements.1 {
                for a in graph.neighbors[vertex] where trajectory.elements[a] == elements.0 {
                    for b in graph.neighbors[vertex] where trajectory.elements[b] == elements.2 && a != b {
                        if elements.0 == elements.2, a > b { continue }
                        found.append(Self.angle(positions[a], positions[vertex], positions[b]))
                    }
                }
            }
            return found
        }
    }

    private static func angle(_ a: SIMD3<Double>, _ vertex: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let (u, v) = (a - vertex, b - vertex)
        return atan2(u.cross(v).length, u.dot(v)) * 180 / .pi
    }

    /// The share of the angles in each interval of one degree from 0 to 180, per degree.
    public var histogram: [Double] {
        var counts = [Double](repeating: 0, count: 180)
        let all = angles.joined()
        for angle in all { counts[min(Int(angle), 179)] += 1 }
        return counts.map { $0 / Double(max(all.count, 1)) }
    }
}
