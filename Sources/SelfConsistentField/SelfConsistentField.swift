import ExchangeCorrelation
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Solves the Roothaan-Hall or Pople-Nesbet equations of one state of an electronic problem.
public struct SelfConsistentField {
    private let problem: ElectronicProblem
    private let state: ChargeState
    private let options: SCFOptions
    private let isRestricted: Bool
    /// Alpha and beta electrons.
    private let electrons: [Int]

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
        electrons = [(count + unpaired) / 2, (count - unpaired) / 2]
        isRestricted = unpaired == 0
        let independent = problem.orthogonalizer.transformation.columns
        guard electrons[0] <= independent else {
            throw SCFError.tooManyElectrons(electrons: electrons[0], functions: independent)
        }
    }

    /// Iterates from the given orbitals (of the same basis), or from the superposition of atomic densities.
    ///
    /// - Parameter onIteration: called after every Fock build; what it throws ends the iterations and is passed on.
    /// - Returns: the last iteration; look at `isConverged`.
    public func solve(
        initial: Wavefunction.Orbitals? = nil, onIteration: (IterationReport) throws -> Void = { _ in }
    ) throws -> SCFResult {
        var orbitals = initial.map { occupied($0) }
        var densities = orbitals.map { density(of: $0) } ?? guessDensities()
        var accelerator = ConvergenceAccelerator(capacity: 8)
        var minimization: DirectMinimization?
        var progress = ProgressWatch()
        var builder = FockBuilder(problem: problem, isRestricted: isRestricted)
        var previousEnergy: Double?
        var step = ConvergenceAccelerator.Kind.none.rawValue
        var iteration = 0
        var refillings = 0

        while true {
            iteration += 1
            let build = builder.build(densities)
            let energy = build.components.total
            guard energy.isFinite else { throw SCFError.notFinite(iteration: iteration) }
            let errors = zip(build.fock, densities).map {
                problem.orthogonalizer.commutator(fock: $0, density: $1)
            }
            let gradient = errors.map(\.largestMagnitude).max() ?? 0
            let change = previousEnergy.map { energy - $0 }
            try onIteration(
                IterationReport(
                    iteration: iteration, energy: energy, energyChange: change, gradient: gradient,
                    accelerator: step, orbitals: orbitals.map { wrapped($0) }))

            guard let current = orbitals else {
                // The guess is no density of orbitals: it does not take part in extrapolation.
                let first = try build.fock.enumerated().map { try diagonalize($1, spin: $0) }
                orbitals = first
                densities = density(of: first)
                continue
            }
            let isConverged =
                gradient < options.gradientTolerance && abs(change ?? .infinity) < options.energyTolerance
            if isConverged || iteration >= options.maximumIterations {
                let result = try finish(
                    current, densities, build, isConverged: isConverged, iterations: iteration, gradient: gradient,
                    change: change ?? 0)
                if iteration >= options.maximumIterations || refillings == Self.mostRefillings
                    || Self.isFilledFromBelow(result.wavefunction.orbitals)
                {
                    return result
                }
                // The descent keeps the symmetry of its orbitals, and so may end with an empty orbital below a filled
                // one: fill from below and go on.
                refillings += 1
                minimization = nil
                progress = ProgressWatch()
                accelerator.reset()
                let refilled = try build.fock.enumerated().map { try diagonalize($1, spin: $0) }
                orbitals = refilled
                densities = density(of: refilled)
                previousEnergy = nil
                continue
            }
            previousEnergy = energy
            progress.record(energy: energy, gradient: gradient, orbitals: current, fock: build.fock)
            var evaluated = (energy: energy, fock: build.fock)
            if minimization == nil, progress.hasStalled, let lowest = progress.lowest {
                minimization = DirectMinimization(
                    orbitals: lowest.orbitals.map { spinOrbitals($0) }, isRestricted: isRestricted)
                step = Self.minimizationName
                evaluated = (lowest.energy, lowest.fock)
            }
            if minimization != nil {
                try minimization?.advance(energy: evaluated.energy, fock: evaluated.fock)
                let next = (minimization?.orbitals ?? []).enumerated().map { molecularOrbitals($1, spin: $0) }
                orbitals = next
                densities = density(of: next)
                continue
            }

            accelerator.append(.init(fock: build.fock, density: densities, error: errors, largestError: gradient))
            let (fock, kind) = accelerator.extrapolate()
            step = kind.rawValue
            let isFar = gradient > 1e-3
            let next = try zip(fock, densities).enumerated().map { spin, pair in
                try diagonalize(
                    isFar && options.levelShift > 0 ? levelShifted(pair.0, density: pair.1) : pair.0, spin: spin)
            }
            orbitals = next
            let nextDensities = density(of: next)
            let mixes = isFar && options.damping > 0
            densities = mixes
                ? zip(nextDensities, densities).map { (1 - options.damping) * $0 + options.damping * $1 } : nextDensities
        }
    }

    private static let mostRefillings = 3

    private static func isFilledFromBelow(_ orbitals: Wavefunction.Orbitals) -> Bool {
        let spins: [MolecularOrbitals]
        switch orbitals {
        case .restricted(let both): spins = [both]
        case .unrestricted(let alpha, let beta): spins = [alpha, beta]
        }
        return spins.allSatisfy { spin in
            let filled = spin.energies.indices.filter { spin.occupations[$0] > 0 }
            let empty = spin.energies.indices.filter { spin.occupations[$0] == 0 }
            guard let highest = filled.map({ spin.energies[$0] }).max(), let lowest = empty.map({ spin.energies[$0] }).min()
            else { return true }
            return lowest > highest - 1e-6
        }
    }

    /// How the iteration table names steps of `DirectMinimization`.
    private static let minimizationName = "descent"

    private func spinOrbitals(_ orbitals: MolecularOrbitals) -> DirectMinimization.SpinOrbitals {
        DirectMinimization.SpinOrbitals(
            coefficients: orbitals.coefficients, energies: orbitals.energies,
            occupied: orbitals.occupations.filter { $0 > 0 }.count)
    }

    private func molecularOrbitals(_ orbitals: DirectMinimization.SpinOrbitals, spin: Int) -> MolecularOrbitals {
        MolecularOrbitals(
            coefficients: orbitals.coefficients, energies: orbitals.energies, occupations: occupations(orbitals.energies.count, spin: spin))
    }

    /// F + shift (S - S P S) with P the density of one orbital an electron: raises the empty orbitals.
    private func levelShifted(_ fock: Matrix, density: Matrix) -> Matrix {
        let perElectron = isRestricted ? 0.5 * density : density
        let projector = problem.overlap.times(perElectron).times(problem.overlap)
        var result = fock
        result.add(problem.overlap, scaledBy: options.levelShift)
        result.add(projector, scaledBy: -options.levelShift)
        return result
    }

    private func diagonalize(_ fock: Matrix, spin: Int) throws -> MolecularOrbitals {
        let (coefficients, energies) = try problem.orthogonalizer.diagonalize(fock)
        return MolecularOrbitals(
            coefficients: coefficients, energies: energies, occupations: occupations(energies.count, spin: spin))
    }

    private func occupations(_ count: Int, spin: Int) -> [Double] {
        (0..<count).map { $0 < electrons[spin] ? (isRestricted ? 2 : 1) : 0 }
    }

    private func density(of orbitals: [MolecularOrbitals]) -> [Matrix] { orbitals.map(\.density) }

    private func guessDensities() -> [Matrix] {
        let total = problem.guessDensity
        let neutral = problem.overlap.dot(total)
        let scale = 1 / max(neutral, 1e-10)
        if isRestricted { return [Double(2 * electrons[0]) * scale * total] }
        return electrons.map { Double($0) * scale * total }
    }

    /// Orbitals of another state or of a checkpoint, filled for this one.
    private func occupied(_ orbitals: Wavefunction.Orbitals) -> [MolecularOrbitals] {
        func fill(_ source: MolecularOrbitals, _ count: Int, _ each: Double) -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: source.coefficients, energies: source.energies,
                occupations: source.energies.indices.map { $0 < count ? each : 0 })
        }
        switch orbitals {
        case .restricted(let both):
            return isRestricted
                ? [fill(both, electrons[0], 2)] : [fill(both, electrons[0], 1), fill(both, electrons[1], 1)]
        case .unrestricted(let alpha, let beta):
            return isRestricted
                ? [fill(alpha, electrons[0], 2)] : [fill(alpha, electrons[0], 1), fill(beta, electrons[1], 1)]
        }
    }

    private func wrapped(_ orbitals: [MolecularOrbitals]) -> Wavefunction.Orbitals {
        isRestricted ? .restricted(orbitals[0]) : .unrestricted(alpha: orbitals[0], beta: orbitals[1])
    }

    /// Canonical orbitals within the occupied and within the empty space of the last Fock matrix: density and energy
    /// stay what they are.
    private func finish(
        _ orbitals: [MolecularOrbitals], _ densities: [Matrix], _ build: FockBuilder.Build, isConverged: Bool,
        iterations: Int, gradient: Double, change: Double
    ) throws -> SCFResult {
        let canonical = try zip(orbitals, build.fock).enumerated().map { spin, pair in
            try Self.canonicalized(pair.0, fock: pair.1, occupied: electrons[spin])
        }
        let wavefunction = Wavefunction(basis: problem.basis, state: state, orbitals: wrapped(canonical))
        return SCFResult(
            wavefunction: wavefunction, energy: build.components.total, components: build.components,
            isConverged: isConverged, iterations: iterations, gridElectrons: build.gridElectrons,
            spinSquared: spinSquared(wavefunction), finalGradient: gradient, finalEnergyChange: change)
    }

    private static func canonicalized(_ orbitals: MolecularOrbitals, fock: Matrix, occupied: Int) throws -> MolecularOrbitals {
        let n = orbitals.coefficients.columns
        var coefficients = Matrix(rows: orbitals.coefficients.rows, columns: n)
        var energies: [Double] = []
        for range in [0..<occupied, occupied..<n] where !range.isEmpty {
            let block = orbitals.coefficients.columns(range)
            let problem = try SymmetricEigenproblem(fock.transformed(by: block).symmetrized())
            let rotated = block.times(problem.vectors)
            for i in 0..<rotated.rows {
                for (k, j) in range.enumerated() { coefficients[i, j] = rotated[i, k] }
            }
            energies += problem.values
        }
        return MolecularOrbitals(coefficients: coefficients, energies: energies, occupations: orbitals.occupations)
    }

    /// S(S+1) of the spin projection, plus the beta electrons that no alpha orbital covers.
    private func spinSquared(_ wavefunction: Wavefunction) -> Double {
        let projection = 0.5 * Double(electrons[0] - electrons[1])
        if isRestricted { return 0 }
        let s = problem.overlap
        let covered = wavefunction.alphaDensity.times(s).dot(s.times(wavefunction.betaDensity))
        return projection * (projection + 1) + Double(electrons[1]) - covered
    }
}
