import ArgumentParser
import BasisSets
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import RunFolders
import SemiNumericalExchange

/// Exchange matrices of densities by quadrature, by a fit, and exactly.
struct ExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "Exchange matrices of densities: semi-numerical, fitted and exact, with their errors.")

    @OptionGroup var input: BenchmarkInput
    @OptionGroup var densities: CheckpointInput
    @Option(help: "Radial points of hydrogen in a grid; may be repeated.") var radial: [Int] = []
    @Option(help: "Points of the largest spheres of a grid; may be repeated.") var angular: [Int] = []
    @Option(help: "Threshold of contributions.") var threshold = SemiNumericalExchange.defaultThreshold
    @Option(help: "Auxiliary set of the fit; none omits it.") var auxiliary: String?
    @Option(help: "Copies of the molecule of the checkpoints that the molecule consists of.") var copies = 1
    @Flag(help: "Omit the exact matrices.") var noExact = false

    private struct Report: Encodable {
        let kind: String
        let functions: Int
        var points: Int?
        let preparation: Timing
        let build: Timing
        /// Exchange energies of the total densities, -1/4 tr K D for a closed shell.
        let energies: [Double]
        /// Of the energies relative to exact ones, in microhartree an atom; the largest error of an element.
        var errors: [Double]?
        var largestError: Double?
    }

    func validate() throws {
        if let count = angular.first(where: { LebedevGrid(count: $0) == nil }) {
            throw ValidationError("there is no sphere of \(count) points")
        }
        guard radial.allSatisfy({ $0 > 0 }) else { throw ValidationError("--radial must be positive") }
    }

    func run() throws {
        let basis = try input.makeBasis()
        let orbitals = try densities.checkpoint.map { path -> [MolecularOrbitals] in
            let found = try Checkpoint(readingFrom: path)
            guard copies > 0, found.functionCount * copies == basis.functionCount else {
                throw ValidationError("\(path) is of another basis")
            }
            switch found.orbitals {
            case .restricted(let both): return [both.repeated(copies)]
            case .unrestricted(let alpha, let beta): return [alpha.repeated(copies), beta.repeated(copies)]
            }
        }
        let matrices = orbitals.map { $0.dropFirst().reduce($0[0].density) { $0 + $1.density } }
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        var exact: [Matrix]?
        func report(_ kind: String, _ points: Int?, _ preparation: Timing, _ build: Timing, _ built: [Matrix]) throws {
            let energies = zip(built, matrices).map { -0.25 * $0.dot($1) }
            var result = Report(
                kind: kind, functions: basis.functionCount, points: points, preparation: preparation, build: build,
                energies: energies)
            if let exact {
                result.errors = zip(zip(built, exact), matrices).map {
                    -0.25 * ($0.0 - $0.1).dot($1) * 1e6 / Double(basis.molecule.atoms.count)
                }
                result.largestError = zip(built, exact).map { ($0 - $1).largestMagnitude }.max()
            }
            try printJSON(result)
        }
        if !noExact {
            let (preparation, builder) = Timing.measure {
                CoulombExchangeBuilder(basis: basis, pool: input.pool, memoryLimitInBytes: 0)
            }
            let (build, result) = Timing.measure { builder.build(coulomb: [], exchange: matrices) }
            exact = result.exchange
            try report("exact", nil, preparation, build, result.exchange)
        }
        var grids: [(String, GridSpecification)] = []
        for r in radial { for a in angular { grids.append(("\(r),\(a)", GridSpecification(.exchange(radial: r, angular: a)))) } }
        if grids.isEmpty {
            grids = [("energies", SemiNumericalExchange.energyGrid), ("iterations", SemiNumericalExchange.iterationGrid)]
        }
        for (name, grid) in grids {
            let (preparation, exchange) = try Timing.measure {
                try SemiNumericalExchange(basis: basis, overlap: overlap, grid: grid, pool: input.pool, threshold: threshold)
            }
            let (build, result) = Timing.measure { exchange.build(matrices) }
            try report(name, exchange.pointCount, preparation, build, result)
        }
        if let auxiliary {
            guard let set = AuxiliarySet(rawValue: auxiliary) else { throw ValidationError("no auxiliary set \(auxiliary)") }
            let library = try BasisSetLibrary.locate(
                option: nil, environment: ProcessInfo.processInfo.environment, executable: CommandLine.arguments.first,
                currentFolder: FileManager.default.currentDirectoryPath)
            let auxiliaryBasis = try set.basis(for: basis.molecule, in: library).basis
            let (preparation, fitted) = try Timing.measure {
                let plan = DensityFittingPlan(basis: basis, auxiliary: auxiliaryBasis, pool: input.pool)
                let coulomb = try FittedCoulomb(plan, pool: input.pool, memoryLimitInBytes: 4 << 30)
                return try FittedExchange(coulomb: coulomb, pool: input.pool)
            }
            let (build, result) = try Timing.measure {
                try fitted.build(zip(matrices, orbitals).map { ($0, $1.count == 1 ? $1[0] : nil) }, in: Double.self)
            }
            try report("fitted", nil, preparation, build, result)
        }
    }
}

extension MolecularOrbitals {
    /// Those of several copies of the molecule without any overlap.
    fileprivate func repeated(_ copies: Int) -> MolecularOrbitals {
        if copies == 1 { return self }
        let (n, m) = (coefficients.rows, coefficients.columns)
        var result = Matrix(rows: n * copies, columns: m * copies)
        for copy in 0..<copies {
            for i in 0..<n { for j in 0..<m { result[copy * n + i, copy * m + j] = coefficients[i, j] } }
        }
        return MolecularOrbitals(
            coefficients: result, energies: (0..<copies).flatMap { _ in energies },
            occupations: (0..<copies).flatMap { _ in occupations })
    }
}
