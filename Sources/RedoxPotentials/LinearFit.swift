/// A straight line through points by least squares, with standard errors from the scatter of the points.
///
/// y = intercept + slope x; every point has the same weight. N. R. Draper and H. Smith, Applied Regression Analysis, 3rd edition (Wiley, 1998),
/// doi 10.1002/9781118625590.
public struct LinearFit: Sendable, Equatable {
    public enum Flaw: Error, Equatable, CustomStringConvertible {
        case tooFew(Int)
        case sameAbscissa

        public var description: String {
            switch self {
            case .tooFew(let count):
                "\(count) \(count == 1 ? "point does" : "points do") not determine a line with its error; at least 3 are needed"
            case .sameAbscissa: "all points have the same abscissa"
            }
        }
    }

    public let slope: Double
    public let intercept: Double
    public let slopeError: Double
    public let interceptError: Double
    /// Pearson's r; nil where all ordinates are the same.
    public let correlation: Double?
    /// Standard deviation of the points about the line, with n - 2 degrees of freedom.
    public let residualDeviation: Double
    /// Ordinate minus line, in the order of the points.
    public let residuals: [Double]
    /// The same for the line through all other points; nil for a point that alone determines the slope.
    public let leftOutResiduals: [Double?]
    private let meanAbscissa: Double
    private let spread: Double

    public init(_ points: [(x: Double, y: Double)]) throws(Flaw) {
        guard points.count > 2 else { throw .tooFew(points.count) }
        let count = Double(points.count)
        let (mx, my) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let sxx = points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
        let sxy = points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) }
        let syy = points.reduce(0) { $0 + ($1.y - my) * ($1.y - my) }
        let size = points.reduce(0) { max($0, abs($1.x)) }
        guard sxx > 1e-24 * count * max(size * size, 1e-300) else { throw .sameAbscissa }
        let slope = sxy / sxx
        let residuals = points.map { $0.y - my - slope * ($0.x - mx) }
        let variance = residuals.reduce(0) { $0 + $1 * $1 } / (count - 2)
        self.slope = slope
        intercept = my - slope * mx
        slopeError = (variance / sxx).squareRoot()
        interceptError = (variance * (1 / count + mx * mx / sxx)).squareRoot()
        correlation = syy > 0 ? sxy / (sxx * syy).squareRoot() : nil
        residualDeviation = variance.squareRoot()
        self.residuals = residuals
        leftOutResiduals = zip(points, residuals).map { point, residual in
            let leverage = 1 / count + (point.x - mx) * (point.x - mx) / sxx
            return leverage < 1 - 1e-12 ? residual / (1 - leverage) : nil
        }
        (meanAbscissa, spread) = (mx, sxx)
    }

    public func value(at x: Double) -> Double { intercept + slope * x }

    /// Standard error of a further point at an abscissa: that of the line and the scatter of the points together.
    public func predictionError(at x: Double) -> Double {
        let count = Double(residuals.count)
        let distance = x - meanAbscissa
        return residualDeviation * (1 + 1 / count + distance * distance / spread).squareRoot()
    }
}
