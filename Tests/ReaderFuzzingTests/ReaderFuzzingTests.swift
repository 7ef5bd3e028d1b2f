import FileFormats
import Foundation
import ReaderFuzzing
import TestSupport
import Testing

/// A short run of `scripts/fuzz`, with another seed. A trap ends the tests: `fuzz-readers` then tells at which input.
@Suite struct ReaderFuzzingTests {
    private static func inputs(_ reader: FuzzedReader) throws -> FuzzingInputs {
        try FuzzingInputs(reader: reader, corpus: Repository.root.appendingPathComponent("Tests/FuzzingCorpus"), seed: 2026)
    }

    @Test(arguments: FuzzedReader.allCases)
    func readersSurvive(_ reader: FuzzedReader) throws {
        let inputs = try Self.inputs(reader)
        #expect(!inputs.originals.isEmpty)
        for original in inputs.originals { #expect(reader.accepts(original)) }
        let accepted = (0..<2000).count { reader.accepts(inputs[$0]) }
        // Inputs must reach behind the first checks, but not all be harmless.
        #expect(accepted > 10 && accepted < 1900, "\(accepted)")
    }

    @Test func inputsAreRepeatable() throws {
        let (first, second) = (try Self.inputs(.xyz), try Self.inputs(.xyz))
        #expect((0..<50).allSatisfy { first[$0] == second[$0] })
        #expect(Set((0..<200).map { first[$0] }).count > 150)
    }
}
