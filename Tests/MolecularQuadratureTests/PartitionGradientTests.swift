import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import MolecularQuadrature

@Suite struct PartitionGradientTests {
    private let atoms: [(Int, SIMD3<Double>)] = [
        (8, SIMD3(0, 0, 0)), (1, SIMD3(0.1, 0, 1.8)), (17, SIMD3(2.4, 0.3, -1.9)), (41, SIMD3(-3.5, 1, 0.2)), (13, SIMD3(1, 4, 2)),
    ]

    private func molecule(moving atom: Int = 0, by move: SIMD3<Double> = .zero) throws -> Molecule {
        Molecule(
            atoms: try atoms.enumerated().map { index, entry in
                Atom(
                    element: try #require(Element(atomicNumber: entry.0)),
                    positionInBohr: entry.1 + (index == atom ? move : .zero))
            })
    }

    /// The logarithm of the share of a point's own atom.
    private func logarithm(_ molecule: Molecule, parent: Int, _ point: SIMD3<Double>) -> Double {
        var distances = [Lanes](repeating: Lanes(repeating: 0), count: atoms.count)
        return distances.withUnsafeMutableBufferPointer { room in
            guard let base = room.baseAddress else { return .nan }
            return log(
                BeckePartition(molecule: molecule).weights(
                    ofAtom: parent, x: Lanes(repeating: point.x), y: Lanes(repeating: point.y), z: Lanes(repeating: point.z),
                    distances: base)[0])
        }
    }

    @Test func isTheDerivativeOfTheShares() throws {
        // Points between the atoms, which belong to different ones; one of them at its own nucleus, and the last without weight.
        let parents = SIMD8<Int64>(0, 1, 2, 3, 4, 0, 3, 1)
        let offsets: [SIMD3<Double>] = [
            SIMD3(0.4, 0.3, 0.2), SIMD3(0.2, 0.5, -0.3), SIMD3(-0.8, 0.3, 0.7), SIMD3(1.1, -0.2, 0.4), SIMD3(-0.7, -1.1, -0.6),
            .zero, SIMD3(-2, 1, 3), SIMD3(5, 5, 5),
        ]
        let points = (0..<8).map { atoms[Int(parents[$0])].1 + offsets[$0] }
        let factor = SIMD8<Double>(1, -0.7, 0.5, 1.3, 2, 1, -1, 0)
        var forces = [SIMD3<Double>](repeating: .zero, count: atoms.count)
        PartitionGradient(molecule: try molecule()).add(
            x: SIMD8(points.map(\.x)), y: SIMD8(points.map(\.y)), z: SIMD8(points.map(\.z)), parents: parents, factor: factor,
            to: &forces)
        let h = 1e-4
        for atom in atoms.indices {
            for axis in 0..<3 {
                var move = SIMD3<Double>.zero
                move[axis] = h
                var derivative = 0.0
                for lane in 0..<7 {
                    let parent = Int(parents[lane])
                    let (up, down) = parent == atom ? (points[lane] + move, points[lane] - move) : (points[lane], points[lane])
                    derivative +=
                        factor[lane]
                        * (logarithm(try molecule(moving: atom, by: move), parent: parent, up)
                            - logarithm(try molecule(moving: atom, by: -move), parent: parent, down)) / (2 * h)
                }
                #expect(abs(forces[atom][axis] - derivative) < 1e-6 * max(1, abs(derivative)), "atom \(atom), axis \(axis)")
            }
        }
        #expect(forces.contains { ($0 * $0).sum() > 1e-3 })
    }
}
