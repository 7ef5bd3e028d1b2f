import Foundation
import LinearAlgebra
import ParallelExecution

/// The surface charges q = Q v for potentials v at the points of a surface, where Q is the symmetric part of K^-1 R.
///
/// C-PCM: K = S, R = -f 1, f = (epsilon - 1) / epsilon. IEF-PCM: K = S - f/(2 pi) D A S, R = -f (1 - D A / (2 pi)),
/// f = (epsilon - 1) / (epsilon + 1). Lange and Herbert, J. Chem. Phys. 133, 244111 (2010), doi 10.1063/1.3511297, table I. All
/// matrices are scaled by the square roots s of the switching functions, s S s and s D A / s. The diagonal of S diverges where a
/// point disappears; that of s S s does not.
struct SurfaceChargeEquations: Sendable {
    private let surface: CavitySurface
    private let roots: [Double]
    let factor: Double
    private let interaction: CholeskyFactor
    /// For IEF-PCM: s D A / s, and the factors of 1 - f/(2 pi) s D A / s.
    private let doubleLayer: Matrix?
    private let equations: LUFactor?

    /// Memory of the matrices during construction and afterwards.
    static func bytes(points: Int, _ equation: ContinuumModel.Equation) -> (making: Int, held: Int) {
        let matrix = 8 * points * points
        return equation == .cpcm ? (2 * matrix, matrix) : (5 * matrix, 3 * matrix)
    }

    /// Cost: the cube of the number of points, once per geometry.
    init(_ surface: CavitySurface, _ equation: ContinuumModel.Equation, dielectricConstant: Double, pool: WorkerPool)
        throws(ContinuumError)
    {
        let roots = surface.switches.map { $0.squareRoot() }
        let (s, d) = Self.matrices(surface, roots: roots, doubleLayer: equation == .iefpcm, pool: pool)
        let interaction: CholeskyFactor
        do { interaction = try CholeskyFactor(s) } catch { throw .singular }
        try self.init(surface, roots: roots, interaction: interaction, doubleLayer: d, dielectricConstant: dielectricConstant)
    }

    private init(
        _ surface: CavitySurface, roots: [Double], interaction: CholeskyFactor, doubleLayer d: Matrix?, dielectricConstant: Double
    ) throws(ContinuumError) {
        (self.surface, self.roots, self.interaction, doubleLayer) = (surface, roots, interaction, d)
        guard let d else {
            factor = (dielectricConstant - 1) / dielectricConstant
            equations = nil
            return
        }
        factor = (dielectricConstant - 1) / (dielectricConstant + 1)
        var matrix = (-factor / (2 * Double.pi)) * d
        for i in 0..<matrix.rows { matrix[i, i] += 1 }
        do { equations = try LUFactor(matrix) } catch { throw .singular }
    }

    /// The equations of the same surface in another medium. They share the factors of S.
    func inMedium(dielectricConstant: Double) throws(ContinuumError) -> SurfaceChargeEquations {
        try SurfaceChargeEquations(
            surface, roots: roots, interaction: interaction, doubleLayer: doubleLayer, dielectricConstant: dielectricConstant)
    }

    private static func matrices(
        _ surface: CavitySurface, roots: [Double], doubleLayer needsDoubleLayer: Bool, pool: WorkerPool
    ) -> (Matrix, Matrix?) {
        let n = surface.count
        var s = Matrix(rows: n, columns: n)
        var d = Matrix(rows: needsDoubleLayer ? n : 0, columns: n)
        s.elements.withUnsafeMutableBufferPointer { single in
            d.elements.withUnsafeMutableBufferPointer { double in
                guard let first = single.baseAddress else { return }
                let (singles, doubles) = (SharedPointer(first), double.baseAddress.map { SharedPointer($0) })
                pool.forEach((n + 7) / 8) { chunk, _ in
                    for i in 8 * chunk..<min(n, 8 * chunk + 8) {
                        fillRow(i, surface, roots, singles.base + i * n, needsDoubleLayer ? doubles.map { $0.base + i * n } : nil)
                    }
                }
            }
        }
        return (s, needsDoubleLayer ? d : nil)
    }

    private static func fillRow(
        _ i: Int, _ surface: CavitySurface, _ roots: [Double], _ s: UnsafeMutablePointer<Double>,
        _ d: UnsafeMutablePointer<Double>?
    ) {
        let (position, width, root) = (surface.positions[i], surface.widths[i], roots[i])
        for j in 0..<surface.count where j != i {
            let separation = position - surface.positions[j]
            let r = (separation * separation).sum().squareRoot()
            let pair = SurfaceInteraction(width, surface.widths[j], distance: r)
            s[j] = root * roots[j] * pair.value
            // D_ij is minus the derivative of S_ij along the normal at j. A / s leaves one factor of s.
            if let d { d[j] = -pair.slope / r * (surface.normals[j] * separation).sum() * root * surface.areas[j] / roots[j] }
        }
        let own = width * (2 / Double.pi).squareRoot()
        s[i] = own
        if let d { d[i] = -own / (2 * surface.radii[surface.spheres[i]]) * surface.areas[i] }
    }

    /// Charges, and the quantities needed for gradients.
    struct Solution {
        /// (Q + Q^T) v / 2.
        let charges: [Double]
        /// Q v.
        let direct: [Double]
        /// K^-T v.
        let adjoint: [Double]
    }

    func solve(_ potentials: [Double]) -> Solution {
        let scaled = scale(potentials)
        guard let doubleLayer, let equations else {
            let adjoint = scale(interaction.solve(scaled))
            let charges = adjoint.map { -factor * $0 }
            return Solution(charges: charges, direct: charges, adjoint: adjoint)
        }
        // R v = -f (v - D A v / (2 pi)).
        func right(_ v: [Double], transposed: Bool) -> [Double] {
            let vector = Matrix(rows: v.count, columns: 1, elements: v)
            let product = doubleLayer.times(vector, transposed: transposed).elements
            return zip(v, product).map { -factor * ($0 - $1 / (2 * Double.pi)) }
        }
        let direct = scale(interaction.solve(equations.solve(right(scaled, transposed: false))))
        let adjoint = equations.solve(interaction.solve(scaled), transposed: true)
        let reverse = scale(right(adjoint, transposed: true))
        return Solution(charges: zip(direct, reverse).map { 0.5 * ($0 + $1) }, direct: direct, adjoint: scale(adjoint))
    }

    private func scale(_ values: [Double]) -> [Double] { zip(values, roots).map { $0 * $1 } }
}
