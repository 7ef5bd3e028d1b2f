import ArgumentParser
import DensityFunctionals
import ExchangeCorrelation
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import WavefunctionAnalysis

/// Exchange-correlation matrices of the checkpoints' densities.
struct QuadratureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quadrature",
        abstract: "Exchange-correlation energy and matrices, each state alone and all together.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "Functional.") var functional = "b3lyp"
    @Option(help: "Grid.") var grid = "fine"
    @Option(help: "Repeats; the one with the least processor time counts.") var repeats = 3

    private struct Report: Encodable {
        let functions: Int
        let points: Int
        let grid: Timing
        let preparation: Timing
        let alone: [Timing]
        let together: Timing
        let energies: [Double]
        /// Arithmetic operations (twice the multiply-adds) of the density and potential products of each state.
        let operations: [Double]
        let peakMemory: Double
    }

    func run() throws {
        let basis = try input.makeBasis()
        let specification = try GridSpecification(parsing: grid)
        let functional = try DensityFunctional(named: functional)
        let states = try densities.wavefunctions(basis).map { wavefunction -> SpinDensityMatrices in
            wavefunction.isRestricted
                ? .restricted(total: wavefunction.totalDensity)
                : .unrestricted(alpha: wavefunction.alphaDensity, beta: wavefunction.betaDensity)
        }
        let pool = input.pool
        let (gridTiming, grid) = Timing.measure {
            MolecularGrid(molecule: basis.molecule, specification: specification, pool: pool)
        }
        let (preparation, integrator) = Timing.measure {
            ExchangeCorrelationIntegrator(basis: basis, grid: grid, functional: functional, pool: pool)
        }
        func best(_ states: [SpinDensityMatrices]) -> (Timing, [Double]) {
            let runs = (0..<max(1, repeats)).map { _ in Timing.measure { integrator.evaluate(states).map(\.energy) } }
            return runs.min { $0.0.processor < $1.0.processor } ?? runs[0]
        }
        let alone = states.map { best([$0]) }
        let together = best(states)
        guard alone.flatMap(\.1) == together.1 else { throw ValidationError("states together differ from states alone") }
        try printJSON(
            Report(
                functions: basis.functionCount, points: grid.count, grid: gridTiming, preparation: preparation,
                alone: alone.map(\.0), together: together.0, energies: together.1,
                operations: states.map { integrator.operationCount(of: $0) }, peakMemory: peakMemory()))
    }
}

/// The electrostatic potential on a cube.
struct PotentialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "potential", abstract: "Electrostatic potential on a cube of points for the checkpoints' densities.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "Points along each side of the box.") var side = 80
    @Option(help: "Bound of the error in hartree per elementary charge.") var tolerance = 1e-8
    @Option(help: "Takes every n-th point only for the file of values.") var every = 64
    @Option(help: "File for x, y, z (bohr) and the value of the first density at every n-th point, as doubles.")
    var output: String?

    private struct Report: Encodable {
        let functions: Int
        let points: Int
        let preparation: Timing
        let evaluation: Timing
        let peakMemory: Double
    }

    func validate() throws {
        guard (2...500).contains(side), every > 0, tolerance > 0 else {
            throw ValidationError("--side must lie between 2 and 500, --every and --tolerance be positive")
        }
    }

    func run() throws {
        let basis = try input.makeBasis()
        let matrices = try densities.wavefunctions(basis).map(\.totalDensity)
        let positions = basis.molecule.atoms.map(\.position)
        let lower = positions.reduce(positions[0]) { pointwiseMin($0, $1) } - CubeGrid.defaultMargin
        let upper = positions.reduce(positions[0]) { pointwiseMax($0, $1) } + CubeGrid.defaultMargin
        let grid = try CubeGrid(
            origin: lower, counts: SIMD3(repeating: side), spacing: (upper - lower) / Double(side - 1))
        let points = grid.points(0..<grid.pointCount)
        let (preparation, evaluator) = Timing.measure {
            ElectrostaticPotentialEvaluator(basis: basis, densities: matrices, tolerance: tolerance, pool: input.pool)
        }
        let (evaluation, values) = Timing.measure { evaluator.values(at: points, pool: input.pool) }
        if let output {
            let rows = stride(from: 0, to: points.count, by: every).flatMap { k -> [Double] in
                [points[k].x, points[k].y, points[k].z, values[0][k]]
            }
            try rows.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: output)) }
        }
        try printJSON(
            Report(
                functions: basis.functionCount, points: points.count, preparation: preparation, evaluation: evaluation,
                peakMemory: peakMemory()))
    }
}
