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

    /// What once ended the process: shells without functions, numbers that overflow, atoms that are not there.
    @Test(arguments: [
        (FuzzedReader.molden, "1 0\ns 2 1.00\n 1.3 0.5\n 0.4 0.6\nsp 1 1.00\n 0.2 1.0 1.0\n\n2 0\ns 1 1.0\n 0.5 1.0\n", ""),
        (.molden, "Nb 1 13", "Nb 1 -9223372036854775808"), (.molden, "Nb 13", "Nb -9223372036854775807"),
        (.result, "\"charge\": -1", "\"charge\": -9223372036854775808"),
        (.result, "\"atoms\": [0, 1], \"mayer\"", "\"atoms\": [0, 7], \"mayer\""),
    ])
    func damageIsRefused(_ reader: FuzzedReader, _ sound: String, _ damaged: String) throws {
        let text = String(decoding: try #require(try Self.inputs(reader).originals.first), as: UTF8.self)
        #expect(text.contains(sound))
        #expect(!reader.accepts(Array(text.replacingOccurrences(of: sound, with: damaged).utf8)))
    }

    @Test func inputsAreRepeatable() throws {
        let (first, second) = (try Self.inputs(.xyz), try Self.inputs(.xyz))
        #expect((0..<50).allSatisfy { first[$0] == second[$0] })
        #expect(Set((0..<200).map { first[$0] }).count > 150)
    }
}
