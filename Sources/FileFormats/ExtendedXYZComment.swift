/// The `key=value` pairs of an extended XYZ comment line. Values may be bare or stand in quotes, braces or brackets;
/// words without `=` are skipped, so any free text is a valid comment. A colon does for `=` behind the keys for which it is allowed.
struct ExtendedXYZComment {
    private(set) var values: [(key: String, value: String)] = []

    /// Value of the first pair with this key; keys are compared in lower case.
    subscript(key: String) -> String? { values.first { $0.key == key }?.value }

    init(_ text: String, colonKeys: Set<String> = []) {
        let characters = Array(text)
        var index = 0
        func skipSpaces() { while index < characters.count, characters[index].isWhitespace { index += 1 } }
        while true {
            skipSpaces()
            guard index < characters.count else { return }
            let start = index
            while index < characters.count, Self.isKeyCharacter(characters[index]) { index += 1 }
            let key = String(characters[start..<index]).lowercased()
            let afterKey = index
            skipSpaces()
            guard !key.isEmpty, index < characters.count,
                characters[index] == "=" || (characters[index] == ":" && colonKeys.contains(key))
            else {
                index = max(afterKey, start + 1)
                continue
            }
            index += 1
            skipSpaces()
            values.append((key, Self.value(in: characters, at: &index, endsAtComma: colonKeys.contains(key))))
        }
    }

    private static func isKeyCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }

    private static func value(in characters: [Character], at index: inout Int, endsAtComma: Bool) -> String {
        guard index < characters.count else { return "" }
        let closing: [Character: Character] = ["\"": "\"", "'": "'", "{": "}", "[": "]"]
        if let end = closing[characters[index]], let length = characters[(index + 1)...].firstIndex(of: end) {
            let value = String(characters[(index + 1)..<length])
            index = length + 1
            return value
        }
        let start = index
        func isEnd(_ character: Character) -> Bool {
            character.isWhitespace || (endsAtComma && (character == "," || character == ";"))
        }
        while index < characters.count, !isEnd(characters[index]) { index += 1 }
        // "charge=-1, spin=2" is common: separators at the end belong to the line, not to the value.
        var end = index
        while end > start, characters[end - 1] == "," || characters[end - 1] == ";" { end -= 1 }
        return String(characters[start..<end])
    }
}
