import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import Testing

@testable import WavefunctionAnalysis

@Suite("Charges fitted to known potentials")
struct ChargeFitTests {
    static func molecule(_ atoms: [(String, SIMD3<Double>)]) -> Molecule {
        Molecule(
            atoms: atoms.compactMap { symbol, place in
                Element(symbol: symbol).map { Atom(element: $0, positionInBohr: place) }
            })
    }

    static let methanol = molecule([
        ("C", SIMD3(-0.0853, 0, 1.2576)), ("O", SIMD3(-0.0853, 0, -1.4279)), ("H", SIMD3(1.6276, 0, -2.0339)),
        ("H", SIMD3(1.8402, 0, 2.0060)), ("H", SIMD3(-1.0606, 1.6805, 1.9786)), ("H", SIMD3(-1.0606, -1.6805, 1.9786)),
    ])

    static func potential(_ charges: [Double], _ molecule: Molecule, at points: [SIMD3<Double>]) -> [Double] {
        points.map { point in
            zip(molecule.atoms, charges).reduce(0) { $0 + $1.1 / distance(point, $1.0.position) }
        }
    }

    @Test("the potential of point charges gives these charges back")
    func recovery() throws {
        let scheme = try CHELPG(molecule: Self.methanol)
        for charges in [[0.3, -0.7, 0.4, -0.05, 0.02, 0.03], [1, 0.2, -0.1, 0.3, -0.9, 0.5]] {
            let potential = Self.potential(charges, Self.methanol, at: scheme.points)
            let fit = scheme.fit(potential: potential, totalCharge: charges.reduce(0, +))
            for (a, b) in zip(fit.charges, charges) { #expect(abs(a - b) < 1e-10) }
            #expect(fit.rootMeanSquareError < 1e-12)
        }
    }

    @Test("the sum is the given charge even where the potential says otherwise")
    func constraint() throws {
        let scheme = try CHELPG(molecule: Self.methanol)
        let potential = Self.potential([0.3, -0.7, 0.4, 0, 0, 0.5], Self.methanol, at: scheme.points)
        for total in [-2.0, 0, 1] {
            let fit = scheme.fit(potential: potential, totalCharge: total)
            #expect(abs(fit.charges.reduce(0, +) - total) < 1e-11)
        }
    }

    @Test("equivalent atoms share a charge")
    func equivalence() throws {
        var options = CHELPG.Options()
        options.equivalentAtoms = [[3, 4, 5]]
        let scheme = try CHELPG(molecule: Self.methanol, options: options)
        let charges = [0.3, -0.7, 0.4, -0.05, 0.02, 0.03]
        let fit = scheme.fit(
            potential: Self.potential(charges, Self.methanol, at: scheme.points), totalCharge: 0)
        #expect(fit.charges[3] == fit.charges[4] && fit.charges[4] == fit.charges[5])
        #expect(abs(fit.charges.reduce(0, +)) < 1e-11)
    }

    @Test("a buried atom that the potential cannot see is reported and left even")
    func buriedAtom() throws {
        // Two nuclei so close that only their sum matters.
        let molecule = Self.molecule([("O", SIMD3(0, 0, 0)), ("H", SIMD3(0, 0, 1e-6)), ("H", SIMD3(1.8, 0, 0))])
        let scheme = try CHELPG(molecule: molecule)
        #expect(scheme.undeterminedCombinations == 1)
        #expect(scheme.notes.contains { $0.contains("O1") && $0.contains("H2") })
        let fit = scheme.fit(
            potential: Self.potential([-0.6, 0, 0.6], molecule, at: scheme.points), totalCharge: 0)
        #expect(abs(fit.charges[0] + fit.charges[1] + 0.6) < 1e-5 && abs(fit.charges[0] - fit.charges[1]) < 1e-3)
        #expect(fit.rootMeanSquareError < 1e-6)
    }

    @Test("translation by any vector moves the points along")
    func translation() throws {
        let shift = SIMD3(0.37, -5.2, 1.11)
        let moved = Molecule(
            atoms: Self.methanol.atoms.map { Atom(element: $0.element, positionInBohr: $0.position + shift) })
        let a = try CHELPG(molecule: Self.methanol)
        let b = try CHELPG(molecule: moved)
        #expect(a.points.count == b.points.count)
        for (x, y) in zip(a.points, b.points) { #expect(distance(x + shift, y) < 1e-11) }
    }

    @Test("no point inside a radius or beyond the margin")
    func lattice() throws {
        let scheme = try CHELPG(molecule: Self.methanol)
        for point in scheme.points {
            let distances = Self.methanol.atoms.map { distance(point, $0.position) * PhysicalConstants.bohrInAngstrom }
            #expect((distances.min() ?? 0) <= 2.8 + 1e-12)
            for (d, radius) in zip(distances, scheme.radiiInAngstrom) { #expect(d >= radius - 1e-12) }
        }
    }

    @Test("radii of all elements exist, and assumed ones are announced")
    func radii() throws {
        for z in 1...86 {
            let radius = PotentialFitRadii.inAngstrom(try #require(Element(atomicNumber: z)))
            #expect(radius > 1 && radius < 2.8)
        }
        #expect(abs(PotentialFitRadii.inAngstrom(try #require(Element(symbol: "Nb"))) - 1.319) < 1e-3)
        #expect(abs(PotentialFitRadii.inAngstrom(try #require(Element(symbol: "Zr"))) - 1.302) < 1e-3)
        let niobium = Self.molecule([("Nb", SIMD3()), ("Cl", SIMD3(0, 0, 4.4))])
        #expect(try CHELPG(molecule: niobium).notes.contains { $0.contains("Nb 1.319") })
    }

    @Test("options that make no sense are refused")
    func options() {
        func attempt(_ change: (inout CHELPG.Options) -> Void) throws {
            var options = CHELPG.Options()
            change(&options)
            _ = try CHELPG(molecule: Self.methanol, options: options)
        }
        #expect(throws: PotentialFitError.self) { try attempt { $0.spacingInAngstrom = 0 } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.spacingInAngstrom = .nan } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.spacingInAngstrom = 0.011 } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.marginInAngstrom = 1 } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.equivalentAtoms = [[0, 9]] } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.equivalentAtoms = [[0, 1], [1]] } }
        #expect(throws: PotentialFitError.self) { try attempt { $0.spacingInAngstrom = 20 } }
        #expect(throws: PotentialFitError.self) { try CHELPG(molecule: Molecule(atoms: [])) }
    }
}

@Suite("Grids of cubes, names of shells")
struct GridTests {
    @Test("a cube reaches the margin on all sides")
    func margin() throws {
        let grid = try CubeGrid(around: ChargeFitTests.methanol, margin: 4, spacing: 0.3)
        let last = grid.point(grid.pointCount - 1)
        for atom in ChargeFitTests.methanol.atoms {
            for axis in 0..<3 {
                #expect(grid.origin[axis] <= atom.position[axis] - 4 + 1e-6)
                #expect(last[axis] >= atom.position[axis] + 4 - 1e-6)
            }
        }
        #expect(distance(grid.point(1), grid.origin + SIMD3(0, 0, 0.3)) < 1e-14)
        #expect(distance(grid.point(grid.counts.z), grid.origin + SIMD3(0, 0.3, 0)) < 1e-14)
        #expect(grid.points(0..<5).count == 5)
    }

    @Test("impossible boxes are refused")
    func refusals() {
        #expect(throws: CubeGridError.self) { try CubeGrid(around: ChargeFitTests.methanol, spacing: 0) }
        #expect(throws: CubeGridError.self) { try CubeGrid(around: ChargeFitTests.methanol, spacing: -.infinity) }
        #expect(throws: CubeGridError.self) { try CubeGrid(around: ChargeFitTests.methanol, spacing: 1e-5) }
        #expect(throws: CubeGridError.self) { try CubeGrid(around: ChargeFitTests.methanol, margin: .nan) }
        #expect(throws: CubeGridError.self) { try CubeGrid(around: Molecule(atoms: [])) }
        #expect(throws: CubeGridError.self) {
            try CubeGrid(origin: SIMD3(), counts: SIMD3(1, 0, 1), spacing: SIMD3(1, 1, 1))
        }
    }

    @Test("shell counters start after the core")
    func counters() {
        #expect(ClosedShells.count(electrons: 28, 0) == 3)
        #expect(ClosedShells.count(electrons: 28, 2) == 1)
        #expect(ClosedShells.count(electrons: 60, 3) == 1)
        #expect(ClosedShells.count(electrons: 0, 0) == 0)
        #expect(ClosedShells.count(electrons: 28, 4) == 0)
    }

    /// Helium-like densities by hand, for fields that have closed forms.
    static func wavefunction(unrestricted: Bool) -> Wavefunction {
        let molecule = ChargeFitTests.molecule([("He", SIMD3(0.1, 0.2, 0.3))])
        let basis = AtomicOrbitalBasis(
            molecule: molecule,
            elementBases: [
                ElementBasis(shells: [
                    ShellDefinition(exponents: [0.8], contractions: [Contraction(angularMomentum: 0, coefficients: [1])])
                ])
            ], functionType: .pure)
        let one = Matrix.identity(1)
        func orbitals(_ n: Double) -> MolecularOrbitals {
            MolecularOrbitals(coefficients: one, energies: [-1], occupations: [n])
        }
        return Wavefunction(
            basis: basis, state: ChargeState(charge: unrestricted ? 1 : 0, multiplicity: unrestricted ? 2 : 1),
            orbitals: unrestricted ? .unrestricted(alpha: orbitals(1), beta: orbitals(0)) : .restricted(orbitals(2)))
    }

    @Test("fields on a cube against closed forms")
    func fields() throws {
        let states = [Self.wavefunction(unrestricted: false), Self.wavefunction(unrestricted: true)]
        let grid = try CubeGrid(around: states[0].basis.molecule, margin: 3, spacing: 0.25)
        let pool = WorkerPool(threads: 2)
        let fields = CubeFields(
            grid: grid, wavefunctions: states, quantities: CubeQuantity.allCases, tolerance: 1e-12, pool: pool)
        let all = fields.values(on: 0..<grid.pointCount, pool: pool)
        for (state, electrons) in [(0, 2.0), (1, 1.0)] {
            let values = all[state]
            let potential = try #require(values[.electrostaticPotential])
            let density = try #require(values[.electronDensity])
            let spin = try #require(values[.spinDensity])
            #expect(potential.count == grid.pointCount && density.count == grid.pointCount && spin.count == grid.pointCount)
            for k in stride(from: 0, to: grid.pointCount, by: 97) {
                let r = distance(grid.point(k), SIMD3(0.1, 0.2, 0.3))
                let gaussian = pow(1.6 / .pi, 1.5) * exp(-1.6 * r * r)
                #expect(abs(potential[k] - (2 - electrons * erf(1.6.squareRoot() * r)) / r) < 1e-11)
                #expect(abs(density[k] - electrons * gaussian) < 1e-11)
                #expect(abs(spin[k] - (state == 0 ? 0 : gaussian)) < 1e-11)
            }
            let orbital = try #require(values[.highestOccupiedOrbital])
            // The second state has lost half of the first one's electrons.
            for quantity in [CubeQuantity.densityDifference, .densityStep] {
                if state == 0 {
                    #expect(values[quantity] == nil)
                } else {
                    let difference = try #require(values[quantity])
                    #expect(zip(difference, density).allSatisfy { abs($0 + $1) < 1e-11 })
                }
            }
            #expect(zip(orbital, density).allSatisfy { abs($0 * $0 * electrons - $1) < 1e-11 })
            #expect((values[.lowestEmptyOrbital] == nil) == (state == 0))
            let sum = density.reduce(0, +) * pow(0.25, 3)
            #expect(abs(sum - electrons) < 1e-3)
        }
    }

    /// Slabs cover every point once, in whole rows; differences are of the states themselves, whichever of these are wanted.
    @Test func cubesInSlabs() throws {
        let states = [Self.wavefunction(unrestricted: false), Self.wavefunction(unrestricted: true)]
        let grid = try CubeGrid(around: states[0].basis.molecule, margin: 3, spacing: 0.1)
        #expect(grid.slabs.count > 1 && grid.slabs.flatMap { Array($0) } == Array(0..<grid.pointCount))
        #expect(grid.slabs.allSatisfy { $0.lowerBound % grid.counts.z == 0 && $0.count <= CubeGrid.slabSize })
        let pool = WorkerPool(threads: 1)
        let both = CubeFields(grid: grid, wavefunctions: states, quantities: [.densityStep, .electronDensity], pool: pool)
        let second = CubeFields(
            grid: grid, wavefunctions: states, states: 1..<2, quantities: [.densityStep, .electronDensity], pool: pool)
        let slab = try #require(grid.slabs.last)
        let values = second.values(on: slab, pool: pool)
        #expect(values.count == 1 && values[0] == both.values(on: slab, pool: pool)[1])
        #expect(values[0][.densityStep]?.count == slab.count)
    }

    @Test("moments of hand-made densities")
    func moments() {
        let moments = MultipoleMoments(Self.wavefunction(unrestricted: true))
        #expect(distance(moments.origin, SIMD3(0.1, 0.2, 0.3)) < 1e-14)
        #expect(distance(moments.dipole, SIMD3()) < 1e-14)
        // <x^2> of a Gaussian density exp(-1.6 r^2) is 1 / 3.2.
        for (k, value) in moments.secondMoments.enumerated() {
            #expect(abs(value + ([0, 3, 5].contains(k) ? 1 / 3.2 : 0)) < 1e-14)
        }
        #expect(moments.tracelessQuadrupole.allSatisfy { abs($0) < 1e-14 })
        let overlap = Matrix.identity(1)
        #expect(abs(Self.wavefunction(unrestricted: true).spinSquared(overlap: overlap) - 0.75) < 1e-14)
        #expect(abs(Self.wavefunction(unrestricted: false).spinSquared(overlap: overlap)) < 1e-14)
    }
}
