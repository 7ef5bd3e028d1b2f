import ArgumentParser
import DensityFunctionals
import ElectronicStructure
import GaussianBasis
import MolecularQuadrature
import NuclearDerivatives

/// The gradient of a checkpoint's energy.
struct GradientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradient", abstract: "Derivatives of a converged B3LYP energy, without the response of the grid.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "Grid.") var grid = "fine"

    private struct Report: Encodable {
        let gradient: Timing
        /// Hartree per bohr, a row an atom.
        let values: [[Double]]
        let peakMemory: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let wavefunction = try densities.wavefunctions(basis)[0]
        // No stored integrals: the gradient uses none.
        let problem = try ElectronicProblem(
            basis: basis,
            method: .kohnSham(functional: DensityFunctional(named: "b3lyp"), grid: GridSpecification(parsing: grid)),
            pool: input.pool, memoryLimitInBytes: 0)
        let (timing, gradient) = Timing.measure { EnergyGradient(problem: problem, wavefunction: wavefunction) }
        try printJSON(
            Report(gradient: timing, values: gradient.values.map { [$0.x, $0.y, $0.z] }, peakMemory: peakMemory()))
    }
}
