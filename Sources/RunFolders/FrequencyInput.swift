/// How second derivatives are found, and what is made of them.
public struct FrequencyInput: Sendable, Equatable {
    /// Displacement of every coordinate to either side, in bohr.
    public var step = 0.001
    /// Atoms that stay where they are, counting from 1: `1,4-6`.
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

    public init() {}
}
