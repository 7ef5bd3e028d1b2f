import Foundation
import TestSupport
import Testing

/// Command lines in README.md and docs, given to the program itself.
@Suite struct DocumentedCommandsTests {
    struct Line: CustomTestStringConvertible {
        let page: String
        let words: [String]
        var testDescription: String { "\(page): \(words.joined(separator: " "))" }
    }

    /// Pages that also show whole commands within sentences and tables.
    static let pagesWithCommandsInText: Set<String> = ["first-hour.md", "gallery.md", "coming-from.md"]
    static let docs = Repository.root.appendingPathComponent("docs")

    static let commands: [Line] = {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: docs.path)) ?? []).filter { $0.hasSuffix(".md") }
            .sorted()
        return ([Repository.root.appendingPathComponent("README.md")] + names.map { docs.appendingPathComponent($0) }).flatMap(
            commands(of:))
    }()

    /// Options that the tables of coming-from.md name without a command.
    static let options: [Line] = {
        let page = docs.appendingPathComponent("coming-from.md")
        return text(of: page).matches(of: /`(--[^`]+)`/).map { Line(page: page.lastPathComponent, words: words($0.1)) }
    }()

    static func text(of page: URL) -> String { (try? String(contentsOf: page, encoding: .utf8)) ?? "" }

    /// The commands of a page: lines of code that begin with `esp`, and on some pages code within the text.
    static func commands(of page: URL) -> [Line] {
        let name = page.lastPathComponent
        var found: [Substring] = []
        var isFenced = false
        for line in text(of: page).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if let match = line.wholeMatch(of: /(    )?(esp .*)/), isFenced || match.1 != nil {
                found.append(match.2)
            } else if !isFenced, pagesWithCommandsInText.contains(name) {
                // A command without arguments is only its name.
                found += line.matches(of: /`(esp [a-z]+ [^`<]+)`/).map { $0.1 }
            }
        }
        return found.compactMap { command in
            let words = Self.words(command)
            // A list that goes on, and a synopsis with choices, are not for a shell.
            let isSynopsis = words.contains { $0 == "..." || $0.hasPrefix("[") || $0.contains("|") }
            return isSynopsis ? nil : Line(page: name, words: Array(words.dropFirst()))
        }
    }

    /// Splits as a shell does, up to a comment, a pipe or a redirection.
    static func words(_ command: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isWord = false
        var quote: Character?
        scan: for character in command + " " {
            switch character {
            case quote: quote = nil
            case _ where quote != nil: word.append(character)
            case "'", "\"": (quote, isWord) = (character, true)
            case "#" where !isWord, "|" where !isWord, ">" where !isWord: break scan
            case " ":
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
            default:
                word.append(character)
                isWord = true
            }
        }
        return words
    }

    /// In an empty folder a command that can be meant finds its input missing; one with an unknown option or value is refused before.
    private func outcome(_ words: [String]) throws -> Program.Outcome {
        let program = try Program()
        defer { program.remove() }
        return try program.run(words)
    }

    @Test func commandsAreFound() {
        for page in ["README.md", "analysis.md"] + Self.pagesWithCommandsInText.sorted() {
            #expect(Self.commands.contains { $0.page == page }, "\(page)")
        }
        #expect(!Self.options.isEmpty)
        #expect(
            Self.words("esp compute 'a b.xyz' --basis '6-31G*' | less # all") == [
                "esp", "compute", "a b.xyz", "--basis", "6-31G*",
            ])
    }

    @Test(arguments: commands) func commandIsUnderstood(_ line: Line) throws {
        let run = try outcome(line.words)
        #expect(run.status == 66 || run.status == 0, "\(run.error)")
    }

    @Test(arguments: options) func optionIsUnderstood(_ line: Line) throws {
        let isUnderstood = try ["compute", "optimize", "frequencies", "export"].contains {
            try outcome([$0, "nowhere"] + line.words).status == 66
        }
        #expect(isUnderstood)
    }
}
