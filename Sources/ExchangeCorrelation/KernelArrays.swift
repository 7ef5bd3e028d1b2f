import DensityFunctionals
import MolecularQuadrature

/// First and second derivatives of a functional at the points of a block, times the points' weights.
///
/// Rows of one value per point, `points` doubles apart; see `Row` for both spin treatments. What they are contracted with comes as rows of
/// `FunctionalArrays`: a density, its gradient, and an unused row, those of the second spin after those of the first.
struct KernelRows {
    /// Without spin: f_r, f_s, f_rr, f_rs, f_ss, then the gradient of the density. With spins: f_r (a, b), f_s (aa, ab, bb), f_rr (3),
    /// f_rs (6), f_ss (6), the gradient of alpha and that of beta.
    let base: UnsafeMutablePointer<Double>
    let points: Int
    let isPolarized: Bool

    static func rowCount(isPolarized: Bool) -> Int { isPolarized ? 26 : 8 }

    private func row(_ index: Int) -> UnsafeMutablePointer<Double> { base + index * points }

    /// Densities below this have no derivatives.
    private static let leastDensity = 1e-11

    /// - Parameter scratch: room for 29 doubles a point.
    func fill(
        _ functional: DensityFunctional, densities: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int,
        scratch: UnsafeMutablePointer<Double>
    ) {
        base.update(repeating: 0, count: Self.rowCount(isPolarized: isPolarized) * points)
        let spins = isPolarized ? 2 : 1
        let products = isPolarized ? 3 : 1
        let sizes = isPolarized ? (3, 6, 6) : (1, 1, 1)
        let density = scratch
        let sigma = density + spins * count
        let first = sigma + products * count
        let bySigma = first + spins * count
        let second = SecondFunctionalDerivatives(
            density: bySigma + products * count, mixed: bySigma + (products + sizes.0) * count,
            sigma: bySigma + (products + sizes.0 + sizes.1) * count)
        let beta = densities + FunctionalArrays.rowCount * points
        for k in 0..<count {
            density[spins * k] = max(0, densities[k])
            if isPolarized { density[2 * k + 1] = max(0, beta[k]) }
        }
        if functional.usesGradient {
            for k in 0..<count {
                let a = SIMD3(densities[points + k], densities[2 * points + k], densities[3 * points + k])
                sigma[products * k] = (a * a).sum()
                guard isPolarized else { continue }
                let b = SIMD3(beta[points + k], beta[2 * points + k], beta[3 * points + k])
                sigma[3 * k + 1] = (a * b).sum()
                sigma[3 * k + 2] = (b * b).sum()
            }
        }
        functional.evaluateSecond(
            count: count, isPolarized: isPolarized, density: density, sigma: sigma, densityDerivative: first,
            sigmaDerivative: bySigma, second: second)
        let sources =
            functional.usesGradient
            ? [(first, spins), (bySigma, products), (second.density, sizes.0), (second.mixed, sizes.1), (second.sigma, sizes.2)]
            : [(first, spins), (bySigma, 0), (second.density, sizes.0)]
        let widths = [spins, products, sizes.0, sizes.1, sizes.2]
        var next = 0
        for (place, (source, width)) in sources.enumerated() {
            for j in 0..<width {
                let target = row(next + j)
                for k in 0..<count {
                    let total = isPolarized ? density[2 * k] + density[2 * k + 1] : density[k]
                    let value = weights[k] * source[width * k + j]
                    target[k] = total > Self.leastDensity && value.isFinite ? value : 0
                }
            }
            next += widths[place]
        }
        guard functional.usesGradient else { return }
        let gradients = Self.rowCount(isPolarized: isPolarized) - 3 * spins
        for spin in 0..<spins {
            for axis in 0..<3 {
                row(gradients + 3 * spin + axis).update(
                    from: densities + (FunctionalArrays.rowCount * spin + axis + 1) * points, count: count)
            }
        }
    }

