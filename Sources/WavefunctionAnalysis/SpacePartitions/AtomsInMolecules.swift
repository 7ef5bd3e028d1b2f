import Foundation
import GaussianBasis
import MolecularQuadrature
import MolecularStructure

/// Charges and dipole moments of the basins of the density's maxima, R. F. W. Bader's atoms.
///
/// The electrons in Becke's smooth cells are integrated on an ordinary grid; the electrons in one atom's cell but in another's basin are
/// then transferred. They are found along rays from the nuclei: the basins along a ray are determined, and each gets the part of the radial
/// integral over the cell that is inside it. If a ray passes from one basin to another between two points, the boundary is located by
/// bisection and the interval divided there, with a cubic through four points as the integrand. The total number of electrons is that of
/// the cells. Cores replaced by potentials are divided like the other electrons.
struct AtomsInMolecules {
    /// Number of electrons that may be left without an atom.
    static let tolerance = 1e-4
    /// Points with fewer electrons are assigned like the next point on the inner side of their ray; those beyond the last are ignored.
    private static let leastElectrons = 1e-9
    /// A ray ends when eight consecutive points have smaller weights, in bohr^3: they are deep in other atoms' cells.
    private static let leastWeight = 1e-10
    /// Boundaries are bisected until the density on the wrong side amounts to less than this many electrons.
    private static let precision = 5e-6
    private static let mostBisections = 7
    /// Along a ray, basins are determined at points at most this far apart, in bohr, and between points with different basins.
    private static let stride = 0.5

    private let input: ChargeAnalysisInput
    private let cores: [RadialDensity?]
    private let freeAtoms: [RadialDensity?]
    private let cells: [AtomicCharges]
    private let grid: RayGrid

    /// The same numbers of points for all atoms and distances: a fifth more radial points than the specification's largest, and at least
    /// three times as many directions, because basins have edges and Becke's cells do not.
    static func size(_ specification: GridSpecification, _ molecule: Molecule) -> (radial: Int, angular: Int) {
        let elements = Set(molecule.atoms.map(\.element))
        let radial = elements.map { specification.radialCount($0) }.max() ?? 0
        let angular = elements.map { specification.angularCount($0) }.max() ?? 0
        return (radial + radial / 5, LebedevGrid.counts.first { $0 >= 3 * angular } ?? LebedevGrid.counts.last ?? angular)
    }

    /// Approximate peak memory in bytes: the meshes, and about twenty points per ray.
    static func memory(_ input: ChargeAnalysisInput, grid: GridSpecification) -> Int {
        let size = size(grid, input.basis.molecule)
        return DensityBasins.memory(input.basis.molecule) + 2000 * size.angular * input.basis.molecule.atoms.count
    }

    /// - Parameter cells: charges of Becke's cells, of all states, with dipole moments and spin populations.
    init(
        _ input: ChargeAnalysisInput, cores: [RadialDensity?], freeAtoms: [RadialDensity?], cells: [AtomicCharges],
        grid specification: GridSpecification
    ) {
        let size = Self.size(specification, input.basis.molecule)
        self.input = input
        self.cores = cores
        self.freeAtoms = freeAtoms
        self.cells = cells
        grid = RayGrid(molecule: input.basis.molecule, radial: size.radial, angular: size.angular)
    }

