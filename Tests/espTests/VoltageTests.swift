import Foundation
import TestSupport
import Testing

/// `esp voltage`: potentials of computed files and of finished runs, calibration, refusals.
@Suite struct VoltageTests {
    private static let oxygen = "2\n\nO 0 0 0\nO 0 0 1.25\n"
    private static let model = ["--method", "hf", "--basis", "6-31G", "--search", "none", "--threads", "1"]
    private static let hartree = 27.211386245981

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func steps(_ text: String) throws -> [[String: Any]] {
        let molecules = try #require(try json(text)["molecules"] as? [[String: Any]])
        return try #require(molecules[0]["steps"] as? [[String: Any]])
    }

    private func value(_ step: [String: Any], _ key: String) throws -> Double {
        let potential = try #require(step[key] as? [String: Any])
        return try #require(potential["value"] as? Double)
    }

    /// Vertical: the energies of PySCF. Adiabatic: those of separate optimisations, whose folders give the same potential.
    @Test func potentialsOfOxygen() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.oxygen, to: "o2.xyz")
        let options = ["--reduce", "1", "-m", "3,2", "--format", "json", "--quiet"] + Self.model
        let outcome = try program.run(["voltage", "o2.xyz"] + options)
        #expect(outcome.status == 0, "\(outcome.error)")
        let reference = try json(
            String(contentsOf: Repository.references.appendingPathComponent("voltage.json"), encoding: .utf8))
        let energies = try #require((reference["energies"] as? [String: Any])?["O2 UHF/6-31G"] as? [String: Double])
        let (neutral, anion) = (try #require(energies["0"]), try #require(energies["-1"]))
        let change = anion - neutral
        let step = try steps(outcome.output)[0]
        let adiabatic = try value(step, "adiabatic")
        let unrelaxed = try program.run(["voltage", "o2.xyz", "--vertical", "-o", "vertical.esp"] + options)
        #expect(unrelaxed.status == 0, "\(unrelaxed.error)")
        let vertical = try value(steps(unrelaxed.output)[0], "vertical")
        #expect(abs(vertical - (-change * Self.hartree - 1.241)) < 1e-5)
        var relaxed: [Double] = []
        for (charge, multiplicity) in [("0", "3"), ("-1", "2")] {
            let name = charge == "0" ? "o2.opt" : "o2_q-1.opt"
            let run = try program.run(
                [
                    "optimize", "o2.xyz", "-c", charge, "-m", multiplicity, "--method", "hf", "--basis", "6-31G", "--threads",
                    "1", "-q", "-o", name,
                ])
            #expect(run.status == 0, "\(run.error)")
            let document = try json(
                String(contentsOf: program.folder.appendingPathComponent("\(name)/result.json"), encoding: .utf8))
            let states = try #require(document["states"] as? [[String: Any]])
            relaxed.append(try #require(states[0]["energy"] as? Double))
        }
        let expected = (relaxed[0] - relaxed[1]) * Self.hartree - 1.241
        #expect(abs(adiabatic - expected) < 1e-4)
        let folders = try program.run(["voltage", "o2.opt", "o2_q-1.opt", "--format", "json", "--reference", "she"])
        #expect(folders.status == 0, "\(folders.error)")
        // 3.040 V lower against SHE.
        let hydrogen = try value(steps(folders.output)[0], "adiabatic")
        #expect(abs(hydrogen - (expected - 3.040)) < 1e-6)
        let text = try program.run(["voltage", "o2.opt", "o2_q-1.opt"])
        #expect(text.output.contains("against Li+/Li") && text.output.contains("IUPAC") && text.output.contains("in vacuum"))
        let missing = try program.run(["voltage", "o2.opt", "o2_q-1.opt", "--free-energy"])
        #expect(missing.status == 65 && missing.error.contains("esp frequencies o2.opt -c 0"), "\(missing.error)")
        for name in ["o2.opt", "o2_q-1.opt"] {
            let run = try program.run(["frequencies", name, "-q"])
            #expect(run.status == 0, "\(run.error)")
        }
        let free = try program.run(["voltage", "o2.opt", "o2_q-1.opt", "--free-energy", "--format", "json"])
        #expect(free.status == 0, "\(free.error)")
        let gibbs = try ["o2.opt", "o2_q-1.opt"].map { name -> Double in
            let document = try json(
                String(contentsOf: program.folder.appendingPathComponent("\(name)/result.json"), encoding: .utf8))
            let state = try #require((document["states"] as? [[String: Any]])?[0])
            let thermal = try #require((state["vibrations"] as? [String: Any])?["thermochemistry"] as? [String: Any])
            let (energy, gibbs) = (
                try #require(state["energy"] as? Double), try #require(thermal["gibbs_energy_quasi_rigid_rotor"] as? Double)
            )
            return energy + gibbs
        }
        let found = try value(steps(free.output)[0], "adiabatic")
        #expect(abs(found - ((gibbs[0] - gibbs[1]) * Self.hartree - 1.241)) < 1e-9)
    }

    /// A table that lies on a line gives that line back; a plot shows it.
    @Test func calibrationAndPlot() throws {
        let program = try Program()
        defer { program.remove() }
        let molecules = [("o2", "O", "O", 1.25), ("f2", "F", "F", 1.45), ("cl2", "Cl", "Cl", 2.0)]
        for (name, a, b, length) in molecules { try program.write("2\n\n\(a) 0 0 0\n\(b) 0 0 \(length)\n", to: "\(name).xyz") }
        let files = molecules.map { "\($0.0).xyz" }
        let computed = try program.run(
            ["voltage"] + files + ["--vertical", "--reduce", "1", "--format", "csv", "-q", "--reference", "sce"]
                + ["--method", "hf", "--basis", "STO-3G", "--search", "none", "--threads", "1"])
        #expect(computed.status == 0, "\(computed.error)")
        let rows = computed.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let values = try rows.map { try #require(Double($0[6])) }
        #expect(values.count == 3)
        // HF/STO-3G anions of these molecules are unbound.
        let noted = try program.run(["voltage", "f2.esp"])
        #expect(noted.status == 0 && noted.output.contains("may lose its electron"), "\(noted.output)")
        var table = "name,measured,source\n"
        for (molecule, value) in zip(molecules, values) { table += "\(molecule.0),\(0.3 + 0.5 * value),\"a, source\"\n" }
        try program.write(table, to: "measured.csv")
        let outcome = try program.run(
            [
                "voltage", "o2.esp", "f2.esp", "cl2.esp", "--reference", "sce", "--calibrate", "measured.csv", "--plot",
                "plot.svg", "--format", "json",
            ])
        #expect(outcome.status == 0, "\(outcome.error)")
        let calibration = try #require(try json(outcome.output)["calibration"] as? [String: Any])
        let (slope, intercept) = (
            try #require(calibration["slope"] as? Double), try #require(calibration["intercept"] as? Double)
        )
        #expect(abs(slope - 0.5) < 1e-5 && abs(intercept - 0.3) < 1e-5)
        let after = try #require(calibration["after"] as? [String: Double])
        let deviation = try #require(after["mean_absolute"])
        #expect(deviation < 1e-5)
        let plot = try String(contentsOf: program.folder.appendingPathComponent("plot.svg"), encoding: .utf8)
        #expect(plot.hasPrefix("<svg") && plot.contains(">cl2<") && plot.contains("measured potential / V against SCE"))
        // Refusals that need runs.
        try program.write("o2,0.1\nf2,zero\n", to: "bad.csv")
        try program.write("o2,0.1\n", to: "few.csv")
        for (options, status, text) in [
            (["--calibrate", "bad.csv"], 65, "bad.csv, line 2"), (["--calibrate", "few.csv"], 65, "a calibration needs 3"),
            (["--calibrate", "none.csv"], 66, "none.csv"), (["--reference", "fc"], 64, "potential of ferrocene is known in"),
            (["--against", "psi"], 65, "no run has one metal"), (["--against", "carbonyl"], 65, "esp frequencies"),
            (["--against", "psi", "--metal", "Fe9+"], 64, "no such ion"), (["--free-energy"], 65, "were not relaxed"),
        ] as [([String], Int32, String)] {
            let run = try program.run(["voltage", "o2.esp", "f2.esp", "cl2.esp"] + options)
            #expect(run.status == status && run.error.contains(text), "\(options): \(run.status) \(run.error)")
        }
        let given = try program.run(["voltage", "o2.esp", "--absolute", "4.5", "--reference", "fc", "--format", "json"])
        #expect(given.status == 0 && given.output.contains("\"absolute_potential\" : 4.5"), "\(given.output)")
    }

    @Test(
        arguments: [
            (["--reference", "nhe"], 64, "--reference"), (["--absolute", "100"], 64, "--absolute 100"),
            (["--plot", "a.svg"], 64, "--plot draws"), (["--vertical", "--free-energy"], 64, "Leave out --vertical"),
            (["--reduce", "0"], 64, "two states"), (["-c", "0,-1"], 64, "names 2 charges"),
            (["--step", "first"], 64, "--step belongs"),
            (["--max-iterations", "1"], 2, "not converge"),
        ] as [([String], Int32, String)]) func refusals(options: [String], status: Int32, text: String) throws
    {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.oxygen, to: "o2.xyz")
        let run = try program.run(["voltage", "o2.xyz", "-q"] + options + Self.model)
        #expect(run.status == status && run.error.contains(text), "\(run.status) \(run.error)")
        #expect(run.output.isEmpty)
    }

    /// psi from the table of radii, and the line through the potentials; runs of two models are not mixed.
    @Test func potentialsAgainstTheMetal() throws {
        let program = try Program()
        defer { program.remove() }
        let molecules = [
            ("lif", "Li", "F", 1.6, 1 / 0.76), ("nacl", "Na", "Cl", 2.4, 1 / 1.02), ("mgo", "Mg", "O", 1.8, 2 / 0.72),
        ]
        for (name, a, b, length, _) in molecules { try program.write("2\n\n\(a) 0 0 0\n\(b) 0 0 \(length)\n", to: "\(name).xyz") }
        let model = ["--method", "hf", "--search", "none", "--threads", "1", "--vertical", "--reduce", "1", "-q"]
        let run = try program.run(
            ["voltage"] + molecules.map { "\($0.0).xyz" } + model + [
                "--basis", "STO-3G", "--against", "psi", "--plot", "psi.svg",
            ]
                + ["--format", "json"])
        #expect(run.status == 0, "\(run.error)")
        let document = try json(run.output)
        let trend = try #require(document["trend"] as? [String: Any])
        let points = try #require(trend["points"] as? [[String: Any]])
        let found = try points.map { point in
            (try #require(point["x"] as? Double), try #require(point["potential"] as? Double))
        }
        #expect(found.count == 3 && zip(found, molecules).allSatisfy { abs($0.0.0 - $0.1.4) < 1e-9 })
        // The slope by the closed formula.
        let (mx, my) = (found.reduce(0) { $0 + $1.0 } / 3, found.reduce(0) { $0 + $1.1 } / 3)
        let slope = found.reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / found.reduce(0) { $0 + ($1.0 - mx) * ($1.0 - mx) }
        let printed = try #require(trend["slope"] as? Double)
        #expect(abs(printed - slope) < 1e-9)
        let plot = try String(contentsOf: program.folder.appendingPathComponent("psi.svg"), encoding: .utf8)
        #expect(plot.contains("ionic potential psi") && plot.contains("measured in cells") && plot.contains(">mgo<"))
        let text = try program.run(["voltage", "lif.esp", "nacl.esp", "mgo.esp", "--against", "psi"])
        #expect(text.status == 0 && text.output.contains("3.30 to 3.55 V"), "\(text.error)")
        let other = try program.run(["voltage", "lif.xyz", "-o", "other.esp"] + model + ["--basis", "6-31G"])
        #expect(other.status == 0, "\(other.error)")
        let mixed = try program.run(["voltage", "nacl.esp", "mgo.esp", "lif.esp", "other.esp", "--against", "psi"])
        #expect(mixed.status == 65 && mixed.error.contains("different models"), "\(mixed.error)")
    }

    @Test func oneStateHasNoPotential() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let single = try program.run(["compute", "water.xyz"] + Program.quick)
        #expect(single.status == 0)
        let run = try program.run(["voltage", "water.esp"])
        #expect(run.status == 65 && run.error.contains("has one charge state"), "\(run.error)")
        let none = try program.run(["voltage", "nothing.xyz", "-q"])
        #expect(none.status == 66 && none.error.contains("nothing.xyz"))
    }

    /// Electrons are added to the charge that is named.
    @Test func theFirstChargeIsTheNamedOne() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.oxygen, to: "o2.xyz")
        let run = try program.run(
            ["voltage", "o2.xyz", "-c", "1", "--reduce", "2", "-m", "2,3,2", "--vertical", "--format", "json", "-q"] + Self.model)
        #expect(run.status == 0, "\(run.error)")
        let found = try steps(run.output)
        #expect(found.map { $0["from"] as? Int } == [1, 0] && found.map { $0["to"] as? Int } == [0, -1])
    }

    /// Single runs at one structure are vertical states, in whatever order they are named.
    @Test func singleRunsAtOneStructureAreVertical() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.oxygen, to: "o2.xyz")
        for (charge, multiplicity) in [("1", "2"), ("0", "3"), ("-1", "2")] {
            let run = try program.run(
                ["compute", "o2.xyz", "-c", charge, "-m", multiplicity, "-o", "o2_q\(charge).esp", "--picture", "none", "-q"]
                    + ["--no-report", "--charges", "mulliken"] + Self.model)
            #expect(run.status == 0, "\(run.error)")
        }
        let run = try program.run(["voltage", "o2_q1.esp", "o2_q-1.esp", "o2_q0.esp", "--format", "json"])
        #expect(run.status == 0, "\(run.error)")
        let found = try steps(run.output)
        #expect(found.count == 2)
        for step in found { #expect(step["vertical"] is [String: Any] && !(step["adiabatic"] is [String: Any]), "\(step)") }
        let free = try program.run(["voltage", "o2_q1.esp", "o2_q0.esp", "--free-energy"])
        #expect(free.status == 65 && free.error.contains("same structure"), "\(free.error)")
    }
}
