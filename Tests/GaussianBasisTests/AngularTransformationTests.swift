import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import Testing

@Suite struct AngularTransformationTests {
    /// Integral of x^i y^j z^k over the unit sphere.
    private func sphere(_ i: Int, _ j: Int, _ k: Int) -> Double {
        if i % 2 == 1 || j % 2 == 1 || k % 2 == 1 { return 0 }
        func gamma(_ n: Int) -> Double { tgamma(0.5 * Double(n + 1)) }
        return 2 * gamma(i) * gamma(j) * gamma(k) / tgamma(0.5 * Double(i + j + k + 3))
    }

    @Test(arguments: 0...6)
    func functionsAreNormalisedAndPureOnesOrthogonal(l: Int) {
        let powers = CartesianMonomials.powers(l)
        for type in [AngularFunctionType.pure, .cartesian] {
            let t = AngularTransformation.matrix(l, type)
            #expect(t.rows == AngularTransformation.functionCount(l, type))
            var metric = Matrix(rows: powers.count, columns: powers.count)
            for (a, p) in powers.enumerated() {
                for (b, q) in powers.enumerated() { metric[a, b] = sphere(p.x + q.x, p.y + q.y, p.z + q.z) }
            }
            let overlap = t.times(metric).times(t, otherTransposed: true)
            for i in 0..<t.rows { #expect(abs(overlap[i, i] - 1) < 1e-12) }
            if type == .pure { #expect((overlap - .identity(t.rows)).largestMagnitude < 1e-12) }
        }
    }

    /// Harmonic: the Laplacian of every pure function vanishes.
    @Test(arguments: 2...5)
    func pureFunctionsAreHarmonic(l: Int) {
        let powers = CartesianMonomials.powers(l)
        let t = AngularTransformation.matrix(l, .pure)
        for row in 0..<t.rows {
            var laplacian = [Double](repeating: 0, count: CartesianMonomials.count(l - 2))
            for (k, p) in powers.enumerated() {
                if p.x > 1 { laplacian[CartesianMonomials.index(p.x - 2, p.y, p.z)] += t[row, k] * Double(p.x * (p.x - 1)) }
                if p.y > 1 { laplacian[CartesianMonomials.index(p.x, p.y - 2, p.z)] += t[row, k] * Double(p.y * (p.y - 1)) }
                if p.z > 1 { laplacian[CartesianMonomials.index(p.x, p.y, p.z - 2)] += t[row, k] * Double(p.z * (p.z - 1)) }
            }
            #expect(laplacian.allSatisfy { abs($0) < 1e-11 })
        }
    }

    @Test func functionCounts() {
        #expect((0...4).map { AngularTransformation.functionCount($0, .pure) } == [1, 3, 5, 7, 9])
        #expect((0...4).map { AngularTransformation.functionCount($0, .cartesian) } == [1, 3, 6, 10, 15])
        #expect((0...4).map { AngularTransformation.functionCount($0, .cartesianD) } == [1, 3, 6, 7, 9])
    }

    @Test func orderOfFunctions() {
        // m = -2 ... 2: xy, yz, 2zz-xx-yy, xz, xx-yy.
        let d = AngularTransformation.matrix(2, .pure)
        #expect(d[0, CartesianMonomials.index(1, 1, 0)] > 0 && d[1, CartesianMonomials.index(0, 1, 1)] > 0)
        #expect(d[2, CartesianMonomials.index(0, 0, 2)] > 0 && d[3, CartesianMonomials.index(1, 0, 1)] > 0)
        #expect(d[4, CartesianMonomials.index(2, 0, 0)] > 0 && d[4, CartesianMonomials.index(0, 2, 0)] < 0)
    }

    @Test func shellsWithTheSameExponentsAreJoined() throws {
        func shell(_ l: Int, _ exponents: [Double]) -> ShellDefinition {
            ShellDefinition(
                exponents: exponents,
                contractions: [Contraction(angularMomentum: l, coefficients: exponents.map { _ in 0.5 })])
        }
        let carbon = try #require(Element(symbol: "C"))
        let basis = AtomicOrbitalBasis(
            molecule: Molecule(atoms: [Atom(element: carbon, positionInBohr: SIMD3())]),
            elementBases: [
                ElementBasis(shells: [shell(0, [3, 1]), shell(1, [3, 1]), shell(2, [0.8]), shell(0, [0.8])])
            ], functionType: .pure)
        #expect(basis.shells.count == 3)
        #expect(basis.functionCount == 1 + 3 + 5 + 1)
        #expect(basis.labels.map(\.angularMomentum) == [0, 1, 1, 1, 2, 2, 2, 2, 2, 0])
        #expect(basis.labels.map(\.component) == [0, 0, 1, 2, 0, 1, 2, 3, 4, 0])
    }
}
