import ArgumentParser
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra

/// All unique repulsion integrals, computed into memory.
struct IntegralsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "integrals",
        abstract: "Unique electron-repulsion integrals into memory, with the preparation and one Coulomb matrix.")

    @OptionGroup var input: BenchmarkInput

    private struct Report: Encodable {
        let functions: Int
        let storedBytes: Int
        let isComplete: Bool
        /// Pair data, Schwarz bounds, plan of the store.
        let preparation: Timing
        /// The first Coulomb matrix, which fills the store.
        let filling: Timing
        /// A second one, from memory.
        let pass: Timing
        /// The sum of all (ii|jj).
        let check: Double
        let peakMemory: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let density = Matrix.identity(basis.functionCount)
        let (preparation, builder) = Timing.measure {
            CoulombExchangeBuilder(basis: basis, pool: input.pool, memoryLimitInBytes: 16 << 30)
        }
        let (filling, first) = Timing.measure { builder.build(coulomb: [density], exchange: []) }
        let (pass, second) = Timing.measure { builder.build(coulomb: [density], exchange: []) }
        guard first.coulomb == second.coulomb else { throw ValidationError("two passes differ") }
        try printJSON(
            Report(
                functions: basis.functionCount, storedBytes: builder.storage.storedBytes,
                isComplete: builder.storage.storedBytes == builder.storage.neededBytes, preparation: preparation,
                filling: filling, pass: pass, check: first.coulomb[0].trace,
                peakMemory: peakMemory()))
    }
}

/// Coulomb and exchange matrices of one density without stored integrals.
struct FockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fock", abstract: "Coulomb and exchange matrices of one density, integrals recomputed.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "Builds; the first one is reported apart.") var builds = 1

    private struct Report: Encodable {
        let functions: Int
        let preparation: Timing
        let builds: [Timing]
        /// Half the trace of J D and a quarter of that of K D, for comparison with other programs.
        let check: Double
        let exchange: Double
        let peakMemory: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let density = try densities.wavefunctions(basis)[0].totalDensity
        let (preparation, builder) = Timing.measure {
            CoulombExchangeBuilder(basis: basis, pool: input.pool, memoryLimitInBytes: 0)
        }
        var timings: [Timing] = []
        var energies = (0.0, 0.0)
        for _ in 0..<max(1, builds) {
            let (timing, result) = Timing.measure { builder.build(coulomb: [density], exchange: [density]) }
            timings.append(timing)
            energies = (0.5 * result.coulomb[0].dot(density), 0.25 * result.exchange[0].dot(density))
        }
        try printJSON(
            Report(
                functions: basis.functionCount, preparation: preparation, builds: timings, check: energies.0,
                exchange: energies.1, peakMemory: peakMemory()))
    }
}

/// A density for another program.
struct DensityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "density",
        abstract: "Writes a checkpoint's total density matrix as doubles, functions by atom and angular momentum.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "File to write.") var output: String

    private struct Report: Encodable {
        let functions: Int
        let electrons: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let density = try densities.wavefunctions(basis)[0].totalDensity
        let order = basis.orderByAngularMomentum
        let values = order.flatMap { i in order.map { density[i, $0] } }
        try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: output)) }
        try printJSON(
            Report(
                functions: basis.functionCount, electrons: density.dot(OneElectronIntegrals.overlap(basis: basis))))
    }
}
