import FileFormats
import Foundation
import TestSupport
import Testing

@testable import VoltageGain

/// The piecewise linear model of the relative voltage gain.
@Suite struct CoordinationModelTests {
    /// The relation of the paper: slopes between critical ratios are as the coordination numbers.
    @Test func slopesAreProportionalToCoordination() throws {
        let (u, m) = ([0.125, 0.3, 0.75], [8.0, 4, 1.5])
        let model = try CoordinationModel(criticalRatios: u, coordinationNumbers: m)
        let v = model.criticalGains
        let slopes = [v[0] / u[0], (v[1] - v[0]) / (u[1] - u[0]), (v[2] - v[1]) / (u[2] - u[1])]
        for k in 0..<3 { #expect(abs(slopes[k] / slopes[0] - m[k] / m[0]) < 1e-14) }
        #expect(model.gain(at: 0) == 0 && abs(v[2] - 1) < 1e-15 && model.gain(at: 2) == v[2])
        // By hand: 8 x 0.125 + 4 x 0.175 + 1.5 x 0.45 = 2.375.
        #expect(abs(model.gain(at: 0.125) - 1 / 2.375) < 1e-15)
        let other = try CoordinationModel(criticalRatios: u, coordinationNumbers: m, reference: 0.3)
        #expect(abs(other.gain(at: 0.3) - 1) < 1e-15 && abs(other.gain(at: 0.75) - 2.375 / 1.7) < 1e-14)
    }

    @Test func derivativesAreThoseOfTheGain() throws {
        let model = try CoordinationModel(criticalRatios: [0.2, 0.5], coordinationNumbers: [4, 1], slope: 0.7)
        for ratio in [0.1, 0.3, 0.9] {
            let found = model.derivatives(at: ratio)
            let h = 1e-6
            func gain(_ change: [Double]) throws -> Double {
                try CoordinationModel(
                    criticalRatios: [0.2 + change[1], 0.5 + change[2]], coordinationNumbers: [4, 1], slope: 0.7 + change[0]
                ).gain(at: ratio)
            }
            for k in 0..<3 {
                var step = [0.0, 0, 0]
                step[k] = h
                let difference = try gain(step) - gain(step.map { -$0 })
                #expect(abs(difference / (2 * h) - found[k]) < 1e-8)
            }
        }
    }

    @Test func flawsAreNamed() {
        func flaw(_ u: [Double], _ m: [Double], _ reference: Double? = nil) -> CoordinationModel.Flaw? {
            do throws(CoordinationModel.Flaw) {
                _ = try CoordinationModel(criticalRatios: u, coordinationNumbers: m, reference: reference)
                return nil
            } catch { return error }
        }
        #expect(flaw([0.2], [1, 2]) == .counts(ratios: 1, numbers: 2) && flaw([], []) == .counts(ratios: 0, numbers: 0))
        #expect(flaw([0.2, 0.2], [1, 2]) == .ratios && flaw([0, 1], [1, 2]) == .ratios)
        #expect(flaw([0.2], [0]) == .numbers && flaw([0.2, 0.3], [1, -1]) == .numbers)
        #expect(flaw([0.2], [1], 0) == .reference)
    }

    private struct Reference: Decodable {
        struct Case: Decodable {
            let name: String
            let ratios, gains, numbers, critical, criticalErrors: [Double]
            let slope, slopeError, deviation: Double
        }
        let cases: [Case]
    }

    /// Parameters, standard errors and deviations of scipy's least squares.
    @Test func fitsAreThoseOfAnotherProgram() throws {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("voltage-gain.json"))
        for known in try JSONDecoder().decode(Reference.self, from: data).cases {
            let points = zip(known.ratios, known.gains).map { GainPoint(ratio: $0, gain: $1) }
            let fit = try CoordinationFit(points, coordinationNumbers: known.numbers)
            #expect(abs(fit.model.slope - known.slope) < 1e-7, "\(known.name)")
            #expect(abs(try #require(fit.deviations.rootMeanSquare) - known.deviation) < 1e-9)
            #expect(abs(try #require(fit.slopeError) / known.slopeError - 1) < 1e-5)
            for k in known.critical.indices {
                #expect(abs(fit.model.criticalRatios[k] - known.critical[k]) < 1e-7, "\(known.name)")
                #expect(abs(try #require(fit.ratioErrors[k]) / known.criticalErrors[k] - 1) < 1e-5)
            }
        }
    }

    /// Points without error give the model back, whatever their order; a ratio beyond all points stays undetermined.
    @Test func fitsRecoverModels() throws {
        let model = try CoordinationModel(criticalRatios: [0.17, 0.41], coordinationNumbers: [8, 3])
        let points = stride(from: 0.02, through: 0.8, by: 0.04).map { GainPoint(ratio: $0, gain: model.gain(at: $0)) }
        let fit = try CoordinationFit(points.reversed(), coordinationNumbers: [8, 3])
        for (found, known) in zip(fit.model.criticalRatios, [0.17, 0.41]) { #expect(abs(found - known) < 1e-6) }
        #expect(abs(fit.model.slope - model.slope) < 1e-6 && fit.deviations.largest < 1e-7)
        let low = try CoordinationFit(points.filter { $0.ratio < 0.3 }, coordinationNumbers: [8, 3])
        #expect(low.ratioErrors[0] != nil && low.ratioErrors[1] == nil)
        #expect(throws: CoordinationFit.Failure.tooFewPoints(3, parameters: 3)) {
            try CoordinationFit(Array(points.prefix(3)), coordinationNumbers: [8, 3])
        }
    }

    @Test func tablesAreRead() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("gain-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: url) }
        func points(_ text: String) throws -> [GainPoint] {
            try Data(text.utf8).write(to: url)
            return try GainTable.points(readingFrom: url.path, ends: (3.3, 3.55))
        }
        let found = try points("R,V\n# LIC\n0,3.30\n0.5;3.425\n")
        #expect(found.count == 2 && abs(found[1].gain - 0.5) < 1e-12 && found[0].gain == 0)
        for (text, place) in [("0,3.3\nx,y\n", "line 2"), ("0,3.3\n-1,3.4\n", "line 2"), ("R V\n", "no pair of numbers")] {
            let error = #expect(throws: InputFileError.self) { try points(text) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(place))
        }
    }
}
