import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Derivatives by the positions of the nuclei of sums over overlap and kinetic integrals.
public enum OneElectronGradient {
    /// d/dR of sum_mn P_mn T_mn - sum_mn W_mn S_mn, with basis functions that move with their atoms; one entry an atom.
    ///
    /// The same bits come out for any number of threads. Cost: that of the integrals.
    /// - Parameters:
    ///   - density: P, symmetric, multiplied with kinetic integrals.
    ///   - energyWeightedDensity: W, symmetric, multiplied with overlap integrals.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, energyWeightedDensity: Matrix, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let shells = basis.shells
        let parts = pool.map(shells.count) { i -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            for j in 0..<i where shells[j].atom != shells[i].atom {
                // Functions of two atoms depend on the distance alone.
                let force = pairGradient(shells[i], shells[j], density: density, overlapDensity: energyWeightedDensity)
                forces[shells[i].atom] += force
                forces[shells[j].atom] -= force
            }
            return forces
        }
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        for part in parts { for atom in result.indices { result[atom] += part[atom] } }
        return result
    }

    /// Derivative by the centre of `a`, both orders of the functions together.
    private static func pairGradient(
        _ a: Shell, _ b: Shell, density: Matrix, overlapDensity: Matrix
    ) -> SIMD3<Double> {
        let (la, lb) = (a.highestAngularMomentum, b.highestAngularMomentum)
        let separation = a.center - b.center
        let distanceSquared = (separation * separation).sum()
        let blocks = MonomialDensityBlock.blocks(a, b, [density, overlapDensity])
        let columns = lb + 3
        let depth = la + lb + 4
        let tableSize = (la + 2) * columns * depth
        var tables = [Double](repeating: 0, count: 3 * tableSize)
        var result = SIMD3<Double>.zero
        // Of each axis: overlap, kinetic energy, and their derivatives by A; row i, column j.
        let side = (la + 1) * (lb + 1)
        var one = [Double](repeating: 0, count: 12 * side)
        for (i, alpha) in a.exponents.enumerated() {
            for (j, beta) in b.exponents.enumerated() {
                let p = alpha + beta
                let product = exp(-alpha * beta / p * distanceSquared)
                if product < 1e-30 { continue }
                let rootPi = (Double.pi / p).squareRoot()
                for axis in 0..<3 {
                    ShellPairList.fillTable(
                        &tables, at: axis * tableSize, la: la + 1, lb: lb + 2, p: p, pa: -beta / p * separation[axis],
                        pb: alpha / p * separation[axis])
                    func s(_ i: Int, _ j: Int) -> Double { rootPi * tables[axis * tableSize + (i * columns + j) * depth] }
                    func t(_ i: Int, _ j: Int) -> Double {
                        var value = beta * Double(2 * j + 1) * s(i, j) - 2 * beta * beta * s(i, j + 2)
                        if j > 1 { value -= 0.5 * Double(j * (j - 1)) * s(i, j - 2) }
                        return value
                    }
                    for i in 0...la {
                        for j in 0...lb {
                            let place = 4 * axis * side + i * (lb + 1) + j
                            one[place] = s(i, j)
                            one[place + side] = t(i, j)
                            one[place + 2 * side] = 2 * alpha * s(i + 1, j) - (i > 0 ? Double(i) * s(i - 1, j) : 0)
                            one[place + 3 * side] = 2 * alpha * t(i + 1, j) - (i > 0 ? Double(i) * t(i - 1, j) : 0)
                        }
                    }
                }
                for block in blocks {
                    let scale = 2 * product * a.contractions[block.a].coefficients[i] * b.contractions[block.b].coefficients[j]
                    var sum = SIMD3<Double>.zero
                    for term in block.terms {
                        let x = Int(term.x), y = 4 * side + Int(term.y), z = 8 * side + Int(term.z)
                        let (sx, sy, sz) = (one[x], one[y], one[z])
                        let (tx, ty, tz) = (one[x + side], one[y + side], one[z + side])
                        let (dx, dy, dz) = (one[x + 2 * side], one[y + 2 * side], one[z + 2 * side])
                        let (ex, ey, ez) = (one[x + 3 * side], one[y + 3 * side], one[z + 3 * side])
                        let kx = ex * sy * sz + dx * (ty * sz + sy * tz)
                        let ky = ey * sx * sz + dy * (tx * sz + sx * tz)
                        let kz = ez * sx * sy + dz * (tx * sy + sx * ty)
                        sum += term.densities[0] * SIMD3(kx, ky, kz)
                        sum -= term.densities[1] * SIMD3(dx * sy * sz, sx * dy * sz, sx * sy * dz)
                    }
                    result += scale * sum
                }
            }
        }
        return result
    }
}
