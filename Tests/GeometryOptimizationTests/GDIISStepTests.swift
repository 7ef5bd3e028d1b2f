import Foundation
import LinearAlgebra
import Testing

@testable import GeometryOptimization

@Suite struct GDIISStepTests {
    private typealias Sample = GDIISStep.Sample

    /// Points of x^2 / 2 + k y^2 / 2 with its gradients.
    private func samples(_ points: [(x: Double, y: Double)], stiffness k: Double) -> [Sample] {
        points.map { Sample(displacement: [$0.x - points[0].x, $0.y - points[0].y], gradient: [$0.x, k * $0.y]) }
    }

    /// The curvature across the valley is known, that along it is taken too large.
    private let hessian = Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 0.02])

    @Test func findsTheEndOfAValleyWhoseCurvatureTheModelTakesTooLarge() throws {
        let valley = samples([(0, 0.5), (0, 1)], stiffness: 0.01)
        let found = try #require(try GDIISStep(valley, hessian: hessian, radius: 10))
        #expect(abs(found.step[0]) < 1e-12 && abs(found.step[1] + 0.5) < 1e-6)
        #expect(abs(found.length - 0.5) < 1e-6)
        // What a quadratic function loses on the way: its own value.
        #expect(abs(found.predictedChange + 0.5 * 0.01 * 0.25) < 1e-8)
    }

    @Test func keepsWithinItsRadius() throws {
        let valley = samples([(0, 0.5), (0, 1)], stiffness: 0.01)
        let found = try #require(try GDIISStep(valley, hessian: hessian, radius: 0.1))
        #expect(abs(found.step[1] + 0.1) < 1e-9 && abs(found.length - 0.1) < 1e-12)
        let end = 0.5 * 0.01 * (0.4 * 0.4 - 0.5 * 0.5)
        #expect(abs(found.predictedChange - end) < 1e-8)
    }

    @Test func isNotTakenAgainstTheModel() throws {
        // One point says nothing.
        #expect(try GDIISStep(samples([(0, 0.5)], stiffness: 0.01), hessian: hessian, radius: 10) == nil)
        // A force that grows on the way down: the extrapolation leads back.
        let ridge = samples([(0, 0.5), (0, 0.4)], stiffness: -0.01)
        #expect(try GDIISStep(ridge, hessian: hessian, radius: 10) == nil)
        // Nearly equal forces: the extrapolation leads far away.
        let flat = [
            Sample(displacement: [0, 0], gradient: [0, 0.0100]), Sample(displacement: [0, 0.1], gradient: [0, 0.0101]),
        ]
        #expect(try GDIISStep(flat, hessian: hessian, radius: 100) == nil)
    }

    @Test func moreDependentPointsChangeNothing() throws {
        // A third point on the same line, a little bent: its force is no news.
        let two = samples([(0, 0.5), (0, 1)], stiffness: 0.01)
        let third = Sample(displacement: [0, 0.25], gradient: [0, 0.0075])
        let (few, all) = (
            try #require(try GDIISStep(two, hessian: hessian, radius: 10)),
            try #require(try GDIISStep(two + [third], hessian: hessian, radius: 10))
        )
        #expect(few.step == all.step)
    }
}
