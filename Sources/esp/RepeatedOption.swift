import ArgumentParser
import Foundation

/// An option of one value that is given twice. The argument parser takes the last one and ignores the others.
enum RepeatedOption {
    /// What is wrong with the command line; nil if no option is repeated that must not be.
    static func text(arguments: [String]) -> String? {
        let words = OptionWords(arguments.dropFirst()).words
        guard words.count > 1, !words.contains("--help"), !words.contains("-h"), let command = command(arguments),
            let description = try? JSONDecoder().decode(Description.self, from: Data(command._dumpHelp().utf8))
        else { return nil }
        for option in description.command.arguments ?? [] where option.kind == "option" && !option.isRepeating {
            let names = (option.names ?? []).map(\.word)
            let count = words.count(where: names.contains)
            guard count > 1 else { continue }
            return "\(names.joined(separator: " or ")) is given \(count) times, but only one value can be used. Give it once; "
                + "separate the values of a list by commas."
        }
        return nil
    }

    /// The command, or the command within a command, that the first arguments name.
    private static func command(_ arguments: [String]) -> (any ParsableCommand.Type)? {
        var found: (any ParsableCommand.Type)?
        for name in arguments {
            let commands = (found ?? ESPCommand.self).configuration.subcommands
            guard let next = commands.first(where: { $0._commandName == name }) else { break }
            found = next
        }
        return found
    }

    /// What the argument parser tells of a command, as far as it is used here.
    private struct Description: Decodable {
        struct Command: Decodable { let arguments: [Argument]? }
        struct Argument: Decodable {
            let kind: String
            let isRepeating: Bool
            let names: [Name]?
        }
        struct Name: Decodable {
            let kind: String
            let name: String
            var word: String { (kind == "long" ? "--" : "-") + name }
        }
        let command: Command
    }
}
