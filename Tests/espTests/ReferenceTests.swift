import FileFormats
import Foundation
import RunFolders
import Testing

/// The reference that the name of a method sets, and the multiplicities that are tried.
@Suite struct ReferenceTests {
    private func run(_ xyz: String, _ arguments: [String]) throws -> Program.Outcome {
        let program = try Program()
        defer { program.remove() }
        try program.write(xyz, to: "molecule.xyz")
        return try program.run(
            [
                "compute", "molecule.xyz", "--basis", "STO-3G", "--cube", "none", "--picture", "none", "--no-report", "--threads",
                "1", "-q",
            ]
                + arguments)
    }

    private func state(_ xyz: String, _ arguments: [String]) throws -> (ResultDocument, StateRecord) {
        let outcome = try run(xyz, arguments + ["--json"])
        #expect(outcome.status == 0, "\(outcome.error)")
        let document = try ResultDocument(json: Data(outcome.output.utf8))
        return (document, try #require(document.states.first))
    }

    /// Its broken-symmetry solution lies far below the restricted one.
    private static let stretched = "2\nstretched\nH 0 0 0\nH 0 0 3\n"
    private static let bond = "2\nbond\nH 0 0 0\nH 0 0 0.74\n"
    private static let oxygen = "2\nunits=bohr\nO 0 0 0\nO 0 0 2.282\n"

    @Test func prefixesSetTheReference() throws {
        let restricted = try state(Self.stretched, ["-c", "0", "--method", "rhf"]).1
        let option = try state(Self.stretched, ["-c", "0", "--method", "hf", "--reference", "restricted"]).1
        let free = try state(Self.stretched, ["-c", "0", "--method", "UHF"]).1
        #expect(restricted.reference == "restricted" && option.reference == "restricted" && free.reference == "unrestricted")
        #expect(abs((restricted.energy ?? 0) - (option.energy ?? 1)) < 1e-9)
        #expect((free.energy ?? 0) < (restricted.energy ?? 0) - 0.1)
        // A triplet, which would not be restricted, is not tried.
        #expect(restricted.multiplicities?.tried == [1] && restricted.multiplicities?.notTriedFrom == 3)
        let open = try state(Self.bond, ["-c", "1", "--method", "rohf"])
        #expect(open.0.model.method == "hf" && open.1.reference == "restricted-open")
        let shared = try state(Self.oxygen, ["-c", "0", "-m", "3", "--method", "ROb3lyp-D3BJ"])
        #expect(shared.0.model.method == "b3lyp-d3bj" && shared.1.reference == "restricted-open")
        #expect(abs(shared.1.spinSquared - 2) < 1e-10)
    }

    /// Names that begin with r or u for another reason.
    @Test(arguments: ["rpbe", "revpbe", "r2scan", "revtpss"]) func functionalsWithSuchNames(method: String) throws {
        let (document, state) = try state(Self.bond, ["-c", "0", "--search", "none", "--method", method])
        #expect(document.model.method == method && state.reference == "restricted")
        let twice = try self.state(Self.bond, ["-c", "0", "--search", "none", "--method", "u" + method])
        #expect(twice.0.model.method == method && twice.1.reference == "unrestricted")
    }

    @Test func contradictionsAreRefused() throws {
        let two = try run(Self.bond, ["-c", "0", "--method", "rhf", "--reference", "unrestricted"])
        #expect(
            two.status == 64 && two.error.contains("--method rhf and --reference unrestricted contradict each other"),
            "\(two.error)")
        let agreed = try run(Self.bond, ["-c", "0", "--method", "rhf", "--reference", "restricted"])
        #expect(agreed.status == 0, "\(agreed.error)")
        for arguments in [["--method", "rhf"], ["--method", "hf", "--reference", "restricted"]] {
            let open = try run(Self.bond, ["-c", "1"] + arguments)
            #expect(
                open.status == 65 && open.error.contains("multiplicity 2") && open.error.contains("restricted-open"),
                "\(open.error)")
        }
        // Regularised SCAN, which is no restricted SCAN.
        let other = try run(Self.bond, ["-c", "0", "--method", "rscan"])
        #expect(other.status == 65 && other.error.contains("no density functional \"rscan\""), "\(other.error)")
        let nameless = try run(Self.bond, ["-c", "0", "--method", "uks"])
        #expect(nameless.status == 65 && nameless.error.contains("names no functional"), "\(nameless.error)")
    }

    /// What was tried is named, and what was not.
    @Test func multiplicitiesAreNamed() throws {
        let searched = try state(Self.oxygen, ["-c", "0", "--method", "hf"]).1
        #expect(searched.multiplicity == 3)
        let multiplicities = try #require(searched.multiplicities)
        #expect(!multiplicities.named && multiplicities.tried == [1, 3, 5] && multiplicities.notTried.isEmpty)
        #expect(multiplicities.notTriedFrom == 7 || multiplicities.notTriedFrom == nil)
        #expect(searched.search?.rounds == 2 && searched.search?.fockBuilds ?? 0 > 10 && searched.search?.cutShort == false)
        let text = try run(Self.oxygen, ["-c", "0", "--method", "hf"])
        #expect(text.output.contains("tried: 1, 3, 5"), "\(text.output)")
        let alone = try run(Self.oxygen, ["-c", "0", "--method", "hf", "--search", "none"])
        #expect(alone.output.contains("tried: 1; not tried: 3 and higher"), "\(alone.output)")
        let named = try state(Self.oxygen, ["-c", "0", "-m", "1", "--method", "hf"]).1
        #expect(named.multiplicities?.named == true && named.multiplicities?.tried == [1])
    }
}
