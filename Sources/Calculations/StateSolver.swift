import BasisSets
import ContinuumSolvation
import DensityFunctionals
import ElectronicStructure
import FileFormats
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MachineLimits
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import RunFolders
import SelfConsistentField
import SolutionSearch

/// The self-consistent field of an input: choices in, numbers for the results out.
struct StateSolver {
    let method: ElectronicMethod
    /// Including the dispersion correction, as in `b3lyp-d3bj`.
    let methodName: String
    /// Terms added to the Hamiltonian of the method.
    let terms: [any TermModel]
    /// Empty for Hartree-Fock.
    let gridName: String
    /// Literature of the functional and of the added terms.
    let references: [String]
    private let options: SCFOptions
    private let integrals: ModelInput.RepulsionIntegrals
    private let exchange: ModelInput.ExchangeScheme
    private let basisFolder: String?
    private let pool: WorkerPool
    private let memory: MemorySize

    /// - Parameter orbitalGradient: largest element of the orbital gradient at convergence; nil: the value that corresponds to the energy
    ///   threshold.
    /// - Throws: `CalculationError` if no calculation is possible with these choices.
    init(
        states: StateInput, model: ModelInput, convergence: ConvergenceInput, orbitalGradient: Double? = nil, pool: WorkerPool,
        memory: MemorySize
    ) throws {
        try convergence.check()
        let choice = try MethodChoice(
            method: model.settled.method ?? ModelInput.defaultMethod,
            dispersion: model.dispersion.map { try DispersionChoice.parse($0) },
            reference: states.reference.flatMap { .init(rawValue: $0.rawValue) })
        let (electronicName, literature, names): (String, [String], [String])
        let grid: GridSpecification
        do {
            grid = try GridSpecification(parsing: model.grid)
        } catch {
            throw CalculationError.usage("--grid: \(sentence(error))")
        }
        if choice.isHartreeFock {
            method = .hartreeFock
            (electronicName, literature, names) = ("hf", [], ["hf"])
            gridName = ""
        } else {
            let functional: DensityFunctional
            do {
                functional = try DensityFunctional(named: choice.electronic)
            } catch {
                throw CalculationError.badInput("--method: \(sentence(error)) Hartree-Fock is --method hf.")
            }
            method = .kohnSham(functional: functional, grid: grid)
            (electronicName, literature) = (functional.name, functional.references)
            names = functional.commonNames + (functional.componentNames.count == 1 ? functional.componentNames : [])
            gridName = grid.description
        }
        terms = try TermChoices.models(model, choice: choice, functional: electronicName, names: names)
        methodName = electronicName + (choice.dispersion == .none ? "" : "-\(choice.dispersion.rawValue)")
        references = literature + terms.flatMap(\.references)
        var options = SCFOptions()
        options.energyTolerance = convergence.energyTolerance
        options.orbitalGradientTolerance = orbitalGradient
        options.maximumIterations = convergence.maximumIterations
        options.damping = convergence.damping
        options.levelShift = convergence.levelShift
        options.reference = choice.reference
        options.followsInstabilities = states.stability == .follow
        options.isSecondOrder = convergence.isSecondOrder
        options.smearing = convergence.smearing
        if options.reference == .restrictedOpen, options.smearing > 0 {
            throw CalculationError.usage("--smearing does not work with --reference restricted-open. Leave one of them out.")
        }
        self.options = options
        integrals = model.integrals
        exchange = model.exchange
        if exchange != .automatic {
            let reason =
                integrals == .exact ? "--integrals exact computes it exactly" : "\(electronicName) has no exact exchange"
            guard integrals != .exact, method.exactExchange != 0 else {
                throw CalculationError.usage(
                    "--exchange selects an approximation of exact exchange, but \(reason). Leave out --exchange.")
            }
        }
        basisFolder = model.basisFolder
        self.pool = pool
        self.memory = memory
    }

    /// Memory in bytes for data that cannot be recomputed: the program itself, the matrices shared by the states, and those of every spin
    /// of every state, above all the history of the convergence accelerator and its partial sums.
    func fixedMemory(functions: Int, states: [ChargeState]) -> Int {
        let spins = states.reduce(0) { $0 + ($1.multiplicity == 1 ? 1 : 2) }
        return (128 << 20) + 8 * functions * functions * (80 + 36 * spins)
    }

    var reference: SCFOptions.Reference { options.reference }

    /// The medium; nil in vacuum.
    var solvent: ContinuumModel? { terms.lazy.compactMap { $0 as? ContinuumModel }.first }

