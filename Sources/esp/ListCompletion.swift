import ArgumentParser

extension CompletionKind {
    /// Names of which an option takes several, separated by commas.
    static func names(_ names: @autoclosure @escaping @Sendable () -> [String]) -> CompletionKind {
        .custom { _, _, word in completed(word, by: names(), after: ",") }
    }

    /// Names behind `El=`.
    static func assigned(_ names: @autoclosure @escaping @Sendable () -> [String]) -> CompletionKind {
        .custom { _, _, word in word.contains("=") ? completed(word, by: names(), after: "=") : [] }
    }

    /// What is typed, up to the last separator, and every name behind it.
    private static func completed(_ word: String, by names: [String], after separator: Character) -> [String] {
        let head = word.lastIndex(of: separator).map { String(word[...$0]) } ?? ""
        return names.map { head + $0 }
    }
}
