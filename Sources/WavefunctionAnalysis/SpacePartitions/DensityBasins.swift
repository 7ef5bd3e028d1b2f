import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution

/// The basins of a density's maxima: a point belongs to the nucleus at which the path of steepest ascent from it ends.
///
/// Paths are followed on meshes of the density's logarithm to a sphere around a nucleus which every path enters: on it and on all smaller
/// ones the density, evaluated exactly, decreases outwards (except on those crossed by a maximum next to the nucleus). Paths from all
/// points of a coarse mesh first determine which cells are certainly within one basin; other paths end there, too.
struct DensityBasins: Sendable {
    /// Spacings of the meshes near the nuclei and farther out, and how far they reach, in bohr.
    static let spacing = 0.1
    static let reach = 2.0
    /// Up to this distance from the nuclei, in bohr, the finer mesh uses the density itself, and beyond it a `DensityRatio`, which is not
    /// smooth very close to the nuclei: Gaussian functions have no cusp, but free atoms do.
    static let exact = 1.2
    static let outerSpacing = 0.2
    static let outerReach = 5.3
    /// Of the mesh from whose points paths are followed first.
    private static let mapSpacing = 0.4
    /// Radius of the spheres as a fraction of the largest radius within which the density decreases everywhere.
    private static let safety = 0.85
    /// Maximum distance between a nucleus and its density maximum, in bohr: they differ for hydrogen in small basis sets.
    private static let displacement = 0.3
    private static let firstRadius = 0.1
    private static let radiusStep = 0.1
    private static let largestRadius = 3.0
    private static let stepLimit = 800
    /// Step lengths of paths, in bohr: a fraction of the distance from the next sphere, within bounds.
    private static let shareOfGap = 0.4
    private static let leastStep = 0.03
    private static let largestStep = 0.3

    private let inner, outer: LogarithmicDensityMesh
    let positions: [SIMD3<Double>]
    /// Radii of the spheres, in bohr; zero where the density has no maximum at the nucleus.
    let radii: [Double]
    /// Squares of the distances from the nuclei within which these matter to a step.
    private let near: [Double]
    /// The number of atoms stands for no atom.
    private var map: BasinMap?
    /// Where a path from the map's mesh was given up.
    private var lost = SIMD3<Double>()

    enum End: Sendable, Equatable {
        case nucleus(Int)
        /// Where a path was given up.
        case nowhere(SIMD3<Double>)
    }

    /// Cost: that of a `DensityRatio`, a thousand gradients and some thousand paths an atom.
    init(
        basis: AtomicOrbitalBasis, density: Matrix, cores: [RadialDensity?], freeAtoms: [RadialDensity?], pool: WorkerPool
    ) {
        let molecule = basis.molecule
        positions = molecule.atoms.map(\.position)
        radii = Self.radii(basis: basis, density: density, cores: cores, pool: pool)
        near = radii.map { radius in
            let distance = max(radius + Self.largestStep / Self.shareOfGap, AtomicCusp.radius + Self.largestStep + 0.01)
            return distance * distance
        }
        func values(_ points: [SIMD3<Double>]) -> [Double] {
            let core = SampledDensities.sum(cores, molecule, points: points, pool: pool)
            let values = DensityOnPoints.values(basis: basis, densities: [density], points: points, pool: pool)[0]
            return zip(values, core).map { $0 + $1 }
        }
        let ratio = DensityRatio(molecule: molecule, freeAtoms: freeAtoms, pool: pool, density: values)
        inner = LogarithmicDensityMesh(
            molecule: molecule, spacing: Self.spacing, reach: Self.reach, exact: Self.exact, freeAtoms: freeAtoms, pool: pool,
            density: values, logarithm: ratio.logarithm)
        outer = LogarithmicDensityMesh(
            molecule: molecule, spacing: Self.outerSpacing, reach: Self.outerReach, exact: 0, freeAtoms: freeAtoms, pool: pool,
            density: values, logarithm: ratio.logarithm)
        guard !radii.contains(0) else { return }
        let mesh = EvenMesh(around: positions, spacing: Self.mapSpacing, margin: Self.outerReach)
        let distances = mesh.distances(to: positions, within: Self.outerReach, pool: pool)
        let ascents = self
        let basins = pool.sharedMap(mesh.total, inChunksOf: 64) { index -> Int32 in
            guard distances[index] < .infinity else { return -1 }
            switch ascents.end(from: mesh.point(index)) {
            case .nucleus(let atom): return Int32(atom)
            case .nowhere: return Int32(ascents.positions.count)
            case nil: return -1
            }
        }
        if let index = basins.firstIndex(of: Int32(positions.count)), case .nowhere(let place) = end(from: mesh.point(index)) {
            lost = place
        }
        map = BasinMap(mesh: mesh, basins: basins)
    }

