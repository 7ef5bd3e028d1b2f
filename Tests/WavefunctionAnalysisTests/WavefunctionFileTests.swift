import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing
import WavefunctionAnalysis

@testable import FileFormats

/// Wavefunctions from and to files of other programs.
@Suite struct WavefunctionFileTests {
    private static func read(_ path: String, nobleGas: Bool = false) throws -> WavefunctionImport {
        var file = try ForeignWavefunction(readingFrom: path)
        if nobleGas { try file.setCoreElectrons(.nobleGas, elements: [:]) }
        return try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
    }

    private static func mulliken(_ wavefunction: Wavefunction) throws -> [Double] {
        let overlap = OneElectronIntegrals.overlap(basis: wavefunction.basis)
        return try PopulationAnalysis(wavefunction, scheme: .mulliken, overlap: overlap).charges
    }

    @Test(arguments: [
        "pyscf-pure.molden", "pyscf-cartesian.molden", "pyscf-core-potential.molden", "orca-like.molden", "psi4-pure.molden",
        "psi4-pure.fchk", "psi4-cartesian.molden", "psi4-cartesian.fchk", "nwchem.molden", "xtb.molden",
    ])
    func filesOfOtherProgramsAreUnderstood(name: String) throws {
        let reference = try #require(try WavefunctionReference.load().files[name])
        let imported = try Self.read(WavefunctionReference.path(name), nobleGas: name.hasPrefix("xtb"))
        let wavefunction = imported.wavefunction
        #expect(wavefunction.state == ChargeState(charge: reference.charge, multiplicity: reference.multiplicity))
        // xtb prints its dipole with three decimals.
        let tolerance = name.hasPrefix("xtb") ? 6e-4 : 2e-5
        let dipole = MultipoleMoments(wavefunction).dipole
        for axis in 0..<3 { #expect(abs(dipole[axis] - reference.dipole[axis]) < tolerance, "\(dipole)") }
        if let expected = reference.mulliken {
            for (found, value) in zip(try Self.mulliken(wavefunction), expected) { #expect(abs(found - value) < 2e-5) }
        }
    }

    @Test(arguments: [
        ("pyscf-pure.molden", "over normalised primitives, as they stand"),
        ("orca-like.molden", "unnormalised primitives, normalised by the reader, opposite signs for |m| = 3 and 4"),
        ("psi4-cartesian.molden", "normalised like x^l"), ("xtb.molden", "over unnormalised primitives"),
    ])
    func theConventionIsTold(name: String, text: String) throws {
        let source = try Self.read(WavefunctionReference.path(name), nobleGas: name.hasPrefix("xtb")).source
        #expect(source.convention.contains(text), "\(source.convention)")
        #expect(source.orthonormalityError < 1e-5)
    }

    /// Writing and reading gives the density, basis and state again, with core potentials and both kinds of functions.
    @Test(arguments: [
        ("pyscf-pure.molden", true), ("pyscf-cartesian.molden", true), ("pyscf-core-potential.molden", true),
        ("psi4-pure.fchk", true), ("pyscf-pure.molden", false), ("pyscf-cartesian.molden", false),
        ("pyscf-core-potential.molden", false), ("psi4-pure.fchk", false),
    ])
    func roundTrip(name: String, asMolden: Bool) throws {
        let first = try Self.read(WavefunctionReference.path(name)).wavefunction
        let export = WavefunctionExport(
            title: "round trip", method: "hf", basisName: "mixed", wavefunction: first, energy: -1.5, kineticEnergy: 1.4)
        let text = asMolden ? try Molden.text(export) : try FormattedCheckpoint.text(export)
        let file = try ForeignWavefunction(TextFile(path: "again", bytes: Array(text.utf8), expected: "a file"))
        let again = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
        #expect(again.source.format == (asMolden ? "molden" : "fchk"))
        #expect(again.source.convention == "contractions over normalised primitives, as they stand")
        #expect(again.source.orthonormalityError < 1e-6)
        let second = again.wavefunction
        #expect(second.state == first.state && second.basis.functionType == first.basis.functionType)
        #expect(second.basis.effectiveNuclearCharges == first.basis.effectiveNuclearCharges)
        for (a, b) in zip(first.totalDensity.elements, second.totalDensity.elements) { #expect(abs(a - b) < 1e-6) }
        for (a, b) in zip(first.spinDensity.elements, second.spinDensity.elements) { #expect(abs(a - b) < 1e-6) }
        if !asMolden { #expect(file.energy == -1.5 && file.method == "HF" && file.basisName == "mixed") }
    }

    /// One line of a good file is changed: the message names the file, the line and a cure.
    @Test(arguments: [
        ("pyscf-pure.molden", "[MO]", "[M]", "[MO]"),
        ("pyscf-pure.molden", "Occup=    2", "Occup=    3", "line"), ("pyscf-pure.molden", " s    6", " s    x", "line"),
        ("pyscf-pure.molden", " s    6", " i    6", "line"), ("pyscf-pure.molden", "[Atoms]", "[Atom]", "[Atoms]"),
        ("pyscf-pure.molden", "[GTO]", "[STO]", "Slater"), ("pyscf-pure.molden", "O   1   8", "X   1   0", "make a charge of"),
        ("pyscf-pure.molden", "O   1   8", "O   1   -5", "line"),
        ("pyscf-pure.molden", "O   1   8", "O   1   -9223372036854775808", "line"),
        ("psi4-pure.fchk", "Number of basis functions", "Number of other functions", "Number of basis functions"),
        (
            "psi4-pure.fchk", "Charge                                     I                1",
            "Charge                                     I                2", "charge of 1"
        ),
        (
            "psi4-pure.fchk", "Shell types                                I   N=",
            "Shell types                                I   N=9",
            "line"
        ),
    ])
    func damagedFilesAreRefused(name: String, old: String, new: String, text: String) throws {
        let content = try String(contentsOfFile: WavefunctionReference.path(name), encoding: .utf8)
        try #require(content.contains(old))
        let damaged = content.replacingOccurrences(of: old, with: new)
        let error = #expect(throws: InputFileError.self) {
            let file = try ForeignWavefunction(TextFile(path: "damaged", bytes: Array(damaged.utf8), expected: "a file"))
            _ = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
        }
        #expect(error?.description.contains(text) ?? false, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("damaged") ?? false)
    }

    /// A file cut off anywhere is an error, never a crash or a wavefunction.
    @Test(arguments: ["pyscf-pure.molden", "psi4-pure.fchk"]) func cutOffFilesAreRefused(name: String) throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: WavefunctionReference.path(name))))
        for share in stride(from: 0.02, to: 0.5, by: 0.04) {
            let part = Array(bytes[..<Int(share * Double(bytes.count))])
            #expect(throws: InputFileError.self) {
                let file = try ForeignWavefunction(TextFile(path: "cut", bytes: part, expected: "a file"))
                _ = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
            }
        }
    }

    /// Pure d beside Cartesian f: everything becomes Cartesian, and the density stays.
    @Test func mixturesOfPureAndCartesianAreEmbedded() throws {
        let molecule = Molecule(
            atoms: [Atom(element: try #require(Element(symbol: "Ne")), positionInBohr: SIMD3(0.1, 0.2, 0.3))])
        let shells = [(0, 1.1), (1, 0.8), (2, 0.9)].map { l, exponent in
            ShellDefinition(exponents: [exponent], contractions: [Contraction(angularMomentum: l, coefficients: [1])])
        }
        let basis = AtomicOrbitalBasis(molecule: molecule, elementBases: [ElementBasis(shells: shells)], functionType: .pure)
        // One filled orbital mixes all functions; the functions of one centre are orthogonal here.
        let count = basis.functionCount
        let norm = (0..<count).reduce(0.0) { $0 + Double(($1 + 1) * ($1 + 1)) }.squareRoot()
        let column = (0..<count).map { Double($0 + 1) / norm }
        let orbital = MolecularOrbitals(
            coefficients: Matrix(rows: count, columns: 1, elements: column), energies: [-1], occupations: [2])
        let pure = Wavefunction(
            basis: basis, state: ChargeState(charge: 8, multiplicity: 1), orbitals: .restricted(orbital))
        let order = try #require(basis.functions(in: .formattedCheckpoint))
        let cartesian = ContractedShell(atom: 0, angularMomentum: 3, isCartesian: true, exponents: [1.2], coefficients: [1])
        var centers = ForeignCenters()
        for (index, atom) in molecule.atoms.enumerated() {
            try centers.append(named: atom.element, charge: atom.element.atomicNumber, at: atom.position)
            centers.setCore(CoreElectrons(count: 0, isStated: true), at: index)
        }
        var file = try ForeignWavefunction(
            path: "mixed", format: .fchk, centers: centers, shells: basis.contractedShells + [cartesian],
            alpha: MolecularOrbitals(
                coefficients: Matrix(
                    rows: count + 10, columns: 1, elements: order.map { column[$0] } + [Double](repeating: 0, count: 10)),
                energies: [-1], occupations: [2]),
            beta: nil)
        file.charge = 8
        let imported = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
        #expect(imported.wavefunction.basis.functionType == .cartesian)
        #expect(imported.source.orthonormalityError < 1e-10)
        #expect(imported.source.notes.contains { $0.contains("Cartesian") })
        let points = [SIMD3<Double>(0.4, 0.9, -0.3), SIMD3(1.3, -0.2, 0.6), SIMD3(-0.7, 0.1, 1.6)]
        let pool = WorkerPool(threads: 1)
        let expected = DensityOnPoints.values(basis: basis, densities: [pure.totalDensity], points: points, pool: pool)[0]
        let found = DensityOnPoints.values(
            basis: imported.wavefunction.basis, densities: [imported.wavefunction.totalDensity], points: points, pool: pool)[0]
        for (a, b) in zip(expected, found) { #expect(abs(a - b) < 1e-10) }
    }
}
