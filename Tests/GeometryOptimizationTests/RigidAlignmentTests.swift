import Foundation
import Testing

@testable import GeometryOptimization

@Suite struct RigidAlignmentTests {
    private let shape: [SIMD3<Double>] = [SIMD3(0, 0, 0), SIMD3(1, 0.2, 0), SIMD3(-0.4, 2, 0.3), SIMD3(0.5, 0.6, -1.7)]

    private func turned(_ r: SIMD3<Double>, by angle: Double) -> SIMD3<Double> {
        let (c, s) = (cos(angle), sin(angle))
        let about = SIMD3(c * r.x - s * r.y, s * r.x + c * r.y, r.z)
        return SIMD3(about.x, c * about.y - s * about.z, s * about.y + c * about.z)
    }

    @Test(arguments: [1e-3, 0.5, 3.0]) func undoesMovesAndTurns(angle: Double) throws {
        let moved = shape.map { turned($0, by: angle) + SIMD3(3, -1, 2) }
        for (found, wanted) in zip(try RigidAlignment.place(moved, upon: shape), shape) {
            #expect(((found - wanted) * (found - wanted)).sum() < 1e-24)
        }
    }

    @Test func doesNotReflect() throws {
        let mirrored = shape.map { SIMD3(-$0.x, $0.y, $0.z) }
        let found = try RigidAlignment.place(mirrored, upon: shape)
        let difference = zip(found, shape).reduce(0) { $0 + (($1.0 - $1.1) * ($1.0 - $1.1)).sum() }
        #expect(difference > 0.1)
        // Distances stay.
        let (a, b) = (mirrored[1] - mirrored[3], found[1] - found[3])
        #expect(abs((a * a).sum() - (b * b).sum()) < 1e-12)
    }

    @Test func oneAtomAndAPair() throws {
        #expect(try RigidAlignment.place([SIMD3(1, 2, 3)], upon: [SIMD3(0, 0, 1)]) == [SIMD3(0, 0, 1)])
        let pair = try RigidAlignment.place([SIMD3(0, 0, 0), SIMD3(0, 2, 0)], upon: [SIMD3(1, 0, 0), SIMD3(3, 0, 0)])
        #expect(abs(pair[0].x - 1) < 1e-12 && abs(pair[1].x - 3) < 1e-12)
    }
}
