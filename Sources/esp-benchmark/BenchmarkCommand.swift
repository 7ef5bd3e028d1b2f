import ArgumentParser

/// Times single parts of the program through its libraries, for Benchmarks/run. Not installed.
@main
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "esp-benchmark",
        abstract: "Wall and processor time of single steps; every command prints one line of JSON.",
        subcommands: [
            IntegralsCommand.self, FockCommand.self, QuadratureCommand.self, PotentialCommand.self, DensityCommand.self,
            GradientCommand.self, KernelsCommand.self, ExchangeCommand.self, MatrixProductCommand.self,
        ])
}
