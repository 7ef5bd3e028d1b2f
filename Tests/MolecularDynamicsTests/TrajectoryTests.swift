import Foundation
@testable import MolecularDynamics
import MolecularStructure
import Testing

@Suite struct TrajectoryTests {
    private let femtosecond = AnalyticSystem.femtosecond
    private let angstrom = 1 / PhysicalConstants.bohrInAngstrom

    private func trajectory(_ symbols: [String], _ frames: [[SIMD3<Double>]]) throws -> Trajectory {
        Trajectory(
            elements: try symbols.map { try #require(Element(symbol: $0)) }, interval: femtosecond,
            positions: frames.map { $0.map { angstrom * $0 } })
    }

    @Test func coordinationNumbersCountDistances() throws {
        let zirconium = SIMD3<Double>(0, 0, 0)
        let frames = [2.0, 2.5, 3.5].map { r in [zirconium, SIMD3(r, 0, 0), SIMD3(0, 2.2, 0), SIMD3(0, 0, 2.1)] }
        let trajectory = try trajectory(["Zr", "O", "O", "Cl"], frames)
        let oxygens = PairDistances(centers: [0], others: [1, 2])
        #expect(oxygens.coordinationNumbers(in: trajectory, within: 3 * angstrom) == [2, 2, 1])
        let found = oxygens.distribution(in: trajectory, to: 4 * angstrom, width: 0.1 * angstrom)
        #expect(found.radii.count == 40 && abs(found.coordination[39] - 2) < 1e-12)
        // One of six distances lies between 2.5 and 2.6 Angstrom: a third of an atom per structure, in a shell of that volume.
        let volume = 4 / 3 * Double.pi * (pow(2.6, 3) - pow(2.5, 3)) * pow(angstrom, 3)
        let density = max(found.density[24], found.density[25])
        #expect(abs(density * volume - 1.0 / 3) < 0.03)
        // The density integrates to the coordination number.
        var sum = 0.0
        for (index, value) in found.density.enumerated() {
            let low = index == 0 ? 0 : found.radii[index - 1]
            sum += value * 4 / 3 * Double.pi * (pow(found.radii[index], 3) - pow(low, 3))
        }
        #expect(abs(sum - 2) < 1e-12)
    }

    /// Random points in a sphere around its centre have the mean density at all distances.
    @Test func randomPointsHaveAFlatDistribution() throws {
        var generator = SeededGenerator(seed: 4)
        let frames = (0..<400).map { _ in
            [SIMD3<Double>.zero] + (0..<50).map { _ in 10 * cbrt(generator.unit()) * generator.standardNormalVector().direction }
        }
        let trajectory = try trajectory(["Zr"] + Array(repeating: "O", count: 50), frames)
        let found = PairDistances(centers: [0], others: Array(1...50)).distribution(
            in: trajectory, to: 10 * angstrom, width: angstrom)
        let mean = 50 / (4 / 3 * Double.pi * pow(10 * angstrom, 3))
        for index in 3..<10 { #expect(abs(found.density[index] / mean - 1) < 0.1, "\(index)") }
    }

    @Test func averages() {
        #expect(SeriesAverage.running([1, 2, 3, 4, 5], window: 3) == [1.5, 2, 3, 4, 4.5])
        #expect(SeriesAverage.cumulative([1, 3, 5]) == [1, 2, 3])
        #expect(SeriesAverage.deviation([1, 3]) == 1 && SeriesAverage.mean([]) == 0)
        #expect(abs(SeriesAverage.slope([0, 1, 2, 3], [1, 3, 5, 7]) - 2) < 1e-12)
    }

    @Test func bondsAreMadeAndBrokenIfTheChangeLasts() throws {
        // The distance of two chlorine atoms: bonded, apart for one structure, bonded, apart.
        let distances = [2.0, 2.1, 3.5, 2.0, 2.1, 3.5, 3.6, 3.7, 3.8]
        let trajectory = try trajectory(["Cl", "Cl"], distances.map { [.zero, SIMD3($0, 0, 0)] })
        let history = BondHistory(trajectory, persistence: 3)
        #expect(history.events == [.init(frame: 5, bond: .init(0, 1), isMade: false)])
        #expect(history.firstBonds.count == 1 && history.lastBonds.isEmpty)
        #expect(BondHistory(trajectory, persistence: 1).events.map(\.frame) == [2, 3, 5])
    }

    @Test func anglesOfBondsAndOfAtoms() throws {
        let water = [SIMD3<Double>.zero, SIMD3(0.96, 0, 0), SIMD3(-0.24, 0.93, 0)]
        let trajectory = try trajectory(["O", "H", "H"], [water, water])
        let (hydrogen, oxygen) = (try #require(Element(symbol: "H")), try #require(Element(symbol: "O")))
        let expected = acos(-0.24 / (0.24 * 0.24 + 0.93 * 0.93).squareRoot()) * 180 / .pi
        let bonds = AngleSeries(trajectory, elements: (hydrogen, oxygen, hydrogen))
        #expect(bonds.angles.map(\.count) == [1, 1] && abs(bonds.angles[0][0] - expected) < 1e-10)
        #expect(bonds.histogram[Int(expected)] == 1)
        #expect(abs(AngleSeries(trajectory, atoms: (1, 0, 2)).angles[1][0] - expected) < 1e-10)
        #expect(AngleSeries(trajectory, elements: (oxygen, hydrogen, oxygen)).angles == [[], []])
    }

    /// Two waves of known frequency and amplitude.
    @Test func spectrumHasTheFrequenciesAndTheirShares() {
        let interval = 0.5 * femtosecond
        let unit = 1 / PhysicalConstants.hartreeInWavenumbers
        func wave(_ wavenumber: Double, _ amplitude: Double) -> [Double] {
            (0..<8000).map { amplitude * cos(wavenumber * unit * interval * Double($0)) }
        }
        let spectrum = PowerSpectrum(
            series: [wave(500, 1), wave(3000, 2)], weights: [2, 1], interval: interval, lag: 1000 * femtosecond, highest: 4500)
        let peaks = spectrum.peaks(above: 0.1)
        #expect(peaks.count == 2)
        for (peak, expected) in zip(peaks, [500.0, 3000]) { #expect(abs(peak.wavenumber - expected) < 1) }
        // 2 (1/2) and 4/2 are the mean squares.
        #expect(abs(spectrum.total - 3) < 0.03)
        let low = spectrum.values[..<1500].reduce(0, +), high = spectrum.values[1500...].reduce(0, +)
        #expect(abs(low - 1) < 0.03 && abs(high - 2) < 0.04, "\(low), \(high)")
    }

    /// The derivative of a dipole moment a sin(w t) has the mean square (a w)^2 / 2, also where the interval is long.
    @Test func dipoleSpectrumIsThatOfTheDerivative() throws {
        let interval = 2 * femtosecond
        let w = 3000 / PhysicalConstants.hartreeInWavenumbers
        let count = 4000
        let still = Array(repeating: [SIMD3<Double>.zero, SIMD3(2, 0, 0)], count: count)
        let trajectory = Trajectory(
            elements: [.hydrogen, .hydrogen], interval: interval, positions: still,
            dipoles: (0..<count).map { SIMD3(0, 0.3 * sin(w * interval * Double($0)), 7) })
        let spectrum = try #require(PowerSpectrum.ofDipoles(trajectory, lag: 1000 * femtosecond, highest: 4500))
        let peak = try #require(spectrum.peaks(above: 0.5).first)
        #expect(abs(peak.wavenumber - 3000) < 1)
        let area = spectrum.values.reduce(0, +)
        #expect(abs(area / (0.5 * pow(0.3 * w, 2)) - 1) < 0.03, "\(area)")
    }
}
