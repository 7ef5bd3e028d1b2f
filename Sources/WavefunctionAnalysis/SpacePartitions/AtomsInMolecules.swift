import Foundation
import GaussianBasis
import MolecularQuadrature
import MolecularStructure

/// Charges and dipole moments of the basins of the density's maxima, R. F. W. Bader's atoms.
///
/// The quadrature stays Becke's, along rays from all nuclei: on a ray every basin gets the part of the radial integral that lies
/// in it. Where a ray passes from one basin into another between two points, the boundary is found by bisection and the interval
/// divided there, the integrand being a cubic through four points. The intervals of a ray add up to its quadrature's own sum, so
/// that all atoms together hold the electrons that the grid finds.
struct AtomsInMolecules {
    /// Electrons that may be left without an atom.
    static let tolerance = 1e-4
    /// Densities below this, in electrons per bohr^3, follow the next point of their ray on the inner side.
    private static let leastDensity = 1e-6
    /// So do points beyond the last that holds this many electrons.
    private static let leastElectrons = 1e-9
    /// Points with smaller weights, in bohr^3, do not count: they lie deep in other atoms' cells.
    private static let leastWeight = 1e-15
    /// Intervals with fewer electrons are halved without a search for the boundary.
    private static let leastDivided = 1e-7
    private static let bisections = 6
    /// Along a ray every second point is traced, the others where neighbours disagree.
    private static let stride = 2

    private let input: ChargeAnalysisInput
    private let cores: [RadialDensity?]
    private let coreElectrons: [Double]
    private let freeAtoms: [RadialDensity?]
    private let grid: RayGrid
    /// At the points that have a weight.
    private let values: SampledDensities
    /// Where among these a point is; -1 where it has none.
    private let places: [Int32]

    /// The same numbers of points for all atoms and distances: radial ones a fifth more than the specification's largest, and the
    /// second larger Lebedev grid, because basins have edges and Becke's cells have none.
    static func size(_ specification: GridSpecification, _ molecule: Molecule) -> (radial: Int, angular: Int) {
        let elements = Set(molecule.atoms.map(\.element))
        let radial = elements.map { specification.radialCount($0) }.max() ?? 0
        let angular = elements.map { specification.angularCount($0) }.max() ?? 0
        let finer = LebedevGrid.counts.filter { $0 >= angular }.prefix(3)
        return (radial + radial / 5, finer.last ?? angular)
    }

    /// About what is kept at a time, in bytes.
    static func memory(_ input: ChargeAnalysisInput, grid: GridSpecification) -> Int {
        let size = size(grid, input.basis.molecule)
        let points = size.radial * size.angular * input.basis.molecule.atoms.count
        return DensityBasins.memory(input.basis.molecule) + (96 + 32 * input.wavefunctions.count) * points
    }

    init(
        _ input: ChargeAnalysisInput, cores: [RadialDensity?], coreElectrons: [Double], freeAtoms: [RadialDensity?],
        grid specification: GridSpecification
    ) {
        let size = Self.size(specification, input.basis.molecule)
        self.input = input
        self.cores = cores
        self.coreElectrons = coreElectrons
        self.freeAtoms = freeAtoms
        let grid = RayGrid(molecule: input.basis.molecule, radial: size.radial, angular: size.angular, pool: input.pool)
        self.grid = grid
        let weighty = grid.weights.indices.filter { abs(grid.weights[$0]) > Self.leastWeight }
        values = SampledDensities(input, cores: cores, points: weighty.map { grid.points[$0] })
        var places = [Int32](repeating: -1, count: grid.points.count)
        for (place, point) in weighty.enumerated() { places[point] = Int32(place) }
        self.places = places
    }

