/// Factors that scale harmonic wavenumbers of one method and basis to measured ones, on average over small molecules. They are shown but
/// never applied.
///
/// I. M. Alecu, J. Zheng, Y. Zhao and D. G. Truhlar, J. Chem. Theory Comput. 6, 2872 (2010), doi 10.1021/ct100326h, and version 5 of the
/// database of these authors.
public struct PublishedScaleFactors: Sendable, Equatable {
    /// For zero-point energies, for true harmonic wavenumbers, and for observed fundamentals.
    public let zeroPoint: Double
    public let harmonic: Double
    public let fundamental: Double

    public static let literature = "I. M. Alecu et al., J. Chem. Theory Comput. 6, 2872 (2010), doi 10.1021/ct100326h"

    /// Nil if nothing was published for this method and basis.
    ///
    /// - Parameters:
    ///   - method: as the program writes it, without a dispersion correction, such as `b3lyp`.
    ///   - basis: as the library names it, in any case; `6-31G(d)` and `6-31G*` are the same.
    public init?(method: String, basis: String) {
        let stars = basis.lowercased().replacing("(d,p)", with: "**").replacing("(d)", with: "*")
        let key = "\(method.lowercased())/\(stars)"
        guard let found = Self.table[key] else { return nil }
        (zeroPoint, harmonic, fundamental) = found
    }

    private static let table: [String: (Double, Double, Double)] = [
        "hf/3-21g": (0.919, 0.932, 0.895),
        "hf/6-31g*": (0.909, 0.922, 0.885),
        "hf/6-31g**": (0.913, 0.926, 0.889),
        "hf/6-31+g*": (0.911, 0.924, 0.887),
        "hf/6-31+g**": (0.915, 0.928, 0.891),
        "hf/6-311g**": (0.920, 0.933, 0.896),
        "b3lyp/6-31g*": (0.977, 0.991, 0.952),
        "b3lyp/6-311++g**": (0.985, 0.998, 0.959),
        "b3lyp/def2-tzvp": (0.985, 0.999, 0.959),
        "b3lyp/aug-cc-pvtz": (0.985, 0.999, 0.959),
        "b3lyp/ma-def2-tzvp": (0.986, 1.000, 0.960),
        "camb3lyp/ma-def2-tzvp": (0.976, 0.990, 0.951),
    ]
}
