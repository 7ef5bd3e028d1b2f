import FileFormats
import VoltageGain

/// A candidate and how it compares with the points, as it is printed.
struct GainResult: Encodable {
    let name: String
    let criticalRatios, coordinationNumbers, criticalGains: [Double]
    /// Gain per unit of R and coordinated molecule.
    let slope: Double
    /// Standard errors of a fit.
    let slopeError: Double?
    let ratioErrors: [Double?]?
    let deviations: [Double]?
    let rootMeanSquare, largest: Double?

    init(_ name: String, _ model: CoordinationModel, _ deviations: GainDeviations?) {
        self.init(name, model, deviations, slopeError: nil, ratioErrors: nil)
    }

    init(_ name: String, _ fit: CoordinationFit) {
        self.init(name, fit.model, fit.deviations, slopeError: fit.slopeError, ratioErrors: fit.ratioErrors)
    }

    private init(
        _ name: String, _ model: CoordinationModel, _ deviations: GainDeviations?, slopeError: Double?, ratioErrors: [Double?]?
    ) {
        self.name = name
        (criticalRatios, coordinationNumbers) = (model.criticalRatios, model.coordinationNumbers)
        (criticalGains, slope) = (model.criticalGains, model.slope)
        (self.slopeError, self.ratioErrors) = (slopeError, ratioErrors)
        self.deviations = deviations?.values
        (rootMeanSquare, largest) = (deviations?.rootMeanSquare, deviations?.largest)
    }

    enum CodingKeys: String, CodingKey {
        case name, slope, deviations, largest
        case criticalRatios = "critical_ratios"
        case coordinationNumbers = "coordination_numbers"
        case criticalGains = "critical_gains"
        case slopeError = "slope_error"
        case ratioErrors = "ratio_errors"
        case rootMeanSquare = "root_mean_square"
    }
}

/// The table of a candidate.
enum GainReport {
    static func text(_ result: GainResult, _ points: [GainPoint]?) -> String {
        let isFitted = result.ratioErrors != nil
        var text = "\(result.name)\(isFitted ? ", fitted" : "")\n"
        text +=
            column("  region", 12) + column("m", 8, right: true) + column("up to R", 12, right: true)
            + (isFitted ? column("+-", 10, right: true) : "") + column("eta", 10, right: true) + "\n"
        for (region, ratio) in result.criticalRatios.enumerated() {
            text += column("  \(region + 1)", 12) + column(result.coordinationNumbers[region], 8, 2) + column(ratio, 12, 4)
            if let errors = result.ratioErrors {
                text += errors[region].map { column($0, 10, 4) } ?? column("unknown", 10, right: true)
            }
            text += column(result.criticalGains[region], 10, 4) + "\n"
        }
        text +=
            "  slope per coordinated molecule \(column(result.slope, 0, 4))"
            + (result.slopeError.map { " +- \(column($0, 0, 4))" } ?? "") + "\n"
        guard let points, let deviations = result.deviations else { return text }
        text +=
            column("  R", 12) + column("measured", 10, right: true) + column("model", 10, right: true)
            + column("deviation", 12, right: true) + "\n"
        for (point, deviation) in zip(points, deviations) {
            text +=
                "  " + column(column(point.ratio, 0, 4), 10) + column(point.gain, 10, 4) + column(point.gain - deviation, 10, 4)
                + column(deviation, 12, 4) + "\n"
        }
        text +=
            "  root mean square deviation \(result.rootMeanSquare.map { column($0, 0, 4) } ?? "unknown")"
            + ", largest \(column(result.largest ?? 0, 0, 4))\n"
        return text
    }
}
