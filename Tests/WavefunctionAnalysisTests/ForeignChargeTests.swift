import Foundation
import MolecularStructure
import TestSupport
import Testing
import WavefunctionAnalysis

@testable import FileFormats

/// The total charge of a file that does not state it.
@Suite struct ForeignChargeTests {
    private static func notes(emptied: [String], expectedCharge: Int? = nil) throws -> (charge: Int, notes: [String]) {
        var text = try ForeignFileTests.content("pyscf-pure.molden")
        for (energy, occupation) in zip(["-0.5144363094", "-0.5822671423"], emptied) {
            let old = "\(energy)\n Spin= Alpha\n Occup=    2.00000"
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: "\(energy)\n Spin= Alpha\n Occup=    \(occupation)")
        }
        var file = try ForeignFileTests.file(text)
        file.expectedCharge = expectedCharge
        let result = try ForeignFileTests.imported(file)
        return (result.wavefunction.state.charge, result.source.notes.filter { $0.contains("make a charge of") })
    }

    /// Water without some of its electrons: a charge of +2 is taken as it is, higher ones are said, unless they are asserted.
    @Test func highChargesAreSaid() throws {
        for (emptied, charge) in [
            ([], 0), (["1.00000"], 1), (["0.00000"], 2), (["0.00000", "1.00000"], 3), (["0.00000", "0.00000"], 4),
        ]
            as [([String], Int)]
        {
            let found = try Self.notes(emptied: emptied)
            #expect(found.charge == charge)
            #expect(found.notes.count == (charge > 2 ? 1 : 0), "\(charge): \(found.notes)")
            if charge > 2 {
                #expect(found.notes.first?.contains("a charge of +\(charge)") ?? false, "\(found.notes)")
                #expect(found.notes.first?.contains("--core") ?? false)
                #expect(try Self.notes(emptied: emptied, expectedCharge: charge).notes.isEmpty)
            }
        }
    }

    @Test func chargesAreAsserted() throws {
        var file = try ForeignWavefunction(readingFrom: WavefunctionReference.path("pyscf-cartesian.molden"))
        file.expectedCharge = 1
        #expect(try ForeignFileTests.imported(file).wavefunction.state.charge == 1)
        file.expectedCharge = 0
        let error = #expect(throws: InputFileError.self) { _ = try ForeignFileTests.imported(file) }
        #expect(error?.description.contains("--charge says 0") ?? false, "\(error?.description ?? "")")
        // --charge decides between one and two electrons in orbitals of alpha spin alone.
        file = try ForeignWavefunction(readingFrom: WavefunctionReference.path("alpha-only.molden"))
        file.expectedCharge = 5
        #expect(try ForeignFileTests.imported(file).wavefunction.state == ChargeState(charge: 5, multiplicity: 6))
    }
}
