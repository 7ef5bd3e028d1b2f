import ElectronicStructure
import FileFormats
import GaussianBasis
import MolecularStructure
import RunFolders

/// Orbitals of an earlier result (`--start-from`), transferred to the basis and structure of this calculation.
enum EarlierOrbitals {
    /// One entry per state, nil if the result does not contain it.
    ///
    /// - Parameter note: gets a line about what was done.
    static func read(
        from path: String, basis: AtomicOrbitalBasis, states: [ChargeState], note: (String) -> Void
    ) throws -> [Wavefunction.Orbitals?] {
        let earlier = try FinishedRun(readingFrom: path)
        let orbitals = try states.map { state -> Wavefunction.Orbitals? in
            guard let wavefunction = earlier.wavefunctions.first(where: { $0.state == state }) else {
                note("\(path) has no state of charge \(signed(state.charge)) and multiplicity \(state.multiplicity)")
                return nil
            }
            do {
                return try wavefunction.orbitals(projectedOnto: basis)
            } catch let error as ProjectionError {
                throw CalculationError.badInput("\(path) cannot be used with --start-from: \(error).")
            }
        }
        if orbitals.contains(where: { $0 != nil }) { note("starting from the orbitals of \(path)") }
        return orbitals
    }
}
