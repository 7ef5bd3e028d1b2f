import ArgumentParser

extension CompletionKind {
    /// Names for an option that takes several, separated by commas.
    static func names(_ names: @autoclosure @escaping @Sendable () -> [String]) -> CompletionKind {
        .custom { _, _, word in completed(word, by: names(), after: ",") }
    }

    /// Names after `El=`.
    static func assigned(_ names: @autoclosure @escaping @Sendable () -> [String]) -> CompletionKind {
        .custom { _, _, word in word.contains("=") ? completed(word, by: names(), after: "=") : [] }
    }

    /// The typed text up to the last separator, followed by every name.
    private static func completed(_ word: String, by names: [String], after separator: Character) -> [String] {
        let head = word.lastIndex(of: separator).map { String(word[...$0]) } ?? ""
        return names.map { head + $0 }
    }
}
