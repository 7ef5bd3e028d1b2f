import Foundation
import LinearAlgebra
import MolecularStructure

/// Partial charges that equalise the electronegativities of Gaussian charges on the atoms. The electronegativities depend on the
/// coordination numbers n: X q + m = -chi + k sqrt(n), for a given sum of the charges, X_AB = erf(g r) / r, 1 / g^2 = a_A^2 + a_B^2, X_AA =
/// J + sqrt(2 / pi) / a.
///
/// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122
/// (2019), doi 10.1063/1.5090222. No self-consistent field is needed, and these charges are for dispersion alone.
struct ChargeEquilibration: Sendable {
    private let positions: [SIMD3<Double>]
    private let parameters: [D4ReferenceSystems.EquilibrationParameters]
    private let numbers: CoordinationNumbers
    /// Of the matrix X, bordered by ones.
    private let factor: LUFactor

    /// Cost: the cube of the number of atoms.
    /// - Throws: `LinearAlgebraError` if the equations are singular, for example for two atoms at the same position.
    init(_ molecule: Molecule) throws {
        positions = molecule.atoms.map(\.position)
        parameters = molecule.atoms.map { D4ReferenceSystems.published.entry($0.element).equilibration }
        numbers = CoordinationNumbers(molecule, .errorFunction)
        let count = positions.count
        var matrix = Matrix(rows: count + 1, columns: count + 1)
        for i in 0..<count {
            for j in 0..<i {
                let element = Self.repulsion(distance(positions[i], positions[j]), parameters[i], parameters[j]).value
                matrix[i, j] = element
                matrix[j, i] = element
            }
            matrix[i, i] = parameters[i].hardness + (2 / Double.pi).squareRoot() / parameters[i].width
            matrix[i, count] = 1
            matrix[count, i] = 1
        }
        factor = try LUFactor(matrix)
    }

    /// One per atom, in units of the elementary charge.
    func charges(total: Int) -> [Double] {
        let right = parameters.indices.map {
            -parameters[$0].electronegativity
                + parameters[$0].electronegativitySlope * Self.root(numbers.values[$0]).value
        }
        return factor.solve(right + [Double(total)]).dropLast()
    }

    /// Adds the sum over atoms of `factors` times the derivative of their charge by all positions.
    ///
    /// One more system of equations, with the factors on the right, gives what multiplies the derivatives of matrix and right
    /// side at fixed charges.
    /// - Parameter charges: as `charges(total:)` gives them.
    func addDerivatives(of factors: [Double], charges: [Double], to gradient: inout [SIMD3<Double>]) {
        let multipliers = factor.solve(factors + [0])
        let byNumbers = parameters.indices.map {
            multipliers[$0] * parameters[$0].electronegativitySlope * Self.root(numbers.values[$0]).slope
        }
        numbers.addDerivatives(of: byNumbers, to: &gradient)
        for i in positions.indices {
            for j in 0..<i {
                let separation = positions[i] - positions[j]
                let r = separation.length
                let slope = Self.repulsion(r, parameters[i], parameters[j]).slope
                let product = multipliers[i] * charges[j] + multipliers[j] * charges[i]
                let force = -product * slope / r * separation
                gradient[i] += force
                gradient[j] -= force
            }
        }
    }

    private static func repulsion(
        _ r: Double, _ a: D4ReferenceSystems.EquilibrationParameters, _ b: D4ReferenceSystems.EquilibrationParameters
    ) -> (value: Double, slope: Double) {
        let steepness = 1 / (a.width * a.width + b.width * b.width).squareRoot()
        let argument = steepness * r
        let value = erf(argument) / r
        return (value, 2 / Double.pi.squareRoot() * steepness * exp(-argument * argument) / r - value / r)
    }

    /// Root of a coordination number n that is bounded, smoothly, by 8: of log(1 + e^8) - log(1 + e^(8 - n)).
    private static func root(_ n: Double) -> (value: Double, slope: Double) {
        let scale = 1 / (1 + exp(-8.0))
        let bounded = -log1p(scale * expm1(-n))
        // Without neighbours both count and slope vanish, the latter faster than the root.
        guard bounded > 0 else { return (0, 0) }
        let slope = scale * exp(-n) / (1 + scale * expm1(-n))
        return (bounded.squareRoot(), 0.5 * slope / bounded.squareRoot())
    }
}
