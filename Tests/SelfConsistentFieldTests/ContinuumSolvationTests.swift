import DensityFunctionals
import ElectronicStructure
import Foundation
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

@testable import ContinuumSolvation

@Suite("Polarizable continuum", .serialized) struct ContinuumSolvationTests {
    /// A calculation of another program with the same surface.
    private struct Reference: ReferenceStructure, Decodable, Sendable {
        let name: String
        let basis: [String: String]
        let cartesian: Bool
        let charge: Int
        let multiplicity: Int
        let functional: [String]?
        let model: String
        let dielectricConstant: Double
        let atoms: [ReferenceAtom]
        let energy: Double
        let solventEnergy: Double
        let points: Int

        var continuum: ContinuumModel {
            get throws {
                var continuum = try ContinuumModel(
                    try Solvent(dielectricConstant: dielectricConstant), kind: model == "C-PCM" ? .cpcm : .iefpcm)
                continuum.isFixedInSpace = true
                return continuum
            }
        }
    }

    private static let pool = WorkerPool(threads: 2)

    private static func method(_ functional: String?, _ grid: String = "99,590") throws -> ElectronicMethod {
        try functional.map { .kohnSham(functional: try DensityFunctional(named: $0), grid: try GridSpecification(parsing: grid)) }
            ?? .hartreeFock
    }

    private static func solve(
        _ basis: AtomicOrbitalBasis, _ state: ChargeState, _ method: ElectronicMethod, _ model: ContinuumModel?,
        tolerance: Double = 1e-10,
        isSecondOrder: Bool = false, reference: SCFOptions.Reference = .automatic, from initial: SCFResult? = nil
    ) throws -> (ElectronicProblem, SCFResult) {
        BLASThreads.limit(to: 1)
        let problem = try ElectronicProblem(
            basis: basis, method: method, adding: model.map { [$0] } ?? [], pool: pool, memoryLimitInBytes: 2 << 30)
        var options = SCFOptions()
        options.energyTolerance = tolerance
        options.isSecondOrder = isSecondOrder
        options.reference = reference
        options.followsInstabilities = initial == nil
        let result = try SelfConsistentField(problem: problem, state: state, options: options)
            .solve(initial: initial.map { StartingOrbitals($0.wavefunction.orbitals) })
        #expect(result.isConverged)
        return (problem, result)
    }

