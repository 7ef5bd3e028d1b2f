import GaussianBasis
import MolecularStructure
import SelfConsistentField

/// Orbitals of an earlier result (`--start-from`), carried over to the basis and structure of this calculation.
struct EarlierOrbitals {
    /// By the index of the state; states that the result does not have are missing.
    let orbitals: [Int: Wavefunction.Orbitals]

    /// - Parameter note: gets a line about what is done.
    init(path: String, basis: AtomicOrbitalBasis, states: [ChargeState], note: (String) -> Void) throws {
        let earlier = try FinishedRun(readingFrom: path)
        var orbitals: [Int: Wavefunction.Orbitals] = [:]
        for (index, state) in states.enumerated() {
            guard let wavefunction = earlier.wavefunctions.first(where: { $0.state == state }) else {
                note("\(path) has no state of charge \(signed(state.charge)) and multiplicity \(state.multiplicity)")
                continue
            }
            do {
                orbitals[index] = try wavefunction.orbitals(projectedOnto: basis)
            } catch let error as ProjectionError {
                throw Failure(.badInput, "\(path) is no start for this calculation: \(error).")
            }
        }
        if !orbitals.isEmpty { note("starting from the orbitals of \(path)") }
        self.orbitals = orbitals
    }
}
