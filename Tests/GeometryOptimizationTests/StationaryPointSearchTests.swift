import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import GeometryOptimization

/// Symmetric structures of an artificial potential, some of which are minima and some are not.
@Suite struct StationaryPointSearchTests {
    typealias Potential = GeometryOptimizerTests.Potential

    private func search(
        _ molecule: Molecule, _ potential: Potential, constraints: [Constraint] = [], leavesSymmetry: Bool = true
    ) throws -> (search: StationaryPointSearch, energies: [Double]) {
        let criteria = try #require(ConvergenceCriteria.all.first { $0.name == "tight" })
        var search = try StationaryPointSearch(
            molecule, constraints: constraints, criteria: criteria, leavesSymmetry: leavesSymmetry)
        var energies: [Double] = []
        var state = GeometryOptimizer.Outcome.goOn
        while state == .goOn, energies.count < 200 {
            let values = potential.evaluate(search.molecule.atoms.map(\.position))
            energies.append(values.energy)
            state = try search.add(energy: values.energy, gradient: values.gradient)
        }
        #expect(state == .converged)
        return (search, energies)
    }

    private func angle(_ molecule: Molecule) -> Double {
        InternalCoordinate.angle(1, 0, 2).value(molecule.atoms.map(\.position)) * 180 / .pi
    }

    /// Ends that attract each other at that distance bend the line; ends that repel each other keep it.
    @Test func leavesALineThatIsNoMinimum() throws {
        let line = try StructureSymmetryTests.molecule(StructureSymmetryTests.carbonDioxide)
        let springs = [(0, 1, 2.2), (0, 2, 2.2)]
        let attracting = Potential(springs: springs, depth: 0.01, size: 3)
        let (left, energies) = try search(line, attracting)
        let push = try #require(left.push)
        #expect(push.outcome == .left && push.isLinear && push.operations.count == 15)
        #expect(angle(left.molecule) < 120 && left.outcome == energies.count)
        // The minimum of the bent molecule: where the ends' potential has its own.
        #expect(abs((energies.last ?? 0) + 0.01) < 1e-6)
        #expect(energies[push.point - 1] > -0.005)

        let (stayed, _) = try search(line, attracting, leavesSymmetry: false)
        #expect(stayed.push == nil && angle(stayed.molecule) > 179.9)

        let (back, values) = try search(line, Potential(springs: springs, depth: 0.01, size: 5))
        let returned = try #require(back.push)
        #expect(returned.outcome == .returned && angle(back.molecule) > 179)
        // The symmetric point is the outcome; the way back leads to the same energy.
        #expect(back.outcome == returned.point || (values.last ?? 0) <= returned.energy)
        #expect(abs((values.last ?? 0) - returned.energy) < 1e-7)
        #expect(values.count - returned.point < 12)
    }

    @Test func leavesAPlaneAndAnEclipsedShapeThatAreNoMinima() throws {
        let plane = try StructureSymmetryTests.molecule(StructureSymmetryTests.planarAmmonia)
        let springs = (1...3).map { (0, $0, 1.9) }
        let (left, _) = try search(plane, Potential(springs: springs, depth: 0.01, size: 2.5))
        let r = left.molecule.atoms.map(\.position)
        let normal = (r[2] - r[1]).cross(r[3] - r[1])
        let height = abs((normal * (r[0] - r[1])).sum()) / (normal * normal).sum().squareRoot()
        #expect(left.push?.outcome == .left && height > 0.3)
        let (back, _) = try search(plane, Potential(springs: springs, depth: 0.01, size: 4))
        #expect(back.push?.outcome == .returned && back.push?.isPlanar == true && back.push?.isLinear == false)

        // Eclipsed: no plane holds all atoms.
        let eclipsed = try StructureSymmetryTests.molecule(StructureSymmetryTests.ethane(turnedBy: 0))
        let positions = eclipsed.atoms.map(\.position)
        let bonds = BondGraph(eclipsed).bonds.map { ($0.first, $0.second, distance(positions[$0.first], positions[$0.second])) }
        let (turned, _) = try search(eclipsed, Potential(springs: bonds, depth: 0.002, size: 5.5))
        let q = turned.molecule.atoms.map(\.position)
        let torsion = abs(InternalCoordinate.dihedral(2, 0, 1, 5).value(q)) * 180 / .pi
        #expect(turned.push?.outcome == .left && turned.push?.isPlanar == false)
        #expect(abs(torsion.truncatingRemainder(dividingBy: 120) - 60) < 1)
    }

