import Foundation
@testable import Report
import RunFolders
import Testing

/// The content security policy and the hash that it rests on.
@Suite struct PagePolicyTests {
    private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    /// Examples of NIST FIPS 180-4, and lengths about those at which a block is full (from another implementation).
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
        (String(repeating: "a", count: 119), "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"),
    ])
    func hashesAreThoseOfTheStandard(text: String, digest: String) {
        #expect(Self.hexadecimal(SHA256.digest(Array(text.utf8))) == digest)
    }

    @Test func everyScriptAndStyleOfThePageIsNamedByItsHash() throws {
        let page = String(decoding: try SampleReport.report().html(), as: UTF8.self)
        #expect(!page.contains("unsafe-inline") && !page.contains(" style=\"") && !page.contains(" onload="))
        for directive in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] { #expect(page.contains(directive)) }
        for (open, close, count) in [("<script>", "</script>", 10), ("<style>", "</style>", 1)] {
            let texts = page.components(separatedBy: open).dropFirst().compactMap { $0.components(separatedBy: close).first }
            #expect(texts.count == count)
            for text in texts { #expect(page.contains(PagePolicy.sources([text]))) }
        }
    }
}
