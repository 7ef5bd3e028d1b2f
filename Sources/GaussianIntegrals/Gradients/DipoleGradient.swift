import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Derivatives by the positions of the nuclei of sums over dipole integrals.
public enum DipoleGradient {
    /// d/dR of sum_mn P_mn <m| u . r |n>, with r from the origin of the coordinates and basis functions that move with their atoms; one entry
    /// an atom.
    ///
    /// The same bits come out for any number of threads. Cost: that of the integrals.
    /// - Parameters:
    ///   - density: P, symmetric.
    ///   - direction: u, of any length.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, direction: SIMD3<Double>, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let shells = basis.shells
        let parts = pool.map(shells.count) { i -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            for j in 0...i {
                // Both orders of two shells at once.
                let factor = j < i ? 2.0 : 1.0
                let (first, second) = pair(shells[i], shells[j], density: density, direction: direction)
                forces[shells[i].atom] += factor * first
                forces[shells[j].atom] += factor * second
            }
            return forces
        }
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        for part in parts { for atom in result.indices { result[atom] += part[atom] } }
        return result
    }

    /// Derivatives by the centres of `a` and of `b`. Together they move the charge along: their sum is u times the overlap.
    private static func pair(
        _ a: Shell, _ b: Shell, density: Matrix, direction: SIMD3<Double>
    ) -> (SIMD3<Double>, SIMD3<Double>) {
        let (la, lb) = (a.highestAngularMomentum, b.highestAngularMomentum)
        let separation = a.center - b.center
        let distanceSquared = (separation * separation).sum()
        let blocks = MonomialDensityBlock.blocks(a, b, [density])
        let columns = lb + 2
        let depth = la + lb + 3
        let tableSize = (la + 2) * columns * depth
        var tables = [Double](repeating: 0, count: 3 * tableSize)
        let side = (la + 1) * (lb + 1)
        // Of each axis: overlap, position, and their derivatives by A; row i, column j.
        var one = [Double](repeating: 0, count: 12 * side)
        var (byA, overlap) = (SIMD3<Double>.zero, 0.0)
        for (i, alpha) in a.exponents.enumerated() {
            for (j, beta) in b.exponents.enumerated() {
                let p = alpha + beta
                let product = exp(-alpha * beta / p * distanceSquared)
                if product < 1e-30 { continue }
                let rootPi = (Double.pi / p).squareRoot()
                for axis in 0..<3 {
                    ShellPairList.fillTable(
                        &tables, at: axis * tableSize, la: la + 1, lb: lb + 1, p: p, pa: -beta / p * separation[axis],
                        pb: alpha / p * separation[axis])
                    func s(_ i: Int, _ j: Int) -> Double { rootPi * tables[axis * tableSize + (i * columns + j) * depth] }
                    func r(_ i: Int, _ j: Int) -> Double { s(i, j + 1) + b.center[axis] * s(i, j) }
                    for i in 0...la {
                        for j in 0...lb {
                            let place = 4 * axis * side + i * (lb + 1) + j
                            one[place] = s(i, j)
                            one[place + side] = r(i, j)
                            one[place + 2 * side] = 2 * alpha * s(i + 1, j) - (i > 0 ? Double(i) * s(i - 1, j) : 0)
                            one[place + 3 * side] = 2 * alpha * r(i + 1, j) - (i > 0 ? Double(i) * r(i - 1, j) : 0)
                        }
                    }
                }
                for block in blocks {
                    let scale = product * a.contractions[block.a].coefficients[i] * b.contractions[block.b].coefficients[j]
                    var (sum, charge) = (SIMD3<Double>.zero, 0.0)
                    for term in block.terms {
                        let places = [Int(term.x), 4 * side + Int(term.y), 8 * side + Int(term.z)]
                        let s = SIMD3(one[places[0]], one[places[1]], one[places[2]])
                        let r = SIMD3(one[places[0] + side], one[places[1] + side], one[places[2] + side])
                        let ds = SIMD3(one[places[0] + 2 * side], one[places[1] + 2 * side], one[places[2] + 2 * side])
                        let dr = SIMD3(one[places[0] + 3 * side], one[places[1] + 3 * side], one[places[2] + 3 * side])
                        let u = direction
                        let x = u.x * dr.x * s.y * s.z + ds.x * (u.y * r.y * s.z + u.z * s.y * r.z)
                        let y = u.y * dr.y * s.x * s.z + ds.y * (u.x * r.x * s.z + u.z * s.x * r.z)
                        let z = u.z * dr.z * s.x * s.y + ds.z * (u.x * r.x * s.y + u.y * s.x * r.y)
                        sum += term.densities[0] * SIMD3(x, y, z)
                        charge += term.densities[0] * s.x * s.y * s.z
                    }
                    byA += scale * sum
                    overlap += scale * charge
                }
            }
        }
        return (byA, overlap * direction - byA)
    }
}
