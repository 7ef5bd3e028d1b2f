import CLibxc
import Foundation

extension DensityFunctional {
    /// Common names and the functionals of libxc that they stand for.
    ///
    /// `svwn` is Gaussian's SVWN: Slater exchange and the correlation that Vosko, Wilk and Nusair fitted to the
    /// random-phase approximation ("VWN III" there, `lda_c_vwn_rpa` in libxc). `svwn5` has their fit to quantum Monte
    /// Carlo data instead, which is what most other programs call LDA. `b3lyp` has the former as well, like
    /// Gaussian's; `b3lyp5` the latter.
    public static var aliases: [String: [String]] { FunctionalNames.aliases }

    /// Whether libxc has an exchange or correlation functional with this name (`rscan` for `mgga_x_rscan`), even if the name alone is not a
    /// method here.
    public static func isNameInLibxc(_ name: String) -> Bool {
        let plain = name.lowercased().filter { !$0.isWhitespace && $0 != "-" }
        return ["_x_", "_c_", "_xc_"].contains { part in FunctionalNames.libxcNames.contains { $0.hasSuffix(part + plain) } }
    }
}

/// Common names of functionals.
enum FunctionalNames {
    static let aliases: [String: [String]] = [
        "lda": ["lda_x", "lda_c_vwn"],
        "svwn": ["lda_x", "lda_c_vwn_rpa"],
        "svwn3": ["lda_x", "lda_c_vwn_rpa"],
        "svwn5": ["lda_x", "lda_c_vwn"],
        "spw92": ["lda_x", "lda_c_pw"],
        "pbe": ["gga_x_pbe", "gga_c_pbe"],
        "revpbe": ["gga_x_pbe_r", "gga_c_pbe"],
        "rpbe": ["gga_x_rpbe", "gga_c_pbe"],
        "pbesol": ["gga_x_pbe_sol", "gga_c_pbe_sol"],
        "pw91": ["gga_x_pw91", "gga_c_pw91"],
        "blyp": ["gga_x_b88", "gga_c_lyp"],
        "bp86": ["gga_x_b88", "gga_c_p86"],
        "bpw91": ["gga_x_b88", "gga_c_pw91"],
        "olyp": ["gga_x_optx", "gga_c_lyp"],
        "hcth407": ["gga_xc_hcth_407"],
        "pbe0": ["hyb_gga_xc_pbeh"],
        "pbeh": ["hyb_gga_xc_pbeh"],
        "b3lyp": ["hyb_gga_xc_b3lyp"],
        "b3lyp5": ["hyb_gga_xc_b3lyp5"],
        "b3pw91": ["hyb_gga_xc_b3pw91"],
        "b3p86": ["hyb_gga_xc_b3p86"],
        "x3lyp": ["hyb_gga_xc_x3lyp"],
        "o3lyp": ["hyb_gga_xc_o3lyp"],
        "b1lyp": ["hyb_gga_xc_b1lyp"],
        "b97": ["hyb_gga_xc_b97"],
        "b971": ["hyb_gga_xc_b97_1"],
        "b972": ["hyb_gga_xc_b97_2"],
        "b973": ["hyb_gga_xc_b97_3"],
        "bhandh": ["hyb_gga_xc_bhandh"],
        "bhandhlyp": ["hyb_gga_xc_bhandhlyp"],
        "mpw1pw91": ["hyb_gga_xc_mpw1pw"],
        "mpw1k": ["hyb_gga_xc_mpw1k"],
        "camb3lyp": ["hyb_gga_xc_cam_b3lyp"],
        "wb97": ["hyb_gga_xc_wb97"],
        "wb97x": ["hyb_gga_xc_wb97x"],
        "lcwpbe": ["hyb_gga_xc_lc_wpbe"],
        "lrcwpbe": ["hyb_gga_xc_lrc_wpbe"],
        "lrcwpbeh": ["hyb_gga_xc_lrc_wpbeh"],
        "lcblyp": ["hyb_gga_xc_lc_blyp"],
        "hse03": ["hyb_gga_xc_hse03"],
        "hse06": ["hyb_gga_xc_hse06"],
        "tpss": ["mgga_x_tpss", "mgga_c_tpss"],
        "revtpss": ["mgga_x_revtpss", "mgga_c_revtpss"],
        "tpssh": ["hyb_mgga_xc_tpssh"],
        "tpss0": ["hyb_mgga_xc_tpss0"],
        "scan": ["mgga_x_scan", "mgga_c_scan"],
        "scan0": ["hyb_mgga_x_scan0", "mgga_c_scan"],
        "r2scan": ["mgga_x_r2scan", "mgga_c_r2scan"],
        "m06l": ["mgga_x_m06_l", "mgga_c_m06_l"],
        "m06": ["hyb_mgga_x_m06", "mgga_c_m06"],
        "m062x": ["hyb_mgga_x_m06_2x", "mgga_c_m06_2x"],
        "m06hf": ["hyb_mgga_x_m06_hf", "mgga_c_m06_hf"],
        "m052x": ["hyb_mgga_x_m05_2x", "mgga_c_m05_2x"],
        "m11": ["hyb_mgga_x_m11", "mgga_c_m11"],
        "mn15": ["hyb_mgga_x_mn15", "mgga_c_mn15"],
        "mn15l": ["mgga_x_mn15_l", "mgga_c_mn15_l"],
        "pw6b95": ["hyb_mgga_xc_pw6b95"],
    ]

