import MolecularStructure

/// Points of a potential fit that follow from radii of the elements.
protocol PointsFromRadii: Sendable {
    associatedtype Options: PointOptions

    init(molecule: Molecule, options: Options) throws

    var molecule: Molecule { get }
    var options: Options { get }
    /// In bohr.
    var points: [SIMD3<Double>] { get }
    /// One per atom.
    var radiiInAngstrom: [Double] { get }

    /// Whether the method's literature gives the radius.
    static func hasPublishedRadius(_ element: Element) -> Bool
}

/// The settings of all such point sets.
protocol PointOptions {
    /// Radii, in Angstrom, that replace those of the method.
    var radiiInAngstrom: [Element: Double] { get set }
    /// In each of which the points lie; nil: along the axes of the coordinates.
    var frames: [PointFrame]? { get set }
}

extension PointsFromRadii {
    /// The same with another radius for one element.
    func with(radiusInAngstrom: Double, of element: Element) throws -> Self {
        var changed = options
        changed.radiiInAngstrom[element] = radiusInAngstrom
        return try Self(molecule: molecule, options: changed)
    }

    /// The same points in other frames.
    func with(frames: [PointFrame]) throws -> Self {
        var changed = options
        changed.frames = frames
        return try Self(molecule: molecule, options: changed)
    }
}

/// The points of a fit together with those for smaller and larger radii of the elements whose radius is a choice, and those in one frame
/// each, which show the dependence on the orientation.
///
/// Most points are common to all: the potential is needed once, at the union.
struct VariedPoints<Scheme: PointsFromRadii>: Sendable {
    private typealias Alternative = (scheme: Scheme, places: [Int])

    private struct Variant: Sendable {
        let element: Element
        let radiusInAngstrom: Double
        let smaller, larger: Alternative?
    }

    /// Every point once, in bohr; those of the scheme itself come first, in their order.
    let points: [SIMD3<Double>]
    private let scheme: Scheme
    private let variants: [Variant]
    private let singleFrames: [Alternative]

    /// Upper bound of the bytes for the points, their indices and their potentials.
    static func memory(_ scheme: Scheme, stateCount: Int) -> Int {
        let (count, frames) = (Double(scheme.points.count), Double(max(1, scheme.options.frames?.count ?? 1)))
        let varied = scheme.molecule.atoms.filter { !Scheme.hasPublishedRadius($0.element) }
        // A changed radius moves points of the atoms that have it, and a further frame has as many points as each of the others.
        let union = count * (1 + 2 * Double(varied.count) / Double(scheme.molecule.atoms.count) + 1 / frames)
        // A position, its entry in the table of known ones, and room to grow.
        let lists = 2 * Double(Set(varied.map(\.element)).count) + 1 + 1 / frames
        return Int(union * Double(150 + 8 * stateCount) + 8 * count * lists)
    }

    init(_ scheme: Scheme) {
        var points: [SIMD3<Double>] = []
        var known: [SIMD3<Double>: Int] = [:]
        func places(_ wanted: [SIMD3<Double>]) -> [Int] {
            wanted.map { point in
                if let place = known[point] { return place }
                known[point] = points.count
                points.append(point)
                return points.count - 1
            }
        }
        self.scheme = scheme
        // Points that coincide within the scheme itself keep separate indices.
        points = scheme.points
        for (place, point) in points.enumerated() { known[point] = place }
        var radii: [Element: Double] = [:]
        for (atom, radius) in zip(scheme.molecule.atoms, scheme.radiiInAngstrom) where !Scheme.hasPublishedRadius(atom.element) {
            radii[atom.element] = radius
        }
        variants = radii.sorted { $0.key < $1.key }.map { element, radius in
            func varied(_ factor: Double) -> Alternative? {
                guard let other = try? scheme.with(radiusInAngstrom: factor * radius, of: element) else { return nil }
                return (other, places(other.points))
            }
            return Variant(
                element: element, radiusInAngstrom: radius, smaller: varied(1 - RadiusSensitivity.relativeStep),
                larger: varied(1 + RadiusSensitivity.relativeStep))
        }
        let frames = scheme.options.frames.map { $0 + ($0.first.map { [$0.tilted] } ?? []) } ?? []
        singleFrames = frames.compactMap { frame in
            (try? scheme.with(frames: [frame])).map { ($0, places($0.points)) }
        }
        self.points = points
    }

    /// - Parameters:
    ///   - potential: at `points`, in hartree per elementary charge.
    ///   - fit: charges from the potential at a scheme's points.
    func fit(_ potential: [Double], _ fit: (Scheme, [Double]) throws -> PotentialFit) rethrows -> PotentialFit {
        var result = try fit(scheme, Array(potential.prefix(scheme.points.count)))
        result.radiusSensitivities = variants.map { variant in
            func changes(_ other: Alternative?) -> [Double]? {
                guard let other, let refit = try? fit(other.scheme, other.places.map { potential[$0] }) else { return nil }
                return zip(refit.charges, result.charges).map { $0 - $1 }
            }
            return RadiusSensitivity(
                element: variant.element, radiusInAngstrom: variant.radiusInAngstrom,
                changesWithSmallerRadius: changes(variant.smaller), changesWithLargerRadius: changes(variant.larger))
        }
        let single = singleFrames.compactMap { other in try? fit(other.scheme, other.places.map { potential[$0] }).charges }
        if single.count > 1 {
            result.orientationSensitivity = OrientationSensitivity(
                orientations: single.count,
                spread: result.charges.indices.map { atom in
                    let values = single.map { $0[atom] }
                    return (values.max() ?? 0) - (values.min() ?? 0)
                })
        }
        return result
    }
}
