import DensityFunctionals
import DispersionCorrection
import MolecularStructure
import RunFolders
import SelfConsistentField

/// A dispersion correction, as `--dispersion` names it.
package enum DispersionChoice: String, CaseIterable {
    case none
    case d3bj
    case d4

    /// As reports write it.
    package var title: String {
        switch self {
        case .none: "none"
        case .d3bj: "D3(BJ)"
        case .d4: "D4"
        }
    }

    /// Spellings of Gaussian and other programs are also accepted: GD3BJ, D3(BJ), D3-BJ, D4BJ.
    package init?(spelling text: String) {
        switch text.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "none": self = .none
        case "d3bj", "gd3bj": self = .d3bj
        case "d4", "d4bj": self = .d4
        default: return nil
        }
    }

    package static func parse(_ text: String) throws -> DispersionChoice {
        guard let choice = DispersionChoice(spelling: text) else {
            throw CalculationError.usage("\(missing(text)) write one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    package static func missing(_ text: String) -> String {
        "'\(text)' is not implemented; the corrections for dispersion are D3 with the damping of Becke and Johnson (d3bj) and D4;"
    }
}

/// The combination of `--method` and `--dispersion`: an electronic method, and a dispersion correction.
package struct MethodChoice {
    /// Without the prefix for the reference and without the correction.
    package let electronic: String
    package let dispersion: DispersionChoice
    package let reference: SCFOptions.Reference

    /// - Parameters:
    ///   - method: with or without a correction at its end and a reference at its beginning: `b3lyp`, `B3LYP-D3(BJ)`, `uhf`.
    ///   - option: the value of `--dispersion`; nil if it was not given.
    ///   - referenceOption: the value of `--reference`; nil if it was not given.
    package init(method: String, dispersion option: DispersionChoice?, reference referenceOption: SCFOptions.Reference?) throws {
        let plain = method.lowercased().filter { !$0.isWhitespace }
        let named: DispersionChoice?
        let withReference: String
        if Self.b97d3.contains(plain.filter { $0.isLetter || $0.isNumber }) {
            (withReference, named) = ("gga_xc_b97_d", .d3bj)
        } else if let match = plain.wholeMatch(of: /(.+)-(g?d[2-4](?:-?bj|\(bj\)|-?zero|\(0\)|0)?)/),
            match.1 != "wb97x" || match.2 != "d3"
        {
            guard let found = DispersionChoice(spelling: String(match.2)) else {
                throw CalculationError.badInput(
                    "--method \(method): \(DispersionChoice.missing(String(match.2))) "
                        + "write \(match.1)-d3bj, \(match.1)-d4 or \(match.1).")
            }
            (withReference, named) = (String(match.1), found)
        } else {
            (withReference, named) = (method, nil)
        }
        if let option, let named, option != named {
            throw CalculationError.usage(
                "--method \(method) and --dispersion \(option.rawValue) contradict each other. Keep one of them.")
        }
        dispersion = option ?? named ?? DispersionChoice.none
        let namedReference: SCFOptions.Reference?
        (namedReference, electronic) = try Self.separated(withReference)
        if let referenceOption, let namedReference, referenceOption != namedReference {
            throw CalculationError.usage(
                "--method \(method) and --reference \(referenceOption.rawValue) contradict each other. Keep one of them.")
        }
        reference = namedReference ?? referenceOption ?? .automatic
    }

    /// Whether there is no density functional.
    package var isHartreeFock: Bool { Self.hartreeFock.contains(electronic.lowercased().filter { !$0.isWhitespace }) }

    /// Names of Hartree-Fock theory other than `hf`.
    package static let hartreeFock: Set<String> = ["hf", "hartree-fock"]

    /// The name of a method without the letters that set the reference, as in `rhf`, `ub3lyp` and `robp86`. A name that is itself a method,
    /// such as `rpbe`, `revpbe` or `r2scan`, has no such letters; nor does a name that libxc knows as part of a functional (`rscan`).
    private static func separated(_ text: String) throws -> (SCFOptions.Reference?, String) {
        let name = text.lowercased().filter { !$0.isWhitespace }
        let prefixes: [(String, SCFOptions.Reference)] = [("r", .restricted), ("ro", .restrictedOpen), ("u", .unrestricted)]
        if isMethod(name) || DensityFunctional.isNameInLibxc(name) { return (nil, text) }
        for (prefix, reference) in prefixes where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            if isMethod(rest) { return (reference, rest) }
            if ["ks", "dft"].contains(rest) {
                throw CalculationError.badInput(
                    "--method \(text) names no functional. Write \(prefix) before one, such as \(prefix)b3lyp, or take "
                        + "--reference \(reference.rawValue).")
            }
        }
        return (nil, text)
    }

    private static func isMethod(_ name: String) -> Bool {
        hartreeFock.contains(name) || (try? DensityFunctional(named: name)) != nil
    }

    /// The functional B97-D with D3(BJ), as ORCA, Gaussian and Psi4 call it.
    private static let b97d3: Set<String> = ["b97d3", "b97d3bj", "b97dd3bj"]

    /// The correction with the parameters for a functional; nil if none is requested.
    ///
    /// - Parameters:
    ///   - functional: name for messages.
    ///   - names: names under which its parameters may be known.
    package func correction(functional: String, names: [String]) throws -> DispersionModel? {
        switch dispersion {
        case .none: return nil
        case .d3bj:
            if let damping = RationalDamping.published(for: names) { return .d3(D3Dispersion(damping: damping)) }
            let note =
                names.contains("wb97x")
                ? " (those that bear its name were made for another functional, wB97X-V without its non-local correlation)" : ""
            throw missingParameters(of: functional + note, known: RationalDamping.knownNames)
        case .d4:
            if let damping = RationalDamping.publishedForD4(for: names) { return .d4(D4Dispersion(damping: damping)) }
            throw missingParameters(of: functional, known: RationalDamping.knownNamesForD4)
        }
    }

    private func missingParameters(of functional: String, known: [String]) -> CalculationError {
        CalculationError.badInput(
            "there are no published parameters of \(dispersion.title) for \(functional). Take --dispersion none, or one of "
                + known.joined(separator: ", ") + ".")
    }
}
