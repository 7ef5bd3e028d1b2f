import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import TestSupport
import Testing
import WavefunctionAnalysis

/// Against numbers of another program; see Tests/References.
@Suite("Analysis of Hartree-Fock wavefunctions against references", .serialized)
struct AnalysisReferenceTests {
    /// Name, charge, basis of the cases that are solved here: closed and open shells, ions, core potentials, d to g.
    static let chosen: [(String, Int, String)] = [
        ("water", 0, "STO-3G"), ("methanol", 0, "6-31G(d)"), ("nitrogen-dioxide", 0, "6-31G(d)"),
        ("hydroxide", -1, "6-31+G(d,p)"), ("methylene", 0, "cc-pVTZ"), ("hydrogen-fluoride", 0, "cc-pVQZ"),
        ("aluminium-chloride", 0, "6-31G"), ("niobium-chloride", 0, "6-31G"), ("hydronium", 1, "aug-cc-pVDZ"),
    ]

    @Test("populations, moments and spin", arguments: chosen.indices)
    func populations(_ index: Int) throws {
        let (name, charge, basis) = Self.chosen[index]
        let all = try SolvedCase.read("hf-energies.json")
        let reference = try #require(
            all.first { $0.name == name && $0.charge == charge && $0.basis["default"] == basis })
        let wavefunction = try reference.solve()
        let overlap = OneElectronIntegrals.overlap(basis: wavefunction.basis)
        for (scheme, charges, spins) in [
            (PopulationScheme.mulliken, reference.mullikenCharges, reference.mullikenSpins),
            (.lowdin, reference.loewdinCharges, reference.loewdinSpins),
        ] {
            let analysis = try PopulationAnalysis(wavefunction, scheme: scheme, overlap: overlap)
            for (a, b) in zip(analysis.charges, try #require(charges)) { #expect(abs(a - b) < 1e-6, "\(scheme)") }
            if let spins { for (a, b) in zip(analysis.spinPopulations, spins) { #expect(abs(a - b) < 1e-6) } }
            #expect(abs(analysis.charges.reduce(0, +) - Double(charge)) < 1e-9)
            #expect(
                abs(analysis.spinPopulations.reduce(0, +) - Double(reference.multiplicity - 1)) < 1e-9)
        }
        let moments = MultipoleMoments(
            wavefunction, integrals: MultipoleIntegrals(basis: wavefunction.basis, origin: SIMD3()))
        for (axis, value) in try #require(reference.dipole).enumerated() {
            #expect(abs(moments.dipole[axis] - value) < 2e-6)
        }
        let rows = try #require(reference.secondMoment)
        let expected = [rows[0][0], rows[0][1], rows[0][2], rows[1][1], rows[1][2], rows[2][2]]
        for (a, b) in zip(moments.secondMoments, expected) { #expect(abs(a - b) < 1e-5) }
        if let spinSquared = reference.spinSquared {
            #expect(abs(wavefunction.spinSquared(overlap: overlap) - spinSquared) < 1e-6)
        }
    }

    @Test("CHELPG against an independent fit to exact potentials", arguments: 0..<10)
    func chelpg(_ index: Int) throws {
        let reference = try SolvedCase.read("charges.json", key: "chelpg")[index]
        let molecule = try reference.molecule
        var options = CHELPG.Options()
        for (atom, radius) in zip(molecule.atoms, try #require(reference.radiiInAngstrom)) {
            options.radiiInAngstrom[atom.element] = radius
        }
        options.equivalentAtoms = reference.equal ?? []
        let scheme = try CHELPG(molecule: molecule, options: options)
        #expect(scheme.points.count == reference.numberOfPoints)
        #expect(scheme.undeterminedCombinations == 0)
        let fit = scheme.fit([try reference.solve()], pool: SolvedCase.pool)[0]
        for (a, b) in zip(fit.charges, try #require(reference.charges)) { #expect(abs(a - b) < 2e-6) }
        #expect(abs(fit.rootMeanSquareError - (reference.rootMeanSquareError ?? 0)) < 1e-7)
        #expect(abs(fit.relativeRootMeanSquareError - (reference.relativeError ?? 0)) < 1e-5)
        #expect(abs(fit.charges.reduce(0, +) - Double(reference.charge)) < 1e-10)
    }

    @Test("CHELPG against published charges of water and methanol")
    func published() throws {
        let all = try SolvedCase.read("charges.json", key: "chelpg")
        // Breneman's own program, HF/STO-3G; default radii. Methanol in HF/6-31G(d) with equal methyl hydrogens.
        for (name, expected, tolerance) in [
            ("water", [-0.6182, 0.3091, 0.3092], 3e-4),
            ("methanol-echem", [0.0032, 0.22548, 0.0032, 0.0032, -0.611345, 0.376265], 5e-4),
        ] {
            let reference = try #require(all.first { $0.name == name })
            var options = CHELPG.Options()
            options.equivalentAtoms = reference.equal ?? []
            let fit = try CHELPG(molecule: reference.molecule, options: options)
                .fit([reference.solve()], pool: SolvedCase.pool)[0]
            for (a, b) in zip(fit.charges, expected) { #expect(abs(a - b) < tolerance, "\(name)") }
        }
    }

    @Test("potential and densities at points", arguments: 0..<4)
    func points(_ index: Int) throws {
        let reference = try SolvedCase.read("esp-points.json")[index]
        let rows = try #require(reference.points)
        let wavefunction = try reference.solve()
        let points = rows.map { SIMD3($0[0], $0[1], $0[2]) }
        for tolerance in [1e-12, 1e-8] {
            let evaluator = ElectrostaticPotentialEvaluator(
                basis: wavefunction.basis, densities: [wavefunction.totalDensity], tolerance: tolerance)
            let potential = evaluator.values(at: points, pool: SolvedCase.pool)[0]
            let electronic = evaluator.values(at: points, includingNuclei: false, pool: SolvedCase.pool)[0]
            for (k, row) in rows.enumerated() {
                #expect(abs(potential[k] - row[3]) < 1e-7 * max(1, abs(row[3])))
                #expect(abs(electronic[k] - row[4]) < 1e-7 * max(1, abs(row[4])))
            }
        }
        let field = ScalarField.density(wavefunction.totalDensity, basis: wavefunction.basis)
        let gradients = field.valuesAndGradients(at: points, pool: SolvedCase.pool).gradients
        let spin = ScalarField.density(wavefunction.spinDensity, basis: wavefunction.basis)
            .values(at: points, pool: SolvedCase.pool)
        for (k, row) in rows.enumerated() {
            #expect((gradients[k] - SIMD3(row[6], row[7], row[8])).length < 1e-6 * max(1, row[5]))
            if row.count > 9 { #expect(abs(spin[k] - row[9]) < 1e-6 * max(1, row[5])) }
        }
        let density = DensityOnPoints.values(
            basis: wavefunction.basis, densities: [wavefunction.totalDensity], points: points, pool: SolvedCase.pool)[0]
        for (k, row) in rows.enumerated() { #expect(abs(density[k] - row[5]) < 1e-6 * max(1, row[5])) }
    }
}
