import FileFormats
import Foundation
import RunFolders
import Testing
import TestSupport

/// Kinds of wavefunctions and the search of states, from the command line.
@Suite struct StateChoiceTests {
    private func document(_ xyz: String, _ arguments: [String]) throws -> ResultDocument {
        let program = try Program()
        defer { program.remove() }
        try program.write(xyz, to: "molecule.xyz")
        let run = try program.run(["compute", "molecule.xyz", "--json", "-q"] + Program.quick + arguments)
        #expect(run.status == 0, "\(run.error)")
        return try ResultDocument(json: Data(run.output.utf8))
    }

    private static let oxygen = "2\nunits=bohr\nO 0 0 0\nO 0 0 2.282\n"

    /// The state of oxygen is its triplet, the singlets are listed with it.
    @Test func lowestMultiplicityIsFound() throws {
        let expected = try #require(
            try EnergyReference.all(in: "hf-energies.json").first { $0.name == "oxygen" && $0.basis["default"] == "STO-3G" })
        #expect(expected.multiplicity == 3)
        let state = try document(Self.oxygen, ["-c", "0", "--search", "full"]).states[0]
        #expect(state.multiplicity == 3)
        #expect(abs((state.energy ?? 0) - expected.energy) < 1e-7)
        #expect(state.origin == "next multiplicity")
        #expect(state.files["checkpoint"] == "q0_m3.checkpoint")
        #expect(state.alternatives.contains { $0.multiplicity == 1 && $0.energy ?? -.infinity > expected.energy })
        // A multiplicity that was named stays.
        let named = try document(Self.oxygen, ["-c", "0", "-m", "1", "--search", "full"]).states[0]
        #expect(named.multiplicity == 1)
        #expect(named.alternatives.allSatisfy { $0.multiplicity == 1 })
        #expect(try document(Self.oxygen, ["-c", "0", "--search", "none"]).states[0].alternatives.isEmpty)
    }

    /// Water has no room for an electron: its anion is unbound, by both signs.
    @Test func unboundStatesAreFlagged() throws {
        let states = try document(Program.water, ["-c", "0,-1"]).states
        #expect(states[0].unbound == nil)
        #expect(states[1].unbound == [StateRecord.positiveHOMO, StateRecord.negativeAffinity])
    }

    /// Both spins share orbitals: no spin contamination, and an energy above the unrestricted one.
    @Test func restrictedOpenShell() throws {
        let cation = ["-c", "1", "-m", "2"]
        let open = try document(Program.water, cation + ["--reference", "restricted-open", "--gradient"]).states[0]
        let free = try document(Program.water, cation + ["--reference", "unrestricted"]).states[0]
        #expect(open.reference == "restricted-open" && free.reference == "unrestricted")
        #expect(abs(open.spinSquared - 0.75) < 1e-10 && free.spinSquared > 0.7501)
        #expect((open.energy ?? 0) > (free.energy ?? 0) + 1e-5)
        #expect(open.orbitalEnergies.alpha == open.orbitalEnergies.beta)
        #expect(open.gradient?.count == 3)
        #expect(open.stability?.stable == true)
    }

    /// What a killed search has found is not looked for again, unless the method has changed; at the end it leaves nothing behind.
    @Test func killedSearchGoesOn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\ncopper chloride\nCu 0 0 0\nCl 0 0 2.1\nCl 0 0 -2.1\n", to: "cucl2.xyz")
        let arguments = [
            "compute", "cucl2.xyz", "-c", "0", "-m", "2", "--method", "hf", "--basis", "3-21G", "--cube", "none", "--picture",
            "none",
            "--no-report", "-o", "out",
        ]
        _ = try program.run(arguments, signal: SIGKILL, whenThereIs: "out/search.json")
        #expect(program.names(in: "out").contains("search-1.checkpoint"))
        for copy in ["other", "anew"] {
            try FileManager.default.copyItem(
                at: program.folder.appendingPathComponent("out"), to: program.folder.appendingPathComponent(copy))
        }
        let again = try program.run(arguments)
        #expect(again.status == 0 && again.error.contains("restarting the interrupted search"), "\(again.error)")
        #expect(!program.names(in: "out").contains { $0.hasPrefix("search") })
        for options in [["other", "--convergence", "1e-7"], ["anew", "--guess", "atoms"]] {
            let other = try program.run(arguments.dropLast() + options)
            #expect(other.status == 0 && other.error.contains("searching for other SCF solutions"), "\(other.error)")
        }
    }

    /// A kill on the way down from an unstable solution, or in the search: the state is the same, and what was left is still listed.
    @Test(arguments: ["q0_m1.unstable-1.checkpoint", "search.json"]) func unstableSolutionsOutliveAKill(file: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\nstretched\nN 0 0 0\nN 0 0 2.2\n", to: "n2.xyz")
        func arguments(_ folder: String) -> [String] {
            [
                "compute", "n2.xyz", "-c", "0", "-m", "1", "--method", "hf", "--basis", "6-31G(d)", "--cube", "none", "--picture",
                "none",
                "--no-report", "--charges", "mulliken", "--threads", "1", "-q", "--json", "-o", folder,
            ]
        }
        func state(_ run: Program.Outcome) throws -> StateRecord {
            #expect(run.status == 0, "\(run.error)")
            return try #require(try ResultDocument(json: Data(run.output.utf8)).states.first)
        }
        func unstable(_ state: StateRecord) -> [Double] {
            state.alternatives.filter { $0.origin == "unstable" }.compactMap(\.energy).sorted()
        }
        let whole = try state(try program.run(arguments("whole")))
        let killed = try program.run(arguments("killed"), signal: SIGKILL, whenThereIs: "killed/\(file)")
        #expect(killed.status == -SIGKILL)
        // Before the search begins the solutions are written, and said to be preliminary.
        let known = try? ResultDocument(readingFrom: program.folder.appendingPathComponent("killed/result.json").path)
        if file == "search.json" {
            #expect(known?.preliminary == true && known?.states.first?.converged == true)
        } else {
            #expect(!program.names(in: "killed").contains("result.json"))
        }
        let again = try state(try program.run(arguments("killed")))
        #expect(abs((again.energy ?? 0) - (whole.energy ?? 1)) < 1e-8)
        #expect(again.stability?.instabilitiesFollowed == whole.stability?.instabilitiesFollowed)
        #expect(!unstable(whole).isEmpty && unstable(again).count == unstable(whole).count)
        for (a, b) in zip(unstable(again), unstable(whole)) { #expect(abs(a - b) < 1e-6) }
    }

    /// What iterations have gathered is read back: a killed call and the next one do together what one call does.
    @Test func killedIterationsGoOn() throws {
        let program = try Program()
        defer { program.remove() }
        let molecule = Repository.molecules.appendingPathComponent("tcbq.xyz").path
        func arguments(_ folder: String) -> [String] {
            [
                "compute", molecule, "-c", "0", "--basis", "6-31G", "--method", "pbe", "--grid", "coarse", "--stability", "none",
                "--convergence", "1e-9", "--cube", "none", "--picture", "none", "--no-report", "--charges", "mulliken", "-o",
                folder,
            ]
        }
        /// Energies of the iterations of a call.
        func iterations(_ run: Program.Outcome) -> [Double] {
            var energies: [Double] = []
            for line in run.error.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count > 4, words[0] == "0", Int(words[1]) != nil, let energy = Double(words[2]) {
                    energies.append(energy)
                }
            }
            return energies
        }
        let whole = iterations(try program.run(arguments("whole")))
        let killed = try program.run(arguments("killed"), signal: SIGKILL, whenThereIs: "killed/q0_m1.history-2.matrices")
        #expect(killed.status == -SIGKILL)
        let again = iterations(try program.run(arguments("killed")))
        #expect(again.count > 1 && again.count < whole.count - 1, "\(again.count) of \(whole.count)")
        for (a, b) in zip(again, whole.suffix(again.count)) { #expect(abs(a - b) < 1e-8) }
        // Another reference has no use for them.
        for options in [["--reference", "unrestricted"], ["--smearing", "0.01"]] {
            let other = try program.run(arguments("killed") + options + ["--force"])
            #expect(other.status == 0, "\(other.error)")
        }
    }

    /// Matrices of one kind of orbitals are not taken for the other, whichever comes first.
    @Test(arguments: [["unrestricted", "restricted"], ["automatic", "unrestricted"], ["restricted", "unrestricted"]])
    func anotherReferenceAfterAKill(references: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        let molecule = Repository.molecules.appendingPathComponent("tcbq.xyz").path
        let arguments = [
            "compute", molecule, "-c", "0", "--basis", "STO-3G", "--method", "hf", "--search", "none", "--cube", "none",
            "--picture", "none",
            "--no-report", "--charges", "mulliken", "-o", "out", "--reference",
        ]
        let killed = try program.run(
            arguments + [references[0]], signal: SIGKILL, whenThereIs: "out/q0_m1.history-2.matrices")
        #expect(killed.status == -SIGKILL)
        let again = try program.run(arguments + [references[1]])
        #expect(again.status == 0 && again.error.contains("restarting from the"), "\(again.error)")
        #expect(!again.output.contains("to a lower solution") || references[1] != "restricted")
    }

    /// Pulled apart, HCl is a hydrogen and a chlorine atom of opposite spin, as a triplet the same without the warning; HCl has none.
    @Test func radicalPairsAreNamed() throws {
        let program = try Program()
        defer { program.remove() }
        func run(_ length: Double, _ arguments: [String], command: String = "compute") throws -> Program.Outcome {
            try program.write("2\nHCl\nH 0 0 0\nCl 0 0 \(length)\n", to: "hcl.xyz")
            let quick = command == "compute" ? Program.quick : Array(Program.quick.prefix(4)) + ["--max-steps", "1"]
            let run = try program.run([command, "hcl.xyz", "-c", "0", "-o", UUID().uuidString] + quick + arguments)
            #expect(run.status == 0 || command == "optimize", "\(run.error)")
            return run
        }
        let message = "looks like a radical pair (1.00 unpaired electrons on Cl2, 3.50 Angstrom from H1)"
        func flat(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
        let far = try run(3.5, ["-m", "1"])
        #expect(
            flat(far.output).contains(message) && flat(far.output).contains("the recombined isomer was not tried"),
            "\(far.output)")
        #expect(far.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        let state = try #require(try ResultDocument(json: Data(try run(3.5, ["-m", "1", "--json"]).output.utf8)).states.first)
        #expect(state.warnings?.map(\.kind) == ["radical_pair"] && state.warnings?.first?.atoms == [2])
        #expect(abs(state.spinSquared - 1) < 0.05)
        #expect(flat(try run(3.5, ["-m", "1"], command: "optimize").output).contains(message))
        for (length, multiplicity) in [(3.5, "3"), (1.28, "1")] {
            #expect(!(try run(length, ["-m", multiplicity]).output.contains("radical pair")))
        }
    }

    /// Pulled apart, the closed shell of hydrogen has its empty orbital below the filled one.
    @Test func orbitalsOutOfOrderAreNamed() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\nfar apart\nH 0 0 0\nH 0 0 1000\n", to: "h2.xyz")
        let arguments = ["compute", "h2.xyz", "-c", "0", "--stability", "none"] + Program.quick
        let far = try program.run(arguments + ["--reference", "restricted"])
        #expect(far.output.contains("NOT AUFBAU"), "\(far.output) \(far.error)")
        try program.write("2\nbond\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        let near = try program.run(arguments + ["-o", "near"])
        #expect(near.status == 0 && !near.output.contains("NOT AUFBAU"), "\(near.output)")
    }
}