    /// Neither the place in space nor small deviations from symmetry change what is found, and what has no symmetry is left alone.
    @Test func turnsWithTheMolecule() throws {
        let plain = try StructureSymmetryTests.molecule(StructureSymmetryTests.ethane(turnedBy: 0))
        let positions = plain.atoms.map(\.position)
        let potential = Potential(
            springs: BondGraph(plain).bonds.map { ($0.first, $0.second, distance(positions[$0.first], positions[$0.second])) },
            depth: 0.002, size: 5.5)
        let turned = Molecule(
            atoms: plain.atoms.map { atom in
                let (r, c, s) = (atom.position, cos(0.7), sin(0.7))
                return Atom(element: atom.element, positionInBohr: SIMD3(c * r.x - s * r.z + 5, r.y - 3, s * r.x + c * r.z + 1))
            })
        let (first, second) = (try search(plain, potential), try search(turned, potential))
        #expect(abs(first.energies.count - second.energies.count) <= 2)
        #expect(abs((first.energies.last ?? 0) - (second.energies.last ?? 1)) < 1e-7)

        var random = RepeatableRandom(seed: 5)
        func shaken(by size: Double) -> Molecule {
            Molecule(
                atoms: plain.atoms.map {
                    let shift = SIMD3(
                        Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random),
                        Double.random(in: -1...1, using: &random))
                    return Atom(element: $0.element, positionInBohr: $0.position + size * shift)
                })
        }
        let nearly = try search(shaken(by: 1e-3), potential)
        #expect(abs((nearly.energies.last ?? 0) - (first.energies.last ?? 1)) < 1e-6)
        let far = try search(shaken(by: 0.3), potential)
        #expect(far.search.push == nil && abs((far.energies.last ?? 0) - (first.energies.last ?? 1)) < 1e-6)
    }

    @Test func holdsAnglesThatAreStraight() throws {
        let line = try StructureSymmetryTests.molecule(StructureSymmetryTests.carbonDioxide)
        let potential = Potential(springs: [(0, 1, 2.3), (0, 2, 2.1)], depth: 0.01, size: 3)
        let (straight, _) = try search(line, potential, constraints: [Constraint(.angle(1, 0, 2))])
        #expect(abs(angle(straight.molecule) - 180) < 0.01)
        for degrees in [174.0, 150, 120] {
            let (bent, energies) = try search(
                line, potential, constraints: [Constraint(.angle(1, 0, 2), target: degrees * .pi / 180)])
            #expect(abs(angle(bent.molecule) - degrees) < 0.01, "\(degrees)")
            #expect(energies.count < 40)
        }
        // And from a bend to a straight line.
        let water = try StructureSymmetryTests.molecule(StructureSymmetryTests.water)
        let (opened, _) = try search(water, potential, constraints: [Constraint(.angle(1, 0, 2), target: 178 * .pi / 180)])
        #expect(abs(angle(opened.molecule) - 178) < 0.01)
        // Beside other atoms: the axis of a trigonal bipyramid.
        var atoms: [(String, [Double])] = [("Nb", [0, 0, 0]), ("Cl", [0, 0, 4.4]), ("Cl", [0, 0, -4.4])]
        for phase in [0, 2 * Double.pi / 3, 4 * Double.pi / 3] { atoms.append(("Cl", [4.3 * cos(phase), 4.3 * sin(phase), 0])) }
        let bipyramid = try StructureSymmetryTests.molecule(atoms)
        let (held, _) = try search(
            bipyramid, Potential(springs: (1...5).map { (0, $0, 4.2) }, depth: 0.01, size: 6),
            constraints: [Constraint(.angle(1, 0, 2))])
        #expect(abs(angle(held.molecule) - 180) < 0.01)
    }

    @Test func refusesConstraintsThatCannotBeHeld() throws {
        let water = try StructureSymmetryTests.molecule(StructureSymmetryTests.water)
        let line = try StructureSymmetryTests.molecule(StructureSymmetryTests.carbonDioxide)
        func check(_ constraints: [Constraint], _ molecule: Molecule) throws { try constraints.check(molecule) }
        try check([Constraint(.distance(0, 1), target: 2), Constraint(.angle(1, 0, 2), target: 2)], water)
        try check(
            [
                Constraint(.distance(0, 1), target: 2), Constraint(.distance(0, 2), target: 2),
                Constraint(.distance(1, 2), target: 3),
            ], line)
        try check([Constraint(.distance(0, 1), target: 2), Constraint(.distance(1, 0), target: 2)], water)
        #expect(throws: ConstraintError.contradiction([0, 1, 2])) {
            try check(
                [
                    Constraint(.distance(0, 1), target: 2), Constraint(.distance(0, 2), target: 2),
                    Constraint(.distance(1, 2), target: 5),
                ],
                water)
        }
        #expect(throws: ConstraintError.contradiction([0, 1])) {
            try check([Constraint(.distance(0, 1), target: 2), Constraint(.distance(1, 0), target: 2.5)], water)
        }
        let chain = try StructureSymmetryTests.molecule([
            ("C", [0, 0, 0]), ("C", [0, 0, 2.3]), ("H", [0, 0, 4.3]), ("H", [1, 1, -1]),
        ])
        #expect(throws: ConstraintError.undefined(0)) { try check([Constraint(.dihedral(3, 0, 1, 2))], chain) }
        #expect(throws: ConstraintError.undefined(0)) {
            _ = try GeometryOptimizer(chain, constraints: [Constraint(.dihedral(3, 0, 1, 2))])
        }
    }

    /// What no step can bring about ends the search instead of asking for the same energy again.
    @Test func saysWhenNoStepLeadsNearerToTheHolds() throws {
        let water = try StructureSymmetryTests.molecule(StructureSymmetryTests.water)
        var optimizer = try GeometryOptimizer(
            water,
            constraints: [
                Constraint(.distance(0, 1), target: 2), Constraint(.distance(0, 2), target: 2),
                Constraint(.distance(1, 2), target: 5),
            ])
        let potential = Potential(springs: [(0, 1, 2), (0, 2, 2)])
        var state = GeometryOptimizer.Outcome.goOn
        while state == .goOn, optimizer.points < 100 {
            let values = potential.evaluate(optimizer.molecule.atoms.map(\.position))
            state = try optimizer.add(energy: values.energy, gradient: values.gradient)
        }
        #expect(state == .stuck && optimizer.points < 80)
    }
}
