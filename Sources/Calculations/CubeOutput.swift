import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import MachineLimits
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// The cube files of all states.
package struct CubeOutput {
    private let grid: CubeGrid
    private let choices: [AnalysisInput.Cube]
    private let pool: WorkerPool

    /// Number of files written in parallel; each has its values in memory and is open.
    private static let filesAtOnce = 64

    /// Nil if no cubes are requested.
    ///
    /// - Throws: `CalculationError` if the box is impossible, or if the files do not fit on the disk.
    package init?(
        molecule: Molecule, stateCount: Int, choices: [AnalysisInput.Cube], spacing: Double, folder: OutputFolder,
        memory: MemorySize,
        pool: WorkerPool
    ) throws {
        guard !choices.isEmpty else { return nil }
        self.choices = choices
        self.pool = pool
        // An upper limit: the spin density may turn out to be zero.
        grid = try Self.grid(
            around: molecule, files: stateCount * choices.count, spacing: spacing, folder: folder, memory: memory)
    }

    /// The box of all cubes.
    ///
    /// - Throws: `CalculationError` if it is impossible, if this many files do not fit on the disk, or if a slab of them does not fit
    ///   into memory.
    package static func grid(
        around molecule: Molecule, files: Int, spacing: Double, folder: OutputFolder, memory: MemorySize
    ) throws -> CubeGrid {
        let grid: CubeGrid
        do {
            grid = try CubeGrid(around: molecule, spacing: spacing)
        } catch let error as CubeGridError {
            throw CalculationError.badInput("cubes: \(sentence(error)) Change --cube-spacing, or leave --cube out.")
        }
        do {
            try CubeFile(
                title: "", subtitle: "", molecule: molecule, effectiveNuclearCharges: molecule.atoms.map { _ in 0 },
                origin: grid.origin,
                counts: grid.counts, spacing: grid.spacing, values: []
            ).checkHead()
        } catch {
            throw CalculationError.badInput("cubes: \(sentence(error)) Move the molecule to the origin, or leave --cube out.")
        }
        // For every point in progress its position, the values, and the text of one file.
        let needed = MemorySize(bytes: CubeGrid.slabSize * (24 + 8 * min(files, filesAtOnce) + 14))
        let room = Machine.remaining(of: memory)
        guard needed.bytes <= room else {
            throw CalculationError.outOfMemory(
                "cubes need \(needed.need) of memory, but only \(MemorySize(bytes: room).description) of the "
                    + "\(memory.description) allowed is free. Raise --memory, or omit --cube.")
        }
        let onDisk = MemorySize(bytes: grid.pointCount * 14 * files)
        if let free = folder.freeBytes, free < onDisk.bytes {
            throw CalculationError.inputOutput(
                "\(folder.path): \(files) cubes need \(onDisk.description), but the disk has only "
                    + "\(MemorySize(bytes: free).description) free. "
                    + "Free some space, name another folder with --output, raise --cube-spacing, or leave --cube out.")
        }
        return grid
    }

    /// The electrons missing in the density at core potentials, for the title: ` without the cores that potentials replace (Al 10, Nb 28
    /// electrons)`.
    static func missingCores(of basis: AtomicOrbitalBasis) -> String {
        var cores: [String: Int] = [:]
        for (atom, potential) in zip(basis.molecule.atoms, basis.effectiveCorePotentials) {
            if let electrons = potential?.coreElectrons, electrons > 0 { cores[atom.element.symbol] = electrons }
        }
        guard !cores.isEmpty else { return "" }
        let list = cores.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return " without the cores that potentials replace (\(list) electrons)"
    }

    /// Computes the fields and writes a file for each; returns the names of the files of every state, by content.
    ///
    /// - Parameter base: index of the state that differences are relative to.
    package func write(
        _ states: [CubeState], base: Int, title: String, to folder: OutputFolder, monitor: CalculationMonitor, ledger: TimeLedger
    ) throws -> [[String: String]] {
        if choices.contains(where: { [.homo, .lumo].contains($0) }), states.contains(where: \.wavefunction.hasNaturalOrbitals) {
            monitor.note("no homo and lumo cubes: natural orbitals have no highest occupied one")
        }
        let size = max(1, Self.filesAtOnce / choices.count)
        return try monitor.timed("cubes of \(grid.pointCount) points") { tell in
            var names: [[String: String]] = []
            for first in stride(from: 0, to: states.count, by: size) {
                let range = first..<min(states.count, first + size)
                let fractions = (start: Double(first) / Double(states.count), width: Double(range.count) / Double(states.count))
                names += try write(
                    range, of: states, base: base, title: title, to: folder, ledger: ledger,
                    checkCancellation: monitor.checkCancellation
                ) { tell(fractions.start + fractions.width * $0) }
            }
            return names
        }
    }

    /// The files of some of the states, slab by slab.
    private func write(
        _ range: Range<Int>, of states: [CubeState], base: Int, title: String, to folder: OutputFolder, ledger: TimeLedger,
        checkCancellation: () throws -> Void, progress: @escaping @Sendable (Double) -> Void
    ) throws -> [[String: String]] {
        let phase = "potential and density on the cubes"
        let quantities = choices.filter { choice in states[range].contains { $0.has(choice) } }.map(\.quantity)
        guard !quantities.isEmpty else { return range.map { _ in [:] } }
        let fields = ledger.measure(phase) {
            CubeFields(
                grid: grid, wavefunctions: states.map(\.wavefunction), states: range, base: base, quantities: quantities,
                pool: pool)
        }
        var names = [[String: String]](repeating: [:], count: range.count)
        var files: [String: CubeFileWriter] = [:]
        for slab in grid.slabs {
            try checkCancellation()
            let (done, width) = (Double(slab.lowerBound) / Double(grid.pointCount), Double(slab.count) / Double(grid.pointCount))
            let values = ledger.measure(phase) { fields.values(on: slab, pool: pool) { progress(done + width * $0) } }
            try ledger.measure("cube files") {
                for (place, entry) in states[range].enumerated() {
                    for choice in choices where entry.has(choice) {
                        guard let list = values[place][choice.quantity] else { continue }
                        let name = OutputFolder.cubeName(choice, entry.wavefunction.state)
                        if files[name] == nil {
                            files[name] = try CubeFileWriter(
                                head(choice, entry.wavefunction, base: states[base].wavefunction.state, title: title),
                                to: folder.url(name))
                        }
                        try files[name]?.append(list)
                        names[place][choice.rawValue] = name
                    }
                }
            }
            progress(done + width)
        }
        for file in files.sorted(by: { $0.key < $1.key }) { try ledger.measure("cube files") { try file.value.finish() } }
        return names
    }

    private func head(_ choice: AnalysisInput.Cube, _ wavefunction: Wavefunction, base: ChargeState, title: String) -> CubeFile {
        let state = wavefunction.state
        let content =
            choice.title(base: base.charge) + (choice == .density ? Self.missingCores(of: wavefunction.basis) : "")
        return CubeFile(
            title: title, subtitle: "\(content); charge \(signed(state.charge)), multiplicity \(state.multiplicity)",
            basis: wavefunction.basis, grid: grid)
    }
}

