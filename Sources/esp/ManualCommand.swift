import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp manual`: the manual pages, generated from the help texts. Not listed: `make install` calls it.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Writes the manual pages of all commands.", usage: "esp manual <folder>",
        discussion: "Writes esp.1 and a page for each command, such as esp-compute.1, into FOLDER.", shouldDisplay: false)

    @Argument(
        help: ArgumentHelp("Folder for the pages; it is created if it does not exist.", valueName: "folder"),
        completion: .directory)
    var folder: String

    func run() throws {
        try Failure.reporting {
            let target = try OutputFolder(path: folder)
            for command in Self.commands {
                try target.write(Data(ManualPage(command).text.utf8), name: ManualPage.name(command) + ".1")
            }
        }
    }

    /// All commands listed in the help, and their subcommands.
    private static var commands: [any ParsableCommand.Type] {
        func below(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
            [command] + command.configuration.subcommands.filter { $0.configuration.shouldDisplay }.flatMap(below)
        }
        return below(ESPCommand.self)
    }
}

/// A help text in the format of man(7).
struct ManualPage {
    private let command: any ParsableCommand.Type

    init(_ command: any ParsableCommand.Type) { self.command = command }

    /// Such as `esp-basis-list`.
    static func name(_ command: any ParsableCommand.Type) -> String {
        let own = command._commandName
        if command == ESPCommand.self { return own }
        let isTop = ESPCommand.configuration.subcommands.contains { $0 == command }
        return isTop ? "esp-\(own)" : "esp-basis-\(own)"
    }

    var text: String {
        let name = Self.name(command)
        var parts: [(title: String, lines: [String])] = []
        for line in ESPCommand.helpMessage(for: command, columns: 76).split(separator: "\n", omittingEmptySubsequences: false) {
            if let heading = Self.heading(line) {
                parts.append((heading.title, heading.rest.isEmpty ? [] : [heading.rest]))
            } else if !parts.isEmpty {
                parts[parts.count - 1].lines.append(String(line))
            }
        }
        // In the order of manual pages: the name, then the synopsis.
        parts = parts.filter { $0.title == "SYNOPSIS" } + parts.filter { $0.title != "SYNOPSIS" }
        return ".TH \(name.uppercased()) 1 \"\" \"esp \(ProgramVersion.number)\" \"User Commands\"\n.SH NAME\n"
            + Self.escaped("\(name) - \(command.configuration.abstract)") + "\n"
            + parts.map { part in
                ".SH \(part.title)\n.nf\n" + part.lines.map { Self.escaped($0) + "\n" }.joined() + ".fi\n"
            }.joined()
    }

    /// `USAGE: esp ...` and `OPTIONS:` begin sections of a help text.
    private static func heading(_ line: Substring) -> (title: String, rest: String)? {
        guard let match = line.wholeMatch(of: /([A-Z][A-Za-z ]*):( .*)?/) else { return nil }
        let title = String(match.1).uppercased()
        let rest = (match.2.map(String.init) ?? "").trimmingCharacters(in: .whitespaces)
        switch title {
        case "OVERVIEW": return ("DESCRIPTION", rest)
        case "USAGE": return ("SYNOPSIS", rest)
        default: return rest.isEmpty ? (title, "") : nil
        }
    }

    /// Characters with a meaning in roff.
    private static func escaped(_ line: String) -> String {
        let text = line.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
