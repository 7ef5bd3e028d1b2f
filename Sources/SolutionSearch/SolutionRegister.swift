import ElectronicStructure
import GaussianBasis
import LinearAlgebra

/// The solutions that are known, and where candidates on their way are now: tells which candidates come to where something
/// else is already, or to what is the same but for a rotation of the molecule onto itself.
struct SolutionRegister {
    /// Norm of the difference of densities below which they belong to one solution; one moved electron makes 1.4.
    private static let sameDensity = 0.1
    /// Orbital gradient below which a candidate is near enough to a solution for its invariants to be compared.
    private static let nearSolution = 1e-3
    /// Differences between a solution and what it is turned into: of kinetic energy and nuclear attraction of each spin, in hartree,
    /// and of <S^2>. The first ones are of first order in what the gradient has left.
    private static let (sameEnergies, sameSpin) = (2e-2, 5e-3)

    private let overlap: Matrix
    private let core: CoreHamiltonian
    /// Energies of one solution in two orientations differ by less, in hartree: the grid does not turn with the density.
    private let sameEnergy: Double
    private var known: [Entry] = []
    private var candidates: [Int: Entry] = [:]

    /// What is compared of a solution, or of a candidate on its way.
    private struct Entry {
        let wavefunction: Wavefunction
        /// Nil where there is none to compare with.
        let energy: Double?
        /// Kinetic energy of the alpha and of the beta electrons, and their attraction by the nuclei.
        let alpha: SIMD2<Double>
        let beta: SIMD2<Double>
        /// Electrons of one spin that those of the other one cover.
        let covered: Double
        let isNearSolution: Bool
    }

    /// - Parameter sameEnergy: energies of one solution in two orientations differ by less, in hartree.
    init(problem: ElectronicProblem, sameEnergy: Double) {
        overlap = problem.overlap
        core = problem.core
        self.sameEnergy = sameEnergy
    }

    private func entry(_ wavefunction: Wavefunction, energy: Double?, gradient: Double) -> Entry {
        let densities = [wavefunction.alphaDensity, wavefunction.betaDensity]
        let invariants = densities.map { SIMD2(core.kinetic.dot($0), core.nuclearAttraction.dot($0)) }
        return Entry(
            wavefunction: wavefunction, energy: energy, alpha: invariants[0], beta: invariants[1],
            covered: densities[0].times(overlap).dot(overlap.times(densities[1])), isNearSolution: gradient < Self.nearSolution)
    }

    /// Notes a solution that is known.
    ///
    /// - Parameter energy: nil where it cannot be compared with those of candidates.
    mutating func insert(known wavefunction: Wavefunction, energy: Double?) {
        // What is known in another round once more has an energy now.
        known = known.filter { !isSame($0.wavefunction, wavefunction) }
        known.append(entry(wavefunction, energy: energy, gradient: 0))
    }

    /// Notes where a candidate is now, unless a known solution or another candidate is there; returns whether one is.
    ///
    /// - Parameters:
    ///   - energy: of the candidate, on the grid of the known energies.
    ///   - gradient: largest element of its orbital gradient.
    mutating func isTaken(
        _ wavefunction: Wavefunction, energy: Double? = nil, gradient: Double = .infinity, by candidate: Int
    ) -> Bool {
        candidates[candidate] = nil
        let new = entry(wavefunction, energy: energy, gradient: gradient)
        let isTaken = (known + candidates.values).contains { isSame($0.wavefunction, wavefunction) || isTurned($0, new) }
        if !isTaken { candidates[candidate] = new }
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

    /// Whether two solutions of one state have the same energy and the same invariants of their densities: then one is, as a rule, the
    /// other after an operation of the molecule's symmetry, such as any rotation of an atom.
    private func isTurned(_ a: Entry, _ b: Entry) -> Bool {
        guard a.wavefunction.state == b.wavefunction.state, a.isNearSolution, b.isNearSolution, let first = a.energy,
            let second = b.energy, abs(first - second) < sameEnergy, abs(a.covered - b.covered) < Self.sameSpin
        else { return false }
        func isNear(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Bool {
            abs(a.x - b.x) < Self.sameEnergies && abs(a.y - b.y) < Self.sameEnergies
        }
        return isNear(a.alpha, b.alpha) && isNear(a.beta, b.beta)
            || a.wavefunction.state.multiplicity == 1 && isNear(a.alpha, b.beta) && isNear(a.beta, b.alpha)
    }
}
