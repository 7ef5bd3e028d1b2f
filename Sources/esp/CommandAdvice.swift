import ArgumentParser
import BasisSets
import FileFormats
import Foundation
import RunFolders

/// What is to be said of a first word that is no command: which one was meant, or which one takes the file.
enum CommandAdvice {
    /// Nil where the first word is a command or an option.
    static func text(arguments: [String]) -> String? {
        let names = ESPCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word = arguments.first, !word.hasPrefix("-"), !names.contains(word) else { return nil }
        if let command = command(for: word) { return "'\(word)' is not a command. Write: esp \(command) \(quoted(word))" }
        var meant = ""
        var least = Int.max
        for name in names {
            let distance = editDistance(name, word.lowercased())
            if distance < least, distance <= max(1, name.count / 3) { (meant, least) = (name, distance) }
        }
        let suggestion = meant.isEmpty ? "" : "Did you mean '\(meant)'? "
        return "there is no command '\(word)'. \(suggestion)'esp --help' lists all commands."
    }

    /// The command that takes a file of this name; nil for what is no file.
    private static func command(for word: String) -> String? {
        let url = URL(fileURLWithPath: word.lowercased().hasSuffix(".gz") ? String(word.dropLast(3)) : word)
        switch url.pathExtension.lowercased() {
        case "xyz", "extxyz": return "compute"
        case "fchk", "fch", "molden", "mwfn", "wfn", "wfx": return "analyze"
        case "json": return "run"
        default:
            let folder = OutputFolder(existing: word)
            if folder.has(OutputFolder.resultName) { return "account" }
            return nil
        }
    }

    /// As a shell reads it.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/+,=:@%".contains($0) }
        return isPlain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
