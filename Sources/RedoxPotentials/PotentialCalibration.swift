/// A linear relation between computed and measured potentials.
public struct PotentialCalibration: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        public let name: String
        /// In volt.
        public let computed: Double
        public let measured: Double
        /// Of the measured value.
        public let source: String

        public init(name: String, computed: Double, measured: Double, source: String) {
            self.name = name
            self.computed = computed
            self.measured = measured
            self.source = source
        }
    }

    public let points: [Point]
    /// Measured against computed.
    public let fit: LinearFit
    /// Measured minus computed without calibration.
    public let offset: Deviations
    /// Measured minus the line.
    public let calibrated: Deviations
    /// Of every point from the line through all others, as far as these determine one.
    public let leftOut: Deviations

    /// Deviations in volt.
    public struct Deviations: Sendable, Equatable {
        public let mean: Double
        public let meanAbsolute: Double
        public let largest: Double

        public init(_ values: [Double]) {
            let count = Double(max(values.count, 1))
            mean = values.reduce(0, +) / count
            meanAbsolute = values.reduce(0) { $0 + abs($1) } / count
            largest = values.reduce(0) { max($0, abs($1)) }
        }
    }

    /// - Throws: `LinearFit.Flaw` for fewer than three points, or points that all have the same computed value.
    public init(_ points: [Point]) throws(LinearFit.Flaw) {
        self.points = points
        fit = try LinearFit(points.map { ($0.computed, $0.measured) })
        offset = Deviations(points.map { $0.measured - $0.computed })
        calibrated = Deviations(fit.residuals)
        leftOut = Deviations(fit.leftOutResiduals.compactMap { $0 })
    }

    /// The potential that would be measured, and its standard error, in volt.
    public func estimate(_ computed: Double) -> (value: Double, error: Double) {
        (fit.value(at: computed), fit.predictionError(at: computed))
    }
}
