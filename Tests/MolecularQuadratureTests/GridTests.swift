import Foundation
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@Suite struct GridTests {
    private let pool = WorkerPool(threads: 2)

    @Test(arguments: [1, 3, 6, 17, 41, 86])
    func radialQuadratureIntegratesGaussiansAndExponentials(_ number: Int) throws {
        let element = try #require(Element(atomicNumber: number))
        let grid = RadialQuadrature(treutlerAhlrichs: 75, element: element)
        #expect(zip(grid.radii, grid.radii.dropFirst()).allSatisfy { $0 < $1 })
        for exponent in [0.3, 1.0, 5.0] {
            let sum = zip(grid.radii, grid.weights).reduce(0.0) { $0 + $1.1 * exp(-exponent * $1.0 * $1.0) }
            let exact = pow(Double.pi / exponent, 1.5)
            #expect(abs(sum - exact) < 1e-9 * exact)
        }
        let sum = zip(grid.radii, grid.weights).reduce(0.0) { $0 + $1.1 * exp(-2 * $1.0) }
        #expect(abs(sum - Double.pi) < 1e-7)
    }

    @Test func specificationsReadWhatTheyPrint() throws {
        for text in ["coarse", "medium", "fine", "ultrafine", "99,590", "35,110"] {
            #expect(try GridSpecification(parsing: text).description == text)
        }
        #expect(try GridSpecification(parsing: " (99, 590) ") == GridSpecification(.unpruned(radial: 99, angular: 590)))
        #expect(try GridSpecification(parsing: "Fine") == .fine)
        #expect(throws: GridSpecificationError.unknownName("superb")) { try GridSpecification(parsing: "superb") }
        #expect(throws: GridSpecificationError.angularCount(591)) { try GridSpecification(parsing: "99,591") }
        #expect(throws: GridSpecificationError.radialCount(0)) { try GridSpecification(parsing: "0,590") }
        #expect(throws: GridSpecificationError.self) { try GridSpecification(parsing: "99,590,3") }
        #expect(GridSpecificationError.angularCount(591).description.contains("590, 770"))
    }

    @Test func gridsAgreeWithPySCF() throws {
        for reference in try QuadratureReference.all() {
            let grid = MolecularGrid(
                molecule: reference.molecule, specification: try GridSpecification(parsing: reference.grid), pool: pool)
            #expect(grid.generatedPointCount == reference.gridPoints)
            #expect(abs(gaussianSum(grid, center: SIMD3()) - reference.gridSum) < 1e-10 * reference.gridSum)
        }
    }

    @Test func sharesOfTheAtomsAddUpToOne() throws {
        // The integral of a function that extends over all atoms is exact only when the shares sum to one everywhere.
        let molecule = try molecule([(8, 0, 0, 0), (1, 0, 0, 1.8), (17, 2.4, 0.3, -1.9), (41, -3.5, 1.0, 0.2)])
        let grid = MolecularGrid(molecule: molecule, specification: .ultrafine, pool: pool)
        let exact = pow(Double.pi / 0.1, 1.5)
        #expect(abs(gaussianSum(grid, center: SIMD3(0.3, 0.2, 0.1)) - exact) < 1e-5 * exact)
    }

    /// The force of a local exchange potential on the nuclei, sum over all of them, is zero but for the quadrature. Densities are those of
    /// free atoms, one exponential a shell. Spheres that pass near another nucleus need more points where one of the two is a lanthanide.
    @Test(arguments: [("Ce", "O", 3.38), ("La", "F", 3.87)]) func forcesOnLanthanides(
        metal: String, other: String, distance: Double
    ) throws {
        let (center, ligand) = (try #require(Element(symbol: metal)), try #require(Element(symbol: other)))
        let molecule = Molecule(atoms: [
            Atom(element: center, positionInBohr: SIMD3()),
            Atom(element: ligand, positionInBohr: distance * SIMD3(0.83, 0.166, 0.5324)),
            Atom(element: ligand, positionInBohr: distance * SIMD3(-0.81, -0.14, 0.5694)),
        ])
        func shells(_ element: Element) -> [(electrons: Double, exponent: Double)] {
            element == center ? [(18, 13), (8, 5.5), (4, 2.6)] : [(2, 15.3), (6, 4.5)]
        }
        func force(_ specification: GridSpecification) -> (largest: Double, points: Int) {
            let grid = MolecularGrid(molecule: molecule, specification: specification, pool: pool)
            var sum = SIMD3<Double>()
            for k in 0..<grid.count {
                var (density, slope) = (0.0, SIMD3<Double>())
                for atom in molecule.atoms {
                    let d = SIMD3(grid.x[k], grid.y[k], grid.z[k]) - atom.position
                    let r = max(1e-12, (d * d).sum().squareRoot())
                    for (electrons, a) in shells(atom.element) {
                        let value = electrons * a * a * a / (8 * Double.pi) * exp(-a * r)
                        density += value
                        slope -= a * value / r * d
                    }
                }
                sum += grid.weights[k] * pow(3 / Double.pi * density, 1.0 / 3) * slope
            }
            return (max(abs(sum.x), abs(sum.y), abs(sum.z)), grid.generatedPointCount)
        }
        let (plain, fine, ultrafine) = (force(.init(.unpruned(radial: 150, angular: 434))), force(.fine), force(.ultrafine))
        #expect(fine.largest < 3e-5 && ultrafine.largest < fine.largest, "\(plain), \(fine), \(ultrafine)")
        // The same with as many points everywhere, and far more of them.
        #expect(plain.largest > 10 * fine.largest && plain.points > fine.points)
    }

    @Test func orderAndBlocksDoNotDependOnThreads() throws {
        let molecule = try molecule([(6, 0, 0, 0), (8, 0, 0, 2.2), (1, 1.7, 0, -1.1)])
        let one = MolecularGrid(molecule: molecule, specification: .coarse, pool: WorkerPool(threads: 1))
        let three = MolecularGrid(molecule: molecule, specification: .coarse, pool: WorkerPool(threads: 3))
        #expect(one.x == three.x && one.y == three.y && one.z == three.z && one.weights == three.weights)
        #expect((0..<one.blockCount).reduce(0) { $0 + one.block($1).count } == one.count)
    }

    @Test func blocksAreCompact() throws {
        let molecule = try molecule([(6, 0, 0, 0), (8, 0, 0, 2.2), (6, 0, 0, -2.8)])
        let grid = MolecularGrid(molecule: molecule, specification: .fine, pool: pool)
        func volume(_ range: Range<Int>) -> Double {
            func extent(_ v: [Double]) -> Double { v[range].max()! - v[range].min()! }
            return extent(grid.x) * extent(grid.y) * extent(grid.z)
        }
        // The boxes around the blocks hardly overlap.
        let parts = (0..<grid.blockCount).reduce(0.0) { $0 + volume(grid.block($1)) }
        #expect(parts < 1.01 * volume(0..<grid.count))
    }

    @Test func gridMovesWithTheMolecule() throws {
        let first = try molecule([(6, 0, 0, 0), (8, 0, 0, 2.2)])
        let second = try molecule([(6, 1, -2, 3), (8, 1, -2, 5.2)])
        let a = MolecularGrid(molecule: first, specification: .medium, pool: pool)
        let b = MolecularGrid(molecule: second, specification: .medium, pool: pool)
        #expect(abs(gaussianSum(a, center: SIMD3()) - gaussianSum(b, center: SIMD3(1, -2, 3))) < 1e-9)
    }

    private func gaussianSum(_ grid: MolecularGrid, center: SIMD3<Double>) -> Double {
        (0..<grid.count).reduce(0.0) { sum, k in
            let d = SIMD3(grid.x[k], grid.y[k], grid.z[k]) - center
            return sum + grid.weights[k] * exp(-0.1 * (d * d).sum())
        }
    }

    private func molecule(_ atoms: [(Int, Double, Double, Double)]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map {
                Atom(element: try #require(Element(atomicNumber: $0.0)), positionInBohr: SIMD3($0.1, $0.2, $0.3))
            })
    }
}
