import RunFolders
import Foundation

/// The content security policy of the page: nothing is loaded, no form is sent, no frame is opened, links keep their meaning, and only
/// scripts and styles with the given hashes are used.
///
/// Content Security Policy Level 3, W3C, https://www.w3.org/TR/CSP3/.
struct PagePolicy {
    /// The whole text of each script element.
    let scripts: [String]
    /// The whole text of each style element.
    let styles: [String]

    var text: String {
        let directives = [
            "default-src 'none'", "img-src data:", "script-src " + Self.sources(scripts), "style-src " + Self.sources(styles),
            "base-uri 'none'", "form-action 'none'",
        ]
        return directives.joined(separator: "; ")
    }

    static func sources(_ texts: [String]) -> String {
        texts.map { "'sha256-\(Data(SHA256.digest(Array($0.utf8))).base64EncodedString())'" }.joined(separator: " ")
    }
}
