import Foundation
import GaussianBasis
import MolecularQuadrature
import MolecularStructure
import TestSupport
import Testing

@testable import WavefunctionAnalysis

@Suite("Extrapolated iterations")
struct FixedPointAccelerationTests {
    /// x -> s + M (x - s) with factors of M up to 0.99, in turned axes, and a little that is not linear.
    private struct Iteration {
        let solution = (0..<20).map { sin(Double($0)) }

        func image(_ x: [Double]) -> [Double] {
            let d = zip(x, solution).map { $0 - $1 }
            let mean = d.reduce(0, +) / Double(d.count)
            return d.indices.map {
                let own = d[$0] - mean
                return solution[$0] + 0.99 * mean + 0.9 * own * Double($0) / 20 + 0.01 * own * own
            }
        }
    }

    private static func length(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    @Test("the solution of a slow iteration in few steps")
    func slow() {
        let iteration = Iteration()
        let weights = (0..<20).map { 1 + Double($0 % 3) }
        var acceleration = FixedPointAcceleration(farthest: 0.5)
        var x = [Double](repeating: 0.2, count: 20)
        var plain = x
        for _ in 0..<40 {
            x = acceleration.next(point: x, image: iteration.image(x), weights: weights)
            plain = iteration.image(plain)
        }
        #expect(Self.length(x, iteration.solution) < 1e-8, "\(Self.length(x, iteration.solution))")
        #expect(Self.length(plain, iteration.solution) > 1e-2)
    }

    @Test("what is known of an iteration serves another that differs little")
    func carriedOver() {
        let (first, second) = (Iteration(), Iteration())
        let shift = 1e-3
        let weights = [Double](repeating: 1, count: 20)
        var acceleration = FixedPointAcceleration(farthest: 0.5)
        var x = [Double](repeating: 0.2, count: 20)
        for _ in 0..<40 { x = acceleration.next(point: x, image: first.image(x), weights: weights) }
        acceleration.leave()
        let solution = second.solution.map { $0 + shift }
        for _ in 0..<12 {
            let image = second.image(x.map { $0 - shift }).map { $0 + shift }
            x = acceleration.next(point: x, image: image, weights: weights)
        }
        #expect(Self.length(x, solution) < 1e-7, "\(Self.length(x, solution))")
    }

    @Test("a step that goes wrong is taken back")
    func takenBack() {
        var acceleration = FixedPointAcceleration(farthest: 0.5)
        let first = acceleration.next(point: [1], image: [0.9], weights: [1])
        #expect(first == [0.9])
        // A residual that has grown tenfold: go on from the plain step before.
        #expect(acceleration.next(point: [0.7], image: [1.7], weights: [1]) == [0.9])
    }
}

@Suite("Solutions of iterative stockholders", .serialized)
struct StockholderSolutionTests {
    @Test("MBIS: those of the plain iteration", arguments: 0..<2)
    func minimalBasis(_ index: Int) throws {
        let wavefunction = try SolvedCase.read("space-partitions.json")[index].solve()
        let input = try SpacePartitionTests.input([wavefunction])
        let molecule = wavefunction.basis.molecule
        let library = ProatomLibrary(elements: Set(molecule.atoms.map(\.element)), set: .restricted)
        let cores = try zip(molecule.atoms, wavefunction.basis.effectiveCorePotentials).map { atom, potential in
            try potential.map { try library.core(atom.element, electrons: $0.coreElectrons) }
        }
        let sample = DensitySample(input, cores: cores, grid: .medium)
        let rough = DensitySample(input, cores: cores, grid: .coarse)
        let initial = MinimalBasisIterativeStockholder.initialShells(molecule)
        let found = MinimalBasisIterativeStockholder(sample: sample, rough: rough).charges(state: 0, initial: initial)
        #expect(found.outcome.charges?.iterations != nil)
        var plain = initial
        let shares = SlaterShellWeights(
            molecule: molecule, grid: sample.grid, density: sample.densities[0], pool: sample.pool)
        for _ in 0..<1000 {
            plain = zip(plain, shares.sums(plain)).map {
                SlaterShell(atom: $0.atom, population: $1.electrons, width: $1.moment / (3 * $1.electrons))
            }
        }
        for atom in molecule.atoms.indices {
            func electrons(_ shells: [SlaterShell]) -> Double {
                shells.filter { $0.atom == atom }.reduce(0) { $0 + $1.population }
            }
            #expect(abs(electrons(found.shells) - electrons(plain)) < 2e-6, "\(atom): \(electrons(plain))")
        }
    }
}
