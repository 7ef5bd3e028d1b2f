import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import ParallelExecution
import WavefunctionAnalysis

/// The cube files of all states.
struct CubeOutput {
    private let grid: CubeGrid
    private let choices: [CubeChoice]
    private let pool: WorkerPool

    /// Nil when no cubes are wanted.
    ///
    /// - Throws: `Failure` when the box is impossible, or its values fit neither into memory nor on the disk.
    init?(
        molecule: Molecule, stateCount: Int, choices: [CubeChoice], spacing: Double, folder: OutputFolder, memory: MemorySize,
        pool: WorkerPool
    ) throws {
        guard !choices.isEmpty else { return nil }
        self.choices = choices
        self.pool = pool
        // At most: the spin density may turn out to be zero.
        grid = try Self.grid(
            around: molecule, files: stateCount * choices.count, spacing: spacing, folder: folder, memory: memory)
    }

    /// The box of all cubes.
    ///
    /// - Throws: `Failure` when it is impossible, or when the values of so many files fit neither into memory nor on the disk.
    static func grid(
        around molecule: Molecule, files: Int, spacing: Double, folder: OutputFolder, memory: MemorySize
    ) throws -> CubeGrid {
        let grid: CubeGrid
        do {
            grid = try CubeGrid(around: molecule, spacing: spacing)
        } catch let error as CubeGridError {
            throw Failure(.badInput, "cubes: \(sentence(error)) Change --cube-spacing, or leave --cube out.")
        }
        // Eight bytes a value in memory, and one file's text at a time.
        let needed = MemorySize(bytes: grid.pointCount * (8 * files + 14))
        guard needed.bytes <= memory.bytes else {
            throw Failure(
                .outOfMemory,
                "\(files) cubes of \(grid.pointCount) points need \(needed.description) of memory, more than the "
                    + "\(memory.description) allowed. "
                    + "Raise --memory or --cube-spacing, or leave --cube out.")
        }
        let onDisk = MemorySize(bytes: grid.pointCount * 14 * files)
        if let free = folder.freeBytes, free < onDisk.bytes {
            throw Failure(
                .inputOutput,
                "\(folder.path): \(files) cubes need \(onDisk.description), but the disk has only "
                    + "\(MemorySize(bytes: free).description) free. "
                    + "Free some space, name another folder with --output, raise --cube-spacing, or leave --cube out.")
        }
        return grid
    }

    /// Works the fields out and writes a file for each; returns the names of the files of every state, by content.
    func write(
        _ solved: [SolvedState], title: String, to folder: OutputFolder, progress: ProgressReport, ledger: TimeLedger
    ) throws -> [[String: String]] {
        try write(
            solved.map { CubeState(wavefunction: $0.result.wavefunction, hasSpinDensity: $0.result.hasSpinDensity) },
            title: title,
            to: folder, progress: progress, ledger: ledger)
    }

    /// The same for states that are solved already.
    func write(
        _ states: [CubeState], title: String, to folder: OutputFolder, progress: ProgressReport, ledger: TimeLedger
    ) throws -> [[String: String]] {
        let wavefunctions = states.map(\.wavefunction)
        let quantities = choices.map(\.quantity).filter { quantity in
            quantity != .spinDensity || states.contains(where: \.hasSpinDensity)
        }
        let fields = ledger.measure("potential and density on the cubes") {
            CubeFields(grid: grid, wavefunctions: wavefunctions, quantities: quantities, pool: pool) { fraction in
                progress.bar("cubes of \(grid.pointCount) points", fraction: fraction)
            }
        }
        return try zip(states, fields.values).map { entry, values in
            let wavefunction = entry.wavefunction
            let state = wavefunction.state
            var names: [String: String] = [:]
            for choice in choices where choice != .spin || entry.hasSpinDensity {
                guard let list = values[choice.quantity] else { continue }
                try Interruption.check()
                let file = CubeFile(
                    title: title, subtitle: "\(choice.title); charge \(signed(state.charge)), multiplicity \(state.multiplicity)",
                    basis: wavefunction.basis, grid: grid, values: list)
                let name = OutputFolder.cubeName(choice, state)
                try ledger.measure("cube files") { try folder.write(file.encoded(), name: name) }
                names[choice.rawValue] = name
            }
            return names
        }
    }
}

/// A state whose fields are written.
struct CubeState {
    let wavefunction: Wavefunction
    let hasSpinDensity: Bool
}

extension CubeChoice {
    var quantity: CubeQuantity {
        switch self {
        case .esp: .electrostaticPotential
        case .density: .electronDensity
        case .spin: .spinDensity
        case .difference: .densityDifference
        case .step: .densityStep
        case .homo: .highestOccupiedOrbital
        case .lumo: .lowestEmptyOrbital
        }
    }

    /// For the second title line.
    var title: String {
        switch self {
        case .esp: "electrostatic potential in hartree/e"
        case .density: "electron density in 1/bohr^3"
        case .spin: "spin density (alpha - beta) in 1/bohr^3"
        case .difference: "density less that of the first state, in 1/bohr^3"
        case .step: "density less that of the state before, in 1/bohr^3"
        case .homo: "highest occupied orbital in bohr^(-3/2)"
        case .lumo: "lowest empty orbital in bohr^(-3/2)"
        }
    }
}

extension CubeFile {
    /// Values on a grid, with the nuclei of a basis.
    ///
    /// - Parameter subtitle: what the values are, and of which state.
    init(title: String, subtitle: String, basis: AtomicOrbitalBasis, grid: CubeGrid, values: [Double]) {
        self.init(
            title: title, subtitle: subtitle + "; z runs fastest", molecule: basis.molecule,
            effectiveNuclearCharges: basis.effectiveNuclearCharges, origin: grid.origin, counts: grid.counts,
            spacing: grid.spacing, values: values)
    }
}
