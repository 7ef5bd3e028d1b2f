import DensityFunctionals
import GaussianIntegrals
import MolecularQuadrature

/// How the electrons' repulsion is treated.
public enum ElectronicMethod: Sendable {
    case hartreeFock
    /// Kohn-Sham with a functional of libxc, integrated on a grid.
    case kohnSham(functional: DensityFunctional, grid: GridSpecification)

    /// What the exchange matrices by `exchangeOperator` are multiplied with: the share of exact exchange, or 1 where the
    /// operator itself has shares of each range.
    public var exactExchange: Double {
        guard case .kohnSham(let functional, _) = self else { return 1 }
        return functional.exactExchange.isRangeSeparated ? 1 : functional.exactExchange.longRange
    }

    /// By what electrons are exchanged.
    public var exchangeOperator: RepulsionOperator {
        guard case .kohnSham(let functional, _) = self, functional.exactExchange.isRangeSeparated else { return .coulomb }
        let exchange = functional.exactExchange
        return RepulsionOperator(shortRange: exchange.shortRange, longRange: exchange.longRange, omega: exchange.omega)
    }
}
