import GaussianBasis
import MolecularStructure
import Testing
@testable import WavefunctionAnalysis

/// Which points of the lattice belong to a CHELPG fit.
@Suite struct CHELPGLatticeTests {
    private static func molecule(_ atoms: [(Int, SIMD3<Double>)]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map {
                Atom(element: try #require(Element(atomicNumber: $0.0)), positionInBohr: $0.1 / PhysicalConstants.bohrInAngstrom)
            })
    }

    /// The definition, point by point over the whole box.
    @Test func pointsAreThoseOfTheDefinition() throws {
        let molecule = try Self.molecule([
            (8, SIMD3(0.1, -0.2, 0.05)), (1, SIMD3(0.9, 0.3, -0.2)), (1, SIMD3(-0.7, 0.4, 0.3)), (2, SIMD3(-1.1, 2.3, 7.7)),
        ])
        let chelpg = try CHELPG(molecule: molecule)
        let scale = 1 / PhysicalConstants.bohrInAngstrom
        let (spacing, margin) = (0.3 * scale, 2.8 * scale)
        let positions = molecule.atoms.map(\.position)
        let lower = positions.reduce(positions[0], pointwiseMin) - margin
        let upper = positions.reduce(positions[0], pointwiseMax) + margin
        let counts = ((upper - lower) / spacing).rounded(.down) + 1
        var expected: [SIMD3<Double>] = []
        for i in 0..<Int(counts.x) {
            for j in 0..<Int(counts.y) {
                for k in 0..<Int(counts.z) {
                    let point = lower + spacing * SIMD3(Double(i), Double(j), Double(k))
                    let squares = positions.map { (($0 - point) * ($0 - point)).sum() }
                    let isInside = zip(squares, chelpg.radiiInAngstrom).contains { $0 < ($1 * scale) * ($1 * scale) }
                    if !isInside, squares.contains(where: { $0 <= margin * margin }) { expected.append(point) }
                }
            }
        }
        #expect(chelpg.points.count > 1000 && chelpg.points == expected)
    }

    /// The space between atoms takes neither points nor time, and sets no limit.
    @Test func atomsFarApart() throws {
        let near = try CHELPG(molecule: Self.molecule([(2, SIMD3(0, 0, 0))]))
        let far = try CHELPG(molecule: Self.molecule([(2, SIMD3(0, 0, 0)), (2, SIMD3(30000, 30000, 30000))]))
        #expect(abs(far.points.count - 2 * near.points.count) < near.points.count / 10)
    }

    /// A limit on the memory leaves fitted charges out with a reason.
    @Test func tooManyPointsForTheMemory() throws {
        let chelpg = try CHELPG(molecule: Self.molecule([(2, SIMD3(0, 0, 0))]))
        let needed = VariedPoints.memory(chelpg, stateCount: 1)
        #expect(needed > 24 * chelpg.points.count && needed < 1000 * chelpg.points.count)
        #expect(VariedPoints(chelpg).points.count == chelpg.points.count)
    }
}
