/// The options on a command line: `--charge=0` is `--charge`, and combined short options (`-qc`) are separate ones.
struct OptionWords {
    /// With their hyphens, in order.
    let words: [String]

    /// - Parameter arguments: what follows the command; everything behind `--` is no option.
    init(_ arguments: some Sequence<String>) {
        words = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && Double($0) == nil }.flatMap { word in
            let name = String(word.prefix { $0 != "=" })
            guard !name.hasPrefix("--"), name.count > 2, name.dropFirst().allSatisfy(\.isLetter) else { return [name] }
            return name.dropFirst().map { "-\($0)" }
        }
    }
}