    /// About what the meshes need at a time, in bytes.
    static func memory(_ molecule: Molecule) -> Int {
        LogarithmicDensityMesh.memory(molecule: molecule, spacing: spacing, reach: reach)
            + LogarithmicDensityMesh.memory(molecule: molecule, spacing: outerSpacing, reach: outerReach)
            + DensityRatio.memory(molecule: molecule)
    }

    /// Without following a path: the basin's atom, or the number of atoms for no atom; nil if unknown.
    @inline(__always)
    func knownBasin(at point: SIMD3<Double>) -> Int? { map?.basin(at: point) }

    /// Whether a point is near enough to a nucleus for the meshes.
    func contains(_ point: SIMD3<Double>) -> Bool { squareToNearest(point) < Self.outerReach * Self.outerReach }

    private func squareToNearest(_ point: SIMD3<Double>) -> Double {
        positions.reduce(Double.infinity) { least, position in
            let offset = point - position
            return min(least, offset.x * offset.x + offset.y * offset.y + offset.z * offset.z)
        }
    }

    /// About the density, in electrons per bohr^3; nil too far outside.
    func density(at point: SIMD3<Double>) -> Double? {
        let square = squareToNearest(point)
        guard square < Self.outerReach * Self.outerReach else { return nil }
        let mesh = square < Self.reach * Self.reach ? inner : outer
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: positions.count) { near in
            for atom in positions.indices { near.initializeElement(at: atom, to: atom) }
            let atoms = square < AtomicCusp.radius * AtomicCusp.radius ? positions.count : 0
            return mesh.valueAndGradient(at: point, near: UnsafeBufferPointer(rebasing: near[0..<atoms])).map { exp($0.value) }
        }
    }

    /// Follows the path from a point; nil if it is too far outside for the mesh.
    func end(from start: SIMD3<Double>) -> End? {
        guard contains(start) else { return nil }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: positions.count) { end(from: start, scratch: $0) }
    }

    /// - Parameter scratch: room for one index per atom.
    private func end(from start: SIMD3<Double>, scratch: UnsafeMutableBufferPointer<Int>) -> End {
        var point = start
        var scale = 1.0
        var previous = SIMD3<Double>()
        for _ in 0..<Self.stepLimit {
            if let basin = knownBasin(at: point) {
                return basin < positions.count ? .nucleus(basin) : .nowhere(lost)
            }
            var gap = Double.infinity
            var nearest = Double.infinity
            var count = 0
            for atom in positions.indices {
                let offset = point - positions[atom]
                let square = offset.x * offset.x + offset.y * offset.y + offset.z * offset.z
                nearest = min(nearest, square)
                guard square < near[atom] else { continue }
                let distance = square.squareRoot() - radii[atom]
                if distance <= 0 { return .nucleus(atom) }
                gap = min(gap, distance)
                scratch.initializeElement(at: count, to: atom)
                count += 1
            }
            let atoms = UnsafeBufferPointer(rebasing: scratch[0..<count])
            // Use one mesh for the whole step: it extends slightly beyond its reach.
            let mesh = nearest < Self.reach * Self.reach ? inner : outer
            guard let first = direction(at: point, mesh, atoms) else { break }
            // Paths reverse only at a maximum, or if they jump from one side of a ridge to the other.
            if (first * previous).sum() < 0 { scale = max(0.1, 0.5 * scale) } else { scale = min(1, 1.1 * scale) }
            let step = scale * min(Self.largestStep, max(Self.leastStep, Self.shareOfGap * gap))
            // Runge and Kutta's fourth order: second order would move boundaries by a thousandth of an electron.
            guard let second = direction(at: point + 0.5 * step * first, mesh, atoms),
                let third = direction(at: point + 0.5 * step * second, mesh, atoms),
                let fourth = direction(at: point + step * third, mesh, atoms)
            else { break }
            point += step / 6 * (first + 2 * (second + third) + fourth)
            previous = first
        }
        return .nowhere(point)
    }

    @inline(__always)
    private func direction(
        at point: SIMD3<Double>, _ mesh: LogarithmicDensityMesh, _ near: UnsafeBufferPointer<Int>
    ) -> SIMD3<Double>? {
        guard let gradient = mesh.valueAndGradient(at: point, near: near)?.gradient else { return nil }
        let length = (gradient.x * gradient.x + gradient.y * gradient.y + gradient.z * gradient.z).squareRoot()
        return length > 1e-12 ? gradient / length : nil
    }

    /// Whether the density at a point, or next to it, is larger than all around.
    func isMaximum(near place: SIMD3<Double>) -> Bool {
        let directions = LebedevGrid(count: 26)?.points ?? []
        guard let value = density(at: place) else { return false }
        return directions.allSatisfy { (density(at: place + 0.25 * $0) ?? .infinity) < value }
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
