/// Extrapolation of an iteration x -> g(x) to its fixed point, from differences between earlier steps: D. G. Anderson, J. ACM 12,
/// 547 (1965), doi 10.1145/321296.321305. The fixed point is that of the iteration itself.
struct FixedPointAcceleration {
    /// Number of stored pairs of steps.
    private static let depth = 12
    /// Differences that depend linearly on newer ones within this fraction of their length are omitted.
    private static let dependent = 1e-6
    /// A step whose residual is this many times larger than the previous one is rejected.
    private static let growth = 2.0
    /// An extrapolation changes no variable by more than this beyond the plain step.
    private let farthest: Double

    /// Of the residual g(x) - x and of g(x) between consecutive steps; the newest is the last.
    private var differences: [(residual: [Double], image: [Double])] = []
    private var last: (residual: [Double], image: [Double])?

    init(farthest: Double) { self.farthest = farthest }

    /// Forgets the last step, but not the differences: for another, slightly different iteration.
    mutating func leave() { last = nil }

    /// The next point.
    ///
    /// - Parameters:
    ///   - image: g(point).
    ///   - weights: of the variables in sums of squares.
    mutating func next(point: [Double], image: [Double], weights: [Double]) -> [Double] {
        let residual = zip(image, point).map { $0 - $1 }
        func product(_ a: [Double], _ b: [Double]) -> Double {
            var sum = 0.0
            for k in a.indices { sum += weights[k] * a[k] * b[k] }
            return sum
        }
        if let last {
            guard product(residual, residual) <= Self.growth * Self.growth * product(last.residual, last.residual) else {
                differences.removeAll()
                self.last = nil
                return last.image
            }
            differences.append((zip(residual, last.residual).map { $0 - $1 }, zip(image, last.image).map { $0 - $1 }))
            if differences.count > Self.depth { differences.removeFirst() }
        }
        last = (residual, image)
        // The combination of differences that takes most of the residual away, by orthogonalisation from the newest on.
        var directions: [(residual: [Double], image: [Double], square: Double)] = []
        var rest = residual
        var result = image
        for difference in differences.reversed() {
            var (own, change) = difference
            let length = product(own, own)
            for direction in directions {
                let part = product(own, direction.residual) / direction.square
                for k in own.indices {
                    own[k] -= part * direction.residual[k]
                    change[k] -= part * direction.image[k]
                }
            }
            let square = product(own, own)
            guard square > Self.dependent * Self.dependent * length, square > 0 else { continue }
            directions.append((own, change, square))
            let part = product(rest, own) / square
            for k in rest.indices {
                rest[k] -= part * own[k]
                result[k] -= part * change[k]
            }
        }
        return zip(result, image).map { max($1 - farthest, min($1 + farthest, $0)) }
    }
}
