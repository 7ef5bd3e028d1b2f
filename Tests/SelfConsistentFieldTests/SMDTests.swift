import DensityFunctionals
import ElectronicStructure
import Foundation
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

@testable import ContinuumSolvation

/// SMD: electrostatics with its radii, and the energy of cavity, dispersion and solvent structure.
@Suite("SMD", .serialized) struct SMDTests {
    /// A calculation of another program with the same surface.
    private struct Reference: ReferenceStructure, Decodable, Sendable {
        let name: String
        let basis: [String: String]
        let cartesian: Bool
        let charge: Int
        let multiplicity: Int
        let functional: [String]?
        let solvent: String
        let pointsPerSphere: Int
        let atoms: [ReferenceAtom]
        let energy: Double
        let solventEnergy: Double
        let structureEnergy: Double
        let points: Int
    }

    /// The energy beyond electrostatics from the library of the model's authors.
    private struct StructureReference: Decodable, Sendable {
        let name: String
        let solvent: String
        let atoms: [ReferenceAtom]
        let energy: Double
        let gradient: [Double]

        var molecule: Molecule { get throws { Molecule(atoms: try atoms.map { try $0.atom() }) } }
    }

    private static let pool = WorkerPool(threads: 2)

    // MARK: Energies

    @Test func energiesOfAnotherProgram() throws {
        let references: [Reference] = try ReferenceCases.all(in: "smd.json")
        #expect(references.count >= 14)
        BLASThreads.limit(to: 1)
        for reference in references {
            let basis = try reference.atomicOrbitalBasis()
            let method: ElectronicMethod =
                try reference.functional.map {
                    .kohnSham(
                        functional: try DensityFunctional(named: $0.joined(separator: ",")),
                        grid: try GridSpecification(parsing: "99,590"))
                } ?? .hartreeFock
            var model = try ContinuumModel(
                try Solvent(parsing: reference.solvent), kind: .smd, pointsPerSphere: reference.pointsPerSphere)
            model.isFixedInSpace = true
            #expect(try model.surface(of: basis.molecule).count == reference.points, "\(reference.label)")
            let problem = try ElectronicProblem(
                basis: basis, method: method, adding: [model], pool: Self.pool, memoryLimitInBytes: 2 << 30)
            var options = SCFOptions()
            options.energyTolerance = 1e-10
            // The closed-shell solutions that the other program finds.
            options.followsInstabilities = false
            let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
            let result = try SelfConsistentField(problem: problem, state: state, options: options).solve()
            #expect(result.isConverged)
            let label = "\(reference.label) \(reference.solvent)"
            let difference = result.energy - reference.energy
            #expect(abs(difference) < (reference.functional == nil ? 1e-7 : 1e-6), "\(label): \(difference)")
            let structure = (result.components["solvent_cds"] ?? 0) - reference.structureEnergy
            #expect(abs(structure) < 1e-8, "\(label): \(structure)")
            let solvent = (result.components["solvent"] ?? 0) - reference.solventEnergy
            #expect(abs(solvent) < 2e-6, "\(label): \(solvent)")
        }
    }

    @Test func structureOfTheSolvent() throws {
        let references: [StructureReference] = try ReferenceCases.all(in: "smd-structures.json")
        #expect(references.count >= 60)
        for reference in references {
            let model = try ContinuumModel(try Solvent(parsing: reference.solvent), kind: .smd)
            let structure = CavityDispersionStructure(try reference.molecule, in: try #require(model.surfaceMedium))
            let label = "\(reference.name) \(reference.solvent)"
            #expect(abs(structure.energy - reference.energy) < 1e-8, "\(label): \(structure.energy - reference.energy)")
            let gradient = structure.gradient.flatMap { [$0.x, $0.y, $0.z] }
            let largest = zip(gradient, reference.gradient).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest < 1e-7, "\(label): \(largest)")
        }
    }

