import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing

@testable import GaussianIntegrals

@Suite("Auxiliary charges of the response model")
struct AuxiliaryChargesTests {
    private let steps = [-2.0, -1, 0, 1, 2]

    private func repulsion(_ a: Double, _ da: Int, _ b: Double, _ db: Int, _ r: SIMD3<Double>) -> [Double] {
        let scratch = HermiteScratch()
        defer { scratch.deallocate() }
        return AuxiliaryCharges.unscaledRepulsion(a, da, b, db, r, scratch)
    }

    @Test(arguments: [SIMD3(0.3, -1.1, 0.7), SIMD3(4.0, 0.2, -3.0)])
    func sphericalChargesRepelLikeErf(_ r: SIMD3<Double>) {
        let (a, b) = (0.8, 2.3)
        let distance = (r * r).sum().squareRoot()
        let expected =
            pow(Double.pi / a, 1.5) * pow(Double.pi / b, 1.5) * erf((a * b / (a + b)).squareRoot() * distance) / distance
        #expect(abs(repulsion(a, 0, b, 0, r)[0] - expected) < 1e-12 * expected)
    }

    /// p and d charges are derivatives of s charges with respect to their centre.
    @Test func higherChargesAreDerivatives() {
        let (a, b, h) = (0.8, 1.7, 0.02)
        let r = SIMD3(0.6, -0.9, 0.4)
        func s(_ shift: SIMD3<Double>) -> Double { repulsion(a, 0, b, 0, r + shift)[0] }
        func first(_ axis: Int) -> Double {
            var e = SIMD3<Double>.zero
            e[axis] = h
            return (8 * (s(e) - s(-e)) - (s(2 * e) - s(-2 * e))) / (12 * h)
        }
        func second(_ i: Int, _ j: Int) -> Double {
            var (e, f) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
            e[i] = h
            f[j] = h
            if i == j {
                let near = 16 * (s(e) + s(-e))
                let far = s(2 * e) + s(-2 * e)
                return (near - far - 30 * s(.zero)) / (12 * h * h)
            }
            func mixed(_ k: Double) -> Double {
                let (p, q) = (k * e, k * f)
                let same = s(p + q) + s(-p - q)
                let opposite = s(p - q) + s(q - p)
                return (same - opposite) / (4 * k * k * h * h)
            }
            return (4 * mixed(1) - mixed(2)) / 3
        }
        let (xx, yy, zz) = (second(0, 0), second(1, 1), second(2, 2))
        let expected: [Double] = [
            s(.zero), first(0), first(1), first(2), xx - yy, 2 * zz - xx - yy, second(0, 1), second(0, 2), second(1, 2),
        ]
        let onFirst = repulsion(a, 2, b, 0, r)
        let onSecond = repulsion(b, 0, a, 2, -r)
        for p in 0..<9 {
            #expect(abs(onFirst[p] - expected[p]) < 2e-6, "\(p)")
            #expect(abs(onSecond[p] - expected[p]) < 2e-6, "\(p)")
        }
    }

    /// A charge seen by a point is a charge that repels a very small one.
    @Test func potentialsAreRepulsionsOfPoints() {
        let basis = SmallBases.popleLike
        let charges = AuxiliaryCharges(basis: basis, highestDegree: 2)
        let scratch = HermiteScratch()
        defer { scratch.deallocate() }
        let point = SIMD3(0.4, 1.3, -0.8)
        let steep = 1e9
        for group in charges.groups {
            charges.potentials(
                of: group, x: Lanes(repeating: point.x), y: Lanes(repeating: point.y), z: Lanes(repeating: point.z), scratch)
            let values = (0..<group.count).map { scratch.values[$0][3] }
            let expected = repulsion(group.exponent, group.degree, steep, 0, group.center - point)
            for p in 0..<group.count {
                let scale = group.scale[[0, 1, 1, 1, 2, 2, 2, 2, 2][p]] / pow(Double.pi / steep, 1.5)
                #expect(abs(values[p] - scale * expected[p]) < 1e-6 * max(1, abs(values[p])))
            }
        }
    }

    @Test func metricIsPositiveWithUnitScale() throws {
        for basis in [SmallBases.popleLike, SmallBases.everyAngularMomentum(.pure)] {
            let metric = AuxiliaryCharges(basis: basis, highestDegree: 2).repulsion()
            let values = try SymmetricEigenproblem(metric).values
            #expect((values.first ?? 0) > 1e-9)
            #expect(abs(metric[0, 0] - 1) < 1e-12)
        }
    }
}
