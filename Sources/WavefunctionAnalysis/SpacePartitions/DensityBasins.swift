import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution

/// The basins of a density's maxima: a point belongs to the nucleus at which the path of steepest ascent from it ends.
///
/// Paths are followed on meshes of the density's logarithm as far as a sphere around a nucleus into which every path leads: on
/// it and on all smaller ones the density, evaluated exactly, falls outwards (but for those that a maximum beside the nucleus
/// crosses).
struct DensityBasins: Sendable {
    /// Spacings of the meshes near the nuclei and farther out, and how far they reach, in bohr.
    static let spacing = 0.1
    static let margin = 2.5
    static let outerSpacing = 0.2
    static let outerMargin = 6.5
    /// The spheres' share of the largest radius at which the density still falls everywhere.
    private static let safety = 0.85
    /// How far beside a nucleus its maximum may lie, in bohr: hydrogen's does, in small basis sets.
    private static let displacement = 0.3
    private static let firstRadius = 0.1
    private static let radiusStep = 0.05
    private static let largestRadius = 3.0
    private static let stepLimit = 800

    private let inner, outer: LogarithmicDensityMesh
    let positions: [SIMD3<Double>]
    /// Radii of the spheres, in bohr; zero where the density has no maximum at the nucleus.
    let radii: [Double]

    enum End: Sendable, Equatable {
        case nucleus(Int)
        /// Where a path was given up.
        case nowhere(SIMD3<Double>)
    }

    /// Cost: the density at 1000 points a cubic bohr within 2.5 bohr of the nuclei and at 125 within 6.5 bohr, and some thousand
    /// gradients an atom.
    init(
        basis: AtomicOrbitalBasis, density: Matrix, cores: [RadialDensity?], freeAtoms: [RadialDensity?], pool: WorkerPool
    ) {
        let molecule = basis.molecule
        positions = molecule.atoms.map(\.position)
        radii = Self.radii(basis: basis, density: density, cores: cores, pool: pool)
        func values(_ points: [SIMD3<Double>]) -> [Double] {
            let core = SampledDensities.sum(cores, molecule, points: points, pool: pool)
            let values = DensityOnPoints.values(basis: basis, densities: [density], points: points, pool: pool)[0]
            return zip(values, core).map { $0 + $1 }
        }
        outer = LogarithmicDensityMesh(
            molecule: molecule, spacing: Self.outerSpacing, margin: Self.outerMargin, freeAtoms: freeAtoms, pool: pool,
            density: values)
        inner = LogarithmicDensityMesh(
            molecule: molecule, spacing: Self.spacing, margin: Self.margin, freeAtoms: freeAtoms, outer: outer, pool: pool,
            density: values)
    }

    /// About what the meshes need at a time, in bytes.
    static func memory(_ molecule: Molecule) -> Int {
        LogarithmicDensityMesh.memory(molecule: molecule, spacing: spacing, margin: margin + 1)
            + LogarithmicDensityMesh.memory(molecule: molecule, spacing: outerSpacing, margin: outerMargin)
    }

    private func logarithm(at point: SIMD3<Double>) -> (value: Double, gradient: SIMD3<Double>)? {
        if inner.contains(point) { return inner.valueAndGradient(at: point) }
        return outer.valueAndGradient(at: point)
    }

    /// Follows the path from a point; nil where it is too far outside for the mesh.
    func end(from start: SIMD3<Double>) -> End? {
        var point = start
        var scale = 1.0
        var previous = SIMD3<Double>()
        guard outer.contains(start) else { return nil }
        for _ in 0..<Self.stepLimit {
            var gap = Double.infinity
            for (atom, position) in positions.enumerated() {
                let offset = point - position
                let distance = (offset * offset).sum().squareRoot() - radii[atom]
                if distance <= 0 { return .nucleus(atom) }
                gap = min(gap, distance)
            }
            guard let first = direction(at: point) else { break }
            // Paths turn back only at a maximum, or where they jump from one side of a ridge to the other.
            if (first * previous).sum() < 0 { scale = max(0.1, 0.5 * scale) } else { scale = min(1, 1.1 * scale) }
            let step = scale * min(0.3, max(0.03, 0.4 * gap))
            // Runge and Kutta's fourth order: second order would move boundaries by a thousandth of an electron.
            guard let second = direction(at: point + 0.5 * step * first),
                let third = direction(at: point + 0.5 * step * second), let fourth = direction(at: point + step * third)
            else { break }
            point += step / 6 * (first + 2 * (second + third) + fourth)
            previous = first
        }
        return .nowhere(point)
    }

    private func direction(at point: SIMD3<Double>) -> SIMD3<Double>? {
        guard let gradient = logarithm(at: point)?.gradient else { return nil }
        let length = (gradient * gradient).sum().squareRoot()
        return length > 1e-12 ? gradient / length : nil
    }

    /// Whether the density is larger at a place, or next to it, than all around.
    func isMaximum(near place: SIMD3<Double>) -> Bool {
        let directions = LebedevGrid(count: 26)?.points ?? []
        guard let value = logarithm(at: place)?.value else { return false }
        return directions.allSatisfy { (logarithm(at: place + 0.25 * $0)?.value ?? .infinity) < value }
    }

    private static func radii(
        basis: AtomicOrbitalBasis, density: Matrix, cores: [RadialDensity?], pool: WorkerPool
    ) -> [Double] {
        let molecule = basis.molecule
        let sphere = LebedevGrid(count: 110)?.points ?? []
        var points: [SIMD3<Double>] = []
        var outward: [SIMD3<Double>] = []
        var shells: [(atom: Int, radius: Double, points: Range<Int>)] = []
        for (atom, center) in molecule.atoms.map(\.position).enumerated() {
            let others = molecule.atoms.map(\.position).filter { distance($0, center) > 1e-6 }
            let neighbors = others.sorted { distance($0, center) < distance($1, center) }.prefix(8)
            // Critical points lie close to the lines between neighbours.
            let toNeighbors = neighbors.map { (neighbor: SIMD3<Double>) -> SIMD3<Double> in
                (neighbor - center) / distance(neighbor, center)
            }
            let directions: [SIMD3<Double>] = sphere + toNeighbors
            let nearest = neighbors.first.map { distance($0, center) } ?? Double.infinity
            let largest = min(largestRadius, 0.8 * nearest)
            for radius in stride(from: firstRadius, through: largest, by: radiusStep) {
                shells.append((atom, radius, points.count..<points.count + directions.count))
                points += directions.map { center + radius * $0 }
                outward += directions
            }
        }
        let valence = DensityOnPoints.valuesAndGradients(basis: basis, density: density, points: points, pool: pool).gradients
        // The cores' part by a difference along the direction.
        let step = 1e-3
        let ahead = SampledDensities.sum(cores, molecule, points: zip(points, outward).map { $0 + step * $1 }, pool: pool)
        let behind = SampledDensities.sum(cores, molecule, points: zip(points, outward).map { $0 - step * $1 }, pool: pool)
        var result = [Double](repeating: 0, count: molecule.atoms.count)
        var ended = [Bool](repeating: false, count: molecule.atoms.count)
        for (atom, radius, range) in shells where !ended[atom] {
            let falls = range.allSatisfy { (k: Int) -> Bool in
                let slope = (valence[k] * outward[k]).sum()
                return slope + (ahead[k] - behind[k]) / (2 * step) < 0
            }
            if falls {
                result[atom] = safety * radius
            } else if result[atom] > 0 || radius > displacement {
                ended[atom] = true
            }
        }
        return result
    }
}
