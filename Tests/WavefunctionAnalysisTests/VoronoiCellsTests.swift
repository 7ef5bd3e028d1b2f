import Foundation
import GaussianIntegrals
import MolecularStructure
import Testing

@testable import WavefunctionAnalysis

@Suite("Voronoi cells")
struct VoronoiCellsTests {
    static let positions: [SIMD3<Double>] = [
        SIMD3(0, 0, 0), SIMD3(2.1, 0.3, -0.2), SIMD3(-1.0, 2.2, 0.4), SIMD3(0.5, -1.4, 2.3), SIMD3(3.1, 2.4, 1.2),
    ]

    static func molecule(_ positions: [SIMD3<Double>]) -> Molecule {
        ChargeFitTests.molecule(positions.map { ("C", $0) })
    }

    @Test("functions around all nuclei integrate to their known values")
    func integrals() {
        let cells = VoronoiCells(molecule: Self.molecule(Self.positions))
        var slater = 0.0
        var gaussian = 0.0
        for (point, weight) in zip(cells.points, cells.weights) {
            for position in Self.positions {
                let square = ((point - position) * (point - position)).sum()
                slater += weight * exp(-square.squareRoot())
                gaussian += weight * exp(-0.5 * square)
            }
        }
        #expect(abs(slater / 5 - 8 * .pi) < 2e-4, "\(slater / 5)")
        #expect(abs(gaussian / 5 - pow(2 * .pi, 1.5)) < 2e-4, "\(gaussian / 5)")
    }

    @Test("every point lies in its own cell")
    func nearest() {
        let cells = VoronoiCells(molecule: Self.molecule(Self.positions))
        #expect(cells.cells.count == Self.positions.count)
        for (atom, cell) in cells.cells.enumerated() {
            let strays = cell.filter { k in
                let squares = Self.positions.map { ((cells.points[k] - $0) * (cells.points[k] - $0)).sum() }
                return squares[atom] > (squares.min() ?? 0) + 1e-9
            }
            #expect(strays.isEmpty)
        }
    }

    @Test("the faces of a cell close it: 4 pi of solid angle")
    func closed() {
        let line = LegendreQuadrature(count: 12).onUnitInterval
        for position in Self.positions {
            let offsets = Self.positions.filter { $0 != position }.map { $0 - position }
            let total = VoronoiFace.faces(offsets: offsets, reach: 20).flatMap { $0.triangles(longestSide: 0.8) }
                .flatMap { $0.rule(line) }.reduce(0) { $0 + $1.solidAngle }
            #expect(abs(total - 4 * .pi) < 1e-9, "\(total)")
        }
    }
}