    /// Whether the input asks for stability tests.
    var examinesStability: Bool { options.followsInstabilities }

    /// Throws if the matrices alone do not fit, or if the reference cannot describe a state.
    func check(functions: Int, states: [ChargeState]) throws {
        if options.reference == .restricted, let open = states.first(where: { $0.multiplicity > 1 }) {
            throw CalculationError.badInput(
                "charge \(signed(open.charge)) has multiplicity \(open.multiplicity), but restricted orbitals hold pairs of electrons "
                    + "only. Take --reference restricted-open (or a method such as rohf), --reference unrestricted, or name other "
                    + "charges with --charge.")
        }
        let needed = MemorySize(bytes: fixedMemory(functions: functions, states: states))
        guard memory.bytes >= needed.bytes else {
            throw CalculationError.outOfMemory(
                "\(memory.description) of memory is too little for \(functions) basis functions; at least "
                    + "\(needed.need) is needed. "
                    + "Raise --memory, close other programs, or take a smaller basis set.")
        }
    }

    /// Whether the energies come from fitted integrals.
    var isFitted: Bool { integrals == .fitted }

    /// The description of fitted integrals in tables; nil for exact energies.
    var integralsTitle: String? {
        guard isFitted, let set = auxiliarySet?.rawValue else { return nil }
        return "fitted integrals (\(set))" + (exchangeScheme == .semiNumerical ? ", semi-numerical exchange" : "")
    }

    /// How exact exchange is approximated; nil: by the faster scheme, which is not left to the size of a molecule where it would change
    /// energies that are compared with those of other molecules.
    private var exchangeScheme: ElectronicStructure.ExchangeScheme? {
        switch exchange {
        case .automatic: isFitted ? .fitted : nil
        case .fitted: .fitted
        case .semiNumerical: .semiNumerical
        }
    }

    /// - Throws: `CalculationError` if the energy has no derivatives.
    func checkGradients() throws {
        if solvent?.nonequilibrium != nil { throw CalculationError.verticalStatesOnly }
        if isFitted, exchange == .semiNumerical { throw CalculationError.semiNumericalGradients }
    }

    /// The data shared by the states of a molecule: one-electron matrices, repulsion integrals, grid.
    ///
    /// - Parameters:
    ///   - frozen: density of the base state of non-equilibrium solvation; nil for the base state itself.
    ///   - reserved: bytes needed for something else.
    func problem(
        for basis: AtomicOrbitalBasis, states: [ChargeState], frozen: Matrix? = nil, ledger: TimeLedger, reserved: Int = 0
    ) throws -> ElectronicProblem {
        let terms = terms.map { term in
            guard let frozen, let continuum = term as? ContinuumModel else { return term }
            return continuum.frozen(at: frozen)
        }
        do {
            return try ElectronicProblem(
                basis: basis, method: method, adding: terms, fitting: fitting(for: basis), pool: pool,
                memoryLimitInBytes: max(0, memory.bytes - reserved - fixedMemory(functions: basis.functionCount, states: states)),
                ledger: ledger)
        } catch let error as ElectronicProblemError {
            throw CalculationError.outOfMemory(sentence(error))
        } catch let error as ContinuumError {
            throw error.isOfMemory ? CalculationError.outOfMemory(sentence(error)) : .badInput(sentence(error))
        }
    }

    /// The auxiliary set for densities, or for products of orbitals if there is exact exchange; nil for exact integrals throughout. For
    /// exchange, the set for Coulomb matrices alone is not sufficient, not even for the iterations: it lacks core functions, an error of
    /// 1.6 hartree in o-TCBQ.
    var auxiliarySet: AuxiliarySet? {
        if integrals == .exact { return nil }
        return method.exactExchange == 0 ? .coulomb : .coulombExchange
    }

    private func fitting(for basis: AtomicOrbitalBasis) -> DensityFitting? {
        guard let auxiliarySet else { return nil }
        let (isAutomatic, folder, molecule) = (integrals == .automatic, basisFolder, basis.molecule)
        return DensityFitting(use: integrals == .fitted ? .everything : .iterations, exchange: exchangeScheme) {
            do {
                return try auxiliarySet.basis(for: molecule, in: .inUse(option: folder)).basis
            } catch let error as BasisSetError where isAutomatic {
                // Exact integrals need no auxiliary set, which some elements and users' folders lack.
                switch error {
                case .elementMissing, .libraryNotFound: return nil
                default: throw error
                }
            }
        }
    }

