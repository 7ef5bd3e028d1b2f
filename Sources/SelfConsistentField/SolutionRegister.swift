import GaussianBasis
import LinearAlgebra

/// The solutions that are known, and where candidates on their way are now: tells which candidates come to where something
/// else is already.
struct SolutionRegister {
    /// Norm of the difference of densities below which they belong to one solution; one moved electron makes 1.4.
    private static let sameDensity = 0.1

    private let overlap: Matrix
    private let known: [Wavefunction]
    private var candidates: [Int: Wavefunction] = [:]

    init(known: [Wavefunction], overlap: Matrix) {
        self.known = known
        self.overlap = overlap
    }

    /// Notes where a candidate is now, unless a known solution or another candidate is there; returns whether one is.
    mutating func isTaken(_ wavefunction: Wavefunction, by candidate: Int) -> Bool {
        candidates[candidate] = nil
        let isTaken = known.contains { isSame($0, wavefunction) } || candidates.values.contains { isSame($0, wavefunction) }
        if !isTaken { candidates[candidate] = wavefunction }
        return isTaken
    }

    /// Whether two wavefunctions of one state, or one of them with its spins exchanged, have nearly the same densities.
    private func isSame(_ a: Wavefunction, _ b: Wavefunction) -> Bool {
        guard a.state == b.state else { return false }
        func distance(_ a: Matrix, _ b: Matrix) -> Double {
            let change = (a - b).times(overlap)
            return max(0, change.dot(change.transposed()))
        }
        let straight = distance(a.alphaDensity, b.alphaDensity) + distance(a.betaDensity, b.betaDensity)
        let crossed = distance(a.alphaDensity, b.betaDensity) + distance(a.betaDensity, b.alphaDensity)
        return min(straight, crossed).squareRoot() < Self.sameDensity
    }
}
