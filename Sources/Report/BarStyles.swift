/// The bars of shares as rules of the page's style sheet. The content security policy forbids style attributes, and bars must also be
/// visible without scripts.
enum BarStyles {
    /// Gives every cell with a bar a class for its length.
    ///
    /// - Returns: the rules of these classes.
    static func moved(from sections: inout [Section]) -> String {
        var names: [Double: String] = [:]
        var rules = ""
        func name(_ length: Double) -> String {
            if let name = names[length] { return name }
            let name = "bar-\(names.count + 1)"
            names[length] = name
            rules += ".\(name) { --bar: \(length); }\n"
            return name
        }
        for section in sections.indices {
            for table in sections[section].tables.indices {
                for row in sections[section].tables[table].rows.indices {
                    for cell in sections[section].tables[table].rows[row].cells.indices {
                        guard let length = sections[section].tables[table].rows[row].cells[cell].bar else { continue }
                        sections[section].tables[table].rows[row].cells[cell].look?.append(" " + name(length))
                    }
                }
            }
        }
        return rules
    }
}