    private static func basis(_ name: String, _ set: [String: String]) throws -> AtomicOrbitalBasis {
        try #require(
            (try EnergyReference.all(in: "hf-energies.json") + EnergyReference.all(in: "dft-energies.json")).first {
                $0.name == name && $0.basis == set
            }
        ).atomicOrbitalBasis()
    }

    // MARK: Energies

    @Test func energiesOfAnotherProgram() throws {
        let references: [Reference] = try ReferenceCases.all(in: "solvent.json")
        #expect(references.count >= 10)
        for reference in references {
            let basis = try reference.atomicOrbitalBasis()
            let method = try Self.method(reference.functional?.joined(separator: ","))
            #expect(try reference.continuum.surface(of: basis.molecule).count == reference.points, "\(reference.label)")
            let (_, result) = try Self.solve(
                basis, ChargeState(charge: reference.charge, multiplicity: reference.multiplicity), method, reference.continuum)
            let difference = result.energy - reference.energy
            #expect(abs(difference) < (reference.functional == nil ? 1e-7 : 1e-6), "\(reference.label): \(difference)")
            let solvent = (result.components["solvent"] ?? 0) - reference.solventEnergy
            #expect(abs(solvent) < 2e-6, "\(reference.label): \(solvent)")
        }
    }

    /// A point charge in a sphere: M. Born, Z. Phys. 1, 45 (1920), doi 10.1007/BF01881023.
    @Test(arguments: [ContinuumModel.Kind.cpcm, .iefpcm], [2.0, 35.688])
    func bornIon(equation: ContinuumModel.Kind, epsilon: Double) throws {
        let basis = try Self.basis("hydrogen-atom", ["default": "cc-pVTZ"])
        let model = try ContinuumModel(try Solvent(dielectricConstant: epsilon), kind: equation)
        let term = try model.term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30)
        let empty = Matrix(rows: basis.functionCount, columns: basis.functionCount)
        let energy = term.evaluate([StateDensity(charge: 1, matrices: [empty])])[0][0].energy
        let radius = 1.2 * 1.1 / PhysicalConstants.bohrInAngstrom
        let born = -(1 - 1 / epsilon) / (2 * radius)
        #expect(abs(energy - born) < 1e-6, "\(energy - born)")
    }

    /// In the limit of a conductor both equations have the same charges, and in vacuum there are none.
    @Test func limits() throws {
        let basis = try Self.basis("water-turned", ["default": "6-31G"])
        let density = Matrix.identity(basis.functionCount)
        func energy(_ epsilon: Double, _ equation: ContinuumModel.Kind) throws -> Double {
            let model = try ContinuumModel(try Solvent(dielectricConstant: epsilon), kind: equation)
            return try model.term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30)
                .evaluate([StateDensity(charge: 0, matrices: [density])])[0][0].energy
        }
        for equation in [ContinuumModel.Kind.cpcm, .iefpcm] { #expect(try energy(1, equation) == 0) }
        #expect(abs(try energy(1e6, .cpcm) / energy(1e6, .iefpcm) - 1) < 1e-5)
    }

    // MARK: The surface

    @Test func surfaceOfASphere() throws {
        let surface = try CavitySurface(centers: [.zero], radii: [3], pointsPerSphere: 302)
        #expect(surface.count == 302)
        #expect(abs(surface.areas.reduce(0, +) - 36 * Double.pi) < 1e-10)
    }

    /// An atom inside of another one's sphere has no points; as it comes out, they appear without a jump.
    @Test func buriedAtom() throws {
        func surface(_ distance: Double) throws -> CavitySurface {
            try CavitySurface(centers: [.zero, SIMD3(0.1, 0.2, distance)], radii: [4, 2.5], pointsPerSphere: 302)
        }
        #expect(!(try surface(0.3).spheres.contains(1)))
        #expect(abs(try surface(0.3).areas.reduce(0, +) - 64 * Double.pi) < 1e-9)
        let distances = stride(from: 0.5, through: 6, by: 0.01).map { $0 }
        let areas = try distances.map { try surface($0).areas.reduce(0, +) }
        let largestStep = zip(areas, areas.dropFirst()).map { abs($1 - $0) }.max() ?? .infinity
        #expect(largestStep < 0.8, "\(largestStep)")
        #expect(try surface(6.5 + 2).spheres.contains(1))
    }

    /// Molecules without, with a twofold and with a threefold axis; the last has two equal moments.
    @Test(arguments: [
        ("water-turned", ["default": "6-31G"], ContinuumModel.Kind.cpcm), ("methanol", ["default": "STO-3G"], .smd),
        ("aluminium-chloride", ["default": "6-31G", "Al": "LANL2MB"], .iefpcm),
    ])
    func energyDoesNotDependOnTheOrientation(name: String, set: [String: String], kind: ContinuumModel.Kind) throws {
        let basis = try Self.basis(name, set)
        let model = try ContinuumModel(try Solvent(parsing: "water"), kind: kind)
        let energies = try [0.0, 0.4, 1.1].map { angle in
            try Self.solve(Self.turned(basis, by: angle), ChargeState(charge: 0, multiplicity: 1), .hartreeFock, model).1.energy
        }
        for energy in energies { #expect(abs(energy - energies[0]) < 1e-8, "\(energy - energies[0])") }
    }

    /// Rodrigues' formula.
    private static func turned(_ basis: AtomicOrbitalBasis, by angle: Double) -> AtomicOrbitalBasis {
        let axis = SIMD3(0.6, 0.0, 0.8)
        let atoms = basis.molecule.atoms.map { atom -> Atom in
            let r = atom.position
            let cross = SIMD3(axis.y * r.z - axis.z * r.y, axis.z * r.x - axis.x * r.z, axis.x * r.y - axis.y * r.x)
            let turned = cos(angle) * r + sin(angle) * cross + (1 - cos(angle)) * (axis * r).sum() * axis
            return Atom(element: atom.element, positionInBohr: turned)
        }
        return AtomicOrbitalBasis(
            molecule: Molecule(atoms: atoms), elementBases: basis.elementBases, functionType: basis.functionType)
    }

    /// The derivative of a function of the axes that does not distinguish them, for structures near a symmetric top, between the two
    /// ranges of moments, and far from both.
    @Test(arguments: ["aluminium-chloride", "titanium-chloride", "phosphine", "methanol", "niobium-chloride"], [0.05, 0.4, 1.2])
    func derivativeOfTheAxes(name: String, distortion: Double) throws {
        let structure = try #require(try EnergyReference.all(in: "hf-energies.json").first { $0.name == name })
            .atomicOrbitalBasis()
        let atoms = structure.molecule.atoms
        let shift = Displacement.direction(atoms: atoms.count, seed: 3)
        func molecule(_ step: Double, _ direction: [SIMD3<Double>]) -> Molecule {
            Molecule(
                atoms: atoms.indices.map {
                    Atom(
                        element: atoms[$0].element,
                        positionInBohr: atoms[$0].position + distortion * shift[$0] + step * direction[$0])
                })
        }
        let probe = SIMD3(0.3, -0.5, 0.81)
        let direction = Displacement.direction(atoms: atoms.count, seed: 8)
        func value(_ frame: CavityFrame) -> Double {
            frame.axes.reduce(0) { $0 + pow(($1 * probe).sum(), 4) }
        }
        let frame = CavityFrame(of: molecule(0, direction))
        let torque = frame.axes.reduce(SIMD3<Double>.zero) { sum, e in
            let force = 4 * pow((e * probe).sum(), 3) * probe
            return sum + SIMD3(e.y * force.z - e.z * force.y, e.z * force.x - e.x * force.z, e.x * force.y - e.y * force.x)
        }
        let analytic = zip(frame.gradient(torque: torque), direction).reduce(0) { $0 + ($1.0 * $1.1).sum() }
        let step = 1e-4
        let values = [-2.0, -1, 1, 2].map { value(CavityFrame(of: molecule($0 * step, direction))) }
        let difference = (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * step)
        #expect(abs(analytic - difference) < 1e-6 * max(1, abs(analytic)), "\(analytic) and \(difference)")
    }

    /// One atom and a linear molecule have no axes that turn.
    @Test func axesWithoutADirection() throws {
        let atom = Molecule(atoms: [Atom(element: .hydrogen, positionInBohr: SIMD3(1, 2, 3))])
        #expect(CavityFrame(of: atom).axes == CavityFrame.ofSpace.axes)
        let linear = Molecule(atoms: [-1.0, 0, 2].map { Atom(element: .hydrogen, positionInBohr: $0 * SIMD3(0.6, 0, 0.8)) })
        let frame = CavityFrame(of: linear)
        #expect(abs(abs((frame.axes[2] * SIMD3(0.6, 0, 0.8)).sum()) - 1) < 1e-12)
        // No torque about the axis reaches the atoms.
        #expect(frame.gradient(torque: frame.axes[2]).allSatisfy { abs(($0 * $0).sum()) < 1e-20 })
    }

    // MARK: Integrals

    /// Very narrow charges are point charges, for which there are other integrals; and the matrix of charges is the adjoint of the potentials.
    @Test(arguments: [("hydrogen-sulfide", ["default": "cc-pVTZ"]), ("niobium-chloride", ["default": "6-31G", "Nb": "LANL2MB"])])
    func chargeIntegrals(name: String, set: [String: String]) throws {
        let basis = try Self.basis(name, set)
        var random = RepeatableRandom(seed: 5)
        let centers = (0..<21).map { _ in SIMD3<Double>.random(in: -4...4, using: &random) }
        let charges = (0..<21).map { _ in Double.random(in: -1...1, using: &random) }
        let points = GaussianChargeIntegrals(
            basis: basis, centers: centers, exponents: centers.map { _ in 1e18 }, pool: Self.pool)
        let attraction = OneElectronIntegrals.nuclearAttraction(
            basis: basis, charges: charges, positions: centers, pool: Self.pool)
        #expect((points.matrices(of: [charges])[0] + attraction).largestMagnitude < 1e-11)
        let exponents = (0..<21).map { _ in Double.random(in: 0.5...60, using: &random) }
        let integrals = GaussianChargeIntegrals(basis: basis, centers: centers, exponents: exponents, pool: Self.pool)
        let densities = (0..<2).map { _ in
            let n = basis.functionCount
            return Matrix(rows: n, columns: n, elements: (0..<n * n).map { _ in Double.random(in: -1...1, using: &random) })
                .symmetrized()
        }
        let sets = [charges, charges.map { $0 * $0 }]
        let matrices = integrals.matrices(of: sets)
        let potentials = integrals.potentials(of: densities)
        for (set, matrix) in zip(sets, matrices) {
            for (density, potential) in zip(densities, potentials) {
                let (a, b) = (matrix.dot(density), zip(set, potential).reduce(0) { $0 + $1.0 * $1.1 })
                #expect(abs(a - b) < 1e-10 * max(1, abs(a)), "\(a - b)")
            }
        }
        // Two sets in one pass and each by itself.
        #expect(integrals.matrices(of: [sets[1]])[0] == matrices[1])
        #expect(integrals.potentials(of: [densities[1]])[0] == potentials[1])
    }

    // MARK: Derivatives

    struct GradientCase: Sendable, CustomTestStringConvertible {
        let name: String
        let set: [String: String]
        var functional: String?
        var state = ChargeState(charge: 0, multiplicity: 1)
        let equation: ContinuumModel.Kind
        var reference = SCFOptions.Reference.automatic
        var tolerance = 1e-12

        var testDescription: String { "\(name) \(functional ?? "HF") \(equation.title) \(reference)" }
    }

    static let gradientCases = [
        GradientCase(name: "water-turned", set: ["default": "6-31G"], equation: .cpcm),
        GradientCase(name: "water-turned", set: ["default": "6-31G"], equation: .iefpcm),
        GradientCase(
            name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp",
            state: ChargeState(charge: 0, multiplicity: 2),
            equation: .iefpcm),
        GradientCase(
            name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], state: ChargeState(charge: 0, multiplicity: 2),
            equation: .cpcm, reference: .restrictedOpen),
        GradientCase(name: "methanol", set: ["default": "STO-3G"], equation: .smd),
        GradientCase(
            name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp",
            state: ChargeState(charge: -1, multiplicity: 1), equation: .smd),
        GradientCase(name: "aluminium-chloride", set: ["default": "6-31G", "Al": "LANL2MB"], equation: .cpcm, tolerance: 1e-11),
    ]

    @Test(arguments: gradientCases)
    func gradientIsTheDerivativeOfTheEnergy(_ test: GradientCase) throws {
        let symmetric = try Self.basis(test.name, test.set)
        let count = symmetric.molecule.atoms.count
        let basis = Displacement.displaced(symmetric, by: 0.3, along: Displacement.direction(atoms: count, seed: 5))
        let model = try ContinuumModel(try Solvent(parsing: "acetonitrile"), kind: test.equation)
        let method = try Self.method(test.functional, "medium")
        let (problem, result) = try Self.solve(
            basis, test.state, method, model, tolerance: test.tolerance, reference: test.reference)
        let gradient = EnergyGradient(problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true)
        let direction = Displacement.direction(atoms: count, seed: 11)
        let step = 0.005
        let energies = try [-2.0, -1, 1, 2].map {
            try Self.solve(
                Displacement.displaced(basis, by: $0 * step, along: direction), test.state, method, model,
                tolerance: test.tolerance,
                reference: test.reference, from: result
            ).1.energy
        }
        let difference = (8 * (energies[2] - energies[1]) - (energies[3] - energies[0])) / (12 * step)
        let analytic = zip(gradient.values, direction).reduce(0) { $0 + ($1.0 * $1.1).sum() }
        #expect(abs(analytic - difference) < 1e-6, "\(analytic) and \(difference)")
        for axis in 0..<3 { #expect(abs(gradient.translationalSum[axis]) < 1e-7, "\(gradient.translationalSum)") }
        // The quadrature of functionals has points that do not turn.
        guard test.functional == nil else { return }
        let torque = zip(basis.molecule.atoms, gradient.values).reduce(SIMD3<Double>.zero) { sum, atom in
            let (r, g) = (atom.0.position, atom.1)
            return sum + SIMD3(r.y * g.z - r.z * g.y, r.z * g.x - r.x * g.z, r.x * g.y - r.y * g.x)
        }
        for axis in 0..<3 { #expect(abs(torque[axis]) < 1e-6, "\(torque)") }
    }

    /// Newton's method from the start, whose Hessian must have the solvent's response to converge, and the stability of the result.
    @Test(arguments: [("nitrogen-dioxide", "6-31G(d)", 0, 2), ("hydroxide", "6-31+G(d,p)", -1, 1)])
    func newtonSteps(name: String, set: String, charge: Int, multiplicity: Int) throws {
        let basis = try Self.basis(name, ["default": set])
        let model = try ContinuumModel(try Solvent(parsing: "acetonitrile"), kind: .iefpcm)
        let state = ChargeState(charge: charge, multiplicity: multiplicity)
        let usual = try Self.solve(basis, state, .hartreeFock, model).1
        let newton = try Self.solve(basis, state, .hartreeFock, model, isSecondOrder: true).1
        #expect(abs(newton.energy - usual.energy) < 1e-8)
        #expect(try #require(newton.stability).isStable)
        // As many products of the Hessian as in vacuum: without the solvent's response the steps would not converge quadratically.
        let vacuum = try Self.solve(basis, state, .hartreeFock, nil, isSecondOrder: true).1
        #expect(Double(newton.iterations) <= 1.3 * Double(vacuum.iterations) + 3, "\(newton.iterations) \(vacuum.iterations)")
    }

    // MARK: Solvents and radii

    @Test func solvents() throws {
        #expect(try Solvent(parsing: "MeCN").name == "acetonitrile")
        #expect(try Solvent(parsing: "Dimethyl-Sulfoxide").dielectricConstant == 46.826)
        #expect(try Solvent(parsing: "20").title == "epsilon 20")
        #expect(throws: SolventError.self) { try Solvent(parsing: "phlogiston") }
        for text in ["0.5", "-3", "nan", "inf"] { #expect(throws: SolventError.self) { try Solvent(parsing: text) } }
        #expect(Set(Solvent.all.map(\.name)).count == Solvent.all.count)
    }

    /// Values of the literature.
    @Test func radii() throws {
        for (symbol, radius) in [
            ("H", 1.1), ("C", 1.7), ("O", 1.52), ("Al", 1.84), ("Cl", 1.75), ("Nb", 2.0), ("Li", 1.82), ("Ba", 2.68), ("Rn", 2.2),
        ] {
            let element = try #require(Element(symbol: symbol))
            #expect(CavityRadii.vanDerWaalsInAngstrom(element) == radius, "\(symbol)")
        }
        let zirconium = try #require(Element(symbol: "Zr"))
        #expect(CavityRadii.isAssumed(zirconium))
        let model = try ContinuumModel(try Solvent(parsing: "water"), radiiInAngstrom: [zirconium: 2.1])
        #expect(model.radiusInAngstrom(of: zirconium) == 2.1)
    }

    @Test func surfaceThatDoesNotFitIntoTheMemory() throws {
        let basis = try Self.basis("water-turned", ["default": "6-31G"])
        let model = try ContinuumModel(try Solvent(parsing: "water"))
        #expect(throws: ContinuumError.self) { try model.term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 20) }
    }
}
