import Foundation
import MolecularDynamics
import MolecularStructure
import Testing

@Suite struct ClusterPackingTests {
    private let angstrom = 1 / PhysicalConstants.bohrInAngstrom

    private var water: Molecule {
        get throws {
            Molecule(
                atoms: zip(["O", "H", "H"], [SIMD3<Double>.zero, SIMD3(0.96, 0, 0), SIMD3(-0.24, 0.93, 0)]).compactMap {
                    symbol, r in
                    Element(symbol: symbol).map { Atom(element: $0, positionInBohr: angstrom * r) }
                })
        }
    }

    @Test func moleculesAreInsideAndApart() throws {
        let molecules = Array(repeating: try water, count: 16)
        let radius = ClusterPacking.radius(mass: 16 * 18.015, density: 0.8)
        let packed = try ClusterPacking(molecules, radius: radius, distance: 2 * angstrom, seed: 1)
        let positions = packed.molecule.atoms.map(\.position)
        #expect(positions.count == 48 && positions.allSatisfy { $0.length <= radius })
        var closest = Double.infinity
        for i in positions.indices {
            for j in 0..<i {
                let d = distance(positions[i], positions[j])
                if i / 3 != j / 3 { closest = min(closest, d) }
                // Every molecule keeps its shape.
                let first = molecules[0].atoms
                if i / 3 == j / 3 { #expect(abs(d - distance(first[i % 3].position, first[j % 3].position)) < 1e-10) }
            }
        }
        #expect(closest >= 2 * angstrom && packed.closest == closest)
        #expect(try ClusterPacking(molecules, radius: radius, distance: 2 * angstrom, seed: 1).molecule == packed.molecule)
        #expect(try ClusterPacking(molecules, radius: radius, distance: 2 * angstrom, seed: 2).molecule != packed.molecule)
    }

    /// Spheres of 1 Angstrom around 16 oxygen atoms alone would fill 0.6 of the sphere that holds them.
    @Test func tooManyMoleculesAreRefused() throws {
        let molecules = Array(repeating: try water, count: 16)
        #expect(throws: ClusterPacking.Failure.tooDense) {
            _ = try ClusterPacking(molecules, radius: 2 * angstrom, distance: 2 * angstrom, seed: 1)
        }
    }

    /// 18.015 g of water at 1 g/cm3 are 18.015 cm3: 29.9 cubic Angstrom per molecule.
    @Test func radiusOfADensity() {
        let radius = ClusterPacking.radius(mass: 18.015, density: 1) * PhysicalConstants.bohrInAngstrom
        #expect(abs(4 / 3 * Double.pi * pow(radius, 3) - 29.915) < 0.01)
    }
}
