/// Reasons why core-potential integrals cannot be computed. Atoms are numbered from 0 here and from 1 in the descriptions.
public enum EffectiveCorePotentialError: Error, CustomStringConvertible, Equatable {
    case power(Int, atom: Int)
    case term(exponent: Double, atom: Int)
    case projectedMomentum(Int, atom: Int)
    case shellMomentum(Int)

    public var description: String {
        let highest = EffectiveCorePotentialIntegrals.highestAngularMomentum
        return switch self {
        case .power(let power, let atom):
            "the core potential of atom \(atom + 1) has the power \(power) of r; supported are 0 to "
                + "\(EffectiveCorePotentialIntegrals.highestPower)"
        case .term(let exponent, let atom):
            "the core potential of atom \(atom + 1) has a term with the exponent \(exponent) that is not a decaying Gaussian"
        case .projectedMomentum(let l, let atom):
            "the core potential of atom \(atom + 1) projects on angular momentum \(l); supported are 0 to \(highest)"
        case .shellMomentum(let l):
            "a shell has angular momentum \(l); core-potential integrals are supported for 0 to \(highest)"
        }
    }
}
