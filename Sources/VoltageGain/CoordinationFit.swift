import LinearAlgebra

/// A measured gain.
public struct GainPoint: Sendable, Equatable {
    /// R, not negative.
    public let ratio: Double
    public let gain: Double

    public init(ratio: Double, gain: Double) {
        self.ratio = ratio
        self.gain = gain
    }
}

/// Deviations of measured gains from a model.
public struct GainDeviations: Sendable, Equatable {
    /// Measured minus computed, in the order of the points.
    public let values: [Double]
    /// Root mean square, with the parameters that were fitted subtracted from the number of points; nil without a point left over.
    public let rootMeanSquare: Double?
    public let largest: Double

    public init(_ points: [GainPoint], from model: CoordinationModel, fittedParameters: Int = 0) {
        values = points.map { $0.gain - model.gain(at: $0.ratio) }
        let left = points.count - fittedParameters
        rootMeanSquare = left > 0 ? (values.reduce(0) { $0 + $1 * $1 } / Double(left)).squareRoot() : nil
        largest = values.map(abs).max() ?? 0
    }
}

/// The critical ratios and the scale of a model, fitted to measured gains by least squares for given coordination numbers.
///
/// Levenberg's and Marquardt's method (D. W. Marquardt, J. Soc. Ind. Appl. Math. 11, 431 (1963), doi 10.1137/0111030) from many
/// starting points, because the sum of squares has several minima. Uncertainties are standard errors: the variance of the deviations times
/// the inverse of the normal matrix.
public struct CoordinationFit: Sendable {
    public let model: CoordinationModel
    public let deviations: GainDeviations
    /// Standard error of the slope and of every critical ratio; nil if the points do not determine it.
    public let slopeError: Double?
    public let ratioErrors: [Double?]

    public enum Failure: Error, Equatable, CustomStringConvertible {
        case tooFewPoints(Int, parameters: Int)
        /// The largest number of regions.
        case tooManyRegions(Int)
        case gainsDoNotRise

        public var description: String {
            switch self {
            case .tooFewPoints(let points, let parameters):
                "\(points) points at positive ratios do not determine \(parameters) parameters; at least \(parameters + 1) are needed"
            case .tooManyRegions(let most): "at most \(most) regions can be fitted"
            case .gainsDoNotRise: "the gains do not rise with the ratio"
            }
        }
    }

    /// Starting values of each critical ratio.
    private static let starts = 9
    private static let mostRegions = 5
    private static let mostSteps = 200

    /// - Throws: `Failure`, `CoordinationModel.Flaw`, `LinearAlgebraError`.
    public init(_ points: [GainPoint], coordinationNumbers: [Double]) throws {
        let regions = coordinationNumbers.count
        let ratios = Set(points.map(\.ratio).filter { $0 > 0 }).sorted()
        guard ratios.count > regions + 1 else { throw Failure.tooFewPoints(ratios.count, parameters: regions + 1) }
        guard regions <= Self.mostRegions else { throw Failure.tooManyRegions(Self.mostRegions) }
        let highest = ratios[ratios.count - 1]
        let places = (1...Self.starts).map { highest * Double($0) / Double(Self.starts) }
        var best: (model: CoordinationModel, sum: Double)?
        for chosen in Self.combinations(of: places, count: regions) {
            let shape = try CoordinationModel(criticalRatios: chosen, coordinationNumbers: coordinationNumbers, slope: 1)
            let (own, square) = points.reduce((0.0, 0.0)) { sums, point in
                let value = shape.gain(at: point.ratio)
                return (sums.0 + value * point.gain, sums.1 + value * value)
            }
            guard square > 0, own > 0 else { continue }
            let start = try CoordinationModel(
                criticalRatios: chosen, coordinationNumbers: coordinationNumbers, slope: own / square)
            let found = try Self.refined(start, points)
            if best.map({ found.sum < $0.sum * (1 - 1e-12) }) ?? true { best = found }
        }
        guard let best else { throw Failure.gainsDoNotRise }
        model = best.model
        deviations = GainDeviations(points, from: model, fittedParameters: regions + 1)
        let errors = try Self.errors(model, points, variance: deviations.rootMeanSquare.map { $0 * $0 } ?? 0)
        slopeError = errors[0]
        ratioErrors = Array(errors.dropFirst())
    }

    /// Ascending choices of `count` of the places.
    private static func combinations(of places: [Double], count: Int) -> [[Double]] {
        guard count > 0 else { return [[]] }
        return places.indices.flatMap { first in
            combinations(of: Array(places[(first + 1)...]), count: count - 1).map { [places[first]] + $0 }
        }
    }

    private static func sum(_ model: CoordinationModel, _ points: [GainPoint]) -> Double {
        points.reduce(0) { sum, point in
            let difference = point.gain - model.gain(at: point.ratio)
            return sum + difference * difference
        }
    }

    /// J^T J and J^T (measured - computed).
    private static func normal(_ model: CoordinationModel, _ points: [GainPoint]) -> (matrix: Matrix, side: [Double]) {
        let count = model.criticalRatios.count + 1
        var (matrix, side) = (Matrix(rows: count, columns: count), [Double](repeating: 0, count: count))
        for point in points {
            let slopes = model.derivatives(at: point.ratio)
            let difference = point.gain - model.gain(at: point.ratio)
            for i in 0..<count {
                side[i] += slopes[i] * difference
                for j in 0..<count { matrix[i, j] += slopes[i] * slopes[j] }
            }
        }
        return (matrix, side)
    }

    private static func refined(
        _ start: CoordinationModel, _ points: [GainPoint]
    ) throws -> (model: CoordinationModel, sum: Double) {
        var (model, current, damping) = (start, sum(start, points), 1e-3)
        for _ in 0..<mostSteps {
            var (matrix, side) = normal(model, points)
            // Parameters on which no point depends stay where they are.
            for i in 0..<matrix.rows { matrix[i, i] = matrix[i, i] * (1 + damping) + (matrix[i, i] == 0 ? 1 : 0) }
            let step = try LUFactor(matrix).solve(side)
            let ratios = zip(model.criticalRatios, step.dropFirst()).map { $0 + $1 }
            let next = try? CoordinationModel(
                criticalRatios: ratios, coordinationNumbers: model.coordinationNumbers, slope: model.slope + step[0])
            if let next, next.slope > 0, case let value = sum(next, points), value < current {
                let change = current - value
                (model, current, damping) = (next, value, max(damping / 10, 1e-12))
                if change < 1e-15 * (1 + current) { break }
            } else {
                damping *= 10
                if damping > 1e12 { break }
            }
        }
        return (model, current)
    }

    /// Of the slope and the critical ratios.
    private static func errors(_ model: CoordinationModel, _ points: [GainPoint], variance: Double) throws -> [Double?] {
        let (matrix, _) = normal(model, points)
        let determined = (0..<matrix.rows).filter { matrix[$0, $0] > 0 }
        var part = Matrix(rows: determined.count, columns: determined.count)
        for (i, row) in determined.enumerated() {
            for (j, column) in determined.enumerated() { part[i, j] = matrix[row, column] }
        }
        var result = [Double?](repeating: nil, count: matrix.rows)
        let problem = try SymmetricEigenproblem(part)
        guard let largest = problem.values.last, (problem.values.first ?? 0) > 1e-12 * largest else { return result }
        for (i, row) in determined.enumerated() {
            let inverse = problem.values.indices.reduce(0.0) { sum, k in
                sum + problem.vectors[i, k] * problem.vectors[i, k] / problem.values[k]
            }
            result[row] = (variance * inverse).squareRoot()
        }
        return result
    }
}