    func outcome(state: Int) -> ChargeOutcome {
        let atoms = input.basis.molecule.atoms
        let basins = DensityBasins(
            basis: input.basis, density: input.wavefunctions[state].totalDensity, cores: cores, freeAtoms: freeAtoms,
            pool: input.pool)
        if let atom = basins.radii.firstIndex(of: 0) {
            return .unavailable(
                reason: "the density has no maximum at the nucleus of atom \(atom + 1) (\(atoms[atom].element.symbol))")
        }
        let raysOfPart = 64
        let parts = input.pool.map((grid.rayCount + raysOfPart - 1) / raysOfPart) { part in
            var sums = BasinSums(atomCount: atoms.count)
            for ray in part * raysOfPart..<min(grid.rayCount, (part + 1) * raysOfPart) {
                add(ray: ray, state: state, basins: basins, to: &sums)
            }
            return sums
        }
        var sums = BasinSums(atomCount: atoms.count)
        for part in parts { sums.add(part) }
        guard sums.lost <= Self.tolerance else { return .unavailable(reason: Self.reason(sums, basins)) }
        return .found(
            AtomicCharges(
                charges: atoms.indices.map {
                    Double(atoms[$0].element.atomicNumber) - coreElectrons[$0] - sums.atoms[$0][0]
                },
                spinPopulations: values.spins[state] == nil ? nil : atoms.indices.map { sums.atoms[$0][4] },
                dipoles: atoms.indices.map { -SIMD3(sums.atoms[$0][1], sums.atoms[$0][2], sums.atoms[$0][3]) }))
    }

    private static func reason(_ sums: BasinSums, _ basins: DensityBasins) -> String {
        let electrons = String(format: "%.4f", sums.lost)
        guard let place = sums.place else { return "\(electrons) electrons belong to no atom" }
        let text = [place.x, place.y, place.z].map { String(format: "%.2f", $0) }.joined(separator: ", ")
        return basins.isMaximum(near: place)
            ? "the density has a maximum that is no nucleus (a non-nuclear attractor) near (\(text)) bohr, with \(electrons) "
                + "electrons or more"
            : "paths of steepest ascent with \(electrons) electrons end at no nucleus; one was given up at (\(text)) bohr"
    }

    /// Electrons, first moments about the ray's nucleus, and spin, times the weight, at every point of a ray.
    private func integrand(ray: Int, state: Int) -> [SIMD8<Double>] {
        let center = input.basis.molecule.atoms[grid.atom(ofRay: ray)].position
        return grid.points(ofRay: ray).map { k in
            let place = Int(places[k])
            guard place >= 0 else { return SIMD8() }
            let electrons = grid.weights[k] * (values.totals[state][place] - values.core[place])
            let offset = electrons * (grid.points[k] - center)
            let spin = values.spins[state].map { grid.weights[k] * $0[place] } ?? 0
            return SIMD8(electrons, offset.x, offset.y, offset.z, spin, 0, 0, 0)
        }
    }

