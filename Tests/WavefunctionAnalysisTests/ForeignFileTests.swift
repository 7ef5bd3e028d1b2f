import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing
import WavefunctionAnalysis

@testable import FileFormats

/// What programs leave out of their files, or write in ways of their own.
@Suite struct ForeignFileTests {
    static func imported(_ file: ForeignWavefunction) throws -> WavefunctionImport {
        try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
    }

    private static func mulliken(_ wavefunction: Wavefunction) throws -> [Double] {
        try PopulationAnalysis(wavefunction, scheme: .mulliken, overlap: OneElectronIntegrals.overlap(basis: wavefunction.basis))
            .charges
    }

    static func content(_ name: String) throws -> String {
        try String(contentsOfFile: WavefunctionReference.path(name), encoding: .utf8)
    }

    static func file(_ text: String) throws -> ForeignWavefunction {
        try ForeignWavefunction(TextFile(path: "changed", bytes: Array(text.utf8), expected: "a file"))
    }

    private static func expectEqual(_ found: [Double], _ expected: [Double], _ tolerance: Double, _ text: String = "") {
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < tolerance, "\(text) \(found) \(expected)") }
    }

    @Test(arguments: [
        ("alpha-only.molden", "alpha spin"), ("no-tags.molden", "the count decides"), ("h-functions.molden", ""),
        ("iodata.wfn", "primitive Gaussians only"), ("iodata.wfx", "primitive Gaussians only"), ("xtb-cores.molden", "xtb"),
        ("psi4-ghosts.fchk", "atom 2 is 1, 3 is 2, 5 is 3 here"), ("psi4-ghosts.molden", "Ghost atoms"),
        ("ghosts.wfn", "Ghost atoms"),
        ("nwchem-d.molden", ""),
    ])
    func chargesAreThoseOfTheProgram(name: String, note: String) throws {
        let reference = try #require(try ForeignFileReference.load().files[name])
        let file = try ForeignWavefunction(readingFrom: WavefunctionReference.path(name))
        let result = try Self.imported(file)
        #expect(result.wavefunction.state == ChargeState(charge: reference.charge, multiplicity: reference.multiplicity))
        let tolerance = reference.digits.map { 0.6 * pow(10, -Double($0)) } ?? 2e-5
        Self.expectEqual(try Self.mulliken(result.wavefunction), reference.mulliken, tolerance, name)
        #expect(note.isEmpty || result.source.notes.contains { $0.contains(note) }, "\(result.source.notes)")
        if let ghosts = reference.ghosts {
            let overlap = OneElectronIntegrals.overlap(basis: result.wavefunction.basis)
            let found = try PopulationAnalysis(result.wavefunction, scheme: .mulliken, overlap: overlap).ghostPopulations
            Self.expectEqual(found, ghosts, 2e-5, name)
            let elements = file.molecule.ghosts.map { $0.element?.symbol }
            let expected: [String: [String?]] = [
                "ghosts.wfn": [nil, nil], "psi4-ghosts.molden": ["He", "O"], "psi4-ghosts.fchk": [nil, nil],
            ]
            #expect(elements == expected[name], "\(name)")
        }
        if let energy = reference.energy { #expect(abs((file.energy ?? 0) - energy) < 1e-6) }
        for (symbol, core) in reference.core ?? [:] {
            for (atom, potential) in zip(
                result.wavefunction.basis.molecule.atoms, result.wavefunction.basis.effectiveCorePotentials)
            where atom.element.symbol == symbol { #expect(potential?.coreElectrons == core) }
        }
    }

    @Test func compressedFilesAreRead() throws {
        let path = WavefunctionReference.path("xtb-cores.molden")
        let plain = try Self.imported(ForeignWavefunction(readingFrom: path)).wavefunction
        let compressed = try Self.imported(ForeignWavefunction(readingFrom: path + ".gz")).wavefunction
        #expect(plain.totalDensity == compressed.totalDensity)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
        for count in [3, 20, bytes.count / 2, bytes.count - 9] {
            #expect(throws: InputFileError.self) {
                _ = try TextFile(compressed: Array(bytes[..<count]), path: "cut", expected: "a file")
            }
        }
        // A changed byte is noticed, unless it is one of the head that says nothing about the content.
        for place in stride(from: 10, to: bytes.count, by: 97) {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(throws: InputFileError.self) { _ = try TextFile(compressed: changed, path: "changed", expected: "a file") }
        }
        #expect(throws: InputFileError.tooLarge(path: "big", limitInBytes: 1000)) {
            _ = try TextFile(compressed: bytes, path: "big", expected: "a file", limitInBytes: 1000)
        }
    }

    /// A punch file of GAMESS holds a .wfn file behind its input; without one it is named.
    @Test func punchFilesOfGAMESS() throws {
        let plain = try Self.content("iodata.wfn")
        let head =
            " $DATA  \nwater\nCNV      2\n\nO           8.0      0.0  0.0  -0.07\n $END\n----- TOP OF \(WFNReader.punchMark) -----\n"
        let found = try Self.imported(Self.file(head + plain)).wavefunction
        #expect(try found.totalDensity == Self.imported(Self.file(plain)).wavefunction.totalDensity)
        #expect(FileKind.of(Array((head + plain).utf8), path: "job.dat") == .wfn)
        guard case .other(let name, _) = FileKind.of(Array(" $DATA\nwater\nC1\n".utf8), path: "job.dat") else {
            Issue.record("not named")
            return
        }
        #expect(name == "a punch file of GAMESS")
    }

    /// NWChem's Cartesian d functions are told by orthonormality; of its f functions one is written twice, and that is said.
    @Test func cartesianFunctionsOfNWChem() throws {
        let result = try Self.imported(ForeignWavefunction(readingFrom: WavefunctionReference.path("nwchem-d.molden")))
        #expect(result.source.convention.contains("as NWChem writes them"), "\(result.source.convention)")
        var file = try ForeignWavefunction(readingFrom: WavefunctionReference.path("pyscf-cartesian.molden"))
        var coefficients = file.alpha.coefficients
        let place = try #require(file.shells.firstIndex { $0.angularMomentum == 3 && $0.isCartesian })
        let first = file.shells[..<place].reduce(0) { $0 + $1.functionCount }
        for column in 0..<coefficients.columns { coefficients[first + 4, column] = coefficients[first + 5, column] }
        file.alpha = MolecularOrbitals(
            coefficients: coefficients, energies: file.alpha.energies, occupations: file.alpha.occupations)
        let error = #expect(throws: InputFileError.self) { _ = try Self.imported(file) }
        #expect(error?.description.contains("NWChem writes one of its f functions twice") ?? false, "\(error?.description ?? "")")
    }

    /// Psi4 1.3 has manganese for iodine: refused, and read with the true element.
    @Test func effectiveChargesAreNoAtomicNumbers() throws {
        let name = "psi4-effective-charge.fchk"
        let reference = try #require(try ForeignFileReference.load().files[name])
        var file = try ForeignWavefunction(readingFrom: WavefunctionReference.path(name))
        let error = #expect(throws: InputFileError.self) { _ = try Self.imported(file) }
        #expect(error?.description.contains("--element Mn=") ?? false, "\(error?.description ?? "")")
        try file.setElements([0: #require(Element(symbol: "I"))])
        let wavefunction = try Self.imported(file).wavefunction
        #expect(wavefunction.basis.effectiveNuclearCharges == [25, 1])
        Self.expectEqual(try Self.mulliken(wavefunction), reference.mulliken, 2e-5)
        #expect(throws: InputFileError.self) { try file.setElements([0: #require(Element(symbol: "Cr"))]) }
        #expect(throws: InputFileError.self) { try file.setElements([5: #require(Element(symbol: "I"))]) }
    }

    /// Valence electrons only, by a program that is not xtb: refused with the number of electrons that are missing.
    @Test func missingCoresAreFound() throws {
        let text = try Self.content("xtb-cores.molden").replacingOccurrences(of: "[Title]\n", with: "[Title]\nmade by another\n")
        var file = try Self.file(text)
        let error = #expect(throws: InputFileError.self) { _ = try Self.imported(file) }
        #expect(error?.description.contains("111 electrons are missing") ?? false, "\(error?.description ?? "")")
        try file.setCoreElectrons(.xtb, elements: [:])
        #expect(try Self.imported(file).wavefunction.state.charge == -1)
        // A file with all electrons passes, and one from which the lowest orbital is cut does not.
        let whole = try Self.content("pyscf-pure.molden")
        _ = try Self.imported(Self.file(whole))
        let marks = whole.ranges(of: " Sym=")
        let first = try #require(marks.first), second = try #require(marks.dropFirst().first)
        let cut = String(whole[..<first.lowerBound] + whole[second.lowerBound...])
        let missing = #expect(throws: InputFileError.self) { _ = try Self.imported(Self.file(cut)) }
        #expect(missing?.description.contains("2 electrons are missing") ?? false, "\(missing?.description ?? "")")
    }

    /// The cores that xtb leaves out: 43 elements differ from the noble gas.
    @Test func coresOfXTB() throws {
        let expected = [
            "Cu": 18, "Zn": 28, "Kr": 28, "Rb": 36, "Ag": 36, "Cd": 46, "Xe": 46, "La": 54, "Ce": 55, "Lu": 68, "Hf": 68,
            "Au": 68,
            "Hg": 78, "Rn": 78, "C": 2, "H": 0, "He": 0, "Cl": 10,
        ]
        for (symbol, count) in expected {
            #expect(CoreConvention.xtb.electrons(of: try #require(Element(symbol: symbol))) == count, "\(symbol)")
        }
        let differing = (1...86).compactMap { Element(atomicNumber: $0) }.filter {
            CoreConvention.xtb.electrons(of: $0) != CoreConvention.nobleGas.electrons(of: $0)
        }
        #expect(differing.count == 43)
    }

    /// An empty orbital that is wrong does not reach the density.
    @Test func emptyOrbitalsDoNotDisturbOccupiedOnes() throws {
        var file = try ForeignWavefunction(readingFrom: WavefunctionReference.path("pyscf-pure.molden"))
        let exact = try Self.mulliken(try Self.imported(file).wavefunction)
        var coefficients = file.alpha.coefficients
        let last = coefficients.columns - 1
        for row in 0..<coefficients.rows { coefficients[row, last] += 5e-4 * coefficients[row, 1] }
        file.alpha = MolecularOrbitals(
            coefficients: coefficients, energies: file.alpha.energies, occupations: file.alpha.occupations)
        let result = try Self.imported(file)
        #expect(result.source.orthonormalityError > 1e-4)
        Self.expectEqual(try Self.mulliken(result.wavefunction), exact, 1e-9)
        let overlap = OneElectronIntegrals.overlap(basis: result.wavefunction.basis)
        guard case .restricted(let orbitals) = result.wavefunction.orbitals else { throw CancellationError() }
        let product = orbitals.coefficients.times(overlap * orbitals.coefficients, transposed: true)
        #expect((product - Matrix.identity(product.rows)).largestMagnitude < 1e-10)
    }

    /// A correlated density by way of its natural orbitals: here that of the orbitals under another name.
    @Test func densitiesOfFormattedCheckpoints() throws {
        let text = try Self.content("psi4-pure.fchk")
        let exact = try Self.imported(Self.file(text)).wavefunction
        try #require(text.contains("Total SCF Density") && text.contains("Spin SCF Density"))
        let renamed = text.replacingOccurrences(of: " SCF Density", with: " MP2 Density")
        let read = try ForeignWavefunction(
            TextFile(path: "mp2", bytes: Array(renamed.utf8), expected: "a file"), choice: .init(density: .mp2))
        let found = try Self.imported(read)
        #expect((found.wavefunction.totalDensity - exact.totalDensity).largestMagnitude < 1e-6)
        #expect((found.wavefunction.spinDensity - exact.spinDensity).largestMagnitude < 1e-6)
        #expect(found.source.notes.contains { $0.contains("MP2 density") })
        let error = #expect(throws: InputFileError.self) {
            _ = try ForeignWavefunction(
                TextFile(path: "mp2", bytes: Array(text.utf8), expected: "a file"), choice: .init(density: .cc))
        }
        #expect(error?.description.contains("there is no CC density") ?? false)
    }

    /// Changes of a Molden file that leave its meaning.
    @Test(arguments: [
        ("[MO]", "[Core]\nO : 0\nH : 0\n[MO]"), ("Occup=    0.00000", "Occup=   -0.0000001"),
        ("[5d]", ""),
    ])
    func meaningIsKept(old: String, new: String) throws {
        let text = try Self.content("pyscf-pure.molden")
        try #require(text.contains(old))
        let exact = try Self.mulliken(try Self.imported(Self.file(text)).wavefunction)
        let changed = try Self.imported(Self.file(text.replacingOccurrences(of: old, with: new))).wavefunction
        Self.expectEqual(try Self.mulliken(changed), exact, 1e-5)
    }

    /// Two wavefunctions in a file: refused without a choice, read with one.
    @Test func severalWavefunctions() throws {
        let text = try Self.content("pyscf-pure.molden")
        let second = try Self.content("alpha-only.molden")
        let bytes = Array((text + "\n" + second).utf8)
        let error = #expect(throws: InputFileError.self) {
            _ = try ForeignWavefunction(TextFile(path: "two", bytes: bytes, expected: ""))
        }
        #expect(error?.description.contains("--wavefunction 1 to 2") ?? false)
        for (number, name) in [(1, "pyscf-pure.molden"), (2, "alpha-only.molden")] {
            let file = try ForeignWavefunction(TextFile(path: "two", bytes: bytes, expected: ""), choice: .init(number: number))
            let alone = try Self.imported(Self.file(Self.content(name))).wavefunction
            #expect(try Self.imported(file).wavefunction.totalDensity == alone.totalDensity)
        }
    }

    @Test(arguments: [
        (" Entering Gaussian System, Link 0=g16\n\n", "job.log", "a Gaussian log"),
        ("\n                 * O   R   C   A *\n", "x.out", "an ORCA output"),
        ("\u{0}\u{1}\u{2}binary", "x.chk", "formchk x.chk"),
        ("3\n\nO 0 0 0\nH 0 0 1\nH 0 1 0\n", "w.xyz", "XYZ"), ("\u{89}HDF\u{0}", "a.h5", "HDF5"),
    ])
    func otherFormatsAreNamed(content: String, name: String, expected: String) throws {
        let bytes = name == "a.h5" ? [0x89] + Array(content.utf8.dropFirst(2)) : Array(content.utf8)
        let kind = FileKind.of(bytes, path: name)
        guard case .other(let found, let cure) = kind else {
            Issue.record("\(kind)")
            return
        }
        #expect((found + cure).replacingOccurrences(of: "file.chk", with: "x.chk").contains(expected), "\(found) \(cure)")
    }

    /// Orbitals in a box that is repeated are not orthonormal by themselves, and the message says why.
    @Test func periodicFilesAreNamed() throws {
        let text = try Self.content("pyscf-pure.molden")
            .replacingOccurrences(of: "[GTO]", with: "[Cell]\n10 0 0\n0 10 0\n0 0 10\n[GTO]")
        var file = try Self.file(text)
        file.alpha = MolecularOrbitals(
            coefficients: 1.1 * file.alpha.coefficients, energies: file.alpha.energies, occupations: file.alpha.occupations)
        let error = #expect(throws: InputFileError.self) { _ = try Self.imported(file) }
        #expect(error?.description.contains("periodic") ?? false, "\(error?.description ?? "")")
    }

    /// Tags only for functions that there are, and no numbers of electrons for fractional occupations.
    @Test func exports() throws {
        let reference = try Self.imported(Self.file(Self.content("psi4-cartesian.fchk"))).wavefunction
        func export(_ wavefunction: Wavefunction) -> WavefunctionExport {
            WavefunctionExport(
                title: "t", method: "hf", basisName: "b", wavefunction: wavefunction, energy: -1.5, kineticEnergy: 1.4)
        }
        let small = try Self.imported(Self.file(Self.content("alpha-only.molden"))).wavefunction
        for tag in ["[5D]", "[6D]", "[7F]", "[9G]"] { #expect(!(try Molden.text(export(small)).contains(tag))) }
        let pure = try Molden.text(export(try Self.imported(Self.file(Self.content("pyscf-pure.molden"))).wavefunction))
        #expect(pure.contains("[5D]\n[7F]\n") && !pure.contains("[9G]"))
        let cartesian = try Molden.text(export(reference))
        #expect(cartesian.contains("[6D]\n[10F]\n") && !cartesian.contains("[15G]"))
        let again = try Self.imported(Self.file(MWFN.text(export(reference))))
        #expect((again.wavefunction.totalDensity - reference.totalDensity).largestMagnitude < 1e-8)
        #expect((again.wavefunction.spinDensity - reference.spinDensity).largestMagnitude < 1e-8)
        #expect(again.source.format == "mwfn" && again.wavefunction.state == reference.state)
        // Half an electron more in the lowest empty orbital, half less in the highest occupied one.
        guard
            case .restricted(let orbitals) = try Self.imported(Self.file(Self.content("pyscf-pure.molden"))).wavefunction.orbitals
        else {
            throw CancellationError()
        }
        let molecule = try Self.imported(Self.file(Self.content("pyscf-pure.molden"))).wavefunction
        var occupations = orbitals.occupations
        (occupations[4], occupations[5]) = (1.5, 0.5)
        let fractional = Wavefunction(
            basis: molecule.basis, state: molecule.state, orbitals: .restricted(orbitals.occupied(occupations)))
        #expect(throws: WavefunctionExportError.fractionalOccupations) { _ = try FormattedCheckpoint.text(export(fractional)) }
        let natural = try Self.imported(Self.file(MWFN.text(export(fractional)))).wavefunction
        #expect((natural.totalDensity - fractional.totalDensity).largestMagnitude < 1e-8)
        // Occupied out of order: the formatted checkpoint has them first.
        (occupations[4], occupations[5]) = (0, 2)
        let excited = Wavefunction(
            basis: molecule.basis, state: molecule.state, orbitals: .restricted(orbitals.occupied(occupations)))
        let read = try Self.imported(Self.file(FormattedCheckpoint.text(export(excited)))).wavefunction
        #expect((read.totalDensity - excited.totalDensity).largestMagnitude < 1e-6)
    }
}
