import Foundation
import RunFolders
import TestSupport
import Testing

/// `esp frequencies`: analytic second derivatives and differences of gradients against another program's analytic Hessian, restarts, and what it
/// refuses.
@Suite struct FrequenciesTests {
    private static let options = ["--method", "hf", "--basis", "6-31G*", "--units", "bohr", "--threads", "1", "-q"]

    private func vibrations(_ program: Program, _ folder: String) throws -> VibrationRecord {
        let path = program.folder.appendingPathComponent("\(folder)/result.json")
        return try #require(try ResultDocument(json: Data(contentsOf: path)).states[0].vibrations)
    }

    @Test func hessiansAreThoseOfAnotherProgram() throws {
        let program = try Program()
        defer { program.remove() }
        for (name, method) in [
            ("water", "differences"), ("water", "analytic"), ("hcn", "analytic"), ("methyl", "analytic"),
            ("methyl", "differences"),
        ] {
            let tolerance = method == "analytic" ? 1e-6 : 1e-5
            let entry = try #require(try VibrationReference.load().molecules[name])
            try program.write(entry.xyz, to: "\(name).xyz")
            let run = try program.run(
                ["frequencies", "\(name).xyz", "-m", "\(entry.multiplicity)", "--hessian", method] + Self.options)
            try #require(run.status == 0, "\(run.error)")
            #expect(run.output.contains("a minimum: no imaginary mode"), "\(run.output)")
            let found = try vibrations(program, "\(name).esp")
            let size = entry.geometry.count
            var index = 0
            for row in 0..<size {
                for column in 0...row {
                    #expect(
                        abs(found.hessian[index] - entry.hessian[row * size + column]) < tolerance, "\(name) \(row) \(column)")
                    index += 1
                }
            }
            for (a, b) in zip(found.dipoleDerivatives.joined(), entry.dipole_derivatives) { #expect(abs(a - b) < 1e-4) }
            for (a, b) in zip(found.frequencies, entry.frequencies_abundant) { #expect(abs(a - b) < 0.05, "\(name): \(a), \(b)") }
            #expect(found.hessianMethod.rawValue == method && (found.polarizability == nil) == (method == "differences"))
            #expect(found.verdict == .minimum && found.residualFrequencies.allSatisfy { abs($0) < 4 })
            let names = program.names(in: "\(name).esp")
            #expect(names.contains { $0.hasSuffix(".ir.svg") } && !names.contains { $0.hasSuffix("displacements.json") })
        }
    }

    /// Files for other programs have the same numbers.
    @Test func exportsHoldTheVibrations() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(try #require(try VibrationReference.load().molecules["water"]).xyz, to: "water.xyz")
        try #require(try program.run(["frequencies", "water.xyz"] + Self.options).status == 0)
        let found = try vibrations(program, "water.esp")
        for format in ["molden", "fchk"] {
            #expect(try program.run(["export", "water.esp", "--format", format]).status == 0)
        }
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: program.folder.appendingPathComponent("water.esp/\(name)")), as: UTF8.self)
        }
        let molden = try text("q0_m1.molden").split(separator: "\n").map(String.init)
        let start = try #require(molden.firstIndex(of: "[FREQ]"))
        for (index, value) in found.frequencies.enumerated() {
            #expect(abs((Double(molden[start + 1 + index].filter { $0 != " " }) ?? 0) - value) < 1e-5)
        }
        #expect(molden.filter { $0.hasPrefix("vibration") }.count == 3)
        let checkpoint = try text("q0_m1.fchk").split(separator: "\n").map(String.init)
        func values(_ name: String, _ count: Int) throws -> [Double] {
            let line = try #require(checkpoint.firstIndex { $0.hasPrefix(name) })
            return checkpoint[(line + 1)...].prefix((count + 4) / 5).flatMap {
                $0.split(separator: " ").compactMap { Double($0) }
            }
        }
        let constants = try values("Cartesian Force Constants", 45)
        #expect(constants.count == 45)
        for (a, b) in zip(constants, found.hessian) { #expect(abs(a - b) < 1e-8) }
        let dipoles = try values("Dipole Derivatives", 27)
        #expect(dipoles.count == 27 && abs(dipoles[4] - found.dipoleDerivatives[1][1]) < 1e-7)
        #expect(abs(dipoles[3] - found.dipoleDerivatives[0][1]) < 1e-7 && abs(dipoles[1] - found.dipoleDerivatives[1][0]) < 1e-7)
        // They are still read as wavefunctions.
        #expect(try program.run(["analyze", "water.esp/q0_m1.molden", "-o", "again", "-q"]).status == 0)
    }

    /// Methane by B3LYP/6-31G(d): frequencies in cm-1 and intensities in km/mol as Gaussian 16, revision B.01, printed them (the example
    /// `methane.log` of GoodVibes 4, doi 10.12688/f1000research.22758.1).
    @Test func methaneIsThatOfGaussian() throws {
        let program = try Program()
        defer { program.remove() }
        let h = "0.631339"
        try program.write(
            "5\n\nC 0 0 0\nH \(h) \(h) \(h)\nH -\(h) -\(h) \(h)\nH -\(h) \(h) -\(h)\nH \(h) -\(h) -\(h)\n", to: "methane.xyz")
        let run = try program.run(
            [
                "frequencies", "methane.xyz", "--method", "b3lyp", "--basis", "6-31G*", "--grid", "ultrafine", "--threads", "1",
                "-q",
            ])
        try #require(run.status == 0, "\(run.error)")
        let found = try vibrations(program, "methane.esp")
        let frequencies = [1373.5436, 1373.5436, 1373.5436, 1593.3084, 1593.3084, 3051.3248, 3160.9657, 3160.9657, 3160.9657]
        let intensities = [15.3820, 15.3820, 15.3820, 0, 0, 0, 26.4454, 26.4454, 26.4454]
        #expect(found.frequencies.count == frequencies.count)
        for (a, b) in zip(found.frequencies, frequencies) { #expect(abs(a - b) < 1, "\(a), not \(b)") }
        for (a, b) in zip(found.irIntensities, intensities) { #expect(abs(a - b) < 0.01 * b + 0.02, "\(a), not \(b)") }
        #expect(found.verdict == .minimum && found.thermochemistry?.symmetryNumber == 12)
        #expect(run.output.contains("published scale factors for b3lyp/6-31G(d), not applied: zero-point energy 0.977"))
    }

    /// A structure that is optimised first and its vibrations are one calculation: the command, an input file and `esp rerun` give the same.
    @Test func optimisationAndVibrationsAreOneInput() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0.22\nH 0 1.44 -0.9\nH 0 -1.4 -0.9\n", to: "water.xyz")
        let first = try program.run(["frequencies", "water.xyz", "--relax"] + Self.options)
        try #require(first.status == 0, "\(first.error)")
        let found = try vibrations(program, "water.opt")
        #expect(found.verdict == .minimum)
        let again = try program.run(["rerun", "water.opt", "-q"])
        #expect(again.status == 0 && again.output.contains("the same to the last bit"), "\(again.output)\(again.error)")
        #expect(again.output.contains("vibrations"), "\(again.output)")
        #expect(try vibrations(program, "water.rerun.opt") == found)
        // A file that names no criteria has those of the command.
        func text(_ optimization: String) -> String {
            """
            {"schema": "esp-input-2", "task": "frequencies", "frequencies": {"relax": true}, \(optimization)
             "molecule": {"name": "water.xyz", "symbols": ["O", "H", "H"], "geometry": [0, 0, 0.22, 0, 1.44, -0.9, 0, -1.4, -0.9]},
             "model": {"method": "hf", "basis": "6-31G*"}, "resources": {"threads": 1}}
            """
        }
        try program.write(text(""), to: "input.json")
        let run = try program.run(["run", "input.json", "-o", "third.opt", "-q"])
        try #require(run.status == 0 && run.output.contains("minimum"), "\(run.output)\(run.error)")
        for (a, b) in zip(try vibrations(program, "third.opt").frequencies, found.frequencies) { #expect(abs(a - b) < 1e-3) }
        // Too few steps: nothing is said of vibrations.
        try program.write(text("\"optimization\": {\"maximum_steps\": 1},"), to: "short.json")
        let short = try program.run(["run", "short.json", "-o", "short.opt", "-q"])
        #expect(
            short.status == 2 && short.error.contains("did not converge within 1 structures"), "\(short.output)\(short.error)")
    }

    /// A measured spectrum is drawn below the computed one and stays in the run.
    @Test func measuredSpectra() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nF 0 0 0.92\n", to: "hf.xyz")
        let options = ["--method", "hf", "--basis", "STO-3G", "--threads", "1", "-q"]
        let run = try program.run(["frequencies", "hf.xyz", "--measured", "3961,2000:0.2"] + options)
        #expect(run.status == 0, "\(run.error)")
        func picture() throws -> String {
            try String(contentsOf: program.folder.appendingPathComponent("hf.esp/q0_m1.ir.svg"), encoding: .utf8)
        }
        #expect(try picture().contains(">measured<"))
        try program.write("cm-1,A\n1000,0.1\n3900,0.5\n3961,x\n", to: "bad.csv")
        let bad = try program.run(["frequencies", "hf.esp", "--measured", "bad.csv"])
        #expect(bad.status == 65 && bad.error.contains("bad.csv, line 4"), "\(bad.status) \(bad.error)")
        let again = try program.run(["frequencies", "hf.esp", "--half-width", "20"])
        #expect(again.status == 0, "\(again.error)")
        #expect(try picture().contains(">measured<"))
        #expect(try vibrations(program, "hf.esp").measured?.wavenumbers == [3961, 2000])
    }

    /// Other masses come from the same second derivatives, and a heavier hydrogen swings more slowly.
    @Test func massesAreChosenAfterwards() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(try #require(try VibrationReference.load().molecules["water"]).xyz, to: "water.xyz")
        let first = try program.run(["frequencies", "water.xyz", "--step", "0.002"] + Self.options)
        try #require(first.status == 0, "\(first.error)")
        let light = try vibrations(program, "water.esp")
        let second = try program.run(["frequencies", "water.esp", "--isotope", "2-3=2", "--temperature", "350"])
        #expect(second.status == 0 && second.error.contains("already"), "\(second.error)")
        let heavy = try vibrations(program, "water.esp")
        #expect(heavy.hessian == light.hessian && heavy.isotopes == ["2": 2, "3": 2])
        for (a, b) in zip(heavy.frequencies, light.frequencies) { #expect(a / b > 0.70 && a / b < 0.76) }
        #expect(heavy.thermochemistry?.temperature == 350 && light.thermochemistry?.symmetryNumber == 2)
        // The input of the result repeats it.
        let again = try program.run(["rerun", "water.esp", "-q"])
        #expect(again.status == 0, "\(again.output)\(again.error)")
        #expect(try vibrations(program, "water.rerun.esp") == heavy)
        let all = again.output.contains("other numbers (orbital energies, moments, charges, <S^2>, vibrations) are equal")
        #expect(all, "\(again.output)")
        // A further call for the same state keeps what the run came from.
        let pictures = try program.run(
            ["compute", "water.xyz", "-o", "water.esp", "--cube", "none", "--picture", "density", "--no-report"] + Self.options)
        #expect(pictures.status == 0, "\(pictures.error)")
        let kept = try ResultDocument(readingFrom: program.folder.appendingPathComponent("water.esp/result.json").path)
        #expect(kept.input?.whole?.task == .frequencies && kept.input?.whole?.frequencies.step == 0.002)
        #expect(try vibrations(program, "water.esp") == heavy)
        // The charges of the run are kept, and the run can be used by other commands.
        let charges = try program.run(["charges", "water.esp", "--scheme", "npa", "-q"])
        #expect(charges.status == 0)
        #expect(try vibrations(program, "water.esp") == heavy)
    }

    /// What has no analytic second derivatives is said, and computed otherwise.
    @Test func analyticDerivativesAreChosenWhereThereAreAny() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nH 0 0 0.75\n", to: "h2.xyz")
        let options = ["--basis", "STO-3G", "--threads", "1", "-o", "h2"]
        let plain = try program.run(["frequencies", "h2.xyz", "--method", "pbe"] + options)
        #expect(plain.status == 0 && plain.error.contains("analytic second derivatives of charge 0"), "\(plain.error)")
        #expect(
            plain.output.contains("analytic second derivatives") && plain.output.contains("bohr^3, the static polarizability"))
        let other = try program.run(["frequencies", "h2", "--hessian", "differences", "-q"])
        #expect(other.status == 0 && other.output.contains("central differences of gradients, step 0.001"), "\(other.error)")
        let tau = try program.run(["frequencies", "h2.xyz", "--method", "r2scan", "--force"] + options)
        #expect(
            tau.status == 0
                && tau.error.contains(
                    "no analytic second derivatives of functionals of the kinetic-energy density: central differences of gradients"
                ),
            "\(tau.error)")
        let asked = try program.run(
            ["frequencies", "h2.xyz", "--method", "r2scan", "--hessian", "analytic", "--force"] + options)
        #expect(asked.status == 64 && asked.error.contains("Take --hessian differences"), "\(asked.status) \(asked.error)")
        let step = try program.run(["frequencies", "h2.xyz", "--step", "0.002", "--hessian", "analytic", "--force"] + options)
        #expect(step.status == 64 && step.error.contains("--step belongs to"), "\(step.status) \(step.error)")
    }

    @Test func interruptedRunsGoOn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(try #require(try VibrationReference.load().molecules["hcn"]).xyz, to: "hcn.xyz")
        let arguments = ["frequencies", "hcn.xyz", "-o", "parts", "--hessian", "differences"] + Self.options
        let killed = try program.run(arguments, signal: SIGKILL, whenThereIs: "parts/q0_m1.displacements.json")
        #expect(killed.status == -SIGKILL)
        let resumed = try program.run(Array(arguments.dropLast()))
        #expect(resumed.status == 0 && resumed.error.contains("displaced structures already"), "\(resumed.error)")
        #expect(
            try program.run(["frequencies", "hcn.xyz", "-o", "whole", "--hessian", "differences"] + Self.options).status == 0)
        #expect(try vibrations(program, "parts").frequencies == vibrations(program, "whole").frequencies)
    }

    /// Analytic second derivatives continue from finished parts, with the same numbers.
    @Test func interruptedResponsesGoOn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(try #require(try VibrationReference.load().molecules["hcn"]).xyz, to: "hcn.xyz")
        let arguments = ["frequencies", "hcn.xyz", "-o", "parts", "--hessian", "analytic"] + Self.options
        let killed = try program.run(arguments, signal: SIGKILL, whenThereIs: "parts/q0_m1.hessian-skeleton")
        #expect(killed.status == -SIGKILL)
        let resumed = try program.run(Array(arguments.dropLast()))
        #expect(
            resumed.status == 0 && resumed.error.contains("an earlier call has finished the second derivatives at fixed orbitals"),
            "\(resumed.error)")
        #expect(try program.run(["frequencies", "hcn.xyz", "-o", "whole", "--hessian", "analytic"] + Self.options).status == 0)
        #expect(try vibrations(program, "parts").frequencies == vibrations(program, "whole").frequencies)
        let names = try FileManager.default.contentsOfDirectory(atPath: program.folder.appendingPathComponent("parts").path)
        #expect(!names.contains { $0.contains("hessian-") }, "\(names)")
    }

    @Test func partialHessiansAndSaddlePoints() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("4\n\nN 0 0 0\nH 1 0 0\nH -0.5 0.8660254 0\nH -0.5 -0.8660254 0\n", to: "flat.xyz")
        try program.write("4\n\nN 0 0 0.38\nH 0.97 0 0\nH -0.45 0.86 0.03\nH -0.47 -0.82 0\n", to: "bent.xyz")
        let options = ["--method", "hf", "--basis", "STO-3G", "--threads", "1", "-q"]
        let far = try program.run(["frequencies", "flat.xyz", "-o", "far"] + options)
        #expect(far.status == 0 && far.output.contains("NOT STATIONARY"), "\(far.output)")
        let relaxed = try program.run(["optimize", "flat.xyz", "-o", "flat", "--keep-symmetry"] + options)
        #expect(relaxed.status == 0, "\(relaxed.error)")
        let run = try program.run(["frequencies", "flat", "--threads", "1"])
        #expect(
            run.status == 0 && run.output.contains("a saddle point of order 1: 1 imaginary mode"), "\(run.output)\(run.error)")
        let found = try vibrations(program, "flat")
        #expect(found.imaginaryModes == 1 && found.frequencies[0] < -100 && found.thermochemistry?.symmetryNumber == 6)
        // Planar ammonia falls to the pyramid, the same one on both sides.
        let followed = try program.run(["frequencies", "flat", "--follow", "--threads", "1"])
        #expect(
            followed.status == 0 && followed.output.contains("Downhill from the saddle point"),
            "\(followed.output)\(followed.error)")
        let sides = try ["plus", "minus"].map { side in
            try OptimizationDocument(
                readingFrom: program.folder.appendingPathComponent("flat/q0_m1.follow-\(side)/optimization.json").path)
        }
        let energies = sides.compactMap { $0.points.last?.energy }
        #expect(sides.allSatisfy(\.converged) && abs(energies[0] - energies[1]) < 1e-6 && energies[0] < found.energy - 5e-3)
        let pyramid = try program.run(["frequencies", "flat/q0_m1.follow-plus", "--threads", "1"])
        #expect(pyramid.output.contains("a minimum: no imaginary mode"), "\(pyramid.output)")
        // With its own second derivatives the pyramid is found in fewer steps.
        let steps = try [[], ["--hessian", "flat/q0_m1.follow-plus"]].map { extra in
            let run = try program.run(
                ["optimize", "bent.xyz", "-o", "bent\(extra.count)", "--criteria", "tight"] + options + extra)
            #expect(run.status == 0, "\(run.error)")
            return try OptimizationDocument(
                readingFrom: program.folder.appendingPathComponent("bent\(extra.count)/optimization.json").path)
        }
        #expect(steps[1].points.count < steps[0].points.count)
        #expect(abs((steps[0].points.last?.energy ?? 0) - (steps[1].points.last?.energy ?? 1)) < 1e-7)
        let other = try program.run(["optimize", "bent.xyz", "-o", "none", "--hessian", "bent0"] + options)
        #expect(other.status == 65 && other.error.contains("has no second derivatives"), "\(other.status) \(other.error)")
        // Rows and columns of the whole Hessian: nothing is computed.
        let partial = try program.run(["frequencies", "flat", "--freeze", "2-4", "--threads", "1"])
        #expect(partial.error.contains("already"))
        #expect(
            partial.status == 0 && partial.output.contains("frozen    atoms 2-4"),
            "\(partial.output)")
        #expect(try vibrations(program, "flat").frequencies.count == 3)
        // One frozen atom leaves three rotations, which are no vibrations.
        let turning = try program.run(["frequencies", "flat/q0_m1.follow-plus", "--freeze", "1"])
        #expect(turning.output.contains("a minimum: no imaginary mode"), "\(turning.output)")
        #expect(try vibrations(program, "flat/q0_m1.follow-plus").frequencies.count == 6)
        let whole = try program.run(["frequencies", "flat", "--freeze", "none"])
        #expect(
            whole.status == 0 && whole.error.contains("already") && whole.output.contains("N out of plane"), "\(whole.output)")
    }

    /// Slightly bent, a linear molecule has the vibrations of the straight one.
    @Test(arguments: [0.0, 0.001, 0.004, 0.01, 0.02, 0.026, 0.028, 0.03, 0.05]) func nearlyLinearMolecules(offset: Double) throws
    {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nH \(offset) 0 -1.07\nC 0 0 0\nN 0 0 1.153\n", to: "hcn.xyz")
        let run = try program.run(["frequencies", "hcn.xyz", "--method", "hf", "--basis", "STO-3G", "--threads", "1", "-q"])
        #expect(run.status == 0, "\(run.error)")
        let found = try vibrations(program, "hcn.esp")
        // One rule decides: the modes fit the rotor.
        #expect(
            found.frequencies.count == (found.isLinear ? 4 : 3) && found.rotationalConstants.count == (found.isLinear ? 1 : 3))
        #expect(found.isLinear || offset > 0.02, "\(offset)")
        #expect(!found.isLinear || offset < 0.05, "\(offset)")
        guard found.isLinear else { return }
        #expect(abs(found.frequencies[0] - found.frequencies[1]) < 20 && found.frequencies[0] > 800, "\(found.frequencies)")
        #expect(found.thermochemistry?.symmetryNumber == 1)
    }

    /// What cannot be computed is refused before the state is solved.
    @Test(arguments: [
        ["--step", "1"], ["--freeze", "9"], ["--half-width", "1e9"], ["--temperature", "1e-200"], ["--isotope", "1=99"],
        ["--field", "0,0,0.01"],
    ])
    func refusalsComeFirst(options: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nC 0 0 0\nO 0 0 1.13\n", to: "co.xyz")
        for relax in [[], ["--relax"]] {
            let run = try program.run(
                ["frequencies", "co.xyz", "-o", "out", "--method", "hf", "--basis", "STO-3G", "-q"] + options + relax)
            #expect(run.status == 64 && program.names(in: "out").isEmpty, "\(run.status) \(run.error)")
        }
    }

    @Test(arguments: [
        (["--isotope", "1=13"], 64, "whose isotopes here are"), (["--masses", "heavy"], 64, "abundant or average"),
        (["--step", "7"], 64, "0.001 is usual"), (["--freeze", "1-3"], 64, "no atom is left"),
        (["--follow", "--json"], 64, "Leave out --json"),
        (["--method", "b3lyp"], 64, "is a finished run"), (["--charge", "-1"], 64, "has no charge -1"),
        (["--temperature", "0"], 64, "above zero"),
    ])
    func wrongOptionsAreRefused(options: [String], status: Int, text: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0.1\nH 0 0.76 -0.5\nH 0 -0.76 -0.5\n", to: "water.xyz")
        let made = try program.run(
            [
                "compute", "water.xyz", "-c", "0", "--method", "hf", "--basis", "STO-3G", "--search", "none", "--picture", "none",
                "-q",
            ])
        try #require(made.status == 0)
        let run = try program.run(["frequencies", "water.esp"] + options)
        #expect(Int(run.status) == status && run.error.contains(text), "\(run.status) \(run.error)")
    }
}