    /// Solves the states together, iteration by iteration.
    ///
    /// - Parameters:
    ///   - initial: orbitals to start from, by the index of the state.
    ///   - examinesStability: false omits stability tests even if the options ask for them.
    ///   - onIteration: gets the line of each iteration and the data for a restart; an error that it throws ends the calculation.
    ///   - onInstability: gets every unstable solution before the descent from it.
    ///   - onFinish: gets every state when it is finished.
    func solve(
        _ problem: ElectronicProblem, states: [ChargeState], initial: [Int: StartingOrbitals],
        examinesStability: Bool = true,
        onIteration: (Int, IterationLine, StartingOrbitals?) throws -> Void,
        onInstability: (Int, SCFResult) throws -> Void = { _, _ in },
        onFinish: (Int, SCFResult) throws -> Void
    ) throws -> [SCFResult] {
        var options = options
        options.followsInstabilities = options.followsInstabilities && examinesStability
        do {
            return try SelfConsistentField(problem: problem, states: states, options: options).solveAll(
                initial: initial,
                onIteration: { state, report in
                    try onIteration(
                        state,
                        IterationLine(
                            charge: states[state].charge, number: report.iteration, energy: report.energy,
                            change: report.energyChange, residual: report.gradient, method: report.accelerator,
                            isStabilityTest: report.isStabilityTest),
                        report.start)
                }, onInstability: onInstability, onFinish: onFinish)
        } catch let error as SCFError {
            throw CalculationError.badInput(sentence(error))
        }
    }
}

extension StateSolver {
    /// Unstable solutions saved by an earlier call, as it found them.
    func examined(
        _ problem: ElectronicProblem, _ state: ChargeState, _ orbitals: [StartingOrbitals],
        onIteration: (IterationLine) throws -> Void
    ) throws -> [SCFResult] {
        do {
            return try SelfConsistentField(problem: problem, states: orbitals.map { _ in state }, options: options)
                .examine(orbitals) { _, report in
                    try onIteration(
                        IterationLine(
                            charge: state.charge, number: report.iteration, energy: report.energy, change: report.energyChange,
                            residual: report.gradient, method: "\(report.accelerator), unstable"))
                }.filter { $0.isConverged && $0.stability?.isStable == false }
        } catch let error as SCFError {
            throw CalculationError.badInput(sentence(error))
        }
    }

    /// Settings, other than method, molecule and basis, that determine the course of the iterations.
    var conditions: [String] {
        ["\(options.reference)", "smearing: \(options.smearing)"] + terms.map(\.line) + integralConditions
    }

    /// Exact integrals, which do not change the energy, are not listed.
    private var integralConditions: [String] { integrals == .fitted ? ["integrals: fitted"] + exchangeConditions : [] }

    private var exchangeConditions: [String] { exchangeScheme == .semiNumerical ? ["exchange: semi-numerical"] : [] }

    /// Settings, other than molecule and basis, that determine the course of a search.
    var searchConditions: [String] {
        [
            methodName, gridName, "\(options.reference)", "stability: \(options.followsInstabilities)",
            "convergence: \(options.energyTolerance)",
        ] + terms.map(\.line) + integralConditions
    }

    /// Searches for other solutions, starting from the known ones, or restarts such a search.
    ///
    /// - Parameter parents: solutions of other charges, for which nothing is searched.
    func search(
        _ problem: ElectronicProblem, beside known: [SCFResult], parents: [Wavefunction] = [], scope: StateSearch.Scope,
        resuming saved: [StateSearch.Candidate],
        onIteration: (IterationLine) throws -> Void, onProgress: (Int, StateSearch.Candidate) throws -> Void
    ) throws -> [StateSearch.Outcome] {
        try StateSearch(problem: problem, options: options, scope: scope).outcomes(
            of: known, parents: parents, resuming: saved,
            onIteration: { state, origin, report in
                try onIteration(
                    IterationLine(
                        charge: state.charge, number: report.iteration, energy: report.energy, change: report.energyChange,
                        residual: report.gradient, method: "\(report.accelerator), \(origin)"))
            }, onProgress: onProgress)
    }
}

extension StabilityRecord {
    init(_ stability: Stability) {
        self.init(
            stable: stability.isStable, internalEigenvalue: stability.internalEigenvalue,
            externalEigenvalue: stability.externalEigenvalue, instabilitiesFollowed: stability.instabilitiesFollowed,
            undecided: stability.undecided?.rawValue)
    }
}

extension SearchRecord {
    init(_ outcome: StateSearch.Outcome) {
        self.init(
            rounds: outcome.rounds, fockBuilds: outcome.builds, undecided: outcome.undecided, cutShort: outcome.isCutShort)
    }
}
