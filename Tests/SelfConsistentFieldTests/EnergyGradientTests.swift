import BasisSets
import DensityFunctionals
import ElectronicStructure
import ExternalField
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

/// Analytic gradients against differences of energies, along a direction in which every atom moves.
///
/// HSE06 is not among them: the energy that libxc gives for it has small jumps, so that difference quotients, PySCF's as well,
/// scatter by 1e-5 hartree per bohr. Its gradient is compared with PySCF's instead (`GradientReferenceTests`).
@Suite(.serialized) struct EnergyGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let set: [String: String]
        var functional: String?
        var charge = 0
        /// Rounding of large energies sets a limit to what can be asked for.
        var tolerance = 1e-12
        /// A uniform electric field.
        var field: SIMD3<Double>?
        /// Whether the Coulomb repulsion is that of a fitted density.
        var isFitted = false

        var testDescription: String {
            "\(name) \(charge) \(functional ?? "HF") \(set.values.sorted())" + (field == nil ? "" : " in a field")
                + (isFitted ? " fitted" : "")
        }
    }

    static let cases = [
        Case(name: "methanol", set: ["default": "6-31G(d)"]),
        Case(name: "nitrogen-dioxide", set: ["default": "cc-pVDZ"]),
        Case(name: "hydrogen-sulfide", set: ["default": "cc-pVTZ"]),
        Case(name: "water-turned", set: ["default": "6-311G(d,p)"], functional: "lda"),
        Case(name: "water-turned", set: ["default": "6-31G(d,p)"], functional: "pbe"),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp"),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "lda"),
        Case(name: "titanium-chloride", set: ["default": "def2-SVP"], functional: "pbe0"),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "wb97x"),
        Case(name: "water-turned", set: ["default": "6-31G(d,p)"], functional: "tpss"),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "m06-2x"),
        Case(name: "aluminium-chloride", set: ["default": "6-31G", "Al": "LANL2MB"], functional: "wb97x"),
        Case(
            name: "niobium-chloride", set: ["default": "6-31G", "Nb": "LANL2MB"], functional: "b3lyp", charge: -1,
            tolerance: 1e-11),
        Case(name: "molybdenum-oxide-chloride", set: ["default": "LANL2DZ"], charge: -2),
        Case(name: "molybdenum-oxide-chloride", set: ["default": "LANL2MB", "O": "6-31G"], functional: "b3lyp", charge: -2),
        Case(name: "nitrogen-dioxide", set: ["default": "cc-pVDZ"], functional: "pbe", field: SIMD3(0.004, -0.003, 0.006)),
        Case(name: "molybdenum-oxide-chloride", set: ["default": "LANL2DZ"], charge: -2, field: SIMD3(-0.002, 0.003, 0.001)),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "pbe", isFitted: true),
        Case(
            name: "niobium-chloride", set: ["default": "6-31G", "Nb": "LANL2MB"], functional: "pbe", charge: -1, tolerance: 1e-11,
            isFitted: true),
    ]

    private static func solve(
        _ basis: AtomicOrbitalBasis, _ state: ChargeState, _ test: Case, from initial: SCFResult? = nil
    ) throws -> (ElectronicProblem, SCFResult) {
        BLASThreads.limit(to: 1)
        let method: ElectronicMethod =
            try test.functional.map {
                .kohnSham(functional: try DensityFunctional(named: $0), grid: .medium)
            } ?? .hartreeFock
        let problem = try ElectronicProblem(
            basis: basis, method: method, adding: test.field.map { [UniformElectricField(strength: $0)] } ?? [],
            fitting: test.isFitted ? try DensityFitting(AuxiliarySet.coulomb, of: basis, use: .everything) : nil,
            pool: WorkerPool(threads: 2), memoryLimitInBytes: 2 << 30)
        var options = SCFOptions()
        options.energyTolerance = test.tolerance
        // Displaced structures must stay on the solution from which they start, which is a stable one.
        options.followsInstabilities = initial == nil
        let result = try SelfConsistentField(problem: problem, state: state, options: options)
            .solve(initial: initial.map { StartingOrbitals($0.wavefunction.orbitals) })
        #expect(result.isConverged, "gradient \(result.finalGradient), change \(result.finalEnergyChange)")
        if let initial { #expect(abs(result.spinSquared - initial.spinSquared) < 0.01, "another state") }
        return (problem, result)
    }

    /// Compares along one direction, at a structure without symmetry so that no state is degenerate.
    private static func check(_ symmetric: AtomicOrbitalBasis, _ state: ChargeState, _ test: Case) throws {
        let count = symmetric.molecule.atoms.count
        let basis = Displacement.displaced(symmetric, by: 0.3, along: Displacement.direction(atoms: count, seed: 5))
        let (problem, result) = try solve(basis, state, test)
        let gradient = EnergyGradient(
            problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true)
        let direction = Displacement.direction(atoms: count, seed: 11)
        let step = 0.01
        let energies = try [-2.0, -1, 1, 2].map {
            try solve(Displacement.displaced(basis, by: $0 * step, along: direction), state, test, from: result).1.energy
        }
        let difference = (8 * (energies[2] - energies[1]) - (energies[3] - energies[0])) / (12 * step)
        let analytic = zip(gradient.values, direction).reduce(0) { $0 + ($1.0 * $1.1).sum() }
        #expect(
            abs(analytic - difference) < 5e-7, "\(analytic) and \(difference) from \(energies.map { $0 - result.energy })")
        for axis in 0..<3 {
            // A field drives an ion along.
            let drive = -Double(state.charge) * (test.field?[axis] ?? 0)
            #expect(abs(gradient.translationalSum[axis] - drive) < 1e-7, "\(gradient.translationalSum)")
        }
        if test.functional == nil {
            // A field turns the dipole moment.
            let (m, f) = (dipole(result.wavefunction), test.field ?? .zero)
            let torque = -SIMD3(m.y * f.z - m.z * f.y, m.z * f.x - m.x * f.z, m.x * f.y - m.y * f.x)
            for axis in 0..<3 {
                #expect(abs(gradient.rotationalSum[axis] - torque[axis]) < 5e-7, "\(gradient.rotationalSum) \(torque)")
            }
        }
    }

    /// About the centre of nuclear charge.
    private static func dipole(_ wavefunction: Wavefunction) -> SIMD3<Double> {
        let molecule = wavefunction.basis.molecule
        let center = molecule.center(ofCharges: molecule.atoms.map { Double($0.element.atomicNumber) })
        let electrons = OneElectronIntegrals.dipole(basis: wavefunction.basis, origin: center).map {
            $0.dot(wavefunction.totalDensity)
        }
        return zip(molecule.atoms, wavefunction.basis.effectiveNuclearCharges).reduce(
            -SIMD3(electrons[0], electrons[1], electrons[2])
        ) { $0 + $1.1 * ($1.0.position - center) }
    }

    @Test(arguments: cases)
    func gradientIsTheDerivativeOfTheEnergy(_ test: Case) throws {
        let reference = try #require(
            (try EnergyReference.all(in: "hf-energies.json") + EnergyReference.all(in: "dft-energies.json")).first {
                $0.name == test.name && $0.basis == test.set && $0.charge == test.charge
            })
        try Self.check(
            try reference.atomicOrbitalBasis(), ChargeState(charge: test.charge, multiplicity: reference.multiplicity), test)
    }
}
