import LinearAlgebra

/// What extrapolation has gathered before an iteration: with it a later calculation takes the same steps.
public struct ExtrapolationHistory: Sendable {
    /// Matrices of one iteration: one a spin.
    public struct Sample: Sendable {
        /// Counted from 1; the same sample keeps its number.
        public let number: Int
        public let fock: [Matrix]
        public let density: [Matrix]

        public init(number: Int, fock: [Matrix], density: [Matrix]) {
            self.number = number
            self.fock = fock
            self.density = density
        }
    }

    /// All but the matrices. Energies in hartree.
    public struct Record: Sendable, Codable {
        var progress = ProgressWatch.Record()
        var previousEnergy: Double?
        var isNearConvergence = false
        var staysSecondOrder = false
        var smearing = 0.0
        /// Of the unstable solution that was left last.
        var unstableEnergy: Double?
    }

    /// The oldest first.
    public let samples: [Sample]
    public let record: Record

    public init(samples: [Sample], record: Record) {
        self.samples = samples
        self.record = record
    }
}
