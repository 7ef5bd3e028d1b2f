extension RationalDamping {
    /// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122
    /// (2019): D4 and most of its parameters.
    static let originalOfD4 = "10.1063/1.5090222"

    /// The published parameters of D4 with its three-body term for a functional; nil where there are none.
    ///
    /// - Parameter names: common names of it, such as `b3lyp`, and names of libxc; the first one that is known counts.
    public static func publishedForD4(for names: [String]) -> RationalDamping? {
        names.lazy.compactMap { d4[$0] }.first
    }

    /// Names of the functionals with published parameters of D4, in alphabetical order.
    public static var knownNamesForD4: [String] { d4.keys.sorted() }

    /// Those of double hybrids and of composite methods are omitted, those that no publication has, and those of functionals
    /// that are not surely the one of that name here. Those of wB97X are for the functional of 2008 (J.-D. Chai and
    /// M. Head-Gordon, J. Chem. Phys. 128, 084106, doi 10.1063/1.2834918), not for wB97X-V without its non-local correlation,
    /// which goes by the name of wB97X-D4 elsewhere.
    private static let d4: [String: RationalDamping] = {
        var table: [String: RationalDamping] = [:]
        func add(_ name: String, _ s8: Double, _ a1: Double, _ a2: Double, _ doi: String) {
            table[name] = RationalDamping(s8: s8, a1: a1, a2: a2, doi: doi)
        }
        for (name, s8, a1, a2) in [
            ("hf", 1.61679827, 0.44959224, 3.35743605), ("b3lyp", 2.02929367, 0.40868035, 4.53807137),
            ("b3lyp5", 2.02929367, 0.40868035, 4.53807137), ("b1lyp", 1.98553711, 0.39309040, 4.55465145),
            ("blyp", 2.34076671, 0.44488865, 4.09330090), ("bp86", 3.35497927, 0.43645861, 4.92406854),
            ("bpw91", 3.24571506, 0.50050454, 4.12346483), ("pbe", 0.95948085, 0.38574991, 4.80688534),
            ("revpbe", 1.74676530, 0.53634900, 3.07261485), ("rpbe", 1.31183787, 0.46169493, 3.15711757),
            ("pw91", 0.77283111, 0.39581542, 4.93405761), ("olyp", 2.74836820, 0.60184498, 2.53292167),
            ("pbe0", 1.20065498, 0.40085597, 5.02928789), ("b3pw91", 2.88364295, 0.46990860, 4.51641422),
            ("bhandhlyp", 1.65281646, 0.27263660, 5.48634586), ("x3lyp", 1.54701429, 0.20318443, 5.61852648),
            ("o3lyp", 1.75762508, 0.10348980, 6.16233282), ("mpw1pw91", 1.80841716, 0.42961819, 4.68892341),
            ("pw6b95", -0.31926054, 0.04142919, 5.84655608), ("tpss", 1.76596355, 0.42822303, 4.54257102),
            ("revtpss", 1.53089454, 0.44880597, 4.64042317), ("tpssh", 1.85897750, 0.44286966, 4.60230534),
            ("tpss0", 1.62438102, 0.40329022, 4.80537871), ("scan", 1.46126056, 0.62930855, 6.31284039),
            ("m06", 0.16366729, 0.53456413, 6.06192174), ("m06l", 0.59493760, 0.71422359, 6.35314182),
            ("camb3lyp", 1.66041301, 0.40267156, 5.17432195), ("wb97", 6.55792598, 0.76666802, 8.36027334),
            ("wb97x", -0.07519516, 0.45094893, 6.78425255),
        ] { add(name, s8, a1, a2, originalOfD4) }
        // S. Ehlert, U. Huniar, J. Ning, J. W. Furness, J. Sun, A. D. Kaplan, J. P. Perdew and J. G. Brandenburg,
        // J. Chem. Phys. 154, 061101 (2021).
        add("r2scan", 0.60187490, 0.51559235, 5.77342911, "10.1063/5.0041008")
        return table
    }()
}
