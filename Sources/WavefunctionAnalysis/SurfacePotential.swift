import MolecularStructure

/// A closed surface with a value at every vertex and the atom that every triangle belongs to.
public struct ValuedSurface: Sendable {
    public let mesh: SurfaceMesh
    /// One per vertex, for example the electrostatic potential in hartree per elementary charge.
    public let values: [Double]
    /// One per triangle.
    public let owners: [Int]

    public init(mesh: SurfaceMesh, values: [Double], owners: [Int]) {
        precondition(values.count == mesh.positions.count && owners.count == mesh.triangles.count)
        self.mesh = mesh
        self.values = values
        self.owners = owners
    }

    /// Corners of a triangle.
    func corners(_ triangle: Int) -> [(position: SIMD3<Double>, value: Double)] {
        let t = mesh.triangles[triangle]
        return (0..<3).map { (mesh.positions[Int(t[$0])], values[Int(t[$0])]) }
    }
}

/// Statistics of the electrostatic potential V on a molecular surface, or on a part of it. Values are linear within each triangle, and all
/// integrals are exact for that; triangles crossed by V = 0 or V = mean are divided there.
///
/// With averages over the area A, and over its parts with positive and negative V:
/// - variances s+^2 = <(V - <V>+)^2>+ and s-^2 likewise, s_tot^2 = s+^2 + s-^2, balance nu = s+^2 s-^2 / s_tot^4:
///   Murray et al., J. Mol. Struct. THEOCHEM 307, 55 (1994), doi 10.1016/0166-1280(94)80117-7;
/// - average deviation Pi = <|V - <V>|>: Brinck, Murray, Politzer, Mol. Phys. 76, 609 (1992),
///   doi 10.1080/00268979200101651;
/// - molecular polarity index MPI = <|V|>: Liu et al., Carbon 171, 514 (2021), doi 10.1016/j.carbon.2020.09.048;
/// - surface of constant density: Bader, Carroll, Cheeseman, Chang, J. Am. Chem. Soc. 109, 7968 (1987),
///   doi 10.1021/ja00260a006; quantitative analysis on it: Lu, Chen, J. Mol. Graph. Model. 38, 314 (2012),
///   doi 10.1016/j.jmgm.2012.07.004.
///
/// Undefined values (such as the mean over a positive area if there is none) are nil.
public struct SurfacePotentialStatistics: Sendable, Equatable {
    /// In bohr^2.
    public let area: Double
    public let positiveArea: Double
    public let negativeArea: Double
    /// Area where |V| exceeds `polarThreshold`.
    public let polarArea: Double
    /// In hartree per elementary charge, like all that follow.
    public let mean: Double?
    public let positiveMean: Double?
    public let negativeMean: Double?
    /// Largest and smallest value at the vertices, and at extrema that were included.
    public private(set) var maximum: Double?
    public private(set) var minimum: Double?
    /// Squared: hartree^2 per squared elementary charge.
    public let positiveVariance: Double?
    public let negativeVariance: Double?
    public let totalVariance: Double?
    /// Without unit; 0.25 if positive and negative variances are equal.
    public let balance: Double?
    public let averageDeviation: Double?
    public let polarityIndex: Double?

    /// - Parameters:
    ///   - members: triangles to take; nil takes all.
    ///   - polarThreshold: in hartree per elementary charge.
    public init(_ surface: ValuedSurface, members: [Int]? = nil, polarThreshold: Double) {
        let chosen = members ?? Array(surface.mesh.triangles.indices)
        var positive = SurfaceSums()
        var negative = SurfaceSums()
        var polar = 0.0
        var extremes: (low: Double, high: Double)?
        for triangle in chosen {
            let whole = LinearTriangle(surface.corners(triangle))
            let (below, above) = whole.cut(at: 0)
            below.forEach { negative.add($0) }
            above.forEach { positive.add($0) }
            polar += whole.area - whole.area(below: polarThreshold) + whole.area(below: -polarThreshold)
            extremes = (min(extremes?.low ?? .infinity, whole.lowest), max(extremes?.high ?? -.infinity, whole.highest))
        }
        area = positive.area + negative.area
        positiveArea = positive.area
        negativeArea = negative.area
        polarArea = polar
        maximum = extremes?.high
        minimum = extremes?.low
        positiveMean = positive.mean
        negativeMean = negative.mean
        positiveVariance = positive.variance
        negativeVariance = negative.variance
        guard area > 0 else {
            (mean, totalVariance, balance, averageDeviation, polarityIndex) = (nil, nil, nil, nil, nil)
            return
        }
        let mean = (positive.first + negative.first) / area
        self.mean = mean
        polarityIndex = (positive.first - negative.first) / area
        averageDeviation =
            chosen.reduce(0) { sum, triangle in
                let (below, above) = LinearTriangle(surface.corners(triangle)).cut(at: mean)
                return sum + above.reduce(0) { $0 + $1.area * ($1.mean - mean) }
                    + below.reduce(0) { $0 + $1.area * (mean - $1.mean) }
            } / area
        // Both signs are needed: with one of them there is nothing to balance.
        if let plus = positive.variance, let minus = negative.variance {
            totalVariance = plus + minus
            balance = plus + minus > 0 ? plus * minus / ((plus + minus) * (plus + minus)) : nil
        } else {
            totalVariance = positive.variance ?? negative.variance
            balance = nil
        }
    }

