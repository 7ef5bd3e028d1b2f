import FileFormats

/// A table of the page, as its template reads it.
struct Table {
    struct Head {
        var text: String
        var isNumber: Bool
    }

    struct Cell {
        var text: String
        var isHead = false
        /// The sort key of the cell; nil for texts.
        var key: String?
        /// Classes of the cell.
        var look: String?
        /// Length of its bar, -1...1; `BarStyles` turns it into a class.
        var bar: Double?

        static func head(_ text: String) -> Cell { Cell(text: text, isHead: true) }

        static func text(_ text: String, look: String? = nil) -> Cell { Cell(text: text, look: look) }

        /// An empty cell if there is no value.
        static func number(_ value: Double?, _ digits: Int, isSigned: Bool = false) -> Cell {
            guard let value else { return Cell(text: "", key: nil, look: "number") }
            let text = isSigned ? NumberText.signed(value, digits) : NumberText.fixed(value, digits)
            return Cell(text: text, key: "\(value)", look: "number")
        }

        static func number(_ value: Int) -> Cell { Cell(text: "\(value)", key: "\(value)", look: "number") }

        /// A share of one, with a bar; one half fills it.
        static func share(_ value: Double?) -> Cell {
            guard let value else { return Cell(text: "", key: nil, look: "number") }
            return Cell(text: NumberText.fixed(value, 3), key: "\(value)", look: "number share", bar: min(max(2 * value, -1), 1))
        }
    }

    struct Row {
        var cells: [Cell]
    }

    var caption: String
    /// Identifier of the charge scheme of the table; nil for tables that are always shown.
    var scheme: String?
    var heads: [Head]
    var rows: [Row]
    var note: String?
    /// Stored, since the template engine sees stored properties only.
    let isSortable: Bool

    /// - Parameter heads: titles of the columns; those that begin with `#` are numeric.
    init(_ caption: String, scheme: String? = nil, heads: [String], rows: [[Cell]], note: String? = nil) {
        self.caption = caption
        self.scheme = scheme
        self.heads = heads.map {
            $0.hasPrefix("#") ? Head(text: String($0.dropFirst()), isNumber: true) : Head(text: $0, isNumber: false)
        }
        self.rows = rows.map(Row.init)
        self.note = note
        isSortable = rows.count > 1
    }
}

/// A chapter of the page.
struct Section {
    struct Item {
        var text: String
        /// A DOI.
        var link: String?
    }

    struct List {
        var title: String
        var items: [Item]
    }

    /// Pictures and tables of the normal modes of a state.
    struct Vibrations {
        /// The identifier for the page's scripts.
        var id: String
        var caption: String
        var text: [String]
        /// The spectrum; empty without one.
        var svg: String
        var tables: [Table]
    }

    var title: String
    /// Paragraphs.
    var text: [String] = []
    var vibrations: [Vibrations] = []
    var tables: [Table] = []
    var lists: [List] = []
}
