import Foundation

/// Numbers as the page and pictures print them, with a true minus sign.
package enum NumberText {
    package static let minus = "\u{2212}"

    /// Numbers that round to zero have no sign.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        let text = String(format: "%.\(digits)f", abs(value))
        let isZero = text.allSatisfy { "0.".contains($0) }
        return value < 0 && !isZero ? minus + text : text
    }

    /// With a plus sign, for changes.
    package static func signed(_ value: Double, _ digits: Int) -> String {
        let text = fixed(value, digits)
        return text.hasPrefix(minus) || text.allSatisfy { "0.".contains($0) } ? text : "+" + text
    }

    package static func charge(_ charge: Int) -> String {
        charge == 0 ? "0" : (charge < 0 ? minus : "+") + "\(abs(charge))"
    }

    /// Names of multiplicities.
    package static func multiplicity(_ multiplicity: Int) -> String {
        let names = ["singlet", "doublet", "triplet", "quartet", "quintet", "sextet", "septet", "octet"]
        return names.indices.contains(multiplicity - 1) ? names[multiplicity - 1] : "2S+1 = \(multiplicity)"
    }
}
