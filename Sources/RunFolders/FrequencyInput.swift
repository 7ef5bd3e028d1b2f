/// How second derivatives are found, and what is made of them.
public struct FrequencyInput: Codable, Sendable, Equatable {
    /// Whether the structure is optimised first, by the criteria of the input's `optimization` (`tight` where a file names none).
    public var relaxes = false
    /// Nil: those that the run has, else analytic ones where there are any.
    public var hessian: HessianMethod?
    /// Of differences: displacement of every coordinate to either side, in bohr; nil: that of the second derivatives that the run has, else `usualStep`.
    public var step: Double?
    /// Atoms that stay where they are, counting from 1: `1,4-6`, or `none`; nil: those of the vibrations that the run has, else none.
    public var frozenAtoms: String?
    /// `abundant` (of the most abundant isotopes) or `average` (standard atomic weights).
    public var masses = "abundant"
    /// As the command line takes them, atoms counting from 1: `1-6=13`.
    public var isotopes: [String] = []
    /// In kelvin.
    public var temperature = 298.15
    /// In pascal.
    public var pressure = 101325.0
    /// Nil: that of the structure.
    public var symmetryNumber: Int?

    /// Half width at half maximum of the bands of the spectrum, in cm-1.
    public var halfWidth = 8.0
    /// Factor on the wavenumbers of the spectrum; the frequencies themselves are never scaled.
    public var scale = 1.0

    /// In bohr: the error of the displacement and that of the gradients are alike.
    public static let usualStep = 0.001

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case relaxes = "relax"
        case hessian, step, masses, isotopes, temperature, pressure, scale
        case frozenAtoms = "frozen_atoms"
        case symmetryNumber = "symmetry_number"
        case halfWidth = "half_width"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.relaxes, into: &relaxes)
        hessian = try values.decodeIfPresent(HessianMethod.self, forKey: .hessian)
        step = try values.decodeIfPresent(Double.self, forKey: .step)
        frozenAtoms = try values.decodeIfPresent(String.self, forKey: .frozenAtoms)
        try values.read(.masses, into: &masses)
        try values.read(.isotopes, into: &isotopes)
        try values.read(.temperature, into: &temperature)
        try values.read(.pressure, into: &pressure)
        symmetryNumber = try values.decodeIfPresent(Int.self, forKey: .symmetryNumber)
        try values.read(.halfWidth, into: &halfWidth)
        try values.read(.scale, into: &scale)
    }
}

/// How second derivatives of the energy are found.
public enum HessianMethod: String, Codable, Sendable, CaseIterable {
    /// With the response of the orbitals.
    case analytic
    /// Central differences of analytic gradients.
    case differences
}
