import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import GeometryOptimization

@Suite struct InternalCoordinateTests {
    static let positions: [SIMD3<Double>] = [
        SIMD3(0.3, -0.2, 0.1), SIMD3(1.9, 0.4, -0.5), SIMD3(2.7, 2.2, 0.6), SIMD3(4.4, 2.1, 2.0), SIMD3(-1.5, -0.3, 1.0),
    ]

    static let coordinates: [InternalCoordinate] = [
        .distance(0, 3), .angle(0, 1, 2), .dihedral(0, 1, 2, 3), .dihedral(3, 0, 2, 1), .position(2, axis: 1),
        .linearBend(4, 0, 1, component: 0, beside: 2), .linearBend(4, 0, 1, component: 1, beside: 3),
        .linearBend(4, 0, 1, component: 0, beside: nil), .linearBend(4, 0, 1, component: 1, beside: nil),
    ]

    @Test(arguments: coordinates)
    func derivativesAreThoseOfDifferences(coordinate: InternalCoordinate) {
        let h = 1e-4
        for (atom, derivative) in zip(coordinate.atoms, coordinate.gradient(Self.positions)) {
            for axis in 0..<3 {
                func value(_ steps: Double) -> Double {
                    var moved = Self.positions
                    moved[atom][axis] += steps * h
                    return coordinate.value(moved)
                }
                let difference = (8 * (value(1) - value(-1)) - value(2) + value(-2)) / (12 * h)
                #expect(abs(difference - derivative[axis]) < 1e-10)
            }
        }
    }

    @Test func valuesAreThoseOfGeometry() {
        // A right angle, a quarter turn, and the sense of the turn.
        let points: [SIMD3<Double>] = [SIMD3(1, 0, 0), SIMD3(0, 0, 0), SIMD3(0, 0, 2), SIMD3(0, 3, 2)]
        #expect(abs(InternalCoordinate.distance(0, 2).value(points) - 5.0.squareRoot()) < 1e-14)
        #expect(abs(InternalCoordinate.angle(0, 1, 2).value(points) - .pi / 2) < 1e-14)
        #expect(abs(InternalCoordinate.dihedral(0, 1, 2, 3).value(points) - .pi / 2) < 1e-14)
        let mirrored = points.map { SIMD3($0.x, -$0.y, $0.z) }
        #expect(abs(InternalCoordinate.dihedral(0, 1, 2, 3).value(mirrored) + .pi / 2) < 1e-14)
        #expect(abs(InternalCoordinate.dihedral(0, 1, 2, 3).difference(3.1, -3.1) - (6.2 - 2 * .pi)) < 1e-14)
    }

    @Test func stepsAreTakenInTheCoordinates() throws {
        let molecule = Molecule(
            atoms: Self.positions.map { Atom(element: Element(atomicNumber: 6)!, positionInBohr: $0) })
        let system = try CoordinateSystem(molecule, extra: [])
        let start = system.values(Self.positions)
        // A step that some displacement causes can be taken back exactly.
        var moved = Self.positions
        var random = RepeatableRandom(seed: 3)
        for atom in moved.indices { for axis in 0..<3 { moved[atom][axis] += Double.random(in: -0.15...0.15, using: &random) } }
        let step = system.differences(system.values(moved), start)
        let found = try #require(try system.positions(after: step, from: Self.positions))
        let missing = system.differences(system.values(found), system.values(moved))
        #expect(missing.allSatisfy { abs($0) < 1e-6 })
    }
}
