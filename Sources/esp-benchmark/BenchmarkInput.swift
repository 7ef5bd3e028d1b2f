import ArgumentParser
import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import RunFolders

/// A molecule in a basis, and how many threads work on it.
struct BenchmarkInput: ParsableArguments {
    @Argument(help: "Molecule in XYZ form.") var file: String
    @Option(help: "Basis set, or paper (6-31G, LANL2MB on Al and from K on).") var basis = BasisAssignment.paperRule
    @Option(help: "Threads.") var threads = 2

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads must lie between 1 and 1024") }
    }

    func makeBasis() throws -> AtomicOrbitalBasis {
        BLASThreads.limit(to: 1)
        let library = try BasisSetLibrary.locate(
            option: nil, environment: ProcessInfo.processInfo.environment, executable: CommandLine.arguments.first,
            currentFolder: FileManager.default.currentDirectoryPath)
        return try BasisAssignment(general: basis).resolve(
            for: XYZFile(readingFrom: file).molecule, in: library
        ).basis
    }

    var pool: WorkerPool { WorkerPool(threads: threads) }
}

/// Densities of `esp compute`'s checkpoints.
struct CheckpointInput: ParsableArguments {
    @Option(help: "Checkpoint whose density is used; may be repeated.") var checkpoint: [String] = []

    func validate() throws {
        guard !checkpoint.isEmpty else { throw ValidationError("name a checkpoint with --checkpoint") }
    }

    func wavefunctions(_ basis: AtomicOrbitalBasis) throws -> [Wavefunction] {
        try checkpoint.map { path in
            let found = try Checkpoint(readingFrom: path)
            guard found.functionCount == basis.functionCount else {
                throw ValidationError("\(path) is of another basis")
            }
            return Wavefunction(basis: basis, state: found.state, orbitals: found.orbitals)
        }
    }
}

extension AtomicOrbitalBasis {
    /// Functions ordered as other programs have them: by atom, then by angular momentum, then as in the basis set.
    /// Element k is the place in this basis of their function k.
    var orderByAngularMomentum: [Int] {
        labels.indices.sorted {
            let (a, b) = (labels[$0], labels[$1])
            return (a.atom, a.angularMomentum, $0) < (b.atom, b.angularMomentum, $1)
        }
    }
}
