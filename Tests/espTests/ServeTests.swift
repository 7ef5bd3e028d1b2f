import Foundation
import RunFolders
import TestSupport
import Testing

/// `esp serve`: requests on standard input, answers on standard output.
@Suite struct ServeTests {
    private struct Answer: Decodable {
        struct Problem: Decodable {
            var code: Int
            var message: String
        }

        var id: RequestIdentifier?
        var success: Bool
        var error: Problem?
        var energy: Double?
        var gradient: [Double]?
        var dipole: [Double]?
        var charges: [String: [Double]]?
        var start: String?
        var iterations: Int?
    }

    private static func request(_ id: Int, _ distance: Double = 1.8, more: String = "") -> String {
        """
        {"id": \(id), "symbols": ["H", "F"], "geometry": [0, 0, 0, 0, 0, \(distance)], "model": {"method": "hf", "basis": "STO-3G"}\(more)}
        """
    }

    private func answers(_ program: Program, _ requests: [String], end: String = "\n") throws -> [Answer] {
        try program.write(requests.joined(separator: "\n") + end, to: "requests")
        let run = try program.run(["serve", "--threads", "1"], through: "exec < requests")
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.output.split(separator: "\n").map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    }

    @Test func energiesAndGradientsAreThoseOfPySCF() throws {
        let program = try Program()
        defer { program.remove() }
        // The last line has no end.
        let found = try answers(
            program,
            [
                Self.request(1, 1.9), Self.request(2), "",
                Self.request(3, more: #", "properties": ["energy", "dipole", "charges"]"#),
                Self.request(4, 1.8, more: #", "charge": 1, "properties": ["energy"]"#), Self.request(5),
            ], end: "")
        try #require(found.count == 5 && found.allSatisfy(\.success))
        #expect(found.map(\.id) == (1...5).map { .number($0) })
        // PySCF 2.14 (reference_qcschema.py).
        for answer in [found[1], found[2], found[4]] { #expect(abs((answer.energy ?? 0) + 98.57283613245072) < 1e-9) }
        for answer in [found[1], found[4]] {
            let gradient = try #require(answer.gradient)
            try #require(gradient.count == 6)
            for (value, expected) in zip(gradient, [0, 0, 4.06955428e-3, 0, 0, -4.06955428e-3]) {
                #expect(abs(value - expected) < 1e-6)
            }
        }
        #expect(abs((found[2].dipole?[2] ?? 0) + 0.493650450) < 1e-5)
        let charges = try #require(found[2].charges)
        #expect(Set(charges.keys) == ["mulliken", "lowdin"] && abs((charges["mulliken"]?[0] ?? 0) - 0.19361985) < 1e-5)
        #expect(abs((found[3].energy ?? 0) + 98.1853005013551) < 1e-8)
        // The second from the orbitals of the first; the third is the second again; another charge begins a series.
        #expect(found.map(\.start) == ["atoms", "orbitals", "orbitals", "atoms", "atoms"])
        #expect(found[2].iterations == 0 && found[2].gradient == nil && found[0].dipole == nil && found[3].gradient == nil)
        let (first, second, last) = (found[0].iterations ?? 0, found[1].iterations ?? 0, found[4].iterations ?? 0)
        #expect(0 < second && second < first && second < last)
    }

    @Test func aFailureIsAnAnswer() throws {
        let program = try Program()
        defer { program.remove() }
        let wrong: [(request: String, code: Int, word: String)] = [
            ("nonsense", 65, "JSON"), (Self.request(0, more: #", "basis": "STO-3G""#), 65, "'basis'"),
            (Self.request(0, more: #", "multiplicity": 2"#), 65, "multiplicity"), (Self.request(0, 0.001), 65, "atom 2"),
            (Self.request(0, more: #", "charge": 10"#), 65, "electrons"),
            (Self.request(0, more: #", "convergence": {"maximum_iterations": 1}"#), 2, "converge"),
            (Self.request(0, more: #", "convergence": {"start_from": "x.esp"}"#), 65, "start_from"),
            (Self.request(0, more: #", "convergence": {"damping": 2}"#), 64, "damping"),
            (Self.request(0, more: #", "properties": ["colour"]"#), 65, "properties"),
            (Self.request(0, more: #", "charge_schemes": ["colour"]"#), 65, "charge_schemes"),
            (
                Self.request(0, more: #", "model": {"basis": "none-such"}"#).replacingOccurrences(
                    of: #""model": {"method": "hf", "basis": "STO-3G"}, "#, with: ""), 65, "none-such"
            ),
        ]
        let found = try answers(program, wrong.map(\.request) + [Self.request(1)])
        try #require(found.count == wrong.count + 1)
        for (answer, (request, code, word)) in zip(found, wrong) {
            #expect(
                !answer.success && answer.error?.code == code && answer.error?.message.contains(word) == true,
                "\(request) \(answer)")
        }
        // After all these, as if nothing had been.
        #expect(found.last?.success == true && abs((found.last?.energy ?? 0) + 98.57283613245072) < 1e-9)
    }

    @Test func aSignalEndsTheProgramThatWaits() throws {
        let program = try Program()
        defer { program.remove() }
        let (process, outputs) = try program.process(["serve", "--threads", "1"])
        let (requests, answers) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (requests, answers)
        try process.run()
        try requests.fileHandleForWriting.write(contentsOf: Data((Self.request(1) + "\n").utf8))
        let line = answers.fileHandleForReading.availableData
        #expect(try JSONDecoder().decode(Answer.self, from: line).success)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        let outcome = try program.finish(process, outputs)
        #expect(outcome.status == 143 && outcome.error.contains("interrupted"), "\(outcome.error)")
        #expect(program.names(in: ".").isEmpty)
    }

    @Test func gradientsAreThoseOfTheEnergyOnTheGrid() throws {
        let program = try Program()
        defer { program.remove() }
        // A small grid, on which the response of points and weights is large.
        func request(_ x: Double) -> String {
            """
            {"symbols": ["O", "H", "H"], "geometry": [0, 0, 0, \(x), 1.43, 1.11, 0, -1.43, 1.11], "convergence": {"energy_tolerance": 1e-11},
             "model": {"method": "pbe", "basis": "STO-3G", "grid": "coarse"}}
            """.replacingOccurrences(of: "\n", with: "")
        }
        let found = try answers(program, [request(0.1), request(0.098), request(0.102)])
        try #require(found.count == 3 && found.allSatisfy(\.success))
        let slope = ((found[2].energy ?? 0) - (found[1].energy ?? 0)) / 0.004
        #expect(abs((found[0].gradient?[3] ?? 0) - slope) < 2e-7, "\(found[0].gradient ?? []) \(slope)")
    }
}
