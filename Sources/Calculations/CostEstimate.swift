import BasisSets
import FileFormats
import GaussianBasis
import GaussianIntegrals
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders

/// The expected requirements of a calculation on this machine, from the time of its integrals, which are computed once.
package struct CostEstimate: Codable, Sendable, Equatable {
    package var atoms: Int
    package var basisFunctions: Int
    package var states: Int
    package var threads: Int
    /// In bytes: with less, the calculation is refused.
    package var leastMemory: Int
    /// In bytes: with this much, all integrals are stored; with less, the iterations use fitted integrals.
    package var allIntegrals: Int
    /// In bytes: the memory allowed by the input; nil if it does not say.
    package var memoryLimit: Int?
    /// In bytes, what the calculation will use: enough for all integrals, or what the input allows if that is less.
    package var memory: Int
    /// Wall time with `threads` threads and exact integrals.
    package var seconds: Double

    enum CodingKeys: String, CodingKey {
        case atoms, states, threads, memory, seconds
        case basisFunctions = "basis_functions"
        case leastMemory = "least_memory"
        case allIntegrals = "all_integrals"
        case memoryLimit = "memory_limit"
    }

    /// Whether the calculation will be refused because of the memory that its input allows.
    package var isRefused: Bool { memoryLimit.map { $0 < leastMemory } ?? false }
}

/// Estimates of several calculations. The integrals of a molecule in a basis set are computed once.
package struct CostEstimator {
    /// What the integrals depend on.
    private struct Subject: Hashable {
        var basis: String
        var symbols: [String]
        var positions: [Double]
        var threads: Int
    }

    /// Fock matrices and products with the orbital Hessian of one state, relative to one pass over the integrals: medians of closed and
    /// open shells of this program's benchmarks, with tests of stability.
    private static let (passes, passesOfSearch) = (30.0, 100.0)
    /// Further structures of an optimisation, and structures per coordinate for frequencies.
    private static let (structures, displacements) = (25.0, 2.0)
    /// Passes per structure, with its gradient and starting from good orbitals.
    private static let passesOfStructure = 12.0

    private var profiles: [Subject: RepulsionProfile] = [:]

    package init() {}

    /// - Throws: the error with which the calculation would be refused, except for its memory (`CostEstimate.isRefused`).
    package mutating func estimate(_ input: CalculationInput) throws -> CostEstimate {
        let file = try input.molecule.file()
        let resolved = try input.model.resolved(for: file.molecule)
        let (functions, atoms) = (resolved.basis.functionCount, file.molecule.atoms.count)
        let pool = try input.resources.pool()
        let charges =
            try input.task == .energy || input.task == .adiabatic
            ? ChargeChoice(input.states, of: file).charges : [input.states.charges?.first ?? file.charge ?? 0]
        let plan = try StatePlan(input.states, of: file, charges: charges).states(
            protons: file.molecule.totalAtomicNumber, coreElectrons: resolved.coreElectrons)
        var model = input.model
        if input.task == .energy, model.solvent?.isNonequilibrium == true, model.solvent?.baseCharge == nil {
            model.solvent?.baseCharge = plan.first?.charge
        }
        let solver = try StateSolver(
            states: input.states, model: model, convergence: input.convergence, pool: pool,
            memory: input.resources.memoryLimit)
        if input.model.solvent != nil { try file.refuseGhosts("--solvent", because: "they have no sphere in its cavity") }
        let integrals = profile(of: resolved, pool: pool)
        let least = try solver.fixedMemory(functions: functions, states: plan) + (solver.solvent?.memory(of: file.molecule) ?? 0)
        let all = least + 9 * integrals.integrals
        let isSearched = input.task == .energy && input.states.searchOrDefault != .none
        var passes = Double(plan.count) * (isSearched ? Self.passesOfSearch : Self.passes)
        if input.relaxesStructure { passes += Self.structures * Self.passesOfStructure }
        switch input.task {
        case .adiabatic: passes += Double(plan.count) * (Self.structures * Self.passesOfStructure + Self.passes)
        case .frequencies: passes += Self.displacements * Double(3 * atoms) * Self.passesOfStructure
        case .counterpoise, .energy, .optimization: break
        }
        if input.task == .optimization, input.optimization.computesHessian {
            passes += Self.displacements * Double(3 * atoms) * Self.passesOfStructure
        }
        return CostEstimate(
            atoms: atoms, basisFunctions: functions, states: plan.count, threads: pool.threads, leastMemory: least,
            allIntegrals: all, memoryLimit: input.resources.memory,
            memory: min(all, max(least, input.resources.memory ?? all)),
            seconds: 1 + passes * integrals.seconds / Double(pool.threads))
    }

    private mutating func profile(of resolved: ResolvedBasis, pool: WorkerPool) -> RepulsionProfile {
        let centers = resolved.basis.molecule.withGhostsAsAtoms.atoms
        let subject = Subject(
            basis: resolved.fingerprint, symbols: centers.map(\.element.symbol),
            positions: centers.flatMap { [$0.position.x, $0.position.y, $0.position.z] }, threads: pool.threads)
        if let known = profiles[subject] { return known }
        let profile = RepulsionProfile.uniqueIntegrals(of: resolved.basis, pool: pool)
        profiles[subject] = profile
        return profile
    }
}
