import DensityFunctionals
import ExchangeCorrelation
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import Synchronization

/// Exchange and correlation of a density functional, without exact exchange: on the requested grid, on a smaller one for early iterations,
/// and on an even smaller one for products of the orbital Hessian, in which only small differences of valence orbitals matter.
package struct ExchangeCorrelationTerm: Sendable {
    let full: ExchangeCorrelationIntegrator
    /// Of the requested grid.
    let specification: GridSpecification
    /// Nil if it would not have far fewer points.
    private let coarse: ExchangeCorrelationIntegrator?
    private let response: ExchangeCorrelationIntegrator
    let ledger: TimeLedger
    private let kernel = KernelCache()

    private static let responseGrid = GridSpecification(.unpruned(radial: 25, angular: 86))

    init(
        basis: AtomicOrbitalBasis, functional: DensityFunctional, grid specification: GridSpecification, pool: WorkerPool,
        ledger: TimeLedger
    ) {
        self.ledger = ledger
        self.specification = specification
        func integrator(_ grid: MolecularGrid) -> ExchangeCorrelationIntegrator {
            // Computing orbital values is as fast as fetching them, so the memory is used for the integrals.
            ExchangeCorrelationIntegrator(basis: basis, grid: grid, functional: functional, pool: pool, cacheLimitInBytes: 0)
        }
        // Ghost atoms have grid points like atoms, so that a fragment has the same points as the complex.
        let centers = basis.molecule.withGhostsAsAtoms
        let grid = MolecularGrid(molecule: centers, specification: specification, pool: pool)
        let smaller = MolecularGrid(molecule: centers, specification: .coarse, pool: pool)
        full = integrator(grid)
        coarse = 2 * smaller.count < grid.count ? integrator(smaller) : nil
        response = integrator(MolecularGrid(molecule: centers, specification: Self.responseGrid, pool: pool))
    }

    var gridPointCount: Int { full.grid.count }
    package var hasCoarseGrid: Bool { coarse != nil }

    private func integrator(_ quality: QuadratureQuality) -> ExchangeCorrelationIntegrator {
        switch quality {
        case .full: full
        case .coarse: coarse ?? full
        case .response: response
        }
    }
}

extension ExchangeCorrelationTerm: HamiltonianTerm {
    package var dependence: DensityDependence { .general }

    package func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        ledger.measure(ElectronicProblem.Phase.quadrature) {
            var results = [[TermPart]](repeating: [], count: states.count)
            for quality in [QuadratureQuality.full, .coarse, .response] {
                let chosen = states.indices.filter { states[$0].quality == quality }
                guard !chosen.isEmpty else { continue }
                let input = chosen.map { SpinDensityMatrices(states[$0].matrices) }
                for (index, result) in zip(chosen, integrator(quality).evaluate(input)) {
                    results[index] = [
                        TermPart(
                            key: EnergyComponents.Key.exchangeCorrelation.rawValue, energy: result.energy,
                            matrices: result.potentials,
                            gridElectrons: result.alphaElectrons + result.betaElectrons)
                    ]
                }
            }
            return results
        }
    }

    package func gradient(of state: GradientDensity) -> [SIMD3<Double>] {
        ledger.measure("gradient: exchange-correlation") {
            let wavefunction = state.wavefunction
            return full.gradient(
                wavefunction.isRestricted
                    ? .restricted(total: state.total)
                    : .unrestricted(alpha: wavefunction.alphaDensity, beta: wavefunction.betaDensity),
                includesQuadratureResponse: state.includesQuadratureResponse)
        }
    }
}

extension ExchangeCorrelationTerm {
    /// The kernel of the last state for which one was requested.
    private final class KernelCache: Sendable {
        private let last = Mutex<(densities: [Matrix], quality: QuadratureQuality, kernel: ExchangeCorrelationKernel)?>(nil)

        func kernel(
            of densities: [Matrix], _ quality: QuadratureQuality, _ make: () -> ExchangeCorrelationKernel
        ) -> ExchangeCorrelationKernel {
            last.withLock { last in
                if let last, last.quality == quality, last.densities == densities { return last.kernel }
                let made = make()
                last = (densities, quality, made)
                return made
            }
        }
    }

    /// First-order changes of the potentials of each spin due to changes of the densities of each spin, with the kernel of a state. A
    /// single matrix represents both spins.
    ///
    /// - Parameter quality: of the grid. The coarse one is usually sufficient: the kernel is smooth, and is multiplied with changes of
    ///   valence orbitals.
    func response(of densities: [Matrix], to changes: [[Matrix]], on quality: QuadratureQuality) -> [[Matrix]] {
        ledger.measure("second derivatives: exchange-correlation kernel") {
            let isRestricted = densities.count == 1
            func state(_ matrices: [Matrix]) -> SpinDensityMatrices {
                isRestricted ? .restricted(total: 2 * matrices[0]) : .unrestricted(alpha: matrices[0], beta: matrices[1])
            }
            return kernel.kernel(of: densities, quality) {
                ExchangeCorrelationKernel(integrator(quality), state: state(densities))
            }
            .response(to: changes.map(state))
        }
    }

    package func skeletonDerivatives(of state: GradientDensity) -> SkeletonDerivatives? {
        guard full.functional.hasSecondDerivatives else { return nil }
        let wavefunction = state.wavefunction
        return ledger.measure("second derivatives: exchange-correlation") {
            full.skeletonDerivatives(
                wavefunction.isRestricted
                    ? .restricted(total: state.total)
                    : .unrestricted(alpha: wavefunction.alphaDensity, beta: wavefunction.betaDensity),
                memoryLimitInBytes: 512 << 20)
        }
    }
}

extension SpinDensityMatrices {
    /// The total density of a restricted state, or those of alpha and beta electrons.
    init(_ matrices: [Matrix]) {
        self = matrices.count == 1 ? .restricted(total: matrices[0]) : .unrestricted(alpha: matrices[0], beta: matrices[1])
    }
}
