import Foundation
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// The logarithm of a molecule's density from few evaluations: that of the sum of the free atoms, and splines of the ratio.
///
/// The ratio to the density of the free atoms has no cusps, no shells and no ridges between shells, so a mesh with twice the spacing
/// represents it as accurately as a finer one would represent the density.
struct DensityRatio: Sendable {
    /// Spacings of the meshes near the nuclei and farther out, and how far from the nuclei the density is evaluated, in bohr.
    static let spacing = 0.2
    static let margin = 3.0
    static let outerSpacing = 0.4
    static let outerMargin = 6.5
    /// Densities below this, in electrons per bohr^3, count as this.
    private static let least = 1e-12

    private let promolecule: PromoleculeDensity
    private let inner, outer: CubicSplineMesh

    /// About what it needs at a time, in bytes, with the density's evaluation.
    static func memory(molecule: Molecule) -> Int {
        let positions = molecule.atoms.map(\.position)
        return 80 * EvenMesh(around: positions, spacing: spacing, margin: margin).total
            + 80 * EvenMesh(around: positions, spacing: outerSpacing, margin: outerMargin).total
    }

    /// Cost: the density at 125 points a cubic bohr within 3 bohr of the nuclei and at 16 within 6.5 bohr.
    ///
    /// - Parameter density: values at points, in electrons per bohr^3.
    init(
        molecule: Molecule, freeAtoms: [RadialDensity?], pool: WorkerPool, density: ([SIMD3<Double>]) -> [Double]
    ) {
        let positions = molecule.atoms.map(\.position)
        let promolecule = PromoleculeDensity(molecule: molecule, freeAtoms: freeAtoms)
        func spline(_ spacing: Double, _ margin: Double, beyond: @Sendable (SIMD3<Double>) -> Double) -> CubicSplineMesh {
            let mesh = EvenMesh(around: positions, spacing: spacing, margin: margin + 2 * spacing)
            let distances = mesh.distances(to: positions, within: margin, pool: pool)
            let wanted = distances.indices.filter { distances[$0] < .infinity }
            let points = wanted.map { mesh.point($0) }
            let exact = density(points)
            let ratios = pool.sharedMap(points.count, inChunksOf: 1024) {
                log(max(exact[$0], Self.least) / max(promolecule.value(at: points[$0]), Self.least))
            }
            var values = pool.sharedMap(mesh.total, inChunksOf: 1024) { index -> Double in
                distances[index] < .infinity ? 0 : beyond(mesh.point(index))
            }
            for (index, ratio) in zip(wanted, ratios) { values[index] = ratio }
            return CubicSplineMesh(mesh: mesh, values: values, pool: pool)
        }
        let outer = spline(Self.outerSpacing, Self.outerMargin) { _ in 0 }
        inner = spline(Self.spacing, Self.margin) { outer.valueAndGradient(at: $0)?.value ?? 0 }
        self.outer = outer
        self.promolecule = promolecule
    }

    /// Of the density.
    ///
    /// - Parameter distance: of the point from the nearest nucleus.
    func logarithm(at point: SIMD3<Double>, distance: Double) -> Double {
        let ratio = (distance < Self.margin ? inner : outer).valueAndGradient(at: point)?.value ?? 0
        return ratio + log(max(promolecule.value(at: point), Self.least))
    }
}
