/// The share of every pixel that lies within polygons.
///
/// Every edge adds the area between it and the right border of its rows; the running sum along a row is the coverage. Polygons that
/// wind the same way must not overlap, and holes wind the other way, as in TrueType fonts.
struct Coverage {
    /// Of the first column and row.
    let left, top: Int
    let width, height: Int
    private var changes: [Float]

    /// - Parameters: a rectangle of pixels; what lies outside of it is cut off above, below and at the right, and counted at the left.
    init(x: Range<Int>, y: Range<Int>) {
        (left, top, width, height) = (x.lowerBound, y.lowerBound, x.count, y.count)
        changes = [Float](repeating: 0, count: (width + 2) * height)
    }

    /// - Parameter polygon: closed; y runs downwards.
    mutating func add(_ polygon: [SIMD2<Double>]) {
        guard polygon.count > 2 else { return }
        for (k, end) in polygon.enumerated() { addEdge(polygon[k == 0 ? polygon.count - 1 : k - 1], end) }
    }

    private mutating func addEdge(_ a: SIMD2<Double>, _ b: SIMD2<Double>) {
        guard a.y != b.y else { return }
        let sign: Double = a.y < b.y ? 1 : -1
        let (upper, lower) = a.y < b.y ? (a, b) : (b, a)
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        let first = max(0, Int((upper.y - Double(top)).rounded(.down)))
        let last = min(height - 1, Int((lower.y - Double(top)).rounded(.up)) - 1)
        guard first <= last else { return }
        for row in first...last {
            let from = max(upper.y, Double(top + row))
            let to = min(lower.y, Double(top + row + 1))
            guard to > from else { continue }
            let x0 = upper.x + slope * (from - upper.y) - Double(left)
            let x1 = upper.x + slope * (to - upper.y) - Double(left)
            addPiece(row, min(x0, x1), max(x0, x1), sign * (to - from))
        }
    }

    /// A piece of an edge within one row, `height` of it high, from `x0` to `x1`.
    private mutating func addPiece(_ row: Int, _ x0: Double, _ x1: Double, _ height: Double) {
        let start = row * (width + 2)
        let (low, high) = (min(max(x0, 0), Double(width)), min(max(x1, 0), Double(width)))
        let (first, last) = (Int(low), Int(high))
        if high - low < 1e-9 || first == last {
            let middle = 0.5 * (low + high) - Double(first)
            changes[start + first] += Float(height * (1 - middle))
            changes[start + first + 1] += Float(height * middle)
            return
        }
        // The edge crosses several pixels: each is covered to the right of the edge.
        var (before, passed) = (0.0, 0.0)
        for column in first...last {
            let (left, right) = (max(Double(column), low), min(Double(column + 1), high))
            let share = height * (right - left) / (high - low)
            let coverage = passed + share * (Double(column + 1) - 0.5 * (left + right))
            changes[start + column] += Float(coverage - before)
            before = coverage
            passed += share
        }
        changes[start + last + 1] += Float(height - before)
    }

    /// Calls `body` with the place and coverage, above 0 up to 1, of the pixels within the polygons.
    func forEach(_ body: (_ x: Int, _ y: Int, _ coverage: Float) -> Void) {
        for row in 0..<height {
            var sum: Float = 0
            for column in 0..<width {
                sum += changes[row * (width + 2) + column]
                let coverage = min(abs(sum), 1)
                if coverage > 1 / 512 { body(left + column, top + row, coverage) }
            }
        }
    }
}
