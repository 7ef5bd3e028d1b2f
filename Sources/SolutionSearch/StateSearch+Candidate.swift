import GaussianBasis
import MolecularStructure
import SelfConsistentField

extension StateSearch {
    /// A candidate for another solution and its current state: the data needed to restart a search.
    public struct Candidate: Sendable {
        public enum Phase: String, Sendable, Codable, CaseIterable {
            /// Is converged loosely.
            case explored
            /// Close above the known solution: is converged loosely, and instabilities are followed.
            case followed
            /// As low as the known solution: is converged fully.
            case refined
            /// Was as low as the known solution, and ended unconverged; a restarted search only evaluates it again.
            case ended
            /// Loosely converged, and not continued.
            case listed
            /// Far above the known solution, not converged, and not continued.
            case givenUp
            /// Converged to a known solution or to another candidate.
            case dropped

            var isListed: Bool { self == .listed || self == .givenUp }
        }

        /// Has the charge of the known solution from which it started.
        public let state: ChargeState
        /// The origin of its initial orbitals.
        public let origin: String
        /// The current orbitals in the current phase.
        public var start: StartingOrbitals
        public var phase: Phase
        /// The round in which it was created, counted from 1.
        public var round: Int
        /// Fock builds and products of the orbital Hessian in its finished phases.
        public var builds: Int
        /// Whether the candidate was ended because the builds of its round were used up.
        public var isUndecided: Bool

        public init(
            state: ChargeState, origin: String, start: StartingOrbitals, phase: Phase = .explored, round: Int = 1,
            builds: Int = 0,
            isUndecided: Bool = false
        ) {
            self.round = round
            self.builds = builds
            self.isUndecided = isUndecided
            self.state = state
            self.origin = origin
            self.start = start
            self.phase = phase
        }

        func inRound(_ round: Int) -> Candidate {
            var result = self
            result.round = round
            return result
        }

        init(state: ChargeState, origin: String, orbitals: Wavefunction.Orbitals) {
            self.init(state: state, origin: origin, start: StartingOrbitals(orbitals))
        }
    }
}