    func outcome(state: Int) -> ChargeOutcome {
        let atoms = input.basis.molecule.atoms
        let wavefunction = input.wavefunctions[state]
        let basins = DensityBasins(
            basis: input.basis, density: wavefunction.totalDensity, cores: cores, freeAtoms: freeAtoms, pool: input.pool)
        if let atom = basins.radii.firstIndex(of: 0) {
            return .unavailable(
                reason: "the density has no maximum at the nucleus of atom \(atom + 1) (\(atoms[atom].element.symbol))")
        }
        let raysOfPart = 64
        let parts = input.pool.map((grid.rayCount + raysOfPart - 1) / raysOfPart) { part in
            var found = Transfers()
            for ray in part * raysOfPart..<min(grid.rayCount, (part + 1) * raysOfPart) {
                add(ray: ray, basins: basins, to: &found)
            }
            return found
        }
        var transfers = Transfers()
        for part in parts { transfers.add(part) }
        let densities = [wavefunction.totalDensity] + (wavefunction.isRestricted ? [] : [wavefunction.spinDensity])
        let values = DensityOnPoints.values(
            basis: input.basis, densities: densities, points: transfers.points, pool: input.pool)
        let core = SampledDensities.sum(cores, input.basis.molecule, points: transfers.points, pool: input.pool)

        let cells = cells[state]
        // The last is no atom.
        var charges = cells.charges + [0]
        var dipoles = (cells.dipoles ?? [SIMD3<Double>](repeating: SIMD3(), count: atoms.count)) + [SIMD3()]
        var spins = cells.spinPopulations.map { $0 + [0] }
        for item in transfers.items {
            let electrons = item.weight * (values[0][item.point] + core[item.point])
            charges[item.from] += electrons
            charges[item.to] -= electrons
            dipoles[item.from] += electrons * (transfers.points[item.point] - atoms[item.from].position)
            if item.to < atoms.count { dipoles[item.to] -= electrons * (transfers.points[item.point] - atoms[item.to].position) }
            if values.count > 1 {
                spins?[item.from] -= item.weight * values[1][item.point]
                spins?[item.to] += item.weight * values[1][item.point]
            }
        }
        let lost = abs(charges[atoms.count])
        guard lost <= Self.tolerance else {
            return .unavailable(reason: Self.reason(electrons: lost, place: transfers.lost, basins))
        }
        return .found(
            AtomicCharges(
                charges: Array(charges.dropLast()), spinPopulations: spins.map { Array($0.dropLast()) },
                dipoles: Array(dipoles.dropLast())))
    }

    private static func reason(electrons: Double, place: SIMD3<Double>?, _ basins: DensityBasins) -> String {
        let electrons = String(format: "%.4f", electrons)
        guard let place else { return "\(electrons) electrons belong to no atom" }
        let text = [place.x, place.y, place.z].map { String(format: "%.2f", $0) }.joined(separator: ", ")
        return basins.isMaximum(near: place)
            ? "the density has a maximum that is no nucleus (a non-nuclear attractor) near (\(text)) bohr, with \(electrons) "
                + "electrons or more"
            : "paths of steepest ascent with \(electrons) electrons end at no nucleus; one was given up at (\(text)) bohr"
    }

