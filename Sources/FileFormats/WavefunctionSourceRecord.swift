/// Where a wavefunction came from, as `result.json` holds it.
public struct WavefunctionSourceRecord: Codable, Sendable, Equatable {
    /// `fchk` or `molden`.
    public var format: String
    /// Title of the file.
    public var title: String
    /// How the numbers of the file had to be read so that the orbitals are orthonormal.
    public var convention: String
    /// Largest element of C^T S C - 1 before the orbitals were orthonormalised.
    public var orthonormalityError: Double
    /// What a reader of the results has to know.
    public var notes: [String]

    public init(format: String, title: String, convention: String, orthonormalityError: Double, notes: [String]) {
        self.format = format
        self.title = title
        self.convention = convention
        self.orthonormalityError = orthonormalityError
        self.notes = notes
    }

    enum CodingKeys: String, CodingKey {
        case format, title, convention, notes
        case orthonormalityError = "orthonormality_error"
    }
}
