import FileFormats
import Mustache

/// The templates of the page. Text between two braces is escaped by `ForeignText.markup`: Mustache's own escape works on whole characters,
/// in which a special character may be hidden.
struct PageTemplates {
    private struct Markup: MustacheContentType {
        func escapeText(_ text: String) -> String { ForeignText.markup(text) }
    }

    private static let contentType = "ESP-MARKUP"
    private let library: MustacheLibrary

    /// - Parameter texts: the templates by name.
    init(_ texts: [String: String]) throws {
        MustacheContentTypes.register(Markup(), named: Self.contentType)
        var library = MustacheLibrary()
        // A template included by another one starts with Mustache's own escape again, so every template must select this one.
        for (name, text) in texts { try library.register("{{% CONTENT_TYPE:\(Self.contentType)}}" + text, named: name) }
        self.library = library
    }

    /// Nil if there is no template with this name.
    func render(_ page: Any, with name: String) -> String? { library.render(page, withTemplate: name) }
}
