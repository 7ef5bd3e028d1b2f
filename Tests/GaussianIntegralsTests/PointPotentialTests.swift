import GaussianBasis
import LinearAlgebra
import ParallelExecution
import TestSupport
import Testing

@testable import GaussianIntegrals

/// Potentials of products of functions at points, contracted with amplitudes.
@Suite struct PointPotentialTests {
    /// Twelve points, padded to sixteen with copies of the last one.
    private static let points: [SIMD3<Double>] = {
        var random = RepeatableRandom(seed: 41)
        var result = (0..<9).map { _ in
            SIMD3(
                Double.random(in: -3...3, using: &random), Double.random(in: -3...3, using: &random),
                Double.random(in: -3...3, using: &random))
        }
        // At a nucleus, between two, and far away.
        result += [SmallBases.positions[0], 0.5 * (SmallBases.positions[0] + SmallBases.positions[1]), SIMD3(31, -17, 24)]
        return result + (0..<4).map { _ in SIMD3(31, -17, 24) }
    }()

    /// G(g) of every density and function from `ShellPairPotentials`.
    private static func contracted(
        _ basis: AtomicOrbitalBasis, _ interaction: RepulsionOperator, _ amplitudes: [[Double]], threshold: Double = 0
    ) -> [[Double]] {
        let potentials = ShellPairPotentials(basis: basis, interaction: interaction)
        let (n, count) = (basis.functionCount, points.count)
        let numbers = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: 2 * amplitudes.count * n * 2 + 6)
        defer { numbers.deallocate() }
        let x = UnsafeMutableRawPointer(numbers).assumingMemoryBound(to: Double.self)
        let (y, z) = (x + count, x + 2 * count)
        for (k, point) in points.enumerated() { (x[k], y[k], z[k]) = (point.x, point.y, point.z) }
        let sources = x + 3 * count
        let targets = sources + amplitudes.count * n * count
        for (d, values) in amplitudes.enumerated() {
            for k in values.indices { (sources[d * n * count + k], targets[d * n * count + k]) = (values[k], 0) }
        }
        let rows = UnsafeMutablePointer<Int32>.allocate(capacity: basis.shells.count)
        defer { rows.deallocate() }
        for (shell, properties) in basis.shells.enumerated() { rows[shell] = Int32(properties.firstFunction) }
        let largest = basis.shells.map { shell in
            amplitudes.reduce(0.0) { most, values in
                shell.functions.reduce(most) { most, f in (0..<count).reduce(most) { max($0, abs(values[f * count + $1])) } }
            }
        }
        var selected: [SelectedPair] = []
        potentials.select(
            amplitudes: largest, low: SIMD3(repeating: -40), high: SIMD3(repeating: 40), threshold: threshold
        ) { pair, _, _ in selected.append(pair) }
        potentials.contract(
            selected,
            PointContraction(
                vectors: count / 8, x: x, y: y, z: z, sources: sources, targets: targets, densityStride: n * count,
                densities: amplitudes.count, rows: rows), PointContractionScratch(potentials, vectors: count / 8))
        return amplitudes.indices.map { d in (0..<n * count).map { targets[d * n * count + $0] } }
    }

    private static func amplitudes(_ n: Int, seed: UInt64) -> [Double] {
        var random = RepeatableRandom(seed: seed)
        return (0..<n * points.count).map { _ in Double.random(in: -1...1, using: &random) }
    }

    private static func expected(_ amplitudes: [Double], _ potentials: [Matrix]) -> [Double] {
        let (n, count) = (potentials[0].rows, points.count)
        var result = [Double](repeating: 0, count: n * count)
        for g in 0..<count {
            for a in 0..<n {
                for b in 0..<n { result[a * count + g] += potentials[g][a, b] * amplitudes[b * count + g] }
            }
        }
        return result
    }

    @Test func agreeWithNuclearAttraction() {
        for basis in [
            SmallBases.popleLike, SmallBases.everyAngularMomentum(.pure), SmallBases.everyAngularMomentum(.cartesian),
        ] {
            let n = basis.functionCount
            let sets = [Self.amplitudes(n, seed: 5), Self.amplitudes(n, seed: 6)]
            let results = Self.contracted(basis, .coulomb, sets)
            let potentials = Self.points.map {
                OneElectronIntegrals.nuclearAttraction(basis: basis, charges: [-1], positions: [$0], pool: WorkerPool(threads: 1))
            }
            for (result, set) in zip(results, sets) {
                let error = zip(result, Self.expected(set, potentials)).map { abs($0 - $1) }.max() ?? 1
                #expect(error < 1e-11, "\(error)")
            }
        }
    }

    /// With a threshold, errors are of its size.
    @Test func omitNegligiblePairs() {
        let basis = SmallBases.popleLike
        let set = Self.amplitudes(basis.functionCount, seed: 9)
        let full = Self.contracted(basis, .coulomb, [set])[0]
        for threshold in [1e-8, 1e-4] {
            let error =
                zip(Self.contracted(basis, .coulomb, [set], threshold: threshold)[0], full).map { abs($0 - $1) }.max() ?? 1
            #expect(error < 20 * threshold, "\(threshold): \(error)")
        }
    }

    /// Against the repulsion of a very narrow charge.
    @Test(arguments: RangeSeparationTests.operators)
    func agreeWithTheTextbook(_ interaction: RepulsionOperator) {
        let basis = SmallBases.everyAngularMomentum(.pure)
        let (n, count) = (basis.functionCount, Self.points.count)
        let functions = TextbookIntegrals.functions(basis)
        let unit = [TextbookIntegrals.Primitive(power: [0, 0, 0], exponent: 0, center: [0, 0, 0], coefficient: 1)]
        let set = Self.amplitudes(n, seed: 13)
        let result = Self.contracted(basis, interaction, [set])[0]
        var random = RepeatableRandom(seed: 3)
        for g in [0, 4, 9, 11] {
            let point = Self.points[g]
            let a = Int.random(in: 0..<n, using: &random)
            var sum = 0.0
            for b in 0..<n {
                let exponent = 1e12
                let charge = [
                    TextbookIntegrals.Primitive(
                        power: [0, 0, 0], exponent: exponent, center: [point.x, point.y, point.z],
                        coefficient: exponent * (exponent / .pi).squareRoot() / .pi)
                ]
                let near = TextbookIntegrals.inverseDistance(functions[a], functions[b], [point.x, point.y, point.z])
                let far = TextbookIntegrals.repulsion(functions[a], functions[b], charge, unit, omega: interaction.omega)
                sum += (interaction.shortRange * (near - far) + interaction.longRange * far) * set[b * count + g]
            }
            #expect(abs(result[a * count + g] - sum) < 1e-9, "\(a) at \(point): \(result[a * count + g] - sum)")
        }
    }
}
