/// The damping of Becke and Johnson, with the parameters of D3 or D4 for one density functional.
public struct RationalDamping: Sendable, Equatable {
    public let s6: Double
    public let s8: Double
    public let a1: Double
    /// In bohr.
    public let a2: Double
    /// Where they were published.
    public let doi: String

    /// S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011): the damping and the first parameters.
    static let original = "10.1002/jcc.21759"

    public init(s6: Double = 1, s8: Double, a1: Double, a2: Double, doi: String) {
        self.s6 = s6
        self.s8 = s8
        self.a1 = a1
        self.a2 = a2
        self.doi = doi
    }

    /// Factor of a pair's C6, and its derivative with respect to the distance over the distance.
    ///
    /// - Parameter ratio: C8 / C6, in bohr^2.
    func kernel(squaredDistance x: Double, ratio: Double) -> (value: Double, slope: Double) {
        let radius = radius(ratio: ratio)
        let square = radius * radius
        let (x3, square3) = (x * x * x, square * square * square)
        let six = 1 / (x3 + square3)
        let eight = 1 / (x3 * x + square3 * square)
        return (
            s6 * six + s8 * ratio * eight,
            -6 * s6 * x * x * six * six - 8 * s8 * ratio * x3 * eight * eight
        )
    }

    /// The distance below which a pair is damped, in bohr.
    ///
    /// - Parameter ratio: C8 / C6, in bohr^2.
    func radius(ratio: Double) -> Double { a1 * ratio.squareRoot() + a2 }

    /// The published parameters of D3 for a functional; nil where there are none.
    ///
    /// - Parameter names: common names of it, such as `b3lyp`, and names of libxc; the first one that is known counts.
    public static func published(for names: [String]) -> RationalDamping? {
        names.lazy.compactMap { table[$0] }.first
    }

    /// Names of the functionals with published parameters of D3, in alphabetical order.
    public static var knownNames: [String] { table.keys.sorted() }

    /// Those of double hybrids and of composite methods are omitted, and so are those that go by the name of wB97X: they were
    /// made for wB97X-V without its non-local correlation, another functional.
    private static let table: [String: RationalDamping] = {
        let extensive = "10.1039/c0cp02984j"
        let look = "10.1039/c7cp04913g"
        var table: [String: RationalDamping] = [:]
        func add(_ name: String, _ a1: Double, _ s8: Double, _ a2: Double, _ doi: String) {
            table[name] = RationalDamping(s8: s8, a1: a1, a2: a2, doi: doi)
        }
        for (name, a1, s8, a2) in [
            ("hf", 0.3385, 0.9171, 2.8830), ("b3lyp", 0.3981, 1.9889, 4.4211), ("b3lyp5", 0.3981, 1.9889, 4.4211),
            ("blyp", 0.4298, 2.6996, 4.2359), ("bp86", 0.3946, 3.2822, 4.8516), ("pbe", 0.4289, 0.7875, 4.4407),
            ("revpbe", 0.5238, 2.3550, 3.5016), ("pbe0", 0.4145, 1.2177, 4.8593), ("tpss", 0.4535, 1.9435, 4.4752),
            ("tpss0", 0.3768, 1.2576, 4.5865), ("gga_xc_b97_d", 0.5545, 2.2609, 3.2297),
        ] { add(name, a1, s8, a2, original) }
        // L. Goerigk and S. Grimme, Phys. Chem. Chem. Phys. 13, 6670 (2011).
        for (name, a1, s8, a2) in [
            ("b3pw91", 0.4312, 2.8524, 4.4693), ("bhandhlyp", 0.2793, 1.0354, 4.9615), ("camb3lyp", 0.3708, 2.0674, 5.4743),
            ("lcwpbe", 0.3919, 1.8541, 5.0897), ("olyp", 0.5299, 2.6205, 2.8065), ("pbesol", 0.4466, 2.9491, 6.1742),
            ("pw6b95", 0.2076, 0.7257, 6.3750), ("tpssh", 0.4529, 2.2382, 4.6550),
        ] { add(name, a1, s8, a2, extensive) }
        // L. Goerigk, A. Hansen, C. Bauer, S. Ehrlich, A. Najibi and S. Grimme, Phys. Chem. Chem. Phys. 19, 32184 (2017).
        for (name, a1, s8, a2) in [
            ("b1lyp", 0.1986, 2.1167, 5.3875), ("b971", 0.0000, 0.4814, 6.2279), ("b972", 0.0000, 0.9448, 5.4603),
            ("hcth407", 0.0000, 0.6490, 4.8162), ("mn15", 2.0971, 0.7862, 7.5923), ("mpw1pw91", 0.3342, 1.8744, 4.9819),
            ("o3lyp", 0.0963, 1.8171, 5.9940), ("revtpss", 0.4426, 1.4023, 4.4723), ("x3lyp", 0.2022, 1.5744, 5.4184),
        ] { add(name, a1, s8, a2, look) }
        add("hse06", 0.383, 2.310, 5.685, "10.1021/jp501237c")
        add("scan", 0.5380, 0.0000, 5.4200, "10.1103/PhysRevB.94.115144")
        add("r2scan", 0.49484001, 0.78981345, 5.73083694, "10.1063/5.0041008")
        add("m11", 0.0000, 2.8112, 10.1389, "10.1021/acs.jpclett.5b01591")
        return table
    }()
}
