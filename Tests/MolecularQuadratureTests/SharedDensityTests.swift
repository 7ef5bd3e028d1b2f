import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing
import VectorFunctions

/// The kernels of the schemes that share out space, against plain loops over their definitions.
@Suite struct SharedDensityTests {
    private let pool = WorkerPool(threads: 2)

    private static func molecule() throws -> Molecule {
        let places: [(String, SIMD3<Double>)] = [
            ("O", SIMD3(0.1, 0, 0)), ("H", SIMD3(1.8, 0.2, 0)), ("Cl", SIMD3(-1.4, 2.9, 0.6)),
        ]
        return Molecule(
            atoms: try places.map { Atom(element: try #require(Element(symbol: $0.0)), positionInBohr: $0.1) })
    }

    /// Knots of exp(-rate r) from 1e-3 to about 8 bohr.
    private static func spline(rate: Double) -> RadialSpline {
        let first = log(1e-3)
        return RadialSpline(logarithms: (0..<181).map { -rate * exp(first + 0.05 * Double($0)) }, first: first, step: 0.05)
    }

    private static func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }

    private func uniform(_ random: inout RepeatableRandom) -> Double { Double.random(in: 0..<1, using: &random) }

    @Test func logarithmIsAccurate() {
        var arguments = [1.0, 2, 0.5, 2.0.squareRoot(), 0.5.squareRoot(), 1 + 1e-15, 1 - 1e-16, .leastNormalMagnitude, 1e300]
        var x = -69.0
        while x < 20 {
            arguments.append(exp(x))
            x += 0.00137
        }
        for (argument, value) in zip(arguments, logarithms(arguments)) {
            let exact = log(argument)
            #expect(abs(value - exact) <= 2 * exact.ulp, "\(argument): \(value) \(exact)")
        }
    }

    @Test func splinesFollowTheirFunction() {
        let spline = Self.spline(rate: 1.7)
        for r in [1e-4, 1e-3, 0.0123, 0.4, 1, 2.345, 5] {
            let exact = exp(-1.7 * max(r, 1e-3))
            #expect(abs(spline.value(atLogarithm: log(r)) - exact) < 1e-5 * exact, "\(r)")
            #expect(abs(spline.scaled(by: 3).value(atLogarithm: log(r)) - 3 * exact) < 3e-5 * exact)
        }
        #expect(spline.value(atLogarithm: log(9)) == 0)
    }

    @Test func sphericalDensitiesAddUp() throws {
        let atoms = try Self.molecule().atoms
        var random = RepeatableRandom(seed: 5)
        // Near and far, at a nucleus, and beyond the table; a number of points that is no multiple of a block.
        var points = (0..<709).map { k -> SIMD3<Double> in
            let scale = pow(10, 4 * uniform(&random) - 3)
            return atoms[k % 3].position + scale * SIMD3(uniform(&random) - 0.5, uniform(&random) - 0.5, uniform(&random) - 0.5)
        }
        points.append(atoms[1].position)
        let splines = [Self.spline(rate: 1), Self.spline(rate: 2.5)]
        let shell = SlaterShell(atom: 2, population: 1.5, width: 0.4)
        let densities = [
            SphericalDensity(splines: [(1, splines[0]), (-0.25, splines[1])]), SphericalDensity(),
            SphericalDensity(splines: [(2, splines[1])], shells: [shell]),
        ]
        let found = SphericalDensity.sum(
            zip(densities, atoms).map { (density: $0, center: $1.position) }, points: points, pool: pool)
        #expect(found.count == points.count)
        for (point, value) in zip(points, found) {
            let r = atoms.map { Self.distance($0.position, point) }
            let exact =
                splines[0].value(atLogarithm: log(max(r[0], 1e-15))) - 0.25 * splines[1].value(atLogarithm: log(max(r[0], 1e-15)))
                + 2 * splines[1].value(atLogarithm: log(max(r[2], 1e-15)))
                + 1.5 / (8 * .pi * 0.064) * exp(-r[2] / 0.4)
            #expect(abs(value - exact) < 1e-13 * (1 + exact), "\(point)")
        }
        #expect(SphericalDensity.sum([], points: points, pool: pool).allSatisfy { $0 == 0 })
    }

    @Test func stockholdersShareInProportion() throws {
        let molecule = try Self.molecule()
        let grid = MolecularGrid(
            molecule: molecule, specification: GridSpecification(.unpruned(radial: 20, angular: 26)), pool: pool)
        let proatoms = [
            SphericalDensity(splines: [(1, Self.spline(rate: 1.2))]),
            SphericalDensity(shells: [SlaterShell(atom: 1, population: 1, width: 0.5)]),
            SphericalDensity(
                splines: [(2, Self.spline(rate: 0.8))], shells: [SlaterShell(atom: 2, population: 2, width: 0.2)]),
        ]
        let points = grid.x.indices.map { SIMD3(grid.x[$0], grid.y[$0], grid.z[$0]) }
        let densities = [0.7, 1.1].map { rate in points.map { exp(-rate * Self.distance($0, SIMD3(0.3, 0.5, 0))) } }
        let spin = points.map { 0.1 * exp(-Self.distance($0, SIMD3(-1, 1, 0))) }
        let found = StockholderWeights.shares(
            proatoms, molecule: molecule, grid: grid, densities: densities, spins: [nil, spin], pool: pool)
        let values = zip(proatoms, molecule.atoms).map {
            SphericalDensity.sum([(density: $0, center: $1.position)], points: points, pool: pool)
        }
        for state in 0..<2 {
            for (a, atom) in molecule.atoms.enumerated() {
                var (charge, moment, spins) = (0.0, SIMD3<Double>(), 0.0)
                for k in points.indices {
                    let total = values.reduce(0) { $0 + $1[k] }
                    guard total > 1e-200 else { continue }
                    let share = grid.weights[k] * values[a][k] / total
                    charge += share * (densities[state][k] - total)
                    moment += share * (densities[state][k] - total) * (points[k] - atom.position)
                    spins += share * spin[k]
                }
                let own = found[state][a]
                #expect(abs(own.deformation - charge) < 1e-10)
                #expect(Self.distance(own.moment, moment) < 1e-9)
                #expect(abs(own.spin - (state == 0 ? 0 : spins)) < 1e-10)
            }
        }
        let serial = StockholderWeights.shares(
            proatoms, molecule: molecule, grid: grid, densities: densities, spins: [nil, spin], pool: WorkerPool(threads: 1))
        #expect(serial[1][2].deformation == found[1][2].deformation)
    }

    @Test func slaterShellsShareInProportion() throws {
        let molecule = try Self.molecule()
        let grid = MolecularGrid(molecule: molecule, specification: .coarse, pool: pool)
        // One shell so narrow that it counts in few blocks, and one without electrons.
        let shells = [
            SlaterShell(atom: 0, population: 2, width: 0.07), SlaterShell(atom: 0, population: 6, width: 0.4),
            SlaterShell(atom: 1, population: 0.7, width: 0.45), SlaterShell(atom: 2, population: 2, width: 0.03),
            SlaterShell(atom: 2, population: 8, width: 0.12), SlaterShell(atom: 2, population: 7, width: 0.5),
            SlaterShell(atom: 2, population: 0, width: 0.5),
        ]
        let points = grid.x.indices.map { SIMD3(grid.x[$0], grid.y[$0], grid.z[$0]) }
        func values(_ point: SIMD3<Double>) -> [Double] {
            shells.map {
                let height = $0.population / (8 * .pi * $0.width * $0.width * $0.width)
                return height * exp(-Self.distance(point, molecule.atoms[$0.atom].position) / $0.width)
            }
        }
        let density = points.map { 0.9 * values($0).reduce(0, +) + 0.01 * exp(-Self.distance($0, SIMD3(0, 1, 0))) }
        let shares = SlaterShellWeights(molecule: molecule, grid: grid, density: density, pool: pool)
        let found = shares.sums(shells)
        var exact = shells.map { _ in (electrons: 0.0, moment: 0.0) }
        for (k, point) in points.enumerated() {
            let own = values(point)
            let total = own.reduce(0, +)
            guard total > 0 else { continue }
            for (s, shell) in shells.enumerated() {
                let part = grid.weights[k] * density[k] * own[s] / total
                exact[s].electrons += part
                exact[s].moment += part * Self.distance(point, molecule.atoms[shell.atom].position)
            }
        }
        for (own, other) in zip(found, exact) {
            // What is left out may lie far away.
            #expect(abs(own.electrons - other.electrons) < 2 * SlaterShellWeights.electronsLeftOut)
            #expect(abs(own.moment - other.moment) < 40 * SlaterShellWeights.electronsLeftOut)
        }
        #expect(found[6].electrons == 0)
        let serial = SlaterShellWeights(molecule: molecule, grid: grid, density: density, pool: WorkerPool(threads: 1))
        #expect(zip(serial.sums(shells), found).allSatisfy { $0.electrons == $1.electrons && $0.moment == $1.moment })
    }

    @Test(arguments: 0..<4)
    func densitiesOfOrbitalsAreThoseOfTheirMatrices(_ index: Int) throws {
        BLASThreads.limit(to: 1)
        let basis = try QuadratureReference.all()[index].basis
        let n = basis.functionCount
        var random = RepeatableRandom(seed: 11)
        let count = min(n, 5)
        // Natural orbitals may have occupations below zero.
        let sets = [[2, 0, 1.5, -0.25, 0.125], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]].map { occupations in
            MolecularOrbitals(
                coefficients: Matrix(rows: n, columns: count, elements: (0..<n * count).map { _ in uniform(&random) - 0.5 }),
                energies: [Double](repeating: 0, count: count), occupations: Array(occupations.prefix(count)))
        }
        let points = (0..<301).map { k in
            let t = Double(k)
            return SIMD3(5 * sin(1.3 * t), 5 * sin(2.1 * t + 1), 5 * cos(0.7 * t + 2))
        }
        let exact = DensityOnPoints.values(basis: basis, densities: sets.map(\.density), points: points, pool: pool)
        for areCompact in [false, true] {
            let found = DensityOnPoints.values(
                basis: basis, orbitals: sets, points: points, areCompact: areCompact, pool: pool)
            #expect(found.count == 3)
            for (own, other) in zip(found.joined(), exact.joined()) { #expect(abs(own - other) < 1e-11 * (1 + abs(other))) }
        }
    }
}
