/// Names of methods as papers write them.
public enum MethodTitle {
    /// `B3LYP-D4` for `b3lyp-d4`; names of libxc and unknown names are unchanged.
    public static func text(_ method: String) -> String {
        let (name, correction) = parts(method)
        let plain = name.lowercased().filter { $0 != "-" && $0 != " " }
        if let title = titles[plain] { return title + correction }
        // Acronyms; names of libxc have underscores.
        let isAcronym = plain.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } && (2...9).contains(plain.count)
        return (isAcronym ? name.uppercased() : name) + correction
    }

    /// A method without its dispersion correction, and the correction as papers write it: `b3lyp` and `-D4` for `b3lyp-d4`.
    public static func parts(_ method: String) -> (plain: String, correction: String) {
        for (suffix, title) in [("-d3bj", "-D3(BJ)"), ("-d4", "-D4")] where method.lowercased().hasSuffix(suffix) {
            return (String(method.dropLast(suffix.count)), title)
        }
        return (method, "")
    }

    /// Names that are not all capitals.
    private static let titles: [String: String] = [
        "revpbe": "revPBE", "pbesol": "PBEsol", "hcth407": "HCTH/407", "pbeh": "PBE0", "b971": "B97-1", "b972": "B97-2",
        "b973": "B97-3", "bhandh": "BHandH", "bhandhlyp": "BHandHLYP", "mpw1pw91": "mPW1PW91", "mpw1k": "MPW1K",
        "camb3lyp": "CAM-B3LYP", "wb97": "\u{3C9}B97", "wb97x": "\u{3C9}B97X", "lcwpbe": "LC-\u{3C9}PBE",
        "lrcwpbe": "LRC-\u{3C9}PBE", "lrcwpbeh": "LRC-\u{3C9}PBEh", "lcblyp": "LC-BLYP", "revtpss": "revTPSS", "tpssh": "TPSSh",
        "r2scan": "r\u{B2}SCAN", "m06l": "M06-L", "m062x": "M06-2X", "m06hf": "M06-HF", "m052x": "M05-2X", "mn15l": "MN15-L",
        "b3lyp5": "B3LYP5", "spw92": "SPW92",
    ]
}

extension ResultDocument.Model {
    /// The method as papers write it.
    public var methodTitle: String { MethodTitle.text(method) }

    /// `6-31G, LANL2MB on Al and Nb`: the set with the most elements first, then the others with their elements.
    public var basisTitle: String {
        let sets = Dictionary(grouping: basis.keys, by: { basis[$0] ?? "" }).map { (name: $0.key, elements: $0.value.sorted()) }
            .sorted { ($1.elements.count, $0.name) < ($0.elements.count, $1.name) }
        return sets.enumerated().map { index, set in
            let last = set.elements.last ?? ""
            let elements = set.elements.count > 1 ? set.elements.dropLast().joined(separator: ", ") + " and " + last : last
            return index == 0 ? set.name : "\(set.name) on \(elements)"
        }.joined(separator: ", ")
    }

    /// `B3LYP-D4/def2-SVP`, followed by terms added to the Hamiltonian and fitted integrals.
    public var title: String {
        (basis.isEmpty ? methodTitle : "\(methodTitle)/\(basisTitle)") + (specialities.map { ", \($0)" } ?? "")
    }
}

extension OptimizationDocument {
    /// The model as `ResultDocument.Model.title` names it.
    public var modelTitle: String {
        var model = ResultDocument.Model(
            method: method, basis: basis, functionType: "", basisFunctions: 0, basisFingerprint: basisFingerprint, grid: grid,
            references: [], potentialFits: [:])
        (model.terms, model.integrals) = (terms, integrals)
        return model.title
    }
}
