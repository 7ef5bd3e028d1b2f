import DensityFunctionals
import ExchangeCorrelation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// A cheap model of the response of Fock matrices to a change of the density: Coulomb by a fit to atom-centred charges, exchange and
/// correlation (including exact exchange) as a local density functional, both on a small grid.
///
/// Around a density whose exact Fock matrix is known, the self-consistent field of the model is a far better guess of the next density than
/// the orbitals of that Fock matrix: it suppresses charge sloshing between atoms. Errors of the model are corrected by the next exact Fock
/// matrix, so the converged result does not depend on it. The idea is that of preconditioning by an approximate dielectric response, see
/// Woods, Payne and Hasnip, J. Phys.: Condens. Matter 31, 453001 (2019), doi 10.1088/1361-648X/ab31c0.
package final class ResponseModel: Sendable {
    private let quadrature: LocalPotentialQuadrature
    private let coulomb: FittedPotential
    private let functional: DensityFunctional
    private let pool: WorkerPool

    private static let grid = GridSpecification(.unpruned(radial: 15, angular: 38))
    /// Pairs of functions that contribute less than this to an integral over a block of points are omitted.
    private static let screening = 1e-7

    /// Memory of its tables.
    let bytes: Int

    /// Nil if its tables do not fit into the remaining memory, or if its charges are linearly dependent.
    init?(basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws {
        let grid = MolecularGrid(molecule: basis.molecule, specification: Self.grid, pool: pool)
        let degree = [2, 1, 0].first {
            FittedPotential.bytes(basis: basis, pointCount: grid.count, highestDegree: $0) <= memoryLimitInBytes
        }
        guard let degree else { return nil }
        self.pool = pool
        do {
            coulomb = try FittedPotential(basis: basis, x: grid.x, y: grid.y, z: grid.z, highestDegree: degree, pool: pool)
        } catch LinearAlgebraError.notPositiveDefinite {
            return nil
        }
        bytes = FittedPotential.bytes(basis: basis, pointCount: grid.count, highestDegree: degree)
        quadrature = LocalPotentialQuadrature(basis: basis, grid: grid, pool: pool, screening: Self.screening)
        functional = try DensityFunctional(named: "lda_x,lda_c_pw")
    }

    /// The model around densities whose Fock matrices are `fock`: one of each if restricted (the density of all electrons), otherwise alpha
    /// and beta.
    package func around(fock: [Matrix], densities: [Matrix]) -> Expansion {
        let values = quadrature.densities(densities)
        let local = localPotential(values)
        return Expansion(
            model: self, fock: fock, densities: densities, values: values, localEnergy: local.energy,
            localPotentials: local.potentials)
    }

    /// Energies and Fock matrices of the model, exact for the densities around which it was constructed.
    package struct Expansion {
        fileprivate let model: ResponseModel
        fileprivate let fock: [Matrix]
        fileprivate let densities: [Matrix]
        fileprivate let values: [[Double]]
        fileprivate let localEnergy: Double
        fileprivate let localPotentials: [[Double]]

        /// The energy is relative to that of the densities around which the model was constructed, in hartree.
        package func evaluate(_ densities: [Matrix]) -> (energy: Double, fock: [Matrix]) {
            let weights = model.quadrature.grid.weights
            let values = model.quadrature.densities(densities)
            let changes = zip(values, self.values).map { zip($0, $1).map { $0 - $1 } }
            var charge = [Double](repeating: 0, count: weights.count)
            for change in changes { for k in charge.indices { charge[k] += weights[k] * change[k] } }
            let (coulomb, coulombEnergy) = model.coulomb.evaluate(charge)
            let local = model.localPotential(values)
            var energy = coulombEnergy + local.energy - localEnergy
            var potentials: [[Double]] = []
            for spin in values.indices {
                energy += fock[spin].dot(densities[spin]) - fock[spin].dot(self.densities[spin])
                var potential = coulomb
                for k in potential.indices {
                    potential[k] += local.potentials[spin][k] - localPotentials[spin][k]
                    energy -= weights[k] * localPotentials[spin][k] * changes[spin][k]
                }
                potentials.append(potential)
            }
            let matrices = model.quadrature.matrices(of: potentials)
            return (energy, zip(fock, matrices).map { $0 + $1 })
        }
    }

    /// Exchange and correlation of densities at the points: one row for both spins together, or alpha and beta.
    private func localPotential(_ values: [[Double]]) -> (energy: Double, potentials: [[Double]]) {
        let count = quadrature.grid.count
        let channels = values.count
        var density = [Double](repeating: 0, count: channels * count)
        for (spin, row) in values.enumerated() {
            for k in 0..<count { density[channels * k + spin] = max(0, row[k]) }
        }
        var energies = [Double](repeating: 0, count: count)
        var derivatives = [Double](repeating: 0, count: channels * count)
        let piece = 1024
        energies.withUnsafeMutableBufferPointer { energies in
            derivatives.withUnsafeMutableBufferPointer { derivatives in
                density.withUnsafeMutableBufferPointer { density in
                    guard let e = energies.baseAddress, let v = derivatives.baseAddress, let d = density.baseAddress
                    else { return }
                    let (energy, derivative, source) = (SharedPointer(e), SharedPointer(v), SharedPointer(d))
                    pool.forEach((count + piece - 1) / piece) { index, _ in
                        let first = index * piece
                        let size = min(piece, count - first)
                        let (rho, target) = (source.base + channels * first, derivative.base + channels * first)
                        // A local functional touches none of the arrays of the density's gradient.
                        if channels == 1 {
                            functional.evaluate(
                                count: size, density: rho, sigma: rho, energy: energy.base + first,
                                densityDerivative: target, sigmaDerivative: target)
                        } else {
                            functional.evaluatePolarized(
                                count: size, density: rho, sigma: rho, energy: energy.base + first,
                                densityDerivative: target, sigmaDerivative: target)
                        }
                    }
                }
            }
        }
        let weights = quadrature.grid.weights
        var total = 0.0
        for k in 0..<count {
            var rho = 0.0
            for spin in 0..<channels { rho += density[channels * k + spin] }
            total += weights[k] * rho * energies[k]
        }
        return (total, values.indices.map { spin in (0..<count).map { derivatives[channels * $0 + spin] } })
    }
}
