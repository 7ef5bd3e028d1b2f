import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

// Resolution of the parts of an input.

extension ModelInput {
    /// Which element gets which basis set.
    ///
    /// - Throws: `CalculationError.usage` if parts of the model contradict each other.
    package func assignment() throws -> BasisAssignment {
        if let preset, method != nil, basis != nil {
            throw CalculationError.usage(
                "--preset \(preset.rawValue) has no effect, because both --method and --basis are given. Leave it out.")
        }
        let type = try functionType.map { name in
            guard let type = AngularFunctionType(rawValue: name) else {
                throw CalculationError.usage("the function type '\(name)' is neither pure nor cartesian.")
            }
            return type
        }
        var assignment = BasisAssignment(
            general: settled.basis ?? Self.defaultBasis, files: basisFiles, functionType: type)
        for argument in basisFor {
            let choice = try BasisAssignment.parse(argument)
            func refuse(_ what: String, _ earlier: String) -> CalculationError {
                .usage("--basis-for gives \(what) two sets, \(earlier) and \(choice.name). Keep one of them.")
            }
            for element in choice.elements {
                if let earlier = assignment.elementSets[element], earlier != choice.name { throw refuse("\(element)", earlier) }
                assignment.elementSets[element] = choice.name
            }
            for atom in choice.atoms {
                if let earlier = assignment.atomSets[atom.index]?.name, earlier != choice.name {
                    throw refuse("atom \(atom.index + 1)", earlier)
                }
                assignment.atomSets[atom.index] = .init(name: choice.name, element: atom.element)
            }
        }
        return assignment
    }

    /// The basis of a molecule.
    package func resolved(for molecule: Molecule) throws -> ResolvedBasis {
        try assignment().resolve(for: molecule, in: .inUse(option: basisFolder))
    }

    /// The model for some of the centres of a molecule, which are renumbered.
    ///
    /// - Parameter centers: indices of the centres that are kept, in their new order.
    package func renumbered(_ centers: [Int]) throws -> ModelInput {
        var result = self
        result.basisFor = []
        let assignment = try assignment()
        for (element, name) in assignment.elementSets.sorted(by: { $0.key < $1.key }) {
            result.basisFor.append("\(element)=\(name)")
        }
        for (new, old) in centers.enumerated() {
            if let set = assignment.atomSets[old] { result.basisFor.append("\(new + 1)=\(set.name)") }
        }
        return result
    }
}

extension ConvergenceInput {
    /// - Throws: `CalculationError.usage` for a number out of range.
    package func check() throws {
        func require(_ isRight: Bool, _ text: String) throws {
            guard isRight else { throw CalculationError.usage(text) }
        }
        try require((1...100_000).contains(maximumIterations), "--max-iterations must be at least 1")
        try require(
            energyTolerance >= 1e-13 && energyTolerance <= 1e-2, "--convergence must lie between 1e-13 and 1e-2 hartree")
        try require(damping >= 0 && damping <= 0.95, "--damping must lie between 0 and 0.95")
        try require(smearing >= 0 && smearing <= 1, "--smearing must lie between 0 and 1 hartree")
        try require(levelShift >= 0 && levelShift <= 10, "--level-shift must lie between 0 and 10 hartree")
    }
}

extension AnalysisInput {
    /// Fragments of the molecule derived from its bonds, except for those that were chosen.
    package func fragmentation(of molecule: Molecule) throws -> Fragmentation {
        do {
            return try Fragmentation(
                molecule, chosen: fragments.map { Fragment(name: $0.name, kind: .chosen, atoms: $0.atoms) })
        } catch {
            throw CalculationError.badInput("--fragment: \(error)")
        }
    }
}

