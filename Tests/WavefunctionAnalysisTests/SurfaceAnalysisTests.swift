import DensityFunctionals
import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import WavefunctionAnalysis

/// The electrostatic potential on isosurfaces of the density.
@Suite struct SurfaceAnalysisTests {
    private struct Reference: Decodable {
        struct Case: Decodable {
            let file: String
            let level, volume, area, mean, maximum, minimum, average_deviation, polarity_index: Double
            let positive_area, negative_area, total_variance: Double
            let positive_mean, negative_mean, positive_variance, negative_variance, balance: Double?
        }
        let cases: [Case]
    }

    private static func wavefunction(_ name: String) throws -> Wavefunction {
        let file = try ForeignWavefunction(readingFrom: WavefunctionReference.path(name))
        return try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }.wavefunction
    }

    private static let pool = WorkerPool(threads: 1)

    /// Within 1 % of PySCF's density and potential on the surface that scikit-image cuts.
    @Test func agreesWithAnIndependentSurface() throws {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("surface.json"))
        for reference in try JSONDecoder().decode(Reference.self, from: data).cases {
            let analysis = try SurfaceAnalysis(
                try Self.wavefunction(reference.file), level: reference.level, spacing: 0.3, pool: Self.pool)
            let s = analysis.statistics
            // What may nearly cancel is compared on the scale of the polarity index.
            let scale = reference.polarity_index
            func near(_ found: Double?, _ expected: Double?, _ size: Double? = nil, _ what: String) {
                guard let found, let expected else {
                    #expect(found == nil && expected == nil, "\(reference.file) \(what)")
                    return
                }
                #expect(abs(found - expected) < 0.01 * (size ?? abs(expected)), "\(reference.file) \(what) \(found) \(expected)")
            }
            near(analysis.volume, reference.volume, nil, "volume")
            near(s.area, reference.area, nil, "area")
            near(s.positiveArea, reference.positive_area, reference.area, "positive area")
            near(s.negativeArea, reference.negative_area, reference.area, "negative area")
            near(s.mean, reference.mean, scale, "mean")
            near(s.positiveMean, reference.positive_mean, scale, "positive mean")
            near(s.negativeMean, reference.negative_mean, scale, "negative mean")
            near(s.maximum, reference.maximum, nil, "maximum")
            near(s.minimum, reference.minimum, nil, "minimum")
            near(s.averageDeviation, reference.average_deviation, scale, "average deviation")
            near(s.polarityIndex, reference.polarity_index, nil, "polarity index")
            near(s.positiveVariance, reference.positive_variance, 3 * reference.total_variance, "positive variance")
            near(s.negativeVariance, reference.negative_variance, 3 * reference.total_variance, "negative variance")
            near(s.totalVariance, reference.total_variance, 2 * reference.total_variance, "total variance")
            near(s.balance, reference.balance, 0.5, "balance")
        }
    }

    /// Listed extrema lie on the exact surface, no vertex has a more extreme value, and the summary says the same.
    @Test func extremaLieOnTheExactSurface() throws {
        let wavefunction = try Self.wavefunction("pyscf-pure.molden")
        let analysis = try SurfaceAnalysis(wavefunction, pool: Self.pool)
        let positions = analysis.extrema.map(\.position)
        let (density, _) = ScalarField.density(wavefunction.totalDensity, basis: wavefunction.basis)
            .valuesAndGradients(at: positions, pool: Self.pool)
        for value in density { #expect(abs(value / 0.001 - 1) < 1e-8) }
        let potential = ElectrostaticPotentialEvaluator(
            basis: wavefunction.basis, densities: [wavefunction.totalDensity], pool: Self.pool)
        let exact = potential.values(at: positions, pool: Self.pool)[0]
        for (extremum, value) in zip(analysis.extrema, exact) { #expect(abs(extremum.value - value) < 1e-7) }
        let maxima = analysis.extrema.filter(\.isMaximum).map(\.value)
        let minima = analysis.extrema.filter { !$0.isMaximum }.map(\.value)
        #expect(analysis.statistics.maximum == maxima.max() && analysis.statistics.minimum == minima.min())
        for value in analysis.surface.values { #expect(value <= maxima.max() ?? 0 && value >= minima.min() ?? 0) }
    }

    private struct Extrema: Decodable {
        struct Extremum: Decodable {
            let maximum: Bool
            let atom: Int
            let value, published: Double
            let position: [Double]
        }
        let extrema: [Extremum]
    }

    /// Within 0.001 kcal/mol of the extrema on the exact surface of PySCF's density. Multiwfn's published ones, with Gaussian's
    /// wavefunction, differ from both by up to 0.005 kcal/mol.
    @Test func extremaOfAcetamideAreThoseOfAnotherProgram() throws {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("surface-extrema.json"))
        let expected = try JSONDecoder().decode(Extrema.self, from: data).extrema
        let reference = try #require(try SolvedCase.read("dipole-corrections.json").first)
        let method = ElectronicMethod.kohnSham(functional: try DensityFunctional(named: "B3LYP"), grid: .ultrafine)
        let analysis = try SurfaceAnalysis(try reference.solve(method), pool: Self.pool)
        let unit = PhysicalConstants.hartreeInKilocaloriePerMole
        let maxima = analysis.extrema.filter(\.isMaximum).map(\.value)
        let minima = analysis.extrema.filter { !$0.isMaximum }.map(\.value)
        #expect(maxima.count == expected.count(where: \.maximum))
        for extremum in expected {
            let values = zip(analysis.extrema, analysis.extremumAtoms).filter {
                $0.isMaximum == extremum.maximum && $1 == extremum.atom
            }
            let own = try #require(values.map(\.0).min { abs($0.value - extremum.value) < abs($1.value - extremum.value) })
            #expect(unit * abs(own.value - extremum.value) < 0.001, "\(unit * own.value) \(unit * extremum.value)")
            #expect(abs(unit * own.value - extremum.published) < 0.006, "\(unit * own.value) \(extremum.published)")
            let place = SIMD3(extremum.position[0], extremum.position[1], extremum.position[2])
            #expect(distance(own.position, place) < 0.02, "\(own.position) \(place)")
        }
        for value in analysis.surface.values { #expect(value <= maxima.max() ?? 0 && value >= minima.min() ?? 0) }
    }

    /// Water has one maximum at each hydrogen and minima at the lone pairs of oxygen.
    @Test func extremaOfWaterLieWhereChemistryPutsThem() throws {
        let analysis = try SurfaceAnalysis(try Self.wavefunction("pyscf-pure.molden"), pool: Self.pool)
        let maxima = zip(analysis.extrema, analysis.extremumAtoms).filter { $0.0.isMaximum }
        let minima = zip(analysis.extrema, analysis.extremumAtoms).filter { !$0.0.isMaximum }
        #expect(Set(maxima.map(\.1)) == [1, 2])
        #expect(!minima.isEmpty && minima.allSatisfy { $0.1 == 0 })
        let values = analysis.atoms.compactMap { $0 }
        #expect(abs(values.reduce(0) { $0 + $1.area } - analysis.statistics.area) < 1e-9 * analysis.statistics.area)
        #expect((analysis.atoms[0]?.mean ?? 1) < 0 && (analysis.atoms[1]?.mean ?? -1) > 0)
    }

    /// A finer grid changes little, and shifts of the extrema's places less than the fit promises.
    @Test func refinementChangesLittle() throws {
        let wavefunction = try Self.wavefunction("pyscf-pure.molden")
        let coarse = try SurfaceAnalysis(wavefunction, spacing: 0.4, pool: Self.pool)
        let fine = try SurfaceAnalysis(wavefunction, spacing: 0.2, pool: Self.pool)
        #expect(abs(coarse.statistics.area / fine.statistics.area - 1) < 0.01)
        #expect(abs(coarse.volume / fine.volume - 1) < 0.01)
        #expect(abs((coarse.statistics.totalVariance ?? 0) / (fine.statistics.totalVariance ?? 1) - 1) < 0.01)
        for isMaximum in [true, false] {
            let (a, b) = (coarse.extrema.first { $0.isMaximum == isMaximum }, fine.extrema.first { $0.isMaximum == isMaximum })
            #expect(abs((a?.value ?? 0) - (b?.value ?? 1)) < 3e-4)
        }
    }

    /// Two triangles that a linear function crosses: all sums are known.
    @Test func integralsOfLinearFunctionsAreExact() {
        let mesh = SurfaceMesh(
            positions: [SIMD3(-1, 0, 0), SIMD3(1, 0, 0), SIMD3(1, 2, 0), SIMD3(-1, 2, 0)],
            normals: [SIMD3<Double>](repeating: SIMD3(0, 0, 1), count: 4), triangles: [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
        // V = x on a square of side 2 about x = 0.
        let surface = ValuedSurface(mesh: mesh, values: [-1, 1, 1, -1], owners: [0, 1])
        let s = SurfacePotentialStatistics(surface, polarThreshold: 0.5)
        func near(_ a: Double?, _ b: Double) { #expect(abs((a ?? .infinity) - b) < 1e-12, "\(a ?? .infinity) \(b)") }
        near(s.area, 4)
        near(s.positiveArea, 2)
        near(s.negativeArea, 2)
        near(s.polarArea, 2)
        near(s.mean, 0)
        near(s.positiveMean, 0.5)
        near(s.negativeMean, -0.5)
        near(s.positiveVariance, 1.0 / 12)
        near(s.totalVariance, 1.0 / 6)
        near(s.balance, 0.25)
        near(s.averageDeviation, 0.5)
        near(s.polarityIndex, 0.5)
        let areas = SurfacePotentialStatistics.areas(surface, between: [-1, -0.5, 0, 0.25, 1])
        for (found, expected) in zip(areas, [1, 1, 0.5, 1.5]) { near(found, expected) }
        let shifted = SurfacePotentialStatistics(
            ValuedSurface(mesh: mesh, values: [1, 3, 3, 1], owners: [0, 1]), polarThreshold: 0.5)
        #expect(shifted.negativeMean == nil && shifted.negativeVariance == nil && shifted.balance == nil)
        near(shifted.averageDeviation, 0.5)
        near(shifted.totalVariance, 1.0 / 3)
    }
}
