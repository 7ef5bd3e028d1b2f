import DensityFunctionals
import GaussianIntegrals
import MolecularQuadrature

/// The treatment of the electron repulsion.
public enum ElectronicMethod: Sendable {
    case hartreeFock
    /// Kohn-Sham with a functional of libxc, integrated on a grid.
    case kohnSham(functional: DensityFunctional, grid: GridSpecification)

    /// Factor of the exchange matrices of `exchangeOperator`: the fraction of exact exchange, or 1 if the operator contains the fractions
    /// of each range.
    public var exactExchange: Double {
        guard case .kohnSham(let functional, _) = self else { return 1 }
        return functional.exactExchange.isRangeSeparated ? 1 : functional.exactExchange.longRange
    }

    /// The operator of exchange.
    public var exchangeOperator: RepulsionOperator {
        guard case .kohnSham(let functional, _) = self, functional.exactExchange.isRangeSeparated else { return .coulomb }
        let exchange = functional.exactExchange
        return RepulsionOperator(shortRange: exchange.shortRange, longRange: exchange.longRange, omega: exchange.omega)
    }
}
