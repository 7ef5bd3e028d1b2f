import LinearAlgebra
import OrbitalResponse

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
        /// Whether that one was left by Newton's method all the way.
        var hasDescended = false
        /// Fock builds and products before.
        package var iteration = 0
        /// Of the iteration before.
        var energyChange: Double?
        /// The orbital gradient to reach, where a stable solution's soft mode is settled; nil before.
        var settledGradient: Double?
        /// What was found about the solution whose soft mode is settled.
        var stability: Stability?
        /// Of a solution: whether Newton's method found it.
        var convergedByNewton = false
        /// What Newton's method goes on with; nil where extrapolation does.
        var newton: Newton?

        /// Newton's method at the point of an accepted step.
        struct Newton: Sendable, Codable {
            var radius: Double
            /// Rotations to look along first.
            var seeds: [OrbitalRotation]
            /// Whether extrapolation takes over from here.
            var handsBack = false
        }
    }

    /// Of a solution to whose energy the descent from it has returned: it need not be left once more.
    public static func ofDegenerateSolution(energy: Double) -> ExtrapolationHistory {
        ExtrapolationHistory(samples: [], record: Record(isNearConvergence: true, unstableEnergy: energy, hasDescended: true))
    }

    /// The oldest first.
    public let samples: [Sample]
    public let record: Record

    public init(samples: [Sample], record: Record) {
        self.samples = samples
        self.record = record
    }
}