    private func add(ray: Int, basins: DensityBasins, to transfers: inout Transfers) {
        let center = grid.atom(ofRay: ray)
        let radii = grid.radii[center]
        let inner = radii.lastIndex { $0 <= basins.radii[center] } ?? 0
        // Most points are certainly in the basin of the ray's own atom, or too far outside to decide.
        let leaving = (inner + 1..<max(inner + 1, radii.count)).first { k in
            let point = grid.point(ofRay: ray, radius: radii[k])
            return basins.knownBasin(at: point) != center && basins.contains(point)
        }
        guard let leaving else { return }

        let start = max(0, leaving - 2)
        /// From `start` on: weights, and about the electrons of the points.
        var (weights, electrons) = ([Double](), [Double]())
        var density = 0.0
        while start + weights.count < radii.count {
            let first = start + weights.count
            let eight = grid.weights(ofRay: ray, from: first)
            for lane in 0..<min(8, radii.count - first) {
                let point = grid.point(ofRay: ray, radius: radii[first + lane])
                density = basins.density(at: point) ?? density
                weights.append(eight[lane])
                electrons.append(abs(eight[lane]) * density)
            }
            if first > leaving, (0..<8).allSatisfy({ abs(eight[$0]) < Self.leastWeight }) { break }
        }
        guard let outer = electrons.lastIndex(where: { $0 > Self.leastElectrons }).map({ start + $0 }), outer >= leaving
        else { return }

        /// The number of atoms stands for no atom; nil is too far outside.
        func basin(at point: SIMD3<Double>) -> Int? {
            switch basins.end(from: point) {
            case .nucleus(let atom): return atom
            case .nowhere(let place):
                transfers.lost = transfers.lost ?? place
                return basins.positions.count
            case nil: return nil
            }
        }
        /// From `start` on.
        var labels = [Int](repeating: center, count: outer - start + 1)
        func find(_ k: Int, otherwise: Int) -> Int {
            guard electrons[k - start] > Self.leastElectrons else { return otherwise }
            return basin(at: grid.point(ofRay: ray, radius: radii[k])) ?? otherwise
        }
        func resolve(_ low: Int, _ high: Int) {
            if high - low < 2 { return }
            if labels[low - start] == labels[high - start] {
                for k in low + 1..<high { labels[k - start] = labels[low - start] }
                return
            }
            let middle = (low + high) / 2
            labels[middle - start] = find(middle, otherwise: labels[low - start])
            resolve(low, middle)
            resolve(middle, high)
        }
        var last = max(start, leaving - 1)
        while last < outer {
            var next = last + 1
            while next < outer, radii[next + 1] - radii[last] <= Self.stride { next += 1 }
            labels[next - start] = find(next, otherwise: labels[last - start])
            resolve(last, next)
            last = next
        }

        // Weights of the points in every other basin that the ray passes.
        var shares: [(basin: Int, weights: [Double])] = []
        func share(_ coefficients: SIMD4<Double>, ofInterval k: Int, with basin: Int) {
            guard basin != center else { return }
            let index = shares.firstIndex { $0.basin == basin } ?? shares.count
            if index == shares.count { shares.append((basin, [Double](repeating: 0, count: labels.count))) }
            for i in 0..<4 where labels.indices.contains(k - 1 + i - start) {
                shares[index].weights[k - 1 + i - start] += coefficients[i] * weights[k - 1 + i - start]
            }
        }
        let whole = IntervalOfCubic.coefficients(to: 1)
        // Beyond the outermost point the integrand is zero, but its cubics are not.
        for k in start...outer + 1 {
            let left = labels[min(k, outer) - start]
            let right = labels[min(k + 1, outer) - start]
            guard left != right else {
                share(whole, ofInterval: k, with: left)
                continue
            }
            var (low, high) = (0.0, 1.0)
            var uncertain = max(electrons[k - start], electrons[k + 1 - start])
            for _ in 0..<Self.mostBisections where uncertain > Self.precision {
                let middle = 0.5 * (low + high)
                let radius = IntervalOfCubic.value(radii, interval: k, at: middle)
                if basin(at: grid.point(ofRay: ray, radius: radius)) ?? left == left { low = middle } else { high = middle }
                uncertain *= 0.5
            }
            let first = IntervalOfCubic.coefficients(to: 0.5 * (low + high))
            share(first, ofInterval: k, with: left)
            share(whole - first, ofInterval: k, with: right)
        }
        for index in labels.indices where shares.contains(where: { $0.weights[index] != 0 }) {
            let point = grid.point(ofRay: ray, radius: radii[start + index])
            for (basin, weights) in shares where weights[index] != 0 {
                transfers.items.append(
                    Transfers.Item(point: transfers.points.count, from: center, to: basin, weight: weights[index]))
            }
            transfers.points.append(point)
        }
    }
}

/// The region in the cell of one atom and in the basin of another: weights of the density at points.
private struct Transfers: Sendable {
    struct Item: Sendable {
        var point: Int
        let from: Int
        /// The number of atoms stands for no atom.
        let to: Int
        /// In bohr^3.
        let weight: Double
    }

    var points: [SIMD3<Double>] = []
    var items: [Item] = []
    /// Where a path was given up.
    var lost: SIMD3<Double>?

    mutating func add(_ other: Transfers) {
        let first = points.count
        points += other.points
        items += other.items.map { Item(point: first + $0.point, from: $0.from, to: $0.to, weight: $0.weight) }
        lost = lost ?? other.lost
    }
}

/// The cubic through four evenly spaced points, between the two in the middle.
enum IntervalOfCubic {
    /// Of the four points in the integral from the second point on over a part of the interval: for the whole
    /// (-1, 13, 13, -1) / 24.
    static func coefficients(to s: Double) -> SIMD4<Double> {
        let (second, third, fourth) = (s * s, s * s * s, s * s * s * s / 4)
        let a = -(fourth - third + second) / 6
        let b = (fourth - 2 * third / 3 - second / 2 + 2 * s) / 2
        let c = -(fourth - third / 3 - second) / 2
        let d = (fourth - second / 2) / 6
        return SIMD4(a, b, c, d)
    }

    /// Between elements `interval` and the next; linear at the ends.
    static func value(_ values: [Double], interval k: Int, at t: Double) -> Double {
        guard k >= 1, k + 2 < values.count else { return values[k] + t * (values[k + 1] - values[k]) }
        let (a, b, c, d) = (values[k - 1], values[k], values[k + 1], values[k + 2])
        return -t * (t - 1) * (t - 2) / 6 * a + (t + 1) * (t - 1) * (t - 2) / 2 * b - (t + 1) * t * (t - 2) / 2 * c
            + (t + 1) * t * (t - 1) / 6 * d
    }
}