    /// As `FunctionalArrays.fillCoefficients`: w f_r / 2 and w df/d(grad rho), of one spin.
    func fillCoefficients(spin: Int, usesGradient: Bool, target: UnsafeMutablePointer<Double>) {
        let own = row(spin)
        for k in 0..<points { target[k] = 0.5 * own[k] }
        guard usesGradient else { return }
        guard isPolarized else {
            let slope = row(1)
            for axis in 0..<3 {
                let gradient = row(5 + axis)
                for k in 0..<points { target[(axis + 1) * points + k] = 2 * slope[k] * gradient[k] }
            }
            return
        }
        let (same, mixed) = (row(2 + 2 * spin), row(3))
        for axis in 0..<3 {
            let (mine, other) = (row(20 + 3 * spin + axis), row(20 + 3 * (1 - spin) + axis))
            for k in 0..<points { target[(axis + 1) * points + k] = 2 * same[k] * mine[k] + mixed[k] * other[k] }
        }
    }

    /// The changes of these coefficients with a change of the densities.
    ///
    /// - Parameter targets: of each spin, four rows.
    func fillChanges(_ change: UnsafePointer<Double>, usesGradient: Bool, targets: [UnsafeMutablePointer<Double>]) {
        if isPolarized {
            fillPolarizedChanges(change, usesGradient: usesGradient, targets: targets)
            return
        }
        let target = targets[0]
        guard usesGradient else {
            let second = row(2)
            for k in 0..<points { target[k] = 0.5 * second[k] * change[k] }
            return
        }
        let (slope, rr, rs, ss) = (row(1), row(2), row(3), row(4))
        let (gx, gy, gz) = (row(5), row(6), row(7))
        let (cx, cy, cz) = (change + points, change + 2 * points, change + 3 * points)
        let (tx, ty, tz) = (target + points, target + 2 * points, target + 3 * points)
        for k in 0..<points {
            let sigma = 2 * (gx[k] * cx[k] + gy[k] * cy[k] + gz[k] * cz[k])
            target[k] = 0.5 * (rr[k] * change[k] + rs[k] * sigma)
            let turned = 2 * (rs[k] * change[k] + ss[k] * sigma)
            let own = 2 * slope[k]
            tx[k] = own * cx[k] + turned * gx[k]
            ty[k] = own * cy[k] + turned * gy[k]
            tz[k] = own * cz[k] + turned * gz[k]
        }
    }

    private func fillPolarizedChanges(
        _ change: UnsafePointer<Double>, usesGradient: Bool, targets: [UnsafeMutablePointer<Double>]
    ) {
        let beta = change + FunctionalArrays.rowCount * points
        let rr = (row(5), row(6), row(7))
        for k in 0..<points {
            targets[0][k] = 0.5 * (rr.0[k] * change[k] + rr.1[k] * beta[k])
            targets[1][k] = 0.5 * (rr.1[k] * change[k] + rr.2[k] * beta[k])
        }
        guard usesGradient else { return }
        for k in 0..<points {
            func value(_ index: Int) -> Double { base[index * points + k] }
            let (ra, rb) = (change[k], beta[k])
            let ca = SIMD3(change[points + k], change[2 * points + k], change[3 * points + k])
            let cb = SIMD3(beta[points + k], beta[2 * points + k], beta[3 * points + k])
            let ga = SIMD3(value(20), value(21), value(22))
            let gb = SIMD3(value(23), value(24), value(25))
            let sigma = SIMD3(2 * (ga * ca).sum(), (ga * cb).sum() + (gb * ca).sum(), 2 * (gb * cb).sum())
            let mixedA = SIMD3(value(8), value(9), value(10))
            let mixedB = SIMD3(value(11), value(12), value(13))
            targets[0][k] += 0.5 * (mixedA * sigma).sum()
            targets[1][k] += 0.5 * (mixedB * sigma).sum()
            let aa = SIMD3(value(14), value(15), value(16))
            let ab = SIMD3(value(15), value(17), value(18))
            let bb = SIMD3(value(16), value(18), value(19))
            let changes = SIMD3(
                mixedA.x * ra + mixedB.x * rb + (aa * sigma).sum(), mixedA.y * ra + mixedB.y * rb + (ab * sigma).sum(),
                mixedA.z * ra + mixedB.z * rb + (bb * sigma).sum())
            let (faa, fab, fbb) = (value(2), value(3), value(4))
            let alpha = 2 * faa * ca + fab * cb + 2 * changes.x * ga + changes.y * gb
            let other = 2 * fbb * cb + fab * ca + 2 * changes.z * gb + changes.y * ga
            for axis in 0..<3 {
                targets[0][(axis + 1) * points + k] = alpha[axis]
                targets[1][(axis + 1) * points + k] = other[axis]
            }
        }
    }
}
