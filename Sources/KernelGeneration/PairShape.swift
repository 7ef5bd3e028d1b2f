import GaussianBasis

/// A Hermite Gaussian, given by the orders of the derivatives along x, y and z.
struct Hermite: Hashable, Comparable {
    let t: Int
    let u: Int
    let v: Int

    static let zero = Hermite(t: 0, u: 0, v: 0)

    /// Index by degree, then in the order of `CartesianMonomials`.
    var index: Int {
        let degree = t + u + v
        return degree * (degree + 1) * (degree + 2) / 6 + CartesianMonomials.index(t, u, v)
    }

    /// Index in a cube of `stride` values along each axis.
    func place(stride: Int) -> Int { (t * stride + u) * stride + v }

    static func < (a: Hermite, b: Hermite) -> Bool { a.index < b.index }

    static func all(upTo degree: Int) -> [Hermite] {
        (0...degree).flatMap { CartesianMonomials.powers($0).map { Hermite(t: $0.x, u: $0.y, v: $0.z) } }
    }
}

/// A pair of shells of given angular momenta, and the Hermite Gaussians of every product of their functions. The order is that of
/// the tables in the library: the index of the second shell's function runs fastest, and Hermite Gaussians are in ascending
/// order.
struct PairShape {
    struct Entry {
        let hermite: Hermite
        /// Index among the coefficients of a primitive.
        let place: Int
    }

    let momentaA: [Int]
    let momentaB: [Int]
    let type: AngularFunctionType
    let rows: [[Entry]]

    init(_ momentaA: [Int], _ momentaB: [Int], _ type: AngularFunctionType) {
        self.momentaA = momentaA
        self.momentaB = momentaB
        self.type = type
        var next = 0
        var rows: [[Entry]] = []
        for a in Self.functions(momentaA, type) {
            for b in Self.functions(momentaB, type) {
                var set: Set<Hermite> = []
                for ma in a {
                    for mb in b {
                        for t in 0...(ma.x + mb.x) {
                            for u in 0...(ma.y + mb.y) {
                                for v in 0...(ma.z + mb.z) { set.insert(Hermite(t: t, u: u, v: v)) }
                            }
                        }
                    }
                }
                rows.append(set.sorted().enumerated().map { Entry(hermite: $1, place: next + $0) })
                next += set.count
            }
        }
        self.rows = rows
    }

    var entryCount: Int { rows.reduce(0) { $0 + $1.count } }
    var degree: Int { (momentaA.max() ?? 0) + (momentaB.max() ?? 0) }
    var hermiteCount: Int { (degree + 1) * (degree + 2) * (degree + 3) / 6 }

    /// Such as "spS": lower case for the first shell, upper case for the second. A 6 denotes Cartesian d functions.
    var name: String {
        let d = [momentaA, momentaB].joined().contains(2) && type.isCartesian(2) ? "6" : ""
        return Self.letters(momentaA).lowercased() + d + Self.letters(momentaB)
    }

    /// Such as "SP and S".
    var description: String {
        let kind = [momentaA, momentaB].joined().contains(2) ? (type.isCartesian(2) ? "Cartesian " : "pure ") : ""
        return kind + Self.letters(momentaA) + " and " + Self.letters(momentaB)
    }

    static func letters(_ momenta: [Int]) -> String { String(momenta.map { Array("SPDF")[$0] }) }

    private static func functions(_ momenta: [Int], _ type: AngularFunctionType) -> [[(x: Int, y: Int, z: Int)]] {
        momenta.flatMap { l -> [[(x: Int, y: Int, z: Int)]] in
            let matrix = AngularTransformation.matrix(l, type)
            let powers = CartesianMonomials.powers(l)
            return (0..<matrix.rows).map { row in powers.indices.filter { matrix[row, $0] != 0 }.map { powers[$0] } }
        }
    }

    /// The pairs that have straight-line kernels, with the higher shell first: s, p, SP, d and pure f, except pairs of f shells.
    static let generated: [PairShape] = {
        let shells: [[Int]] = [[0], [1], [0, 1]]
        var result: [PairShape] = []
        for (i, a) in shells.enumerated() { for b in shells[...i] { result.append(PairShape(a, b, .pure)) } }
        for type in [AngularFunctionType.pure, .cartesian] {
            for b in shells + [[2]] { result.append(PairShape([2], b, type)) }
        }
        return result + (shells + [[2]]).map { PairShape([3], $0, .pure) }
    }()
}
