import ExchangeCorrelation
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure

extension ExchangeCorrelationTerm {
    /// Displacement in bohr: the errors of the differences are of its order squared.
    private static let displacement = 1e-3

    /// As `skeletonDerivatives`, with points that move with their atoms and weights that respond: central differences of gradients and
    /// of potentials at fixed density matrices.
    ///
    /// Cost: two gradients and two potentials per coordinate, without any self-consistent field.
    /// - Parameter onProgress: gets the number of finished coordinates.
    package func skeletonDerivativesOfMovingGrid(
        of state: GradientDensity, onProgress: (Int) throws -> Void = { _ in }
    ) rethrows -> SkeletonDerivatives {
        let basis = full.basis
        let coordinates = 3 * basis.molecule.atoms.count
        let wavefunction = state.wavefunction
        let densities =
            wavefunction.isRestricted
            ? SpinDensityMatrices.restricted(total: state.total)
            : .unrestricted(alpha: wavefunction.alphaDensity, beta: wavefunction.betaDensity)
        var energy = Matrix(rows: coordinates, columns: coordinates)
        var fock: [[Matrix]] = []
        for x in 0..<coordinates {
            let sides = ledger.measure("second derivatives: exchange-correlation") {
                [1.0, -1.0].map { sign -> (gradient: [SIMD3<Double>], potentials: [Matrix]) in
                    let moved = integrator(of: basis.molecule.displaced(x, by: sign * Self.displacement))
                    return (
                        moved.gradient(densities, includesQuadratureResponse: true), moved.evaluate([densities])[0].potentials
                    )
                }
            }
            let scale = 0.5 / Self.displacement
            for atom in basis.molecule.atoms.indices where atom != x / 3 {
                let difference = sides[0].gradient[atom] - sides[1].gradient[atom]
                for axis in 0..<3 { energy[x, 3 * atom + axis] = scale * difference[axis] }
            }
            fock.append(zip(sides[0].potentials, sides[1].potentials).map { scale * ($0 - $1) })
            try onProgress(x + 1)
        }
        return SkeletonDerivatives(energy: energy, fock: fock)
    }

    /// On the requested grid, for the same basis functions at other places.
    private func integrator(of molecule: Molecule) -> ExchangeCorrelationIntegrator {
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: full.basis.elementBases, functionType: full.basis.functionType)
        return ExchangeCorrelationIntegrator(
            basis: basis,
            grid: MolecularGrid(molecule: molecule.withGhostsAsAtoms, specification: specification, pool: full.pool),
            functional: full.functional, pool: full.pool, cacheLimitInBytes: 0)
    }
}
