/// Criteria for a minimum. All components are Cartesian; the displacement is that of the next step, without translations and rotations of
/// the whole.
public struct ConvergenceCriteria: Sendable, Equatable {
    public let name: String
    /// Largest component and root mean square of the gradient, hartree per bohr.
    public let largestForce: Double
    public let meanForce: Double
    /// The same of the displacement, bohr.
    public let largestStep: Double
    public let meanStep: Double

    /// The limits of Gaussian under its names (its Opt keyword), with `normal` as its default; `baker` is the condition of J. Baker, J.
    /// Comput. Chem. 14, 1085 (1993), doi 10.1002/jcc.540140910: a largest component of the gradient below 3e-4, and an energy change below
    /// 1e-6 or a displacement below 3e-4.
    public static let all = [
        ConvergenceCriteria(name: "loose", largestForce: 2.5e-3, meanForce: 1.7e-3, largestStep: 1e-2, meanStep: 6.7e-3),
        normal,
        ConvergenceCriteria(name: "tight", largestForce: 1.5e-5, meanForce: 1e-5, largestStep: 6e-5, meanStep: 4e-5),
        ConvergenceCriteria(name: "verytight", largestForce: 2e-6, meanForce: 1e-6, largestStep: 6e-6, meanStep: 4e-6),
        ConvergenceCriteria(name: "baker", largestForce: 3e-4, meanForce: .infinity, largestStep: 3e-4, meanStep: .infinity),
    ]
    public static let normal = ConvergenceCriteria(
        name: "normal", largestForce: 4.5e-4, meanForce: 3e-4, largestStep: 1.8e-3, meanStep: 1.2e-3)

    /// Gaussian also stops where the forces are a hundredth of their limits, whatever the displacement.
    func areMet(_ measures: StepMeasures, energyChange: Double?) -> Bool {
        guard measures.largestForce < largestForce, measures.meanForce < meanForce else { return false }
        if name == "baker", let energyChange, abs(energyChange) < 1e-6 { return true }
        if measures.largestForce < largestForce / 100, measures.meanForce < meanForce / 100 { return true }
        return measures.largestStep < largestStep && measures.meanStep < meanStep
    }
}

/// The quantities that are compared with the criteria.
public struct StepMeasures: Sendable, Equatable {
    public let largestForce: Double
    public let meanForce: Double
    public let largestStep: Double
    public let meanStep: Double

    init(gradient: [Double], step: [Double]) {
        func largest(_ v: [Double]) -> Double { v.reduce(0) { max($0, abs($1)) } }
        func mean(_ v: [Double]) -> Double { v.isEmpty ? 0 : (v.reduce(0) { $0 + $1 * $1 } / Double(v.count)).squareRoot() }
        largestForce = largest(gradient)
        meanForce = mean(gradient)
        largestStep = largest(step)
        meanStep = mean(step)
    }
}
