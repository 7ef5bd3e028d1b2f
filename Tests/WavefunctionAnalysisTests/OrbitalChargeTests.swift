import BasisSets
import FileFormats
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import TestSupport
import Testing

@testable import WavefunctionAnalysis

/// Against numbers of other programs; see orbital-charges.json in Tests/References.
@Suite("Natural and intrinsic orbitals, Merz-Kollman and RESP against references", .serialized)
struct OrbitalChargeTests {
    static func expectEqual(_ a: [Double], _ b: [Double]?, within tolerance: Double, _ what: String) throws {
        let b = try #require(b)
        #expect(a.count == b.count)
        for (i, (x, y)) in zip(a, b).enumerated() { #expect(abs(x - y) < tolerance, "\(what), atom \(i): \(x) \(y)") }
    }

    static func rows(_ matrix: Matrix) -> [Double] { matrix.elements }

    @Test("molecules of closed and open shells, with and without core potentials", arguments: 0..<5)
    func cases(_ index: Int) throws {
        let reference = try SolvedCase.read("orbital-charges.json")[index]
        let wavefunction = try reference.solve()
        let basis = wavefunction.basis
        let overlap = OneElectronIntegrals.overlap(basis: basis)

        var options = NaturalAtomicOrbitals.Options()
        options.orthogonalization = .coresFirst
        let natural = try NaturalAtomicOrbitals(wavefunction, overlap: overlap, options: options)
        try Self.expectEqual(natural.charges, reference.npaCoresFirst, within: 1e-5, "natural")
        try Self.expectEqual(natural.spinPopulations, reference.npaSpins, within: 1e-5, "natural spin")
        try Self.expectEqual(
            Self.rows(natural.wiberg), reference.wibergNatural?.flatMap { $0 }, within: 1e-5, "natural Wiberg")

        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let free = try IntrinsicAtomicOrbitals.reference(
            for: basis, allElectron: library.basisSet(named: "MINAO").elements,
            valence: library.basisSet(named: "LANL2MB").elements)
        let intrinsic = try IntrinsicAtomicOrbitals(wavefunction, reference: free, overlap: overlap)
        try Self.expectEqual(intrinsic.charges, reference.iao, within: 1e-5, "intrinsic")
        try Self.expectEqual(intrinsic.spinPopulations, reference.iaoSpins, within: 1e-5, "intrinsic spin")

        let grid = MolecularGrid(
            molecule: basis.molecule, specification: GridSpecification(.unpruned(radial: 75, angular: 434)),
            pool: SolvedCase.pool)
        let fuzzy = FuzzyBondOrders.orders([wavefunction], grid: grid, pool: SolvedCase.pool)[0]
        try Self.expectEqual(Self.rows(fuzzy), reference.fuzzy?.flatMap { $0 }, within: 1e-3, "fuzzy")

        guard reference.mk != nil else { return }
        var layout = MerzKollman.Options()
        layout.pointsPerSquareAngstrom = 2.5
        let scheme = try MerzKollman(molecule: basis.molecule, options: layout)
        #expect(scheme.points.count == reference.numberOfPoints)
        let potential = scheme.potentials(of: [wavefunction], pool: SolvedCase.pool)[0]
        let fit = scheme.fit(potential: potential, totalCharge: Double(reference.charge))
        try Self.expectEqual(fit.charges, reference.mk, within: 1e-5, "Merz-Kollman")
        #expect(abs(fit.rootMeanSquareError - (reference.rootMeanSquareError ?? 0)) < 1e-7)
        #expect(abs(fit.relativeRootMeanSquareError - (reference.relativeError ?? 0)) < 1e-5)
        var scaled = RestrainedPotentialFit.Options()
        scaled.isScaledToDensity = true
        let restrained = try RestrainedPotentialFit(scheme).fit(
            potential: potential, totalCharge: Double(reference.charge), options: scaled)
        try Self.expectEqual(restrained.charges, reference.resp, within: 1e-5, "RESP")
        #expect(restrained.rootMeanSquareError >= fit.rootMeanSquareError)
    }

    @Test("what a radius is worth: fits with other radii, each by itself")
    func radiusSensitivity() throws {
        let reference = try #require(try SolvedCase.read("charges.json", key: "chelpg").first { $0.name == "niobium-chloride" })
        let input = try SpacePartitionTests.input([try reference.solve()])
        let molecule = input.basis.molecule
        let niobium = try #require(Element(symbol: "Nb"))
        let analyzer = PotentialFitAnalyzer(
            chelpg: try CHELPG(molecule: molecule), merzKollman: try MerzKollman(molecule: molecule))
        let outcomes = try analyzer.charges([.chelpg, .mk, .resp], of: input)
        func fit(_ scheme: ChargeScheme, _ radius: Double) throws -> [Double] {
            var lattice = CHELPG.Options()
            lattice.radiiInAngstrom[niobium] = radius
            var layers = MerzKollman.Options()
            layers.radiiInAngstrom[niobium] = radius
            let merzKollman = try MerzKollman(molecule: molecule, options: layers)
            if scheme == .chelpg {
                return try CHELPG(molecule: molecule, options: lattice).fit(input.wavefunctions, pool: input.pool)[0].charges
            }
            let potential = merzKollman.potentials(of: input.wavefunctions, pool: input.pool)[0]
            return scheme == .mk
                ? merzKollman.fit(potential: potential, totalCharge: 0).charges
                : try RestrainedPotentialFit(merzKollman).fitInTwoStages(potential: potential, totalCharge: 0).second.charges
        }
        for scheme in [ChargeScheme.chelpg, .mk, .resp] {
            let charges = try #require(outcomes[scheme]?[0].charges)
            let found = try #require(charges.fit?.radiusSensitivities)
            #expect(found.map(\.element) == [niobium], "chlorine's radius is published")
            let radius = found[0].radiusInAngstrom
            #expect(abs(radius - 1.319) < 1e-3)
            try Self.expectEqual(charges.charges, try fit(scheme, radius), within: 1e-6, "\(scheme)")
            for (factor, changes) in [(0.9, found[0].changesWithSmallerRadius), (1.1, found[0].changesWithLargerRadius)] {
                let changed = zip(charges.charges, try #require(changes)).map { $0 + $1 }
                try Self.expectEqual(changed, try fit(scheme, factor * radius), within: 1e-6, "\(scheme) \(factor)")
            }
        }
    }

    @Test("published natural charges of methylamine")
    func methylamine() throws {
        let reference = try #require(
            try SolvedCase.read("orbital-charges.json", key: "published").first { $0.name == "methylamine" })
        let wavefunction = try reference.solve()
        let overlap = OneElectronIntegrals.overlap(basis: wavefunction.basis)
        let natural = try NaturalAtomicOrbitals(wavefunction, overlap: overlap)
        #expect(abs(natural.charges[0] - (reference.npa?["C"] ?? 0)) < 5e-5, "\(natural.charges)")
        #expect(abs(natural.charges[1] - (reference.npa?["N"] ?? 0)) < 5e-5, "\(natural.charges)")
        #expect(abs(natural.charges.reduce(0, +)) < 1e-9)
        #expect(natural.population(ofAtom: 1, .core) > 1.999 && natural.population(ofAtom: 1, .valence) > 5.8)
    }

    @Test("published RESP charges of acetic acid, both stages")
    func aceticAcid() throws {
        let reference = try #require(
            try SolvedCase.read("orbital-charges.json", key: "published").first { $0.name == "acetic-acid" })
        let wavefunction = try reference.solve()
        var layout = MerzKollman.Options()
        layout.pointsPerSquareAngstrom = 1
        let scheme = try MerzKollman(molecule: wavefunction.basis.molecule, options: layout)
        let potential = scheme.potentials(of: [wavefunction], pool: SolvedCase.pool)[0]
        let stages = try RestrainedPotentialFit(scheme).fitInTwoStages(potential: potential, totalCharge: 0)
        try Self.expectEqual(stages.first.charges, reference.resp1, within: 2e-3, "first stage")
        try Self.expectEqual(stages.second.charges, reference.resp2, within: 2e-3, "second stage")
        #expect(stages.second.charges[1] == stages.second.charges[3])
        for atom in 4..<8 { #expect(abs(stages.first.charges[atom] - stages.second.charges[atom]) < 1e-12) }
    }

    @Test("a rotation leaves populations alone, in Cartesian functions too")
    func rotation() throws {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let set = try library.basisSet(named: "6-31G(d)")
        var results: [[Double]] = []
        for name in ["methanol", "methanol-turned"] {
            var atoms = ChargeFitTests.methanol.atoms
            if name != "methanol" {
                atoms = atoms.map {
                    let p = $0.position
                    let (c, s) = (0.6, 0.8)
                    return Atom(element: $0.element, positionInBohr: SIMD3(p.z, c * p.x - s * p.y, s * p.x + c * p.y))
                }
            }
            let molecule = Molecule(atoms: atoms)
            let bases = try atoms.map { try #require(set.elements[$0.element]) }
            let wavefunction = try SolvedCase.solve(
                AtomicOrbitalBasis(molecule: molecule, elementBases: bases, functionType: .cartesian),
                ChargeState(charge: 0, multiplicity: 1))
            let overlap = OneElectronIntegrals.overlap(basis: wavefunction.basis)
            let natural = try NaturalAtomicOrbitals(wavefunction, overlap: overlap)
            let free = try IntrinsicAtomicOrbitals.reference(
                for: wavefunction.basis, allElectron: library.basisSet(named: "MINAO").elements, valence: [:])
            let intrinsic = try IntrinsicAtomicOrbitals(wavefunction, reference: free, overlap: overlap)
            results.append(natural.charges + intrinsic.charges)
            // The orbitals are orthonormal.
            let unit = overlap.transformed(by: natural.coefficients)
            #expect((unit - .identity(unit.rows)).largestMagnitude < 1e-9)
        }
        for (a, b) in zip(results[0], results[1]) { #expect(abs(a - b) < 1e-7) }
    }

    @Test("six d functions hold five d functions and one s function")
    func cartesianShells() throws {
        let helium = try #require(Element(symbol: "He"))
        for l in 2...4 {
            let basis = AtomicOrbitalBasis(
                molecule: Molecule(atoms: [Atom(element: helium, positionInBohr: SIMD3(0.3, 0.1, -0.2))]),
                elementBases: [
                    ElementBasis(shells: [
                        ShellDefinition(exponents: [0.7], contractions: [Contraction(angularMomentum: l, coefficients: [1])])
                    ])
                ], functionType: .cartesian)
            let spherical = SphericalFunctions(basis: basis)
            #expect(spherical.families.map(\.angularMomentum) == Array(stride(from: l % 2, through: l, by: 2)))
            let overlap = OneElectronIntegrals.overlap(basis: basis).transformed(by: spherical.transformation)
            for i in 0..<overlap.rows { for j in 0..<i { #expect(abs(overlap[i, j]) < 1e-12) } }
            for family in spherical.families {
                for column in family.columns[0] {
                    let first = family.columns[0][0]
                    #expect(abs(overlap[column, column] - overlap[first, first]) < 1e-12)
                }
            }
        }
    }

    @Test("minimal sets follow the periodic table")
    func minimalShells() throws {
        for (symbol, core, all) in [
            ("H", [0, 0, 0, 0], [1, 0, 0, 0]), ("C", [1, 0, 0, 0], [2, 1, 0, 0]), ("Mg", [2, 1, 0, 0], [3, 1, 0, 0]),
            ("Al", [2, 1, 0, 0], [3, 2, 0, 0]), ("Ti", [3, 2, 0, 0], [4, 2, 1, 0]), ("Br", [3, 2, 1, 0], [4, 3, 1, 0]),
            ("Nb", [4, 3, 1, 0], [5, 3, 2, 0]), ("I", [4, 3, 2, 0], [5, 4, 2, 0]), ("Eu", [5, 4, 2, 0], [6, 4, 3, 1]),
            ("Ta", [5, 4, 2, 1], [6, 4, 3, 1]), ("Pb", [5, 4, 3, 1], [6, 5, 3, 1]),
        ] {
            let shells = MinimalShells(try #require(Element(symbol: symbol)))
            #expect(shells.core == core && shells.coreAndValence == all, "\(symbol): \(shells)")
        }
        let niobium = try #require(Element(symbol: "Nb"))
        #expect(MinimalShells(niobium, includesOuterP: true).coreAndValence == [5, 4, 2, 0])
        let molecule = Molecule(atoms: [Atom(element: niobium, positionInBohr: SIMD3())])
        #expect(NaturalAtomicOrbitals.notes(molecule) == ["natural populations: 5p of Nb counted as Rydberg orbitals"])
    }
}

@Suite("Restrained fits")
struct RestrainedFitTests {
    static let charges = [0.3, -0.7, 0.4, -0.05, 0.02, 0.03]

    static func scheme() throws -> (MerzKollman, [Double]) {
        let scheme = try MerzKollman(molecule: ChargeFitTests.methanol)
        return (scheme, ChargeFitTests.potential(charges, ChargeFitTests.methanol, at: scheme.points))
    }

    @Test("without restraint the charges of a known potential come back")
    func recovery() throws {
        let (scheme, potential) = try Self.scheme()
        var options = RestrainedPotentialFit.Options()
        options.strength = 0
        let restrained = try RestrainedPotentialFit(scheme).fit(potential: potential, totalCharge: 0, options: options)
        let free = scheme.fit(potential: potential, totalCharge: 0)
        for k in Self.charges.indices {
            #expect(abs(restrained.charges[k] - Self.charges[k]) < 1e-9)
            #expect(abs(free.charges[k] - Self.charges[k]) < 1e-9)
        }
    }

    @Test("restraints make charges smaller, not hydrogen's by itself; scaled ones hardly depend on the density of points")
    func restraint() throws {
        let (scheme, potential) = try Self.scheme()
        var options = RestrainedPotentialFit.Options()
        options.isScaledToDensity = true
        let fit = try RestrainedPotentialFit(scheme).fit(potential: potential, totalCharge: 0, options: options)
        #expect(abs(fit.charges[0]) < 0.3 && abs(fit.charges.reduce(0, +)) < 1e-10)
        var denser = MerzKollman.Options()
        denser.pointsPerSquareAngstrom = 18
        let fine = try MerzKollman(molecule: ChargeFitTests.methanol, options: denser)
        let other = try RestrainedPotentialFit(fine).fit(
            potential: ChargeFitTests.potential(Self.charges, ChargeFitTests.methanol, at: fine.points), totalCharge: 0,
            options: options)
        // Three times the points: what is left is the difference of the point sets.
        for (a, b) in zip(fit.charges, other.charges) { #expect(abs(a - b) < 2.5e-3) }
    }

    /// Six points a square Angstrom: the scaled restraint is six times the published one.
    @Test("the published restraint is the default, whatever the density of points")
    func published() throws {
        let (scheme, potential) = try Self.scheme()
        let fitter = RestrainedPotentialFit(scheme)
        var options = RestrainedPotentialFit.Options()
        options.strength /= scheme.options.pointsPerSquareAngstrom
        options.isScaledToDensity = true
        let expected = try fitter.fit(potential: potential, totalCharge: 0, options: options)
        let fit = try fitter.fit(potential: potential, totalCharge: 0)
        for (a, b) in zip(fit.charges, expected.charges) { #expect(abs(a - b) < 1e-12) }
        options.strength = RestrainedPotentialFit.Options().strength
        let scaled = try fitter.fit(potential: potential, totalCharge: 0, options: options)
        #expect(abs(scaled.charges[0]) < abs(fit.charges[0]) - 1e-3, "\(scaled.charges[0]) \(fit.charges[0])")
    }

    @Test("constraints and equivalences hold; contradictions are refused")
    func constraints() throws {
        let (scheme, potential) = try Self.scheme()
        let fitter = RestrainedPotentialFit(scheme)
        var options = RestrainedPotentialFit.Options()
        options.equivalentAtoms = [[3, 4, 5]]
        options.constraints = [.init(atoms: [1, 2], charge: -0.25)]
        let fit = try fitter.fit(potential: potential, totalCharge: 1, options: options)
        #expect(fit.charges[3] == fit.charges[4] && fit.charges[4] == fit.charges[5])
        #expect(abs(fit.charges[1] + fit.charges[2] + 0.25) < 1e-10 && abs(fit.charges.reduce(0, +) - 1) < 1e-10)
        let stages = try fitter.fitInTwoStages(potential: potential, totalCharge: 0)
        #expect(stages.second.charges[3] == stages.second.charges[5])
        #expect(abs(stages.first.charges[1] - stages.second.charges[1]) < 1e-10)
        options.constraints = [.init(atoms: [1], charge: 0.1), .init(atoms: [1], charge: 0.2)]
        #expect(throws: PotentialFitError.self) { try fitter.fit(potential: potential, totalCharge: 0, options: options) }
        options.constraints = [.init(atoms: [9], charge: 0.1)]
        #expect(throws: PotentialFitError.self) { try fitter.fit(potential: potential, totalCharge: 0, options: options) }
    }

    /// The methyl group is what the second stage fits anew: with all other charges kept its sum is given twice.
    @Test("the charge of a methyl group can be given, in both stages")
    func givenMethyl() throws {
        let (scheme, potential) = try Self.scheme()
        let fitter = RestrainedPotentialFit(scheme)
        var options = RestrainedPotentialFit.Options()
        options.constraints = [.init(atoms: [0, 3, 4, 5], charge: 0.1), .init(atoms: [1, 2], charge: -0.1)]
        let stages = try fitter.fitInTwoStages(potential: potential, totalCharge: 0, first: options)
        for charges in [stages.first.charges, stages.second.charges] {
            #expect(abs([0, 3, 4, 5].reduce(0) { $0 + charges[$1] } - 0.1) < 1e-10)
            #expect(abs(charges.reduce(0, +)) < 1e-10)
        }
        options.constraints[1].charge = 0
        #expect(throws: PotentialFitError.self) { try fitter.fit(potential: potential, totalCharge: 0, options: options) }
    }

    /// The sum that is to be smallest, from its definition: nothing that the constraints allow makes it smaller.
    @Test("constrained and equivalent charges are the best of those allowed")
    func smallestSum() throws {
        let (scheme, potential) = try Self.scheme()
        let atoms = scheme.molecule.atoms
        var options = RestrainedPotentialFit.Options()
        options.isScaledToDensity = true
        options.equivalentAtoms = [[3, 4, 5]]
        options.constraints = [.init(atoms: [1, 2], charge: -0.25)]
        let fit = try RestrainedPotentialFit(scheme).fit(potential: potential, totalCharge: 1, options: options)
        // The published program adds a q / sqrt(q^2 + b^2) to half the derivative of the squared errors.
        let (a, b) = (options.strength * scheme.options.pointsPerSquareAngstrom, options.tightness)
        func penalty(_ charges: [Double]) -> Double {
            let errors = zip(scheme.points, potential).reduce(0.0) { sum, item in
                let value = zip(charges, atoms).reduce(0) { $0 + $1.0 / distance(item.0, $1.1.position) }
                return sum + (item.1 - value) * (item.1 - value)
            }
            return zip(charges, atoms).reduce(errors) { sum, item in
                item.1.element.atomicNumber == 1 ? sum : sum + 2 * a * ((item.0 * item.0 + b * b).squareRoot() - b)
            }
        }
        let best = penalty(fit.charges)
        for change in [[0.0, 1, -1, 0, 0, 0], [-3, 0, 0, 1, 1, 1]] {
            for step in [1e-4, -1e-4] {
                #expect(penalty(zip(fit.charges, change).map { $0 + step * $1 }) > best)
            }
        }
        // The charges of the free fit are better, but not allowed.
        #expect(penalty(scheme.fit(potential: potential, totalCharge: 0).charges) < best)
    }

    @Test("no point inside a layer; radii of all elements exist, and assumed ones are announced")
    func layers() throws {
        let (scheme, _) = try Self.scheme()
        for point in scheme.points {
            let ratios = zip(scheme.molecule.atoms, scheme.radiiInAngstrom).map {
                distance(point, $0.0.position) * PhysicalConstants.bohrInAngstrom / $0.1
            }
            let nearest = try #require(ratios.min())
            #expect(scheme.options.layers.contains { abs($0 - nearest) < 1e-9 })
        }
        for z in 1...86 {
            let radius = MerzKollmanRadii.inAngstrom(try #require(Element(atomicNumber: z)))
            #expect(radius > 1 && radius < 2.2)
        }
        let niobium = ChargeFitTests.molecule([("Nb", SIMD3()), ("Cl", SIMD3(0, 0, 4.4))])
        #expect(try MerzKollman(molecule: niobium).notes.contains { $0.contains("Nb 1.319") })
        var options = MerzKollman.Options()
        options.layers = []
        #expect(throws: PotentialFitError.self) { try MerzKollman(molecule: niobium, options: options) }
        options = .init()
        options.pointsPerSquareAngstrom = .nan
        #expect(throws: PotentialFitError.self) { try MerzKollman(molecule: niobium, options: options) }
    }
}
