import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Solves the Roothaan-Hall or Pople-Nesbet equations of one state of an electronic problem.
public struct SelfConsistentField {
    private let problem: ElectronicProblem
    private let state: ChargeState
    private let options: SCFOptions
    private let filling: OrbitalFilling

    /// - Throws: `SCFError` when the state cannot exist in this basis.
    public init(problem: ElectronicProblem, state: ChargeState, options: SCFOptions) throws {
        self.problem = problem
        self.state = state
        self.options = options
        let count = problem.basis.electronCount(charge: state.charge)
        guard count > 0 else { throw SCFError.noElectrons }
        let unpaired = state.multiplicity - 1
        guard unpaired >= 0, unpaired <= count, (count - unpaired) % 2 == 0 else {
            throw SCFError.impossibleMultiplicity(multiplicity: state.multiplicity, electrons: count)
        }
        filling = OrbitalFilling(
            electrons: [(count + unpaired) / 2, (count - unpaired) / 2], isRestricted: unpaired == 0)
        let independent = problem.orthogonalizer.transformation.columns
        guard filling.electrons[0] <= independent else {
            throw SCFError.tooManyElectrons(electrons: filling.electrons[0], functions: independent)
        }
    }

    /// Iterates from the given orbitals (of the same basis), or from the superposition of atomic densities.
    ///
    /// - Parameter onIteration: called after every Fock build; what it throws ends the iterations and is passed on.
    /// - Returns: the last iteration; look at `isConverged`.
    public func solve(
        initial: Wavefunction.Orbitals? = nil, onIteration: (IterationReport) throws -> Void = { _ in }
    ) throws -> SCFResult {
        let isHeldBack = options.damping > 0 || options.levelShift > 0
        var iteration = OrbitalIteration(
            filling: filling,
            settings: .init(
                energyTolerance: options.energyTolerance, gradientTolerance: options.gradientTolerance,
                maximumIterations: options.maximumIterations, damping: options.damping, levelShift: options.levelShift),
            overlap: problem.overlap, orthogonalizer: problem.orthogonalizer,
            model: isHeldBack ? nil : problem.responseModel, orbitals: initial.map { filling.filled($0) },
            densities: guessDensities())
        var builder = FockBuilder(problem: problem, isRestricted: filling.isRestricted)
        while true {
            let build = builder.build(iteration.densities)
            let energy = build.components.total
            guard energy.isFinite else { throw SCFError.notFinite(iteration: iteration.iteration + 1) }
            let (orbitals, step) = (iteration.orbitals, iteration.step)
            let outcome = try iteration.advance(energy: energy, fock: build.fock)
            try onIteration(
                IterationReport(
                    iteration: iteration.iteration, energy: energy, energyChange: iteration.energyChange,
                    gradient: iteration.gradient, accelerator: step, orbitals: orbitals.map { filling.wrapped($0) }))
            if case .finished(let isConverged) = outcome {
                return result(iteration, build, isConverged: isConverged)
            }
        }
    }

    private func guessDensities() -> [Matrix] {
        let total = problem.guessDensity
        let neutral = problem.overlap.dot(total)
        let scale = 1 / max(neutral, 1e-10)
        if filling.isRestricted { return [Double(2 * filling.electrons[0]) * scale * total] }
        return filling.electrons.map { Double($0) * scale * total }
    }

    private func result(_ iteration: OrbitalIteration, _ build: FockBuilder.Build, isConverged: Bool) -> SCFResult {
        let wavefunction = Wavefunction(
            basis: problem.basis, state: state, orbitals: filling.wrapped(iteration.orbitals ?? []))
        return SCFResult(
            wavefunction: wavefunction, energy: build.components.total, components: build.components,
            isConverged: isConverged, iterations: iteration.iteration, gridElectrons: build.gridElectrons,
            spinSquared: spinSquared(wavefunction), finalGradient: iteration.gradient,
            finalEnergyChange: iteration.energyChange ?? 0)
    }

    /// S(S+1) of the spin projection, plus the beta electrons that no alpha orbital covers.
    private func spinSquared(_ wavefunction: Wavefunction) -> Double {
        let (alpha, beta) = (filling.electrons[0], filling.electrons[1])
        let projection = 0.5 * Double(alpha - beta)
        if filling.isRestricted { return 0 }
        let s = problem.overlap
        let covered = wavefunction.alphaDensity.times(s).dot(s.times(wavefunction.betaDensity))
        return projection * (projection + 1) + Double(beta) - covered
    }
}
