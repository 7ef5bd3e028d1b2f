/// Derivatives (t, u, v) with t + u + v up to a maximum order, sorted by total order, and the recursion
/// R_(t+1)uv^(m) = t R_(t-1)uv^(m+1) + X R_tuv^(m+1) that constructs them from a sequence of radial derivatives (McMurchie and
/// Davidson, J. Comput. Phys. 26, 218 (1978), doi 10.1016/0021-9991(78)90092-X).
struct HermiteIndexing: Sendable {
    struct Step: Sendable {
        let axis: Int
        let lower: Int
        let lowest: Int
        let factor: Double
    }

    let highest: Int
    /// counts[n]: number of derivatives of total order up to n.
    let counts: [Int]
    let steps: [Step]
    /// The index of (t, u, v) is element (t * (highest + 1) + u) * (highest + 1) + v.
    let places: [Int]

    init(highest: Int) {
        self.highest = highest
        let side = highest + 1
        var places = [Int](repeating: 0, count: side * side * side)
        var counts: [Int] = []
        var steps: [Step] = []
        func place(_ t: Int, _ u: Int, _ v: Int) -> Int {
            t < 0 || u < 0 || v < 0 ? 0 : places[(t * side + u) * side + v]
        }
        for order in 0...highest {
            for t in stride(from: order, through: 0, by: -1) {
                for u in stride(from: order - t, through: 0, by: -1) {
                    let v = order - t - u
                    places[(t * side + u) * side + v] = steps.count
                    if t > 0 {
                        steps.append(
                            Step(axis: 0, lower: place(t - 1, u, v), lowest: place(t - 2, u, v), factor: Double(t - 1)))
                    } else if u > 0 {
                        steps.append(
                            Step(axis: 1, lower: place(t, u - 1, v), lowest: place(t, u - 2, v), factor: Double(u - 1)))
                    } else {
                        steps.append(
                            Step(
                                axis: 2, lower: place(t, u, v - 1), lowest: place(t, u, v - 2),
                                factor: Double(max(0, v - 1))))
                    }
                }
            }
            counts.append(steps.count)
        }
        self.places = places
        self.counts = counts
        self.steps = steps
    }

    /// Adds the derivatives of a radial function up to `order` to `sum`.
    ///
    /// - Parameters:
    ///   - tower: (2 d/d(R^2))^m of the function, m = 0...order.
    ///   - displacement: three components of R.
    ///   - scratch: space for 2 * counts[order] values.
    func add(
        order: Int, tower: UnsafePointer<Double>, displacement: UnsafePointer<Double>,
        to sum: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
    ) {
        let total = counts[order]
        var old = scratch
        var new = scratch + total
        steps.withUnsafeBufferPointer { steps in
            old[0] = tower[order]
            for m in stride(from: order - 1, through: 0, by: -1) {
                new[0] = tower[m]
                for i in 1..<counts[order - m] {
                    let step = steps[i]
                    new[i] = displacement[step.axis] * old[step.lower] + step.factor * old[step.lowest]
                }
                (old, new) = (new, old)
            }
        }
        for i in 0..<total { sum[i] += old[i] }
    }
}
