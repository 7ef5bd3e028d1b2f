import FileFormats
import Foundation
import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing

@testable import GeometryOptimization

/// Minima of an artificial potential whose lowest structures are known by other means.
@Suite struct GeometryOptimizerTests {
    /// Springs between given pairs and a Lennard-Jones potential between all others.
    struct Potential {
        var springs: [(Int, Int, Double)] = []
        var depth = 0.001
        var size = 4.0

        func evaluate(_ positions: [SIMD3<Double>]) -> (energy: Double, gradient: [SIMD3<Double>]) {
            var energy = 0.0
            var gradient = [SIMD3<Double>](repeating: .zero, count: positions.count)
            func add(_ i: Int, _ j: Int, _ value: Double, _ slope: Double) {
                let d = positions[i] - positions[j]
                energy += value
                gradient[i] += slope / distance(positions[i], positions[j]) * d
                gradient[j] -= slope / distance(positions[i], positions[j]) * d
            }
            for i in positions.indices {
                for j in 0..<i {
                    let r = distance(positions[i], positions[j])
                    if let spring = springs.first(where: { ($0.0, $0.1) == (i, j) || ($0.1, $0.0) == (i, j) }) {
                        add(i, j, 0.2 * (r - spring.2) * (r - spring.2), 0.4 * (r - spring.2))
                    } else {
                        let power = pow(size / r, 6)
                        add(i, j, 4 * depth * (power * power - power), 4 * depth * (6 * power - 12 * power * power) / r)
                    }
                }
            }
            return (energy, gradient)
        }
    }

    /// Second derivatives by differences of gradients.
    private func hessian(_ molecule: Molecule, _ potential: Potential) -> CartesianHessian {
        let start = molecule.atoms.map(\.position)
        let n = 3 * start.count
        var matrix = Matrix(rows: n, columns: n)
        for i in 0..<n {
            func gradient(_ step: Double) -> [Double] {
                var positions = start
                positions[i / 3][i % 3] += step
                return potential.evaluate(positions).gradient.flatMap { [$0.x, $0.y, $0.z] }
            }
            let (up, down) = (gradient(1e-4), gradient(-1e-4))
            for j in 0..<n { matrix[i, j] = (up[j] - down[j]) / 2e-4 }
        }
        return CartesianHessian(matrix: matrix.symmetrized(), positions: start)
    }

    /// Three atoms of Lennard and Jones: the saddle point between triangles is a straight line, whose energy has one unknown length.
    @Test func uphillToTheLineOfThreeAtoms() throws {
        let potential = Potential(springs: [], depth: 0.01, size: 4)
        func energy(_ r: Double) -> Double {
            potential.evaluate([SIMD3(0, 0, -r), .zero, SIMD3(0, 0, r)]).energy
        }
        var (low, high) = (4.0, 5.0)
        while high - low > 1e-9 {
            let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
            if energy(a) < energy(b) { high = b } else { low = a }
        }
        let argon = try #require(Element(symbol: "Ar"))
        let half = 130.0 / 2 * Double.pi / 180
        let start = Molecule(
            atoms: [SIMD3(4.5 * sin(half), 0, 4.5 * cos(half)), .zero, SIMD3(-4.5 * sin(half), 0, 4.5 * cos(half))].map {
                Atom(element: argon, positionInBohr: $0)
            })
        let criteria = try #require(ConvergenceCriteria.all.first { $0.name == "tight" })
        var optimizer = try GeometryOptimizer(start, criteria: criteria, hessian: hessian(start, potential), uphill: .lowest)
        var isConverged = false
        var found = energy(low)
        while !isConverged, optimizer.points < 60 {
            let values = potential.evaluate(optimizer.molecule.atoms.map(\.position))
            found = values.energy
            isConverged = try optimizer.add(energy: values.energy, gradient: values.gradient) == .converged
        }
        #expect(isConverged, "\(optimizer.points) points")
        #expect(abs(found - energy(low)) < 1e-8, "\(found), not \(energy(low))")
    }

