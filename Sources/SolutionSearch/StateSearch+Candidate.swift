import GaussianBasis
import MolecularStructure
import SelfConsistentField

extension StateSearch {
    /// A start that may lead to another solution, and how it stands: what a later search needs to go on with it.
    public struct Candidate: Sendable {
        public enum Phase: String, Sendable, Codable, CaseIterable {
            /// Solved loosely.
            case explored
            /// Near the known solution but above it: solved loosely, instabilities followed.
            case followed
            /// As low as the known solution: solved to the end.
            case refined
            /// Loosely converged, and not continued.
            case listed
            /// Far above the known solution, not converged, and not continued.
            case givenUp
            /// Came to where something else is.
            case dropped

            var isListed: Bool { self == .listed || self == .givenUp }
        }

        /// It has the charge of the known solution that it started from.
        public let state: ChargeState
        /// What it started from.
        public let origin: String
        /// How far it has come in its phase.
        public var start: StartingOrbitals
        public var phase: Phase
        /// In which it was made, counted from 1.
        public var round: Int
        /// Fock builds and products of the orbital Hessian in the phases that it has ended.
        public var builds: Int
        /// Whether it was ended because the builds of its round were used up.
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