    /// Well-known functionals that are refused, with the reason: libxc has another spelling, or no separate name for them.
    private static let refused: [String: String] = [
        "b2plyp": doubleHybrid, "mpw2plyp": doubleHybrid, "dsdpbep86": doubleHybrid, "xyg3": doubleHybrid,
        "pwpb95": doubleHybrid, "b2gpplyp": doubleHybrid, "revdsdpbep86": doubleHybrid,
        "wb97xv": nonLocal, "wb97mv": nonLocal, "b97mv": nonLocal, "vv10": nonLocal, "lcvv10": nonLocal, "scanrvv10": nonLocal,
        "wb97x2": doubleHybrid,
        "b97d": dispersion, "wb97xd": ownDispersion("wb97x_d"), "wb97xd3": ownDispersion("wb97x_d3"),
    ]
    private static let doubleHybrid = "double hybrids need second-order perturbation theory, which is not implemented"
    private static let nonLocal = "non-local correlation (VV10) is not implemented"
    private static func ownDispersion(_ name: String) -> String {
        "its dispersion correction is not implemented; hyb_gga_xc_\(name) is the functional without it"
    }
    private static let dispersion =
        "its dispersion correction (D2) is not implemented; gga_xc_b97_d is the functional without it"

    /// Names in libxc of the functionals that a text stands for.
    ///
    /// - Parameter plain: lower case, without blanks.
    static func resolve(_ plain: String, asWritten text: String) throws(DensityFunctionalError) -> [String] {
        let compact = plain.filter { $0 != "-" && $0 != "(" && $0 != ")" }
        if let names = aliases[compact] { return names }
        if let reason = refused[compact] { throw .unsupported(text, reason: reason) }
        let parts = plain.split(whereSeparator: { $0 == "," || $0 == "+" }).map(String.init)
        var names: [String] = []
        for part in parts {
            guard xc_functional_get_number(part) > 0 else {
                throw .unknownName(part, suggestions: suggestions(for: part))
            }
            names.append(part)
        }
        guard !names.isEmpty else { throw .unknownName(text, suggestions: []) }
        return names
    }

    /// Up to four names that are most similar to the given one; none if nothing is close.
    static func suggestions(for name: String) -> [String] {
        let compact = name.filter { $0 != "-" }
        let limit = max(1, compact.count / 3)
        var found: [(distance: Int, name: String)] = []
        for alias in aliases.keys { found.append((editDistance(compact, alias), alias)) }
        for known in libxcNames { found.append((editDistance(name, known), known)) }
        return found.filter { $0.distance <= limit }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(4).map(\.name)
    }

    static var libxcNames: [String] {
        let count = Int(xc_number_of_functionals())
        var numbers = [Int32](repeating: 0, count: count)
        xc_available_functional_numbers(&numbers)
        return numbers.compactMap { number in
            guard let text = xc_functional_get_name(number) else { return nil }
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// Insertions, deletions and replacements that turn one text into the other (Levenshtein).
    static func editDistance(_ first: String, _ second: String) -> Int {
        let a = Array(first.utf8)
        let b = Array(second.utf8)
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