    /// Powell's and Murtagh's parts of the update fulfil the quasi-Newton condition, and a curvature becomes negative.
    @Test func bofillUpdate() {
        var matrix = Matrix.identity(3)
        let (step, change) = ([0.1, 0.2, -0.1], [-0.3, 0.1, 0.2])
        matrix.updateByBofill(step: step, gradientChange: change)
        for (a, b) in zip(matrix.times(step), change) { #expect(abs(a - b) < 1e-12) }
        #expect((0..<3).allSatisfy { i in (0..<3).allSatisfy { abs(matrix[i, $0] - matrix[$0, i]) < 1e-15 } })
        #expect((try? SymmetricEigenproblem(matrix).values[0]) ?? 1 < 0)
    }

    struct Result {
        let energy: Double
        let positions: [SIMD3<Double>]
        let points: Int
        let largestForce: Double
        let isConverged: Bool
    }

    private func minimize(
        _ molecule: Molecule, _ potential: Potential, constraints: [Constraint] = [], criteria: String = "tight"
    ) throws -> Result {
        let criteria = try #require(ConvergenceCriteria.all.first { $0.name == criteria })
        var optimizer = try GeometryOptimizer(molecule, constraints: constraints, criteria: criteria)
        var isConverged = false
        var values = potential.evaluate(molecule.atoms.map(\.position))
        while !isConverged, optimizer.points < 300 {
            values = potential.evaluate(optimizer.molecule.atoms.map(\.position))
            isConverged = try optimizer.add(energy: values.energy, gradient: values.gradient) == .converged
        }
        return Result(
            energy: values.energy, positions: optimizer.molecule.atoms.map(\.position), points: optimizer.points,
            largestForce: values.gradient.reduce(0) { max($0, abs($1.x), abs($1.y), abs($1.z)) }, isConverged: isConverged)
    }

    private func molecule(_ atoms: [(String, SIMD3<Double>)]) throws -> Molecule {
        Molecule(atoms: try atoms.map { Atom(element: try #require(Element(symbol: $0)), positionInBohr: $1) })
    }

    /// A chain with a branch.
    private func chain() throws -> (Molecule, Potential) {
        let molecule = try molecule([
            ("C", SIMD3(0, 0, 0)), ("C", SIMD3(2.7, 0.4, 0)), ("O", SIMD3(4.0, 2.4, 0.9)), ("C", SIMD3(6.5, 2.1, 1.4)),
            ("F", SIMD3(3.6, -1.7, 0.6)),
        ])
        return (molecule, Potential(springs: [(0, 1, 2.9), (1, 2, 2.6), (2, 3, 2.7), (1, 4, 2.5)]))
    }

    @Test func findsAMinimumFromAnywhereInSpace() throws {
        let (molecule, potential) = try chain()
        let plain = try minimize(molecule, potential)
        #expect(plain.isConverged && plain.largestForce < 1.5e-5)
        #expect(plain.points < 60)
        // Turned and moved: the same path.
        let (c, s) = (cos(0.7), sin(0.7))
        let turned = Molecule(
            atoms: molecule.atoms.map { atom in
                let r = atom.position
                return Atom(
                    element: atom.element, positionInBohr: SIMD3(c * r.x - s * r.z + 5, r.y - 3, s * r.x + c * r.z + 1))
            })
        let other = try minimize(turned, potential)
        #expect(abs(other.energy - plain.energy) < 1e-9)
        #expect(abs(other.points - plain.points) <= 1)
        // Another order of the atoms: the same minimum.
        let reversed = Molecule(atoms: molecule.atoms.reversed())
        var mirror = potential
        mirror.springs = potential.springs.map { (4 - $0.0, 4 - $0.1, $0.2) }
        #expect(abs(try minimize(reversed, mirror).energy - plain.energy) < 1e-8)
    }

    @Test func tiesUnconnectedPiecesTogether() throws {
        // Four argon atoms: the minimum is the tetrahedron, six bonds of the potential's depth.
        let molecule = try molecule([
            ("Ar", SIMD3(0, 0, 0)), ("Ar", SIMD3(8, 0, 0)), ("Ar", SIMD3(3, 7, 1)), ("Ar", SIMD3(3, 3, 9)),
        ])
        let result = try minimize(molecule, Potential(depth: 0.001, size: 6))
        #expect(result.isConverged)
        #expect(abs(result.energy + 0.006) < 1e-8)
    }

    @Test func passesThroughStraightAngles() throws {
        // Starts bent, ends straight, since the outer atoms repel each other.
        let molecule = try molecule([("O", SIMD3(-2.1, 0.9, 0)), ("C", SIMD3(0, 0, 0)), ("O", SIMD3(2.1, 0.8, 0.1))])
        let result = try minimize(molecule, Potential(springs: [(0, 1, 2.2), (1, 2, 2.2)], depth: 0.01, size: 5))
        #expect(result.isConverged && result.largestForce < 1.5e-5)
        #expect(InternalCoordinate.angle(0, 1, 2).value(result.positions) > 3.1)
    }

    @Test func oneAndTwoAtoms() throws {
        let one = try minimize(try molecule([("He", SIMD3(1, 2, 3))]), Potential())
        #expect(one.isConverged && one.points == 1)
        let two = try minimize(try molecule([("H", .zero), ("F", SIMD3(0.3, 0.4, 1.2))]), Potential(springs: [(0, 1, 1.7)]))
        #expect(two.isConverged)
        #expect(abs(distance(two.positions[0], two.positions[1]) - 1.7) < 1e-4)
    }

    @Test func holdsWhatIsToBeHeld() throws {
        let (molecule, potential) = try chain()
        let free = try minimize(molecule, potential)
        let start = molecule.atoms.map(\.position)
        let angle = InternalCoordinate.angle(0, 1, 2)
        let dihedral = InternalCoordinate.dihedral(0, 1, 2, 3)
        let held = try minimize(
            molecule, potential,
            constraints: [
                Constraint(.distance(0, 1), target: 3.2), Constraint(angle), Constraint(dihedral, target: 1.0),
            ])
        #expect(held.isConverged)
        #expect(abs(distance(held.positions[0], held.positions[1]) - 3.2) < 1e-4)
        #expect(abs(angle.value(held.positions) - angle.value(start)) < 1e-4)
        #expect(abs(dihedral.value(held.positions) - 1.0) < 1e-4)
        #expect(held.energy > free.energy + 1e-4)
        let frozen = try minimize(
            molecule, potential, constraints: [1, 3].flatMap { atom in (0..<3).map { Constraint(.position(atom, axis: $0)) } })
        #expect(frozen.isConverged)
        for atom in [1, 3] { #expect(distance(frozen.positions[atom], start[atom]) < 1e-4) }
        #expect(frozen.energy > free.energy + 1e-5)
    }

    @Test func goesOnFromPointsOfAnotherSearch() throws {
        // A path that nobody would choose, half a step at a time, of which one leads up.
        let (molecule, potential) = try chain()
        let minimum = try minimize(molecule, potential)
        let criteria = try #require(ConvergenceCriteria.all.first { $0.name == "tight" })
        var optimizer = try GeometryOptimizer(molecule, criteria: criteria)
        for (step, share) in [0.5, 0.5, -0.3, 0.5].enumerated() {
            let values = potential.evaluate(optimizer.molecule.atoms.map(\.position))
            let before = optimizer.molecule
            #expect(try optimizer.add(energy: values.energy, gradient: values.gradient) == .goOn)
            let other = Molecule(
                atoms: zip(before.atoms, optimizer.molecule.atoms).map {
                    Atom(element: $0.element, positionInBohr: $0.position + share * ($1.position - $0.position))
                })
            try optimizer.redirect(to: other)
            #expect(optimizer.molecule == other && optimizer.points == step + 1)
        }
        var isConverged = false
        while !isConverged, optimizer.points < 60 {
            let values = potential.evaluate(optimizer.molecule.atoms.map(\.position))
            isConverged = try optimizer.add(energy: values.energy, gradient: values.gradient) == .converged
        }
        #expect(isConverged)
        #expect(abs(potential.evaluate(optimizer.molecule.atoms.map(\.position)).energy - minimum.energy) < 1e-8)
    }

    /// Valence force constants of NbCl5, 194 N/m (axial) and 261 N/m (equatorial), of a normal coordinate analysis
    /// ("Vibrational analysis of the trigonal bipyramidal NbCl5 and NbBr5 molecules", hdl 10576/60067); of C-H and C=O
    /// about 480 and 1200 N/m.
    @Test func modelForceConstantsAreThoseOfSpectroscopy() throws {
        let newtonPerMetre = 1 / 1556.893
        func check(_ first: String, _ second: String, angstrom: Double, _ expected: Double) throws {
            let molecule = try molecule([(first, .zero), (second, SIMD3(0, 0, angstrom / PhysicalConstants.bohrInAngstrom))])
            let model = ModelHessian(molecule: molecule, graph: BondGraph(molecule))
            #expect(abs(model.forceConstant(.distance(0, 1)) / (expected * newtonPerMetre) - 1) < 0.2, "\(first)-\(second)")
        }
        try check("Nb", "Cl", angstrom: 2.338, 194)
        try check("Nb", "Cl", angstrom: 2.241, 261)
        try check("C", "H", angstrom: 1.09, 480)
        try check("C", "O", angstrom: 1.21, 1200)
    }

    @Test func coordinatesDescribeEveryShapeOfTheMolecules() throws {
        let folder = Repository.references.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Molecules")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".xyz") }
        #expect(names.count >= 8)
        for name in names {
            let molecule = try XYZFile(readingFrom: folder.appendingPathComponent(name).path).molecule
            let choice = PrimitiveCoordinates(molecule)
            let positions = molecule.atoms.map(\.position)
            #expect(try WilsonMatrix(choice.coordinates, positions).rank == 3 * positions.count - 6, "\(name)")
        }
    }

    @Test func stepsDoNotMoveTheWhole() throws {
        let path = Repository.references.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Molecules/relaxed/nb-al-tcbq-double-bridge.0.xyz").path
        let molecule = try XYZFile(readingFrom: path).molecule
        #expect(try CoordinateSystem(molecule, extra: []).primitives.contains(where: \.isPosition))
        let positions = molecule.atoms.map(\.position)
        let potential = Potential(
            springs: BondGraph(molecule).bonds.map {
                ($0.first, $0.second, 1.03 * distance(positions[$0.first], positions[$0.second]))
            }, depth: 0)
        var optimizer = try GeometryOptimizer(molecule)
        for _ in 0..<3 {
            let before = optimizer.molecule.atoms.map(\.position)
            let values = potential.evaluate(before)
            _ = try optimizer.add(energy: values.energy, gradient: values.gradient)
            let after = optimizer.molecule.atoms.map(\.position)
            #expect(zip(before, after).contains { distance($0, $1) > 1e-3 })
            for (own, placed) in zip(after, try RigidAlignment.place(after, upon: before)) {
                #expect(distance(own, placed) < 1e-9)
            }
        }
    }
}
