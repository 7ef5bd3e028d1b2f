import FileFormats
import Foundation
import RunFolders
import Testing
import TestSupport

@Suite struct DispersionTests {
    private static let pair = "6\n\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\nO 0 0.1 2.9\nH 0 0.757 3.5\nH 0.3 -0.757 3.5\n"
    private static let quick = ["--basis", "STO-3G", "--threads", "1", "--quiet", "-c", "0"]

    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.pair, to: "pair.xyz")
        try body(program)
    }

    private func result(_ program: Program, _ arguments: [String]) throws -> ResultDocument {
        let run = try program.run(["gradient", "pair.xyz", "--json", "--search", "none"] + Self.quick + arguments)
        #expect(run.status == 0, "\(run.error)")
        return try ResultDocument(json: Data(run.output.utf8))
    }

    @Test func isAddedOnceAndShown() throws {
        try withProgram { program in
            let plain = try result(program, ["--method", "hf", "-o", "plain"])
            let corrected = try result(program, ["--method", "HF-D3(BJ)", "-o", "corrected"])
            let (a, b) = (try #require(plain.states.first), try #require(corrected.states.first))
            let dispersion = try #require(b.energyComponents?["dispersion"])
            #expect(a.energyComponents?["dispersion"] == nil && plain.model.terms == nil)
            #expect(dispersion < -1e-3 && dispersion > -0.05)
            #expect(abs((b.energy ?? 0) - (a.energy ?? 0) - dispersion) < 1e-9)
            #expect(a.gradient != b.gradient)
            #expect(corrected.model.method == "hf-d3bj" && corrected.model.terms?.first?.name == "D3(BJ)")
            #expect(corrected.model.references.contains { $0.contains("10.1063/1.3382344") })
            // Another spelling, from the checkpoint of this run.
            let resumed = try result(program, ["--method", "hf", "--dispersion", "d3bj", "-o", "corrected"])
            #expect(abs((resumed.states.first?.energy ?? 0) - (b.energy ?? 1)) < 1e-9)
            // The orbitals of a run without the correction serve as well.
            let changed = try result(program, ["--method", "hf-d3bj", "-o", "plain", "--force"])
            #expect(abs((changed.states.first?.energy ?? 0) - (b.energy ?? 1)) < 1e-9)
        }
    }

    /// The total charge of every state counts with D4.
    @Test func dependsOnTheChargeWithD4() throws {
        try withProgram { program in
            let charges = ["--basis", "STO-3G", "--threads", "1", "--quiet", "-c", "0,1", "--search", "none", "--json"]
            func states(_ method: String) throws -> ResultDocument {
                let run = try program.run(["gradient", "pair.xyz", "--method", method, "-o", method] + charges)
                #expect(run.status == 0, "\(run.error)")
                return try ResultDocument(json: Data(run.output.utf8))
            }
            let (plain, corrected) = (try states("hf"), try states("hf-d4"))
            #expect(corrected.model.method == "hf-d4" && corrected.model.terms?.first?.name == "D4")
            #expect(
                corrected.model.terms?.first?.parameters["s9"] == 1
                    && corrected.model.terms?.first?.parameters["s8"] == 1.61679827)
            #expect(corrected.model.references.contains { $0.contains("10.1063/1.5090222") })
            let energies = corrected.states.compactMap { $0.energyComponents?["dispersion"] }
            #expect(energies.count == 2 && abs(energies[0] - energies[1]) > 1e-5)
            for (a, b) in zip(plain.states, corrected.states) {
                let dispersion = try #require(b.energyComponents?["dispersion"])
                #expect(dispersion < -1e-4 && dispersion > -0.05)
                #expect(abs((b.energy ?? 0) - (a.energy ?? 0) - dispersion) < 1e-8)
                #expect(a.gradient != b.gradient)
            }
        }
    }

    @Test func isOptimisedAndExported() throws {
        try withProgram { program in
            let single = try #require(try result(program, ["--method", "hf-d3bj"]).states.first)
            let run = try program.run(
                ["optimize", "pair.xyz", "--method", "hf-d3bj", "--max-steps", "1", "-o", "opt"] + Self.quick)
            #expect(run.status == 2, "\(run.error)")
            let file = program.folder.appendingPathComponent("opt/optimization.json")
            let document = try OptimizationDocument(json: Data(contentsOf: file))
            let point = try #require(document.points.first)
            #expect(document.method == "hf-d3bj" && abs(point.energy - (single.energy ?? 0)) < 1e-7)
            for (value, other) in zip(point.gradient, (single.gradient ?? []).joined()) { #expect(abs(value - other) < 1e-4) }
            #expect(try program.run(["export", "pair.esp", "--format", "qcschema"]).status == 0)
            let path = program.folder.appendingPathComponent("pair.esp/q0_m1.qcschema.json").path
            let parts = try QCSchemaOutput(readingFrom: path).properties
            let sum = (parts.nuclearRepulsion ?? 0) + (parts.oneElectronEnergy ?? 0) + (parts.twoElectronEnergy ?? 0)
            #expect(abs(sum + (parts.exchangeCorrelationEnergy ?? 0) + (parts.dispersionEnergy ?? 0) - parts.energy) < 1e-9)
            #expect(parts.dispersionEnergy == single.energyComponents?["dispersion"])
        }
    }

    @Test(arguments: [
        (["--method", "wb97x-d3bj"], 65, "wB97X-V"),
        (["--method", "m06-2x", "--dispersion", "d3bj"], 65, "no published parameters"),
        (["--method", "m06-2x-d4"], 65, "no published parameters of D4"), (["--method", "b3lyp-d3"], 65, "Becke and Johnson"),
        (["--method", "pbe-d3bj", "--dispersion", "d4"], 64, "contradict"),
        (["--dispersion", "d2"], 64, "d3bj"), (["--method", "pbe-d3bj", "--dispersion", "none"], 64, "contradict"),
        (["--method", "wb97x-d3"], 65, "hyb_gga_xc_wb97x_d3"),
    ])
    func isRefused(arguments: [String], status: Int, text: String) throws {
        try withProgram { program in
            let run = try program.run(["compute", "pair.xyz"] + arguments)
            #expect(run.status == Int32(status) && run.error.contains(text), "\(run.status) \(run.error)")
        }
    }
}
