import FileFormats
import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import RedoxPotentials

/// Electrodes, cycles, lines and tables, against closed formulas and scipy.
@Suite struct RedoxPotentialsTests {
    private struct Reference: Decodable {
        struct Line: Decodable {
            let name: String
            let x, y, residuals, leftOut: [Double]
            let slope, intercept, correlation, slopeError, interceptError, deviation, place, predictionError: Double
        }
        struct Radius: Decodable {
            let symbol: String
            let charge: Int
            let spin: String?
            let radius: Double
        }
        let lines: [Line]
        let radii: [Radius]
    }

    private static func reference() throws -> Reference {
        try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: Repository.references.appendingPathComponent("voltage.json")))
    }

    @Test func absolutePotentials() throws {
        #expect(HydrogenConvention.solvation.absolutePotential == 4.281 && HydrogenConvention.real.absolutePotential == 4.44)
        let lithium = try #require(PotentialScale(.lithium, solvent: nil))
        #expect(abs(lithium.absolutePotential - (4.281 - 3.040)) < 1e-12)
        // An electron bound by 4 eV: 4 V above an electron at rest.
        let change = -4 / PhysicalConstants.hartreeInElectronvolt
        #expect(abs(lithium.potential(change: change) - (4 - 1.241)) < 1e-12)
        #expect(abs(lithium.potential(change: 2 * change, electrons: 2) - (4 - 1.241)) < 1e-12)
        let other = try #require(lithium.other)
        #expect(abs(other.difference + 0.159) < 1e-12)
        #expect(abs(other.scale.potential(change: change) - lithium.potential(change: change) - other.difference) < 1e-12)
        #expect(try #require(other.scale.other).difference == -other.difference)
        // Against SCE: lower than against SHE by its potential.
        let (hydrogen, calomel) = (
            try #require(PotentialScale(.hydrogen, solvent: nil)), try #require(PotentialScale(.calomel, solvent: nil))
        )
        #expect(abs(hydrogen.potential(change: change) - calomel.potential(change: change) - 0.241) < 1e-12)
        let ferrocene = try #require(PotentialScale(.ferrocene, solvent: "acetonitrile"))
        #expect(abs(calomel.potential(change: change) - ferrocene.potential(change: change) - 0.40) < 1e-12)
        #expect(PotentialScale(.ferrocene, solvent: nil) == nil && PotentialScale(.ferrocene, solvent: "water") == nil)
        let given = PotentialScale(.lithium, absolutePotential: 1.4)
        #expect(given.other == nil && abs(given.potential(change: change) - 2.6) < 1e-12)
    }

    @Test func stepsAndTheirMean() throws {
        let series = RedoxSeries([
            .init(charge: -2, multiplicity: 1, electrons: 2, vertical: -10.15, adiabatic: -10.17),
            .init(charge: 0, multiplicity: 1, electrons: 0, vertical: -10, adiabatic: -10),
            .init(charge: -1, multiplicity: 2, electrons: 1, vertical: -10.1, adiabatic: -10.11),
        ])
        #expect(series.states.map(\.charge) == [0, -1, -2])
        let volt = PhysicalConstants.hartreeInElectronvolt
        let vertical = series.steps.compactMap { $0.vertical.map { RedoxSeries.absolutePotential(change: $0, electrons: 1) } }
        #expect(abs(vertical[0] - 0.1 * volt) < 1e-10 && abs(vertical[1] - 0.05 * volt) < 1e-10)
        let whole = try #require(series.whole)
        let mean = RedoxSeries.absolutePotential(change: try #require(whole.adiabatic), electrons: whole.electrons)
        #expect(whole.electrons == 2 && abs(mean - 0.085 * volt) < 1e-10)
        #expect(RedoxSeries(Array(series.states.prefix(2))).whole == nil)
    }

    @Test func metalFromItsAtom() throws {
        let lithium = try #require(MetalReservoir(symbol: "Li"))
        // 157.735 kJ/mol = 1.6348 eV.
        #expect(abs((lithium.energy(atom: -7.49) + 7.49) * PhysicalConstants.hartreeInElectronvolt + 1.6348) < 1e-4)
        #expect(MetalReservoir(symbol: "Mg") == nil && ReferenceElectrode(ofIon: "Na") == .sodium)
    }

    @Test func linesAgreeWithScipy() throws {
        for line in try Self.reference().lines {
            let fit = try LinearFit(zip(line.x, line.y).map { ($0, $1) })
            func same(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 * max(1, abs(b)) }
            #expect(same(fit.slope, line.slope) && same(fit.intercept, line.intercept), "\(line.name)")
            #expect(same(fit.slopeError, line.slopeError) && same(fit.interceptError, line.interceptError), "\(line.name)")
            #expect(
                same(try #require(fit.correlation), line.correlation) && same(fit.residualDeviation, line.deviation),
                "\(line.name)")
            #expect(zip(fit.residuals, line.residuals).allSatisfy(same), "\(line.name)")
            #expect(zip(fit.leftOutResiduals, line.leftOut).allSatisfy { $0 != nil && same($0 ?? 0, $1) }, "\(line.name)")
            #expect(same(fit.predictionError(at: line.place), line.predictionError), "\(line.name)")
            let calibration = try PotentialCalibration(
                zip(line.x, line.y).map { .init(name: "", computed: $0, measured: $1, source: "") })
            let count = Double(line.x.count)
            #expect(same(calibration.calibrated.meanAbsolute, line.residuals.reduce(0) { $0 + abs($1) } / count))
            #expect(same(calibration.offset.mean, zip(line.x, line.y).reduce(0) { $0 + $1.1 - $1.0 } / count))
            #expect(same(calibration.leftOut.largest, line.leftOut.map(abs).max() ?? 0))
        }
        #expect(throws: LinearFit.Flaw.tooFew(2)) { try LinearFit([(0, 0), (1, 1)]) }
        #expect(throws: LinearFit.Flaw.sameAbscissa) { try LinearFit([(1, 0), (1, 1), (1, 2)]) }
    }

    /// Every radius of the table, against another transcription of Shannon's.
    @Test func radiiOfShannon() throws {
        let radii = try Self.reference().radii
        #expect(IonicRadius.table.count == radii.count)
        for radius in radii {
            let own = IonicRadius.table.filter {
                $0.symbol == radius.symbol && $0.charge == radius.charge && $0.spin?.rawValue == radius.spin
            }
            #expect(own.count == 1 && abs(own[0].radius - radius.radius) < 1e-9, "\(radius)")
        }
        let psi = try ["Y", "In", "Sc", "Zr", "Al", "Nb"].map { try #require(IonicRadius(closedShellOf: $0)).ionicPotential }
        #expect(psi == psi.sorted() && abs(psi[0] - 3 / 0.9) < 1e-12 && abs(psi[5] - 5 / 0.64) < 1e-12)
        #expect(IonicRadius(named: "Fe3+")?.radius == 0.645 && IonicRadius(named: "Li+")?.radius == 0.76)
        #expect(IonicRadius(named: "Fe8+") == nil && IonicRadius(closedShellOf: "Fe") == nil)
    }

    @Test func tablesOfMeasuredPotentials() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("measured-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: url) }
        func read(_ text: String) throws -> MeasuredPotentials {
            try Data(text.utf8).write(to: url)
            return try MeasuredPotentials(readingFrom: url.path)
        }
        let table = try read(
            "name,measured,source\n# a comment\np-benzoquinone, -0.51 ,\"J. Chem. Soc., 4540, \"\"polarography\"\"\"\n\nb,1\n")
        #expect(table.entries.map(\.name) == ["p-benzoquinone", "b"] && table.entries[0].potential == -0.51)
        #expect(table.entries[0].source == "J. Chem. Soc., 4540, \"polarography\"" && table.entries[1].line == 5)
        for (text, part) in [
            ("a,0.1\nb\n", "line 2"), ("name,measured\na,x\n", "line 2"), ("a,1\nb,2\na,3\n", "stands in line 1"),
            ("a,-510\n", "Write volt"), ("a,1,\"open\n", "not closed"), ("name,measured\n", "no measured potential"),
            (",1\n", "name is missing"),
        ] {
            do {
                _ = try read(text)
                Issue.record("\(text) was read")
            } catch {
                #expect("\(error)".contains(part), "\(text): \(error)")
            }
        }
    }
}
