/// The relative gain of voltage, eta, against the molar ratio R of metal to reference cations, from how many molecules of the quinone a
/// cation coordinates.
///
/// Between critical ratios u_i the gain is a straight line whose slope is proportional to the mean number m_i of quinone molecules per
/// metal cation there; beyond the last one it is constant:
///
///     (v_1 / u_1) : ((v_2 - v_1) / (u_2 - u_1)) : ... = m_1 : m_2 : ...
///
/// eta is 0 without metal, and 1 at a reference ratio.
public struct CoordinationModel: Sendable, Equatable {
    /// u, ascending and positive.
    public let criticalRatios: [Double]
    /// m, one number per region; not negative, the first one positive.
    public let coordinationNumbers: [Double]
    /// Gain per unit of R and coordinated molecule.
    public let slope: Double

    public enum Flaw: Error, Equatable, CustomStringConvertible {
        case counts(ratios: Int, numbers: Int)
        case ratios
        case numbers
        case reference

        public var description: String {
            switch self {
            case .counts(let ratios, let numbers):
                "\(ratios) critical ratios, but \(numbers) coordination numbers: every region has one of each"
            case .ratios: "critical ratios must be positive and ascending"
            case .numbers: "coordination numbers must not be negative, and the first one must be positive"
            case .reference: "the reference ratio must be positive"
            }
        }
    }

    /// - Parameter reference: the ratio at which the gain is 1; nil: the last critical ratio.
    public init(criticalRatios: [Double], coordinationNumbers: [Double], reference: Double? = nil) throws(Flaw) {
        try self.init(criticalRatios: criticalRatios, coordinationNumbers: coordinationNumbers, slope: 1)
        let point = reference ?? criticalRatios[criticalRatios.count - 1]
        guard point > 0, point.isFinite else { throw .reference }
        self = CoordinationModel(self, slope: 1 / gain(at: point))
    }

    public init(criticalRatios: [Double], coordinationNumbers: [Double], slope: Double) throws(Flaw) {
        guard criticalRatios.count == coordinationNumbers.count, !criticalRatios.isEmpty else {
            throw .counts(ratios: criticalRatios.count, numbers: coordinationNumbers.count)
        }
        guard criticalRatios[0] > 0, criticalRatios.allSatisfy(\.isFinite),
            zip(criticalRatios, criticalRatios.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw .ratios }
        guard coordinationNumbers[0] > 0, coordinationNumbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .numbers }
        self.criticalRatios = criticalRatios
        self.coordinationNumbers = coordinationNumbers
        self.slope = slope
    }

    private init(_ other: CoordinationModel, slope: Double) {
        criticalRatios = other.criticalRatios
        coordinationNumbers = other.coordinationNumbers
        self.slope = slope
    }

    /// eta at a ratio R, which is not negative.
    public func gain(at ratio: Double) -> Double {
        var (sum, start) = (0.0, 0.0)
        for (end, number) in zip(criticalRatios, coordinationNumbers) {
            sum += number * min(max(ratio - start, 0), end - start)
            start = end
        }
        return slope * sum
    }

    /// v: the gains at the critical ratios.
    public var criticalGains: [Double] { criticalRatios.map(gain) }

    /// Derivatives of the gain at a ratio with respect to the slope and to every critical ratio.
    func derivatives(at ratio: Double) -> [Double] {
        let own = gain(at: ratio) / slope
        return [own]
            + criticalRatios.indices.map { k in
                let next = k + 1 < coordinationNumbers.count ? coordinationNumbers[k + 1] : 0
                return ratio > criticalRatios[k] ? slope * (coordinationNumbers[k] - next) : 0
            }
    }
}