    private func add(ray: Int, state: Int, basins: DensityBasins, to sums: inout BasinSums) {
        let center = grid.atom(ofRay: ray)
        let points = grid.points(ofRay: ray)
        let radii = grid.radii[center]
        let integrand = integrand(ray: ray, state: state)
        let inner = radii.lastIndex { $0 <= basins.radii[center] } ?? 0
        let outer = max(
            inner,
            points.indices.lastIndex { index in
                places[index] >= 0 && values.totals[state][Int(places[index])] > Self.leastDensity
                    && abs(integrand[index - points.lowerBound][0]) > Self.leastElectrons
            }.map { $0 - points.lowerBound } ?? 0)

        var labels = [Int](repeating: center, count: radii.count)
        /// The number of atoms stands for no atom; nil is too far outside.
        func label(at point: SIMD3<Double>) -> Int? {
            switch basins.end(from: point) {
            case .nucleus(let atom): return atom
            case .nowhere(let place):
                sums.place = place
                return sums.atomCount
            case nil: return nil
            }
        }
        func resolve(_ low: Int, _ high: Int) {
            if high - low < 2 { return }
            if labels[low] == labels[high] {
                for k in low + 1..<high { labels[k] = labels[low] }
                return
            }
            let middle = (low + high) / 2
            labels[middle] = label(at: grid.points[points.lowerBound + middle]) ?? labels[low]
            resolve(low, middle)
            resolve(middle, high)
        }
        var last = inner
        while last < outer {
            let next = min(outer, last + Self.stride)
            labels[next] = label(at: grid.points[points.lowerBound + next]) ?? labels[last]
            resolve(last, next)
            last = next
        }
        for k in outer..<radii.count { labels[k] = labels[outer] }

        func sample(_ k: Int) -> SIMD8<Double> { integrand.indices.contains(k) ? integrand[k] : SIMD8() }
        // Beyond both ends the integrand is zero, but its cubics are not.
        for k in -2...radii.count {
            let four = [sample(k - 1), sample(k), sample(k + 1), sample(k + 2)]
            let whole = IntervalOfCubic.integral(four, to: 1)
            let left = labels[min(max(k, 0), radii.count - 1)]
            let right = labels[min(max(k + 1, 0), radii.count - 1)]
            guard left != right else {
                sums.add(whole, to: left, from: center, input.basis.molecule)
                continue
            }
            var (low, high) = (0.0, 1.0)
            if abs(whole[0]) > Self.leastDivided {
                for _ in 0..<Self.bisections {
                    let middle = 0.5 * (low + high)
                    let radius = IntervalOfCubic.value(radii, interval: k, at: middle)
                    let point =
                        input.basis.molecule.atoms[center].position
                        + radius * grid.directions[ray % grid.directions.count]
                    if label(at: point) ?? left == left { low = middle } else { high = middle }
                }
            }
            let first = IntervalOfCubic.integral(four, to: 0.5 * (low + high))
            sums.add(first, to: left, from: center, input.basis.molecule)
            sums.add(whole - first, to: right, from: center, input.basis.molecule)
        }
    }
}

/// Electrons, their first moments about the nucleus, and spin of every basin.
private struct BasinSums: Sendable {
    /// The last is no atom.
    private(set) var atoms: [SIMD8<Double>]
    /// Where a path was given up.
    var place: SIMD3<Double>?

    init(atomCount: Int) { atoms = [SIMD8<Double>](repeating: SIMD8(), count: atomCount + 1) }

    var atomCount: Int { atoms.count - 1 }
    var lost: Double { abs(atoms[atomCount][0]) }

    mutating func add(_ part: SIMD8<Double>, to basin: Int, from center: Int, _ molecule: Molecule) {
        atoms[basin] += part
        guard basin != center, basin < atomCount else { return }
        let shift = part[0] * (molecule.atoms[center].position - molecule.atoms[basin].position)
        atoms[basin] += SIMD8(0, shift.x, shift.y, shift.z, 0, 0, 0, 0)
    }

    mutating func add(_ other: BasinSums) {
        for index in atoms.indices { atoms[index] += other.atoms[index] }
        place = place ?? other.place
    }
}

/// The cubic through four evenly spaced points, between the two in the middle.
enum IntervalOfCubic {
    /// From the second point on, over a part of the interval: the whole is (-a + 13 b + 13 c - d) / 24.
    static func integral(_ four: [SIMD8<Double>], to s: Double) -> SIMD8<Double> {
        let (second, third, fourth) = (s * s, s * s * s, s * s * s * s / 4)
        let a = -(fourth - third + second) / 6
        let b = (fourth - 2 * third / 3 - second / 2 + 2 * s) / 2
        let c = -(fourth - third / 3 - second) / 2
        let d = (fourth - second / 2) / 6
        return a * four[0] + b * four[1] + c * four[2] + d * four[3]
    }

    /// Between elements `interval` and the next; linear at the ends.
    static func value(_ values: [Double], interval k: Int, at t: Double) -> Double {
        guard k >= 1, k + 2 < values.count else { return values[k] + t * (values[k + 1] - values[k]) }
        let (a, b, c, d) = (values[k - 1], values[k], values[k + 1], values[k + 2])
        return -t * (t - 1) * (t - 2) / 6 * a + (t + 1) * (t - 1) * (t - 2) / 2 * b - (t + 1) * t * (t - 2) / 2 * c
            + (t + 1) * t * (t - 1) / 6 * d
    }
}
