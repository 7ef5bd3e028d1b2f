import RunFolders
import Testing

@testable import Calculations

/// When a state is said not to be the lowest one of its charge.
@Suite struct SolutionWarningTests {
    private func state(
        multiplicity: Int, relativeEnergy: Double, converged: Bool = true, stable: Bool = true, alternatives: [StateRecord] = []
    ) -> StateRecord {
        var record = StateRecord(
            charge: -1, multiplicity: multiplicity, energy: -75, converged: converged, iterations: 1, gridPoints: 0,
            gridElectrons: nil, electrons: 9, energyComponents: nil, orbitalEnergies: .init(alpha: [], beta: []),
            occupiedOrbitals: .init(alpha: 0, beta: 0), gap: nil, dipole: [0, 0, 0], dipoleOrigin: [0, 0, 0], quadrupole: [],
            tracelessQuadrupole: [], spinSquared: 0,
            stability: StabilityRecord(
                stable: stable, internalEigenvalue: stable ? 0.1 : -0.1, externalEigenvalue: nil, instabilitiesFollowed: 0),
            charges: [:], spinPopulations: [:], shellPopulations: [], potentialFits: [:], files: [:], wallSeconds: 0,
            alternatives: alternatives)
        record.relativeEnergy = relativeEnergy
        return record
    }

    private func warning(_ other: StateRecord) -> WarningRecord? {
        WarningRecord(lowerThan: state(multiplicity: 2, relativeEnergy: -0.01, alternatives: [other]))
    }

    @Test func lowerSolutionsAreNamed() throws {
        let unconverged = try #require(warning(state(multiplicity: 4, relativeEnergy: -0.35, converged: false)))
        #expect(unconverged.kind == "lower_solution")
        for text in ["0.340000 Eh lower, with 2S+1 = 4", "did not converge", "--charge -1 --multiplicity 4"] {
            #expect(unconverged.message.contains(text), "\(unconverged.message)")
        }
        let unstable = try #require(warning(state(multiplicity: 2, relativeEnergy: -0.35, stable: false)))
        #expect(unstable.message.contains("the solution there is unstable"), "\(unstable.message)")
        // The same multiplicity again would end in the same state.
        #expect(unstable.message.contains("--second-order") && !unstable.message.contains("--multiplicity"))
    }

    @Test func othersAreNot() {
        #expect(warning(state(multiplicity: 4, relativeEnergy: -0.0105, converged: false)) == nil)
        #expect(warning(state(multiplicity: 4, relativeEnergy: 0.35, converged: false)) == nil)
        var preliminary = state(multiplicity: 4, relativeEnergy: -0.35, converged: false)
        preliminary.preliminary = true
        #expect(warning(preliminary) == nil)
    }
}
