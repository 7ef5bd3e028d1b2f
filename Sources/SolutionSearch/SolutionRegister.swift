import ElectronicStructure
import GaussianBasis
import LinearAlgebra

/// The known solutions, and the current densities of the candidates. Detects candidates that converge to a known solution or to
/// another candidate, or to a symmetry-equivalent one.
struct SolutionRegister {
    /// Norm of the density difference below which two densities belong to the same solution; moving one electron gives 1.4.
    private static let sameDensity = 0.1
    /// Orbital gradient below which a candidate is close enough to a solution for a comparison of its invariants.
    private static let nearSolution = 1e-3
    /// Maximum differences between a solution and its rotated image: of the kinetic energy and nuclear attraction of each spin,
    /// in hartree, and of <S^2>. The former are of first order in the remaining gradient.
    private static let (sameEnergies, sameSpin) = (2e-2, 5e-3)

    private let overlap: Matrix
    private let core: CoreHamiltonian
    /// Maximum difference between the energies of one solution in two orientations, in hartree: the grid does not rotate with the
    /// density.
    private let sameEnergy: Double
    private var known: [Entry] = []
    private var candidates: [Int: Entry] = [:]

    /// The compared properties of a solution or candidate.
    private struct Entry {
        let wavefunction: Wavefunction
        /// Nil if there is no energy for comparison.
        let energy: Double?
        /// Kinetic energy of the alpha and beta electrons, and their attraction to the nuclei.
        let alpha: SIMD2<Double>
        let beta: SIMD2<Double>
        /// Number of electrons of one spin in the space occupied by the other spin.
        let covered: Double
        let isNearSolution: Bool
    }

    /// - Parameter sameEnergy: maximum difference between the energies of one solution in two orientations, in hartree.
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

    /// Registers a known solution.
    ///
    /// - Parameter energy: nil if it cannot be compared with those of candidates.
    mutating func insert(known wavefunction: Wavefunction, energy: Double?) {
        // A solution that is registered again in a later round may now have an energy.
        known = known.filter { !isSame($0.wavefunction, wavefunction) }
        known.append(entry(wavefunction, energy: energy, gradient: 0))
    }

    /// Registers the current density of a candidate unless a known solution or another candidate has the same density. Returns
    /// whether one has.
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

    /// Whether two solutions of one state have the same energy and the same invariants of their densities. Usually, one is then
    /// the image of the other under a symmetry operation of the molecule, such as any rotation of an atom.
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
