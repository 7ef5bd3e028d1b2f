import LinearAlgebra
import OrbitalResponse

/// The data that extrapolation has collected before an iteration; with them a later calculation takes the same steps.
public struct ExtrapolationHistory: Sendable {
    /// Matrices of one iteration: one per spin.
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

    /// Everything except the matrices. Energies in hartree.
    public struct Record: Sendable, Codable {
        var progress = ProgressWatch.Record()
        var previousEnergy: Double?
        var isNearConvergence = false
        var staysSecondOrder = false
        var smearing = 0.0
        /// Of the unstable solution from which the last descent started.
        var unstableEnergy: Double?
        /// Whether the whole descent from it used Newton's method.
        var hasDescended = false
        /// Fock builds and products so far.
        package var iteration = 0
        /// Of the previous iteration.
        var energyChange: Double?
        /// The required orbital gradient while the soft mode of a stable solution is being converged; nil before.
        var settledGradient: Double?
        /// The stability found for the solution whose soft mode is being converged.
        var stability: Stability?
        /// Of a solution: whether Newton's method found it.
        var convergedByNewton = false
        /// State of Newton's method; nil while extrapolation is used.
        var newton: Newton?

        /// Newton's method at the point of an accepted step.
        struct Newton: Sendable, Codable {
            var radius: Double
            /// Rotations with which the search for directions starts.
            var seeds: [OrbitalRotation]
            /// Whether extrapolation takes over from here.
            var handsBack = false
        }
    }

    /// A solution to whose energy the descent from it has returned: no further descent from it is needed.
    public static func ofDegenerateSolution(energy: Double) -> ExtrapolationHistory {
        ExtrapolationHistory(samples: [], record: Record(isNearConvergence: true, unstableEnergy: energy, hasDescended: true))
    }

    /// Orbitals that are evaluated on the grid of the calculation from the beginning, without earlier iterations.
    package static var nearConvergence: ExtrapolationHistory {
        ExtrapolationHistory(samples: [], record: Record(isNearConvergence: true))
    }

    /// The oldest first.
    public let samples: [Sample]
    public let record: Record

    public init(samples: [Sample], record: Record) {
        self.samples = samples
        self.record = record
    }
}
