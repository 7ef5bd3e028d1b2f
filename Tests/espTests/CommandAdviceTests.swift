import Foundation
import Testing

/// What the program says of a command line that cannot be meant.
@Suite struct CommandAdviceTests {
    private func outcome(_ arguments: [String], _ files: [String: String] = ["water.xyz": Program.water]) throws
        -> Program.Outcome
    {
        let program = try Program()
        defer { program.remove() }
        for (name, text) in files { try program.write(text, to: name) }
        return try program.run(arguments)
    }

    @Test(arguments: [
        (["comput", "water.xyz"], "Did you mean 'compute'?"), (["Optimise", "water.xyz"], "Did you mean 'optimize'?"),
        (["water.xyz"], "esp compute water.xyz"), (["a b.xyz", "-c", "0"], "esp compute 'a b.xyz'"),
        (["orca.molden.gz"], "esp analyze orca.molden.gz"), (["input.json"], "esp run input.json"),
        (["frobnicate"], "there is no command 'frobnicate'"),
        (["compute", "water.xyz", "--bassis", "x"], "Did you mean '--basis'?"),
        (["compute"], "missing argument '<file> ...'\n  "),
        (["compute", "water.xyz", "--threads", "many"], "'many' is invalid for '--threads <n>'\n  --threads <n>"),
        (["compute", "water.xyz", "--search", "ful"], "for '--search <full|lowest|none>'\n  Write 'full', 'lowest' or 'none'."),
        (["compute", "water.xyz", "-c", "0", "--charge", "-1"], "--charge or -c is given 2 times"),
        (["optimize", "water.xyz", "--method=hf", "--method", "pbe"], "--method is given 2 times"),
        (["compute", "water.xyz", "-qc", "0", "-c", "-1"], "--charge or -c is given 2 times"),
        (["basis", "show", "STO-3G", "--elements", "H", "--elements", "O"], "is given 2 times"),
        (["picture", "run", "--show", "spin", "--scale", "-0.05,0.05"], "--scale is for pictures of the potential"),
        (["account", "run", "--format", "csv", "--scheme", "npa"], "--scheme chooses tables of text"),
        (["charges", "run", "--scheme", "npa", "--mk-radius", "O=1.4"], "--mk-radius has no effect without"),
        (["export", "run", "--format", "fchk", "--cube", "esp"], "belong to --format cube"),
        (["fukui", "run", "--cube-spacing", "0.3"], "--cube-spacing belongs to --cube"),
        (["compute", "water.xyz", "--resp-constraint", "1=0"], "--resp-constraint has no effect without"),
    ])
    func isTold(arguments: [String], text: String) throws {
        let run = try outcome(arguments)
        #expect(run.status == 64 && run.error.hasPrefix("esp: error: ") && run.error.contains(text), "\(run.error)")
        #expect(run.output.isEmpty)
        // What is wrong on the first line, the rest indented.
        let lines = run.error.split(separator: "\n")
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") } && lines.first?.hasSuffix(".") == false, "\(run.error)")
    }

    /// A value that begins with a minus sign is the option's.
    @Test(arguments: [
        ["picture", "nowhere", "--scale", "-0.05,0.05"], ["picture", "nowhere", "--view", "-30,20,0"],
        ["orbitals", "nowhere", "--range", "-12,3"],
    ])
    func negativeValuesAreValues(arguments: [String]) throws {
        let run = try outcome(arguments)
        #expect(run.status == 66 && run.error.contains("nowhere"), "\(run.error)")
    }

    /// Not a number of a list is no number left out.
    @Test(arguments: [
        ["orbitals", "x", "--range", "-12,foo,3"], ["picture", "x", "--scale", "-0.05,x,0.05"],
        ["picture", "x", "--view", "30,abc,20,0"],
        ["picture", "x", "--scale", "0,0x10"], ["gradient", "x.xyz", "--field", "0,,0"],
    ])
    func listsAreRead(arguments: [String]) throws { #expect(try outcome(arguments).status == 64) }

    /// Every command tells the defaults that it has itself.
    @Test func helpNamesOwnDefaults() throws {
        let words = { (text: String) in text.split { $0.isWhitespace }.joined(separator: " ") }
        for command in ["optimize", "gradient"] {
            let help = words(try outcome(["help", command]).output)
            #expect(help.contains("(default: that of the file, else 0)"), "\(help)")
            // Where atoms move, a search, another guess and a field are refused, and not offered.
            let isMoving = command == "optimize"
            #expect(help.contains("or none (default: none)") != isMoving && help.contains("--field") != isMoving)
            #expect(help.contains("--guess") != isMoving)
            #expect(!help.contains("two electrons more"))
        }
        #expect(words(try outcome(["help", "compute"]).output).contains("one and two electrons more"))
    }

    /// Values of options are part of the completion scripts; basis sets and members of lists are asked of the program.
    @Test(arguments: ["bash", "zsh", "fish"]) func valuesComplete(shell: String) throws {
        let script = try outcome(["--generate-completion-script", shell]).output
        for value in ["ultrafine", "camb3lyp", "d3bj", "red-negative", "verytight"] {
            #expect(script.contains(value), "\(value)")
        }
        for option in ["charges", "basis", "basis-for", "show"] {
            #expect(script.contains("---completion \(option == "show" ? "picture" : "compute") -- --\(option) "), "\(option)")
        }
        let program = try Program()
        defer { program.remove() }
        for (option, word, expected) in [
            ("charges", "hirsh", "hirshfeld_i"), ("charges", "mbis,hirsh", "mbis,hirshfeld_i"), ("basis", "def2", "def2-TZVP"),
            ("basis-for", "Nb=def2", "Nb=def2-SVP"), ("cube", "esp,diff", "esp,difference"),
        ] {
            let words = [
                "---completion", "compute", "--", "--\(option)", "3", "\(word.utf8.count)", "esp", "compute", "--\(option)", word,
            ]
            let answer = try program.run(words, through: "export SAP_SHELL=\(shell)").output
            #expect(answer.split(separator: "\n").contains { $0.hasPrefix(expected) }, "\(option) \(word): \(answer)")
        }
    }
}
