import MolecularStructure

/// A box of points parallel to the coordinate axes.
public struct CubeGrid: Sendable, Equatable {
    /// The first point, in bohr.
    public let origin: SIMD3<Double>
    /// Points along x, y, z.
    public let counts: SIMD3<Int>
    /// Distances of neighbouring points along x, y, z, in bohr.
    public let spacing: SIMD3<Double>

    public static let defaultSpacing = 0.2
    public static let defaultMargin = 5.0
    /// More points than any viewer takes.
    public static let largestPointCount = 200_000_000

    /// - Parameter largestPointCount: more points are refused.
    /// - Throws: `CubeGridError` unless counts are positive, spacings positive and everything finite.
    public init(
        origin: SIMD3<Double>, counts: SIMD3<Int>, spacing: SIMD3<Double>, largestPointCount: Int = CubeGrid.largestPointCount
    ) throws {
        guard counts.x > 0, counts.y > 0, counts.z > 0, spacing.x > 0, spacing.y > 0, spacing.z > 0,
            origin.x.isFinite, origin.y.isFinite, origin.z.isFinite, spacing.x.isFinite, spacing.y.isFinite, spacing.z.isFinite
        else { throw CubeGridError.notABox }
        let product = Double(counts.x) * Double(counts.y) * Double(counts.z)
        guard product <= Double(largestPointCount) else { throw CubeGridError.tooManyPoints(product) }
        self.origin = origin
        self.counts = counts
        self.spacing = spacing
    }

    /// A box that reaches `margin` beyond the outermost nuclei on all sides, with points `spacing` apart, both in bohr.
    ///
    /// The box is centred on the bounding box of the nuclei and rounded outwards to whole spacings. The origin is rounded to 1e-6 bohr, the
    /// precision of cube files, so that values belong exactly to the points stated in a file; for the same reason give `spacing` with at
    /// most six decimals.
    ///
    /// - Parameter largestPointCount: more points are refused.
    public init(
        around molecule: Molecule, margin: Double = defaultMargin, spacing: Double = defaultSpacing,
        largestPointCount: Int = CubeGrid.largestPointCount
    ) throws {
        guard spacing > 0, spacing.isFinite else { throw CubeGridError.badSpacing(spacing) }
        guard margin >= 0, margin < 1000 else { throw CubeGridError.badMargin(margin) }
        guard let first = molecule.atoms.first?.position else { throw CubeGridError.notABox }
        let lower = molecule.atoms.reduce(first) { pointwiseMin($0, $1.position) } - margin
        let upper = molecule.atoms.reduce(first) { pointwiseMax($0, $1.position) } + margin
        let steps = ((upper - lower) / spacing - 1e-9).rounded(.up)
        let product = (steps.x + 1) * (steps.y + 1) * (steps.z + 1)
        guard product <= Double(largestPointCount) else { throw CubeGridError.tooManyPoints(product) }
        let origin = 0.5 * (lower + upper) - 0.5 * spacing * steps
        try self.init(
            origin: (origin * 1e6).rounded(.toNearestOrEven) / 1e6,
            counts: SIMD3(Int(steps.x) + 1, Int(steps.y) + 1, Int(steps.z) + 1), spacing: SIMD3(repeating: spacing),
            largestPointCount: largestPointCount)
    }

    public var pointCount: Int { counts.x * counts.y * counts.z }

    /// Point `index`, in bohr; z runs fastest, then y, then x, as in cube files.
    public func point(_ index: Int) -> SIMD3<Double> {
        let z = index % counts.z
        let rest = index / counts.z
        return origin + spacing * SIMD3(Double(rest / counts.y), Double(rest % counts.y), Double(z))
    }

    public func points(_ range: Range<Int>) -> [SIMD3<Double>] { range.map(point) }

    /// Points processed at a time.
    public static let slabSize = 1 << 17

    /// All points in pieces of whole rows along z: about `slabSize` points, and at least one row each.
    public var slabs: [Range<Int>] {
        let size = counts.z * max(1, Self.slabSize / counts.z)
        return stride(from: 0, to: pointCount, by: size).map { $0..<min(pointCount, $0 + size) }
    }
}

/// Why a box of points cannot be constructed.
public enum CubeGridError: Error, Equatable, CustomStringConvertible {
    case notABox
    case badSpacing(Double)
    case badMargin(Double)
    case tooManyPoints(Double)

    public var description: String {
        switch self {
        case .notABox: "a cube needs an atom, positive counts and spacings, and finite coordinates."
        case .badSpacing(let value): "a cube cannot have points \(value) bohr apart; give a positive spacing such as 0.2."
        case .badMargin(let value): "a cube cannot reach \(value) bohr beyond the nuclei; give 0 to 1000."
        case .tooManyPoints(let count):
            "a cube of \(Int(min(count, 9e15))) points is larger than any program reads; give a larger spacing or a smaller margin."
        }
    }
}
