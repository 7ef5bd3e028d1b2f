/// Second derivatives of the energy and normal modes, for files of other programs. Atomic units unless a name says otherwise.
public struct VibrationExport: Sendable, Equatable {
    /// x, y, z of every atom.
    public var gradient: [Double]
    /// Lower triangle, row by row.
    public var hessian: [Double]
    /// By row, derivatives of x, y and z of the dipole moment by all coordinates.
    public var dipoleDerivatives: [[Double]]
    /// In unified atomic mass units, one per atom.
    public var masses: [Double]
    /// In cm-1; imaginary ones are negative.
    public var frequencies: [Double]
    /// x, y, z of every atom, normalised to 1, not mass-weighted.
    public var modes: [[Double]]
    /// In km/mol.
    public var intensities: [Double]

    public init(
        gradient: [Double], hessian: [Double], dipoleDerivatives: [[Double]], masses: [Double], frequencies: [Double],
        modes: [[Double]], intensities: [Double]
    ) {
        self.gradient = gradient
        self.hessian = hessian
        self.dipoleDerivatives = dipoleDerivatives
        self.masses = masses
        self.frequencies = frequencies
        self.modes = modes
        self.intensities = intensities
    }
}
