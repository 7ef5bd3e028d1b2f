import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Densities of the solutions that are known, and the newest ones of candidates on their way: tells which candidates come to
/// where something else is already.
struct SolutionRegister {
    private struct Entry {
        let state: ChargeState
        let densities: [Matrix]
    }

    /// Norm of the difference of densities below which they belong to one solution; one moved electron makes 1.4.
    private static let sameDensity = 0.1

    private let overlap: Matrix
    private let known: [Entry]
    private var candidates: [Int: Entry] = [:]

    init(known: [SCFResult], overlap: Matrix) {
        self.overlap = overlap
        self.known = known.map {
            Entry(state: $0.wavefunction.state, densities: [$0.wavefunction.alphaDensity, $0.wavefunction.betaDensity])
        }
    }

    /// Notes where a candidate is now, unless a known solution or another candidate is there; returns whether one is.
    mutating func isTaken(_ orbitals: Wavefunction.Orbitals, of state: ChargeState, by candidate: Int) -> Bool {
        let entry = Entry(state: state, densities: Self.spinDensities(orbitals))
        candidates[candidate] = nil
        if known.contains(where: { isSame($0, entry) }) || candidates.values.contains(where: { isSame($0, entry) }) {
            return true
        }
        candidates[candidate] = entry
        return false
    }

    private static func spinDensities(_ orbitals: Wavefunction.Orbitals) -> [Matrix] {
        switch orbitals {
        case .restricted(let both):
            let half = 0.5 * both.density
            return [half, half]
        case .unrestricted(let alpha, let beta): return [alpha.density, beta.density]
        }
    }

    /// Whether two pairs of densities of one state, or one with its spins exchanged, are nearly the same.
    private func isSame(_ first: Entry, _ second: Entry) -> Bool {
        guard first.state == second.state else { return false }
        func distance(_ a: Matrix, _ b: Matrix) -> Double {
            let change = (a - b).times(overlap)
            return max(0, change.dot(change.transposed()))
        }
        let (a, b) = (first.densities, second.densities)
        let straight = distance(a[0], b[0]) + distance(a[1], b[1])
        let crossed = distance(a[0], b[1]) + distance(a[1], b[0])
        return min(straight, crossed).squareRoot() < Self.sameDensity
    }
}
