import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import OrbitalResponse
import SelfConsistentField

extension StateSearch {
    /// Candidates for other solutions, constructed from the current solution of a charge.
    func candidates(_ charges: [Charge], parents: [Wavefunction], for index: Int, round: Int) throws -> [Candidate] {
        let result = charges[index].current
        let state = result.wavefunction.state
        let starts = CandidateOrbitals(problem: problem)
        var found: [Candidate] = []
        let multiplicities = try otherMultiplicities(of: charges[index])
        // Useful only if a metal has an open shell.
        let shells =
            multiplicities.contains(where: \.hasOpenShells)
            ? try MetalShells.orbitals(of: problem.basis, density: try problem.guessDensity, overlap: problem.overlap) : nil
        for (multiplicity, origin, _) in multiplicities {
            let other = ChargeState(charge: state.charge, multiplicity: multiplicity)
            found.append(Candidate(state: other, origin: origin, orbitals: result.wavefunction.orbitals))
            // Occupying the lowest orbitals does not unpair the shells' orbitals if these are not the highest and lowest ones.
            if let shells, options.reference != .restrictedOpen,
                let unpaired = try starts.unpairedInShells(
                    result.wavefunction.orbitals, shells, flips: (multiplicity - state.multiplicity) / 2)
            {
                found.append(Candidate(state: other, origin: origin + " (d, f)", orbitals: unpaired))
            }
        }
        // If a solution has not converged, only other multiplicities are tried. In the first round this is the known solution
        // itself.
        guard result.isConverged else {
            // It is continued at the convergence and on the grid of the calculation.
            if round > 1 {
                found.append(
                    Candidate(
                        state: state, origin: "continued",
                        start: StartingOrbitals(result.wavefunction.orbitals, history: .nearConvergence), phase: .refined)
                )
            }
            return found.map { $0.inRound(round) }
        }
        if state.multiplicity == 1, options.reference == .automatic,
            let broken = starts.brokenSymmetry(result.wavefunction.orbitals)
        {
            found.append(Candidate(state: state, origin: "broken spin symmetry", orbitals: broken))
        }
        if options.reference != .restrictedOpen {
            for (origin, orbitals) in starts.promotions(result.wavefunction.orbitals)
                + starts.movedHoles(result.wavefunction.orbitals) + starts.exchangedPairs(result.wavefunction.orbitals)
            {
                found.append(Candidate(state: result.wavefunction.state, origin: origin, orbitals: orbitals))
            }
        }
        // The descent from an unstable solution followed one side of it. The candidate on that side is dropped as soon as it
        // reaches the same solution.
        for orbitals in result.unstableSolutions.suffix(Self.mostInstabilities).flatMap(\.sides) {
            found.append(Candidate(state: state, origin: "other side of an instability", orbitals: orbitals))
        }
        // The same molecule with one electron less, if known.
        let parent = charges.first { $0.charge == state.charge + 1 }?.current.wavefunction
        if let parent = parent ?? parents.first(where: { $0.state.charge == state.charge + 1 }) {
            var used: Set<Int> = [0]
            for place in scope.places {
                guard
                    let (orbital, orbitals) = starts.electron(
                        on: place, parent, for: state, reference: options.reference),
                    used.insert(orbital).inserted
                else { continue }
                found.append(Candidate(state: state, origin: "electron on \(place.name)", orbitals: orbitals))
            }
        }
        return found.map { $0.inRound(round) }
    }

    /// Multiplicities that have not been tried: the neighbours of the current one, and the multiplicity suggested by the open
    /// shells of metals.
    private func otherMultiplicities(
        of charge: Charge
    ) throws -> [(multiplicity: Int, origin: String, hasOpenShells: Bool)] {
        guard scope.includesMultiplicities, !scope.fixedCharges.contains(charge.charge) else { return [] }
        let multiplicity = charge.current.wavefunction.state.multiplicity
        let electrons = problem.basis.electronCount(charge: charge.charge)
        let most = mostUnpaired(electrons) + 1
        var found = [(multiplicity + 2, "next multiplicity"), (multiplicity - 2, "multiplicity before")]
        let unpaired = try MetalShells(charge.current.wavefunction, overlap: problem.overlap).mostUnpaired
        // As many unpaired electrons as in the metals' shells, plus one if required by the parity.
        let suggested = unpaired + (electrons - unpaired) % 2 + 1
        if suggested > multiplicity + 2 { found.append((min(suggested, most), "high spin")) }
        return found.filter { (1...most).contains($0.0) && !charge.tried.contains($0.0) }.map { ($0.0, $0.1, unpaired > 0) }
    }

    /// The number of unpaired electrons, limited by the available orbitals.
    func mostUnpaired(_ electrons: Int) -> Int {
        let room = problem.orthogonalizer.transformation.columns
        return electrons <= room ? electrons : max(electrons % 2, 2 * room - electrons)
    }
}
