import FileFormats

/// How second derivatives are computed, and the settings of the vibrational analysis.
public struct FrequencyInput: Codable, Sendable, Equatable {
    /// Whether the structure is optimised first, by the criteria of the input's `optimization` (`tight` where a file names none).
    public var relaxes = false
    /// Nil: those that the run has, else analytic ones where there are any.
    public var hessian: HessianMethod?
    /// Displacement of every coordinate to either side, for differences, in bohr; nil: that of existing second derivatives of the run,
    /// otherwise `usualStep`.
    public var step: Double?
    /// Whether analytic second derivatives include the response of grid points and weights. Differences always do.
    public var includesGridResponse = false
    /// Frozen atoms, counted from 1: `1,4-6`, or `none`; nil: those of existing vibrations of the run, otherwise none.
    public var frozenAtoms: String?
    /// `abundant` (of the most abundant isotopes) or `average` (standard atomic weights).
    public var masses = "abundant"
    /// In the form of the command line, with atoms counted from 1: `1-6=13`.
    public var isotopes: [String] = []
    /// In kelvin.
    public var temperature = 298.15
    /// In pascal.
    public var pressure = 101325.0
    /// Nil: derived from the structure.
    public var symmetryNumber: Int?

    /// Half width at half maximum of the bands of the spectrum, in cm-1.
    public var halfWidth = 8.0
    /// Factor on the wavenumbers of the spectrum; the frequencies themselves are never scaled.
    public var scale = 1.0

    /// Drawn below the spectrum; nil: that of existing vibrations of the run, if any.
    public var measured: MeasuredSpectrum?

    /// In bohr: errors from the displacement and from the gradients are of similar size.
    public static let usualStep = 0.001

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case relaxes = "relax"
        case hessian, step, masses, isotopes, temperature, pressure, scale, measured
        case includesGridResponse = "grid_response"
        case frozenAtoms = "frozen_atoms"
        case symmetryNumber = "symmetry_number"
        case halfWidth = "half_width"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.values(of: CodingKeys.self)
        try values.read(.relaxes, into: &relaxes)
        hessian = try values.decodeIfPresent(HessianMethod.self, forKey: .hessian)
        step = try values.decodeIfPresent(Double.self, forKey: .step)
        try values.read(.includesGridResponse, into: &includesGridResponse)
        frozenAtoms = try values.decodeIfPresent(String.self, forKey: .frozenAtoms)
        try values.read(.masses, into: &masses)
        try values.read(.isotopes, into: &isotopes)
        try values.read(.temperature, into: &temperature)
        try values.read(.pressure, into: &pressure)
        symmetryNumber = try values.decodeIfPresent(Int.self, forKey: .symmetryNumber)
        try values.read(.halfWidth, into: &halfWidth)
        try values.read(.scale, into: &scale)
        measured = try values.decodeIfPresent(MeasuredSpectrum.self, forKey: .measured)
    }
}

/// How second derivatives of the energy are computed.
public enum HessianMethod: String, Codable, Sendable, CaseIterable {
    /// Including the response of the orbitals.
    case analytic
    /// Central differences of analytic gradients.
    case differences
}
