/// Lines of equal value in a table of values on a rectangular grid: marching squares with linear interpolation.
///
/// W. E. Lorensen, H. E. Cline, doi 10.1145/37401.37422, in two dimensions. Where a cell's diagonals cross, the mean of its corners
/// decides which corners belong together.
struct ContourLines {
    let columns, rows: Int
    /// Row by row.
    let values: [Double]

    init(columns: Int, rows: Int, values: [Double]) {
        precondition(columns > 1 && rows > 1 && values.count == columns * rows)
        self.columns = columns
        self.rows = rows
        self.values = values
    }

    /// In units of the grid's spacings; closed lines end where they begin.
    func lines(at level: Double) -> [[SIMD2<Double>]] {
        // An edge is numbered by its lower corner, twice: to the right, and down.
        var links: [Int: [Int]] = [:]
        for row in 0..<(rows - 1) {
            for column in 0..<(columns - 1) {
                for (a, b) in segments(row, column, level) {
                    links[a, default: []].append(b)
                    links[b, default: []].append(a)
                }
            }
        }
        var result: [[SIMD2<Double>]] = []
        var unused = links
        func follow(from start: Int) -> [Int] {
            var path = [start]
            while let next = unused[path[path.count - 1]]?.first {
                let here = path[path.count - 1]
                unused[here]?.removeFirst()
                if let place = unused[next]?.firstIndex(of: here) { unused[next]?.remove(at: place) }
                path.append(next)
            }
            return path
        }
        // Open lines from their ends, then what is left, which is closed. In order, so that the result is always the same.
        for start in links.keys.sorted() where links[start]?.count == 1 && unused[start]?.count == 1 {
            result.append(follow(from: start).map { point($0, level) })
        }
        for start in links.keys.sorted() where unused[start]?.isEmpty == false {
            result.append(follow(from: start).map { point($0, level) })
        }
        return result
    }

    /// Pairs of edges of a cell that the line connects.
    private func segments(_ row: Int, _ column: Int, _ level: Double) -> [(Int, Int)] {
        let corner = row * columns + column
        let corners = [corner, corner + 1, corner + columns + 1, corner + columns]
        let isAbove = corners.map { values[$0] >= level }
        // Clockwise from the upper edge.
        let edges = [2 * corner, 2 * (corner + 1) + 1, 2 * (corner + columns), 2 * corner + 1]
        let crossed = (0..<4).filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
        if crossed.count == 2 { return [(edges[crossed[0]], edges[crossed[1]])] }
        guard crossed.count == 4 else { return [] }
        let mean = corners.reduce(0) { $0 + values[$1] } / 4
        // The first corner is cut off from the middle, or its neighbours are.
        return (mean >= level) == isAbove[0]
            ? [(edges[0], edges[1]), (edges[2], edges[3])] : [(edges[3], edges[0]), (edges[1], edges[2])]
    }

    private func point(_ edge: Int, _ level: Double) -> SIMD2<Double> {
        let corner = edge / 2
        let other = edge % 2 == 0 ? corner + 1 : corner + columns
        let (a, b) = (values[corner], values[other])
        let t = a == b ? 0.5 : min(max((level - a) / (b - a), 0), 1)
        let start = SIMD2(Double(corner % columns), Double(corner / columns))
        return start + t * (edge % 2 == 0 ? SIMD2(1, 0) : SIMD2(0, 1))
    }
}
