import Foundation
import ParallelExecution

/// Derivatives of the energy of a continuum with respect to the positions of the atoms. The surface points move with the atoms.
///
/// With q = K^-1 R v and w = K^-T v, dE = q_s dv + w (dR v - dK q) / 2, where q_s is computed with the symmetric part of K^-1 R.
/// S and D depend on the distances between points of different spheres. The diagonal of S and the areas depend on the switching
/// functions. Lange and Herbert, J. Chem. Phys. 133, 244111 (2010), doi 10.1063/1.3511297, section III.
struct SurfaceForces {
    private let surface: CavitySurface
    private let nuclei: [Double]
    private let pool: WorkerPool
    /// Derivatives in hartree per bohr.
    private(set) var atoms: [SIMD3<Double>]
    /// The derivative with respect to a rotation of the points of all spheres about the centres of these.
    private(set) var torque = SIMD3<Double>.zero

    init(_ surface: CavitySurface, nuclei: [Double], pool: WorkerPool) {
        (self.surface, self.nuclei, self.pool) = (surface, nuclei, pool)
        atoms = Array(repeating: .zero, count: surface.centers.count)
    }

    mutating func add(_ derivatives: [SIMD3<Double>]) { for k in atoms.indices { atoms[k] += derivatives[k] } }

    /// Derivatives with respect to the positions of the points.
    mutating func addPoints(_ derivatives: [SIMD3<Double>]) {
        for (point, derivative) in derivatives.enumerated() {
            atoms[surface.spheres[point]] += derivative
            torque += Self.cross(arm(point), derivative)
        }
    }

    /// Adds the turn of the points with the molecule.
    mutating func addTurn() { add(surface.frame.gradient(torque: torque)) }

    private func arm(_ point: Int) -> SIMD3<Double> { surface.positions[point] - surface.centers[surface.spheres[point]] }

    private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }

    /// Adds the interaction of the surface charges with the potential of the nuclei.
    mutating func addNuclei(charges: [Double]) {
        for point in 0..<surface.count {
            for (atom, charge) in nuclei.enumerated() where atom != surface.spheres[point] {
                let separation = surface.positions[point] - surface.centers[atom]
                let r = (separation * separation).sum().squareRoot()
                let pair = SurfaceInteraction(width: surface.widths[point], distance: r)
                let derivative = charges[point] * charge * pair.slope / r * separation
                atoms[surface.spheres[point]] += derivative
                atoms[atom] -= derivative
                torque += Self.cross(arm(point), derivative)
            }
        }
    }

    /// - Parameter doubleLayerFactor: f / (2 pi) of IEF-PCM; nil for C-PCM.
    mutating func addEquations(
        _ solution: SurfaceChargeEquations.Solution, potentials: [Double], doubleLayerFactor: Double?
    ) {
        let n = surface.count
        let (q, w) = (solution.direct, solution.adjoint)
        var u = w.map { -$0 }
        // A (v + S q) and D^T w.
        let (fields, layer) = doubleLayerFactor == nil ? ([], []) : layerSums(q, w, potentials)
        if let doubleLayerFactor {
            for i in 0..<n { u[i] += doubleLayerFactor * surface.areas[i] * layer[i] }
        }
        let half = (doubleLayerFactor ?? 0) / 2
        let (cavity, isDoubleLayer) = (surface, doubleLayerFactor != nil)
        let left = u
        let rows = pool.map(n, inChunksOf: 8) { i -> (spheres: [SIMD3<Double>], torque: SIMD3<Double>) in
            // Derivatives for the points of every sphere.
            var result = [SIMD3<Double>](repeating: .zero, count: cavity.centers.count)
            let sphere = cavity.spheres[i]
            let arm = cavity.positions[i] - cavity.centers[sphere]
            var torque = SIMD3<Double>.zero
            for j in 0..<i where cavity.spheres[j] != sphere {
                let separation = cavity.positions[i] - cavity.positions[j]
                let r = (separation * separation).sum().squareRoot()
                let pair = SurfaceInteraction(cavity.widths[i], cavity.widths[j], distance: r)
                var derivative = 0.5 * (left[i] * q[j] + left[j] * q[i]) * pair.slope / r * separation
                if isDoubleLayer {
                    // D_ij = - S' (n_j . r_ij) / r; D_ji has the other normal and the opposite direction.
                    let slope = pair.slope / r
                    let change = (pair.curvature - slope) / (r * r)
                    func turned(_ normal: SIMD3<Double>) -> SIMD3<Double> {
                        -(change * (normal * separation).sum()) * separation - slope * normal
                    }
                    derivative += half * w[i] * fields[j] * turned(cavity.normals[j])
                    derivative -= half * w[j] * fields[i] * turned(cavity.normals[i])
                    // The normals turn with the points.
                    torque -= half * slope * w[i] * fields[j] * Self.cross(cavity.normals[j], separation)
                    torque += half * slope * w[j] * fields[i] * Self.cross(cavity.normals[i], separation)
                }
                torque += Self.cross(arm - cavity.positions[j] + cavity.centers[cavity.spheres[j]], derivative)
                result[sphere] += derivative
                result[cavity.spheres[j]] -= derivative
            }
            var change = -0.5 * left[i] * q[i] * cavity.widths[i] * (2 / Double.pi).squareRoot() / cavity.switches[i]
            if isDoubleLayer { change += half * layer[i] * fields[i] }
            let derivatives = cavity.switchDerivatives(i)
            result[sphere] += change * derivatives.own
            torque += Self.cross(arm, change * derivatives.own)
            for (other, derivative) in derivatives.others { result[other] += change * derivative }
            return (result, torque)
        }
        for row in rows {
            add(row.spheres)
            torque += row.torque
        }
    }

    /// A (v + S q), and D^T w.
    private func layerSums(_ q: [Double], _ w: [Double], _ potentials: [Double]) -> ([Double], [Double]) {
        let surface = self.surface
        let sums = pool.map(surface.count, inChunksOf: 8) { j -> (Double, Double) in
            let own = surface.widths[j] * (2 / Double.pi).squareRoot()
            var field = potentials[j] + own / surface.switches[j] * q[j]
            var layer = -own / (2 * surface.radii[surface.spheres[j]]) * w[j]
            for i in 0..<surface.count where i != j {
                let separation = surface.positions[i] - surface.positions[j]
                let r = (separation * separation).sum().squareRoot()
                let pair = SurfaceInteraction(surface.widths[i], surface.widths[j], distance: r)
                field += pair.value * q[i]
                layer -= w[i] * pair.slope / r * (surface.normals[j] * separation).sum()
            }
            return (surface.areas[j] * field, layer)
        }
        return (sums.map(\.0), sums.map(\.1))
    }
}