extension ResultDocument {
    /// The same input with other fragments.
    ///
    /// - Parameter chosen: fragments in addition to those derived from the bonds; an empty list leaves the fragments unchanged.
    /// - Throws: `CalculationError.badInput` for atoms that do not exist or that are in two fragments.
    package func withFragments(_ chosen: [FragmentInput]) throws -> ResultDocument {
        guard !chosen.isEmpty, let molecule = molecule.molecule else { return self }
        var analyses = AnalysisInput()
        analyses.fragments = chosen
        var result = self
        result.fragments = try analyses.fragmentation(of: molecule).fragments.map(FragmentRecord.init)
        return result
    }
}

extension ResourceInput {
    package init(threads: Int?, memory: MemorySize?) {
        self.init()
        self.threads = threads
        self.memory = memory?.bytes
    }

    /// The number of threads: the requested one, but at most one per processor. More threads would not run in parallel and would only use
    /// memory.
    ///
    /// - Throws: `CalculationError` if the address space is too small for them.
    package func pool() throws -> WorkerPool {
        let communicator = Communicator.ofProcess
        guard let threads else { return WorkerPool(threads: Machine.processors, communicator: communicator) }
        guard (1...1024).contains(threads) else { throw CalculationError.usage("--threads must lie between 1 and 1024") }
        let count = min(threads, Machine.allowedProcessorCount)
        if let room = Machine.addressRoom, room < count * Machine.addressesPerThread {
            throw CalculationError.outOfMemory(
                "\(count == 1 ? "1 thread needs" : "\(count) threads need") \(MemorySize(bytes: count * Machine.addressesPerThread).description) of addresses, but the "
                    + "limit leaves \(MemorySize(bytes: room).description). Raise it (ulimit -v), or lower --threads.")
        }
        return WorkerPool(threads: count, communicator: communicator)
    }

    /// The memory to use.
    package var memoryLimit: MemorySize { memory.map(MemorySize.init(bytes:)) ?? Machine.defaultMemory }
}

extension BasisSetLibrary {
    /// The library named by the option, by the environment, or by the location of the program.
    package static func inUse(option: String? = nil) throws -> BasisSetLibrary {
        try locate(
            option: option, environment: ProcessInfo.processInfo.environment,
            executable: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            currentFolder: FileManager.default.currentDirectoryPath)
    }
}

extension ChargeAnalysis.Options {
    /// - Parameters:
    ///   - library: provides the orbitals of free atoms for intrinsic atomic orbitals.
    ///   - alwaysWithUsual: whether Mulliken, Loewdin and CHELPG charges are computed in any case.
    package init(
        _ input: ChargeInput, library: BasisSetLibrary?, memory: MemorySize, alwaysWithUsual: Bool = true
    ) throws {
        func radii(_ values: [String: Double]) throws -> [Element: Double] {
            var result: [Element: Double] = [:]
            for (symbol, radius) in values {
                guard let element = Element(symbol: symbol), radius > 0.1, radius < 10 else {
                    throw CalculationError.usage("\(radius) Angstrom is not a radius of '\(symbol)'.")
                }
                result[element] = radius
            }
            return result
        }
        func known<Choice: RawRepresentable>(_ key: String, _ what: String) throws -> Choice where Choice.RawValue == String {
            guard let choice = Choice(rawValue: key) else { throw CalculationError.usage("'\(key)' is not a \(what).") }
            return choice
        }
        let schemes: [ChargeScheme] = try input.schemes.map { try known($0, "scheme of atomic charges") }
        self.init(
            schemes: ChargeScheme.allCases.filter { schemes.contains($0) || alwaysWithUsual && ChargeScheme.always.contains($0) })
        chelpgRadii = try radii(input.chelpgRadii)
        mkRadii = try radii(input.merzKollmanRadii)
        restraint.isScaledToDensity = input.isRestraintScaled
        restraint.equivalentAtoms = input.equivalentAtoms
        restraint.constraints = input.constraints.map { .init(atoms: $0.atoms, charge: $0.charge) }
        proatoms = try input.proatoms.map { try known($0, "set of free atoms") }
        bondThreshold = input.bondThreshold
        self.library = library
        self.memory = memory
    }
}
