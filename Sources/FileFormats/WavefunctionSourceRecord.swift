/// The origin of a wavefunction, as stored in `result.json`.
public struct WavefunctionSourceRecord: Codable, Sendable, Equatable {
    /// `fchk` or `molden`.
    public var format: String
    /// Title of the file.
    public var title: String
    /// The conventions in which the orbitals of the file are orthonormal.
    public var convention: String
    /// Largest element of C^T S C - 1 before the orbitals were orthonormalised.
    public var orthonormalityError: Double
    /// Notes for readers of the results.
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