    /// A hydrogen atom: its own tension in water, that of the whole surface in other solvents.
    @Test func descriptorsDecide() throws {
        let molecule = Molecule(atoms: [Atom(element: .hydrogen, positionInBohr: .zero)])
        func energy(_ name: String) throws -> Double {
            let model = try ContinuumModel(try Solvent(parsing: name), kind: .smd)
            return CavityDispersionStructure(molecule, in: try #require(model.surfaceMedium)).energy
        }
        // Tension 48.69, and 0.35 gamma - 4.19 phi^2 - 6.68 psi^2, times 4 pi 1.6^2.
        let area = 4 * Double.pi * 1.6 * 1.6 / 1000 / PhysicalConstants.hartreeInKilocaloriePerMole
        #expect(abs(try energy("water") - 48.69 * area) < 1e-12)
        #expect(abs(try energy("toluene") - (0.35 * 40.2 - 4.19 * 0.857 * 0.857) * area) < 1e-12)
        #expect(abs(try energy("chloroform") - (0.35 * 38.39 - 6.68 * 0.75 * 0.75) * area) < 1e-12)
    }

    // MARK: Areas

    /// Two spheres have closed forms: the caps that they lose.
    @Test func areasOfTwoSpheres() {
        let (a, b, distance) = (1.5, 2.0, 1.7)
        let areas = SolventAccessibleArea(centers: [.zero, SIMD3(0, 0, distance)], radii: [a, b]).areas
        func exposed(_ own: Double, _ other: Double) -> Double {
            let cosine = (distance * distance + own * own - other * other) / (2 * distance * own)
            return 2 * Double.pi * own * own * (1 + cosine)
        }
        #expect(abs(areas[0] - exposed(a, b)) < 1e-12 && abs(areas[1] - exposed(b, a)) < 1e-12, "\(areas)")
        let buried = SolventAccessibleArea(centers: [.zero, SIMD3(0, 0.2, 0.1)], radii: [1, 2])
        #expect(buried.areas[0] == 0 && abs(buried.areas[1] - 16 * Double.pi) < 1e-12)
        let apart = SolventAccessibleArea(centers: [.zero, SIMD3(0, 3.1, 0)], radii: [1, 2])
        #expect(apart.areas == [4 * Double.pi, 16 * Double.pi])
    }

    /// Symmetric clusters, in which several circles meet in one point, and random ones, against a fine grid of directions.
    @Test func areasOfClusters() throws {
        var random = RepeatableRandom(seed: 7)
        let square = [SIMD3(1.0, 1, 0), SIMD3(-1.0, 1, 0), SIMD3(-1.0, -1, 0), SIMD3(1.0, -1, 0)]
        let tetrahedron = [SIMD3(1.0, 1, 1), SIMD3(1.0, -1, -1), SIMD3(-1.0, 1, -1), SIMD3(-1.0, -1, 1)]
        var clusters: [([SIMD3<Double>], [Double])] = [
            ([.zero] + square, [1.6, 1.4, 1.4, 1.4, 1.4]), ([.zero] + tetrahedron, [1.9, 1.3, 1.3, 1.3, 1.3]),
            (square + square.map { $0 + SIMD3(0, 0, 2) }, Array(repeating: 1.7320508075688772, count: 8)),
        ]
        for count in [3, 9, 20] {
            clusters.append(
                (
                    (0..<count).map { _ in SIMD3.random(in: -2.5...2.5, using: &random) },
                    (0..<count).map { _ in Double.random(in: 1.2...2.4, using: &random) }
                ))
        }
        // A spiral of equal areas.
        let directions = (0..<60000).map { k -> SIMD3<Double> in
            let z = 1 - (2 * Double(k) + 1) / 60000
            let (radius, angle) = ((1 - z * z).squareRoot(), Double.pi * (1 + 5.0.squareRoot()) * Double(k))
            return SIMD3(radius * cos(angle), radius * sin(angle), z)
        }
        for (centers, radii) in clusters {
            let areas = SolventAccessibleArea(centers: centers, radii: radii).areas
            for (index, area) in areas.enumerated() {
                let exposed = directions.count { direction in
                    let point = centers[index] + radii[index] * direction
                    return centers.indices.allSatisfy { other in
                        let separation = point - centers[other]
                        return other == index || (separation * separation).sum() >= radii[other] * radii[other]
                    }
                }
                let counted = 4 * Double.pi * radii[index] * radii[index] * Double(exposed) / 60000
                #expect(abs(area - counted) < 0.02, "\(centers.count) spheres, \(index): \(area) and \(counted)")
            }
        }
    }

    /// The same in every orientation, and the derivatives are those of the areas.
    @Test func areasAreInvariantAndSmooth() {
        var random = RepeatableRandom(seed: 11)
        let centers = (0..<12).map { _ in SIMD3<Double>.random(in: -2.5...2.5, using: &random) }
        let radii = (0..<12).map { _ in Double.random(in: 1.2...2.4, using: &random) }
        let weights = (0..<12).map { _ in Double.random(in: -1...1, using: &random) }
        func sum(_ centers: [SIMD3<Double>]) -> Double {
            zip(SolventAccessibleArea(centers: centers, radii: radii).areas, weights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let turned = centers.map { r in
            SIMD3(0.6 * r.x - 0.8 * r.y, (0.8 * r.x + 0.6 * r.y) * 0.28 - 0.96 * r.z, (0.8 * r.x + 0.6 * r.y) * 0.96 + 0.28 * r.z)
        }
        #expect(abs(sum(turned) - sum(centers)) < 1e-10, "\(sum(turned) - sum(centers))")
        let gradient = SolventAccessibleArea(centers: centers, radii: radii).gradient(weights: weights)
        for _ in 0..<5 {
            let direction = centers.map { _ in SIMD3<Double>.random(in: -1...1, using: &random) }
            let step = 1e-5
            let moved = [1.0, -1].map { sign in sum(zip(centers, direction).map { $0 + sign * step * $1 }) }
            let analytic = zip(gradient, direction).reduce(0) { $0 + ($1.0 * $1.1).sum() }
            #expect(abs(analytic - (moved[0] - moved[1]) / (2 * step)) < 1e-6)
        }
    }

    // MARK: Solvents and radii

    @Test func radii() throws {
        let (water, acetonitrile) = (try Solvent(parsing: "water"), try Solvent(parsing: "acetonitrile"))
        for (symbol, radius) in [
            ("H", 1.20), ("C", 1.85), ("N", 1.89), ("O", 1.52), ("F", 1.73), ("Si", 2.47), ("P", 2.12), ("S", 2.49), ("Cl", 2.38),
            ("Br", 2.60), ("I", 2.74), ("Al", 1.84), ("Nb", 2.00), ("Zr", 2.00),
        ] {
            let element = try #require(Element(symbol: symbol))
            #expect(try ContinuumModel(water, kind: .smd).radiusInAngstrom(of: element) == radius, "\(symbol)")
        }
        let oxygen = try #require(Element(symbol: "O"))
        // 1.52 + 1.8 (0.43 - 0.07).
        #expect(abs(try ContinuumModel(acetonitrile, kind: .smd).radiusInAngstrom(of: oxygen) - 2.168) < 1e-12)
        let own = try ContinuumModel(acetonitrile, kind: .smd, radiiInAngstrom: [oxygen: 1.7])
        #expect(own.radiusInAngstrom(of: oxygen) == 1.7)
    }

    /// What SMD does not know is said.
    @Test func notes() throws {
        let elements = Set(try ["H", "C", "Al", "Nb", "P"].map { try #require(Element(symbol: $0)) })
        let model = try ContinuumModel(try Solvent(parsing: "acetonitrile"), kind: .smd)
        let text = model.notes(for: elements).joined(separator: "\n")
        #expect(text.contains("Nb: no published van der Waals radius"))
        #expect(text.contains("Al: no radius in SMD"))
        #expect(text.contains("Al, P, Nb: no atomic surface tension"), "\(text)")
        #expect(model.notes(for: [.hydrogen]).isEmpty)
        #expect(try ContinuumModel(try Solvent(parsing: "acetonitrile")).notes(for: elements).count == 1)
    }

    @Test func solventsWithoutDescriptors() throws {
        for name in ["20", "propylene carbonate", "dme"] {
            let solvent = try Solvent(parsing: name)
            #expect(throws: ContinuumError.self) { try ContinuumModel(solvent, kind: .smd) }
        }
        #expect(Solvent.all.count > 180)
        #expect(Solvent.all.filter { $0.descriptors == nil }.count == 7)
        #expect(try Solvent(parsing: "sulfolane").dielectricConstant == 43.962)
        // No name means two solvents.
        let names = SolventTable.entries.flatMap { [$0.name] + $0.synonyms }
        let plain = names.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } }
        #expect(Set(plain).count == plain.count)
        for solvent in Solvent.all {
            guard let known = solvent.descriptors else { continue }
            #expect((1.2...1.8).contains(known.refractiveIndex) && (20...110).contains(known.surfaceTension), "\(solvent.title)")
            #expect((0...1).contains(known.acidity) && (0...1.3).contains(known.basicity), "\(solvent.title)")
            #expect((0...1).contains(known.aromaticity + known.halogenicity), "\(solvent.title)")
        }
    }
}