    /// Takes local extrema between the vertices into the largest and smallest value.
    mutating func include(_ extrema: [SurfaceExtremum]) {
        for extremum in extrema {
            maximum = maximum.map { max($0, extremum.value) }
            minimum = minimum.map { min($0, extremum.value) }
        }
    }

    /// Literature of the definitions, for documents.
    public static let references = [
        "R. F. W. Bader et al., J. Am. Chem. Soc. 109, 7968 (1987), doi 10.1021/ja00260a006 (surface)",
        "J. S. Murray et al., J. Mol. Struct. THEOCHEM 307, 55 (1994), doi 10.1016/0166-1280(94)80117-7 (variances, balance)",
        "T. Brinck, J. S. Murray, P. Politzer, Mol. Phys. 76, 609 (1992), doi 10.1080/00268979200101651 (average deviation)",
        "Z. Liu, T. Lu, Q. Chen, Carbon 171, 514 (2021), doi 10.1016/j.carbon.2020.09.048 (polarity index)",
        "T. Lu, F. Chen, J. Mol. Graph. Model. 38, 314 (2012), doi 10.1016/j.jmgm.2012.07.004 (quantitative analysis)",
    ]

    /// Area between neighbouring `edges`, in bohr^2: one less than there are edges.
    public static func areas(_ surface: ValuedSurface, between edges: [Double]) -> [Double] {
        var below = [Double](repeating: 0, count: edges.count)
        for triangle in surface.mesh.triangles.indices {
            let whole = LinearTriangle(surface.corners(triangle))
            for (index, edge) in edges.enumerated() { below[index] += whole.area(below: edge) }
        }
        return zip(below.dropFirst(), below).map { $0 - $1 }
    }
}

/// Integrals of a value over areas.
private struct SurfaceSums {
    var area = 0.0
    var first = 0.0
    var second = 0.0

    mutating func add(_ triangle: LinearTriangle) {
        area += triangle.area
        first += triangle.area * triangle.mean
        second += triangle.area * triangle.meanSquare
    }

    var mean: Double? { area > 0 ? first / area : nil }
    var variance: Double? { mean.map { max(0, second / area - $0 * $0) } }
}

/// A triangle with a value that is linear in it.
struct LinearTriangle {
    /// In ascending order of their values.
    private let corners: [(position: SIMD3<Double>, value: Double)]
    let area: Double

    init(_ corners: [(position: SIMD3<Double>, value: Double)]) {
        self.corners = corners.sorted { $0.value < $1.value }
        area = 0.5 * (corners[1].position - corners[0].position).cross(corners[2].position - corners[0].position).length
    }

    var lowest: Double { corners[0].value }
    var highest: Double { corners[2].value }
    var mean: Double { (corners[0].value + corners[1].value + corners[2].value) / 3 }

    var meanSquare: Double {
        let (a, b, c) = (corners[0].value, corners[1].value, corners[2].value)
        return (a * a + b * b + c * c + a * b + b * c + c * a) / 6
    }

    /// Area where the value is less than `level`.
    func area(below level: Double) -> Double {
        let (a, b, c) = (corners[0].value, corners[1].value, corners[2].value)
        if level <= a { return 0 }
        if level >= c { return area }
        if level < b { return area * (level - a) * (level - a) / ((b - a) * (c - a)) }
        return area * (1 - (c - level) * (c - level) / ((c - b) * (c - a)))
    }

    /// The parts below and above a level.
    func cut(at level: Double) -> (below: [LinearTriangle], above: [LinearTriangle]) {
        if highest <= level { return ([self], []) }
        if lowest >= level { return ([], [self]) }
        func crossing(_ i: Int, _ j: Int) -> (position: SIMD3<Double>, value: Double) {
            let share = (level - corners[i].value) / (corners[j].value - corners[i].value)
            return (corners[i].position + share * (corners[j].position - corners[i].position), level)
        }
        let long = crossing(0, 2)
        if corners[1].value > level {
            let short = crossing(0, 1)
            return (
                [LinearTriangle([corners[0], short, long])],
                [LinearTriangle([short, corners[1], corners[2]]), LinearTriangle([short, corners[2], long])]
            )
        }
        guard corners[1].value < level else {
            return ([LinearTriangle([corners[0], corners[1], long])], [LinearTriangle([corners[1], corners[2], long])])
        }
        let short = crossing(1, 2)
        return (
            [LinearTriangle([corners[0], corners[1], short]), LinearTriangle([corners[0], short, long])],
            [LinearTriangle([long, short, corners[2]])]
        )
    }
}
