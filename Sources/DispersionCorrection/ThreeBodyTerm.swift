import Foundation
import LinearAlgebra

/// The dipole-dipole-dipole energy of Axilrod, Teller and Muto, damped at short range.
///
/// Sum over triples of s9 C9 (3 cos A cos B cos C + 1) f / (r_AB r_BC r_CA)^3 with C9 = sqrt(C6_AB C6_BC C6_CA) and
/// f = 1 / (1 + 6 (R_AB R_BC R_CA / (r_AB r_BC r_CA))^(16/3)). All that takes time belongs to pairs and is computed once.
struct ThreeBodyTerm {
    /// In hartree.
    private(set) var energy = 0.0
    /// Derivatives by C6 of every pair, atoms by atoms, symmetric.
    private(set) var byCoefficient: Matrix
    /// Derivatives by the squared distance of every pair, likewise; zero where they were not asked for.
    private(set) var bySquaredDistance: Matrix

    /// Cost: the cube of the number of atoms.
    /// - Parameters:
    ///   - coefficients: C6 of all pairs, in hartree bohr^6.
    ///   - squaredDistances: of all pairs, in bohr^2.
    ///   - radii: R of all pairs, in bohr.
    ///   - scale: s9.
    init(coefficients: Matrix, squaredDistances: Matrix, radii: Matrix, scale: Double, withDerivatives: Bool) {
        let count = coefficients.rows
        byCoefficient = Matrix(rows: count, columns: count)
        bySquaredDistance = byCoefficient
        guard count > 2 else { return }
        // Of every pair sqrt(C6) / r^3, and (R / r)^(16/3).
        var strength = byCoefficient
        var ratio = byCoefficient
        for i in 0..<count {
            for j in 0..<i {
                let square = squaredDistances[i, j]
                strength[i, j] = coefficients[i, j].squareRoot() / (square * square.squareRoot())
                ratio[i, j] = pow(radii[i, j] * radii[i, j] / square, 8.0 / 3)
            }
        }
        for i in 2..<count {
            for j in 1..<i {
                let (x, strengthOfPair, ratioOfPair) = (squaredDistances[i, j], scale * strength[i, j], ratio[i, j])
                for k in 0..<j {
                    let (y, z) = (squaredDistances[i, k], squaredDistances[j, k])
                    let (p, q, r) = (x + y - z, x - y + z, y + z - x)
                    let product = x * y * z
                    // 3 cos A cos B cos C + 1.
                    let angle = 0.375 * p * q * r / product + 1
                    let damping = 1 / (1 + 6 * ratioOfPair * ratio[i, k] * ratio[j, k])
                    let undirected = strengthOfPair * strength[i, k] * strength[j, k] * damping
                    let value = undirected * angle
                    energy += value
                    guard withDerivatives else { continue }
                    byCoefficient[i, j] += value
                    byCoefficient[i, k] += value
                    byCoefficient[j, k] += value
                    // From 1 / r^3 and the damping; from the angles.
                    let radial = angle * (8.0 / 3 * (1 - damping) - 1.5) - (angle - 1)
                    let angular = 0.375 / product
                    bySquaredDistance[i, j] += undirected * (radial / x + angular * (q * r + p * r - p * q))
                    bySquaredDistance[i, k] += undirected * (radial / y + angular * (q * r - p * r + p * q))
                    bySquaredDistance[j, k] += undirected * (radial / z + angular * (p * r + p * q - q * r))
                }
            }
        }
        for i in 0..<count {
            for j in 0..<i {
                let slope = coefficients[i, j] > 0 ? 0.5 * byCoefficient[i, j] / coefficients[i, j] : 0
                (byCoefficient[i, j], byCoefficient[j, i]) = (slope, slope)
                bySquaredDistance[j, i] = bySquaredDistance[i, j]
            }
        }
    }
}
