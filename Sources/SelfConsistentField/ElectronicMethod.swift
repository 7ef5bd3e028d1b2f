import DensityFunctionals
import MolecularQuadrature

/// How the electrons' repulsion is treated.
public enum ElectronicMethod: Sendable {
    case hartreeFock
    /// Kohn-Sham with a functional of libxc, integrated on a grid.
    case kohnSham(functional: DensityFunctional, grid: GridSpecification)

    /// Share of exact exchange.
    public var exactExchange: Double {
        switch self {
        case .hartreeFock: 1
        case .kohnSham(let functional, _): functional.exactExchangeFraction
        }
    }
}
