/// Mulliken and Loewdin populations as charge schemes; see `PopulationAnalysis`.
public struct PopulationAnalyzer: ChargeAnalyzer {
    public init() {}

    public let schemes: [ChargeScheme] = [.mulliken, .lowdin]

    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        for scheme in wanted {
            guard let kind = PopulationScheme(rawValue: scheme.rawValue) else { continue }
            result[scheme] = try input.wavefunctions.map {
                let analysis = try PopulationAnalysis(
                    $0, scheme: kind, overlap: input.overlap, overlapRoot: input.overlapRoot)
                var charges = AtomicCharges(charges: analysis.charges, spinPopulations: analysis.spinPopulations)
                if !analysis.ghostPopulations.isEmpty { charges.ghostPopulations = analysis.ghostPopulations }
                return .found(charges)
            }
        }
        return result
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        scheme == .lowdin ? ["functions": "of unit norm, Cartesian ones too"] : [:]
    }
}
