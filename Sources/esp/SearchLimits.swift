import ArgumentParser
import Calculations

extension TimeText {
    /// The value of `--time`; nil: no limit.
    static func limit(_ text: String?) throws -> Double? {
        guard let text else { return nil }
        guard let seconds = seconds(text) else {
            throw ValidationError("--time: '\(text)' is no time; write 8h, 30min or 90s")
        }
        return seconds
    }
}

extension IsomerLevel {
    /// The value of an option that names a level.
    ///
    /// - Returns: nil for `none`, and `standard` if the option is not given.
    static func option(_ text: String?, _ option: String, default standard: IsomerLevel? = nil) throws -> IsomerLevel? {
        guard let text else { return standard }
        if text.lowercased() == "none" { return nil }
        guard let level = IsomerLevel(text) else {
            throw ValidationError("\(option): '\(text)' is no level; write method/basis, such as pbe-d4/def2-SVP, or none")
        }
        return level
    }
}
