import CVectorShims
import DensityFunctionals
import MolecularQuadrature

/// Arrays in the layout of libxc for one block of points, and quantities computed from them.
///
/// Densities come as rows of rho, its gradient and tau (`points` doubles each), those of the second spin after those of
/// the first.
final class FunctionalArrays: @unchecked Sendable {
    private let storage: AlignedDoubles
    private let density, sigma, energy, densityDerivative, sigmaDerivative: UnsafeMutablePointer<Double>
    private let tau, tauDerivative: UnsafeMutablePointer<Double>

    /// Rows of one spin.
    static let rowCount = 5

    init(points: Int) {
        storage = AlignedDoubles(count: 15 * points)
        density = storage.base
        sigma = density + 2 * points
        energy = sigma + 3 * points
        densityDerivative = energy + points
        sigmaDerivative = densityDerivative + 2 * points
        tau = sigmaDerivative + 3 * points
        tauDerivative = tau + 2 * points
    }

    func evaluate(
        _ functional: DensityFunctional, densities: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int,
        points: Int, sums: inout StateSums
    ) {
        for k in 0..<count {
            density[k] = max(0, densities[k])
            sigma[k] = 0
        }
        if functional.usesGradient {
            let (x, y, z) = (densities + points, densities + 2 * points, densities + 3 * points)
            for k in 0..<count { sigma[k] = x[k] * x[k] + y[k] * y[k] + z[k] * z[k] }
        }
        if functional.usesKineticEnergyDensity { for k in 0..<count { tau[k] = max(0, densities[4 * points + k]) } }
        functional.evaluate(
            count: count, density: density, sigma: sigma, tau: tau, energy: energy, densityDerivative: densityDerivative,
            sigmaDerivative: sigmaDerivative, tauDerivative: tauDerivative)
        var (total, electrons) = (0.0, 0.0)
        for k in 0..<count {
            let share = weights[k] * density[k]
            electrons += share
            total += share * energy[k]
        }
        sums.energy += total
        sums.alphaElectrons += 0.5 * electrons
        sums.betaElectrons += 0.5 * electrons
    }

    /// The energy per volume at every point, after one of the two forms of `evaluate`.
    func fillEnergyPerVolume(count: Int, isPolarized: Bool, target: UnsafeMutablePointer<Double>) {
        for k in 0..<count {
            target[k] = energy[k] * (isPolarized ? density[2 * k] + density[2 * k + 1] : density[k])
        }
    }

    /// `w v / 2`, `2 w dE/dsigma grad rho` and `w dE/dtau / 4`; zero at the points that pad the block.
    func fillCoefficients(
        densities: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int, points: Int, uses kind: DensityFunctional.Kind,
        target: UnsafeMutablePointer<Double>
    ) {
        for k in 0..<count { target[k] = 0.5 * weights[k] * densityDerivative[k] }
        for k in count..<points { target[k] = 0 }
        guard kind != .localDensity else { return }
        for component in 1...3 {
            let gradient = densities + component * points
            let row = target + component * points
            for k in 0..<count { row[k] = 2 * weights[k] * sigmaDerivative[k] * gradient[k] }
            for k in count..<points { row[k] = 0 }
        }
        guard kind == .metaGeneralizedGradient else { return }
        fillKineticCoefficients(weights: weights, stride: 1, offset: 0, count: count, points: points, target: target)
    }

    func evaluatePolarized(
        _ functional: DensityFunctional, densities: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int,
        points: Int, sums: inout StateSums
    ) {
        let beta = densities + Self.rowCount * points
        for k in 0..<count {
            density[2 * k] = max(0, densities[k])
            density[2 * k + 1] = max(0, beta[k])
        }
        if functional.usesGradient {
            for k in 0..<count {
                let a = SIMD3(densities[points + k], densities[2 * points + k], densities[3 * points + k])
                let b = SIMD3(beta[points + k], beta[2 * points + k], beta[3 * points + k])
                sigma[3 * k] = a.x * a.x + a.y * a.y + a.z * a.z
                sigma[3 * k + 1] = a.x * b.x + a.y * b.y + a.z * b.z
                sigma[3 * k + 2] = b.x * b.x + b.y * b.y + b.z * b.z
            }
        }
        if functional.usesKineticEnergyDensity {
            for k in 0..<count {
                tau[2 * k] = max(0, densities[4 * points + k])
                tau[2 * k + 1] = max(0, beta[4 * points + k])
            }
        }
        functional.evaluatePolarized(
            count: count, density: density, sigma: sigma, tau: tau, energy: energy, densityDerivative: densityDerivative,
            sigmaDerivative: sigmaDerivative, tauDerivative: tauDerivative)
        var (total, first, second) = (0.0, 0.0, 0.0)
        for k in 0..<count {
            let a = weights[k] * density[2 * k]
            let b = weights[k] * density[2 * k + 1]
            first += a
            second += b
            total += (a + b) * energy[k]
        }
        sums.energy += total
        sums.alphaElectrons += first
        sums.betaElectrons += second
    }

    /// Likewise for one of two spins, whose gradient meets that of the other one, too.
    func fillPolarizedCoefficients(
        spin: Int, densities: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int, points: Int,
        uses kind: DensityFunctional.Kind, target: UnsafeMutablePointer<Double>
    ) {
        for k in 0..<count { target[k] = 0.5 * weights[k] * densityDerivative[2 * k + spin] }
        for k in count..<points { target[k] = 0 }
        guard kind != .localDensity else { return }
        for component in 1...3 {
            let own = densities + (Self.rowCount * spin + component) * points
            let other = densities + (Self.rowCount * (1 - spin) + component) * points
            let row = target + component * points
            for k in 0..<count {
                row[k] = weights[k] * (2 * sigmaDerivative[3 * k + 2 * spin] * own[k] + sigmaDerivative[3 * k + 1] * other[k])
            }
            for k in count..<points { row[k] = 0 }
        }
        guard kind == .metaGeneralizedGradient else { return }
        fillKineticCoefficients(weights: weights, stride: 2, offset: spin, count: count, points: points, target: target)
    }

    private func fillKineticCoefficients(
        weights: UnsafePointer<Double>, stride: Int, offset: Int, count: Int, points: Int, target: UnsafeMutablePointer<Double>
    ) {
        let row = target + 4 * points
        for k in 0..<count { row[k] = 0.25 * weights[k] * tauDerivative[stride * k + offset] }
        for k in count..<points { row[k] = 0 }
    }
}