/// A state whose fields are written.
package struct CubeState {
    package let wavefunction: Wavefunction
    package let hasSpinDensity: Bool
    /// The requested cubes for this state.
    package let choices: Set<AnalysisInput.Cube>

    package init(
        wavefunction: Wavefunction, hasSpinDensity: Bool,
        choices: Set<AnalysisInput.Cube> = Set(AnalysisInput.Cube.allCases)
    ) {
        self.wavefunction = wavefunction
        self.hasSpinDensity = hasSpinDensity
        self.choices = choices
    }

    func has(_ choice: AnalysisInput.Cube) -> Bool { choices.contains(choice) && (choice != .spin || hasSpinDensity) }
}

extension AnalysisInput.Cube {
    package var quantity: CubeQuantity {
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
    package func title(base: Int) -> String {
        switch self {
        case .esp: "electrostatic potential in hartree/e"
        case .density: "electron density in 1/bohr^3"
        case .spin: "spin density (alpha - beta) in 1/bohr^3"
        case .difference: "density difference relative to q = \(signed(base)), in 1/bohr^3"
        case .step: "density difference relative to the previous state, in 1/bohr^3"
        case .homo: "highest occupied orbital in bohr^(-3/2)"
        case .lumo: "lowest empty orbital in bohr^(-3/2)"
        }
    }
}

extension CubeFile {
    /// A grid with the nuclei of a basis but without values, which are added later.
    ///
    /// - Parameter subtitle: what the values are, and of which state.
    package init(title: String, subtitle: String, basis: AtomicOrbitalBasis, grid: CubeGrid) {
        self.init(
            title: title, subtitle: subtitle + "; z runs fastest", molecule: basis.molecule,
            effectiveNuclearCharges: basis.effectiveNuclearCharges, origin: grid.origin, counts: grid.counts,
            spacing: grid.spacing, values: [])
    }
}
