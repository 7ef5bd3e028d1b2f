import ArgumentParser
import FileFormats
import Foundation
import VoltageGain

/// `esp model`: the voltage against the ratio of metal to reference cations.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Voltage gain against the ratio of metal to reference cations: curves, and a fit to measured points.",
        usage: "esp model [points.csv] --candidate <u:m> ... [options]",
        discussion: """
            The relative gain of voltage is eta = (V - V0) / (V1 - V0), with V0 without metal and V1 at the reference ratio. Against R, the \
            metal cations per reference cation, it is modelled by straight lines between critical ratios u. Their slopes are \
            proportional to m, the mean number of quinone molecules that a metal cation coordinates there; beyond the last critical \
            ratio it is constant.

            POINTS is a file with two columns: R and eta, or R and the voltage with --voltages. Without it the curves of the \
            candidates are printed; with it also their deviations from the points. --fit determines the critical ratios from the \
            points, for the numbers m of each candidate.

            EXAMPLES
              esp model --candidate 0.125,0.25,0.5:8,4,2
              esp model points.csv --candidate "eightfold=0.125,0.25:8,4" --candidate "fourfold=0.25,0.5:4,2" --plot gain.svg
              esp model points.csv --candidate 0.25,0.5,1:4,2,1 --fit
            """)

    @Argument(
        help: ArgumentHelp("Measured points: R and eta, or R and the voltage.", valueName: "points.csv"), completion: .file())
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Critical ratios and coordination numbers, with a name if wanted: [NAME=]u1,u2,...:m1,m2,...; may be repeated.",
            valueName: "u:m"))
    var candidate: [String] = []

    @Option(help: ArgumentHelp("Ratio at which eta is 1 (default: the last critical ratio of a candidate).", valueName: "R"))
    var reference: Double?

    @Option(
        help: ArgumentHelp(
            "The second column of POINTS holds voltages: those at which eta is 0 and 1.", valueName: "V0,V1"))
    var voltages: String?

    @Flag(help: "Fit the critical ratios and the scale to the points.")
    var fit = false

    @Option(help: ArgumentHelp("Write a plot in SVG form.", valueName: "file.svg"), completion: .file())
    var plot: String?

    @Flag(help: "JSON instead of the table.")
    var json = false

    func validate() throws {
        guard !candidate.isEmpty else {
            throw ValidationError("a model is needed: --candidate u1,u2,...:m1,m2,..., such as 0.25,0.5:4,2")
        }
        if path == nil {
            if fit { throw ValidationError("--fit needs a file with measured points") }
            if voltages != nil { throw ValidationError("--voltages says what a file with measured points contains; name one") }
        }
        if fit, reference != nil { throw ValidationError("--reference fixes the scale, which --fit determines; leave one out") }
    }

    func run() throws {
        try Failure.reporting {
            let points = try path.map { try GainTable.points(readingFrom: $0, ends: ends()) }
            let results = try candidate.enumerated().map { try result($1, number: $0 + 1, points) }
            if let plot { try AtomicFile.write(Data(picture(results, points ?? []).utf8), to: URL(fileURLWithPath: plot)) }
            try Console.output(
                json
                    ? String(decoding: JSONLayout.encoded(results), as: UTF8.self)
                    : results.map { GainReport.text($0, points) }.joined(separator: "\n"))
        }
    }

    private func ends() throws -> (zero: Double, one: Double)? {
        guard let voltages else { return nil }
        guard let values = NumberList.values(voltages, count: 2), values[0] != values[1] else {
            throw Failure(.usage, "--voltages \(voltages): write two different voltages, such as 3.30,3.55.")
        }
        return (values[0], values[1])
    }

    private func result(_ text: String, number: Int, _ points: [GainPoint]?) throws -> GainResult {
        let named = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = named.count == 2 ? String(named[0]) : "model \(number)"
        let parts = named[named.count - 1].split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.split(separator: ",", omittingEmptySubsequences: false).map { NumberParsing.double($0) }
        }
        let lists = parts.map { $0.compactMap { $0 } }
        guard lists.count == 2, zip(parts, lists).allSatisfy({ $0.count == $1.count }) else {
            throw Failure(.usage, "--candidate \(text): write u1,u2,...:m1,m2,..., such as 0.25,0.5:4,2.")
        }
        do {
            guard fit, let points else {
                let model = try CoordinationModel(
                    criticalRatios: lists[0], coordinationNumbers: lists[1], reference: reference)
                return GainResult(name, model, points.map { GainDeviations($0, from: model) })
            }
            // The critical ratios are not used, but must be there.
            _ = try CoordinationModel(criticalRatios: lists[0], coordinationNumbers: lists[1])
            return GainResult(name, try CoordinationFit(points, coordinationNumbers: lists[1]))
        } catch let error as CoordinationModel.Flaw {
            throw Failure(.usage, "--candidate \(text): \(error).")
        } catch let error as CoordinationFit.Failure {
            let cure =
                switch error {
                case .tooFewPoints: "Measure more points, or take fewer regions."
                case .tooManyRegions: "Take fewer."
                case .gainsDoNotRise: "Check the columns, and the order of --voltages."
                }
            throw Failure(.badInput, "\(path ?? ""): \(error). \(cure)")
        }
    }

    private func picture(_ results: [GainResult], _ points: [GainPoint]) -> String {
        let end = max(
            1.15 * (results.compactMap(\.criticalRatios.last).max() ?? 1), points.map(\.ratio).max() ?? 0)
        let curves = results.map { result in
            VoltageGainSVG.Curve(
                name: result.name,
                corners: [(0, 0)] + zip(result.criticalRatios, result.criticalGains).map { ($0, $1) }
                    + [(end, result.criticalGains.last ?? 0)])
        }
        return VoltageGainSVG(curves: curves, points: points.map { ($0.ratio, $0.gain) }).text
    }
}
