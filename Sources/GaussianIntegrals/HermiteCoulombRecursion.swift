import CVectorShims

/// Indices of Hermite Gaussians (t, u, v) in ascending order of degree. Within a degree, the order is that of
/// `CartesianMonomials`.
enum HermiteIndex {
    /// Number of (t, u, v) with t + u + v <= l.
    static func count(upTo l: Int) -> Int { (l + 1) * (l + 2) * (l + 3) / 6 }

    static func index(_ t: Int, _ u: Int, _ v: Int) -> Int {
        let degree = t + u + v
        let rest = u + v
        return degree * (degree + 1) * (degree + 2) / 6 + rest * (rest + 1) / 2 + v
    }

    /// All (t, u, v) up to degree l, in order.
    static func powers(upTo l: Int) -> [(t: Int, u: Int, v: Int)] {
        var result: [(t: Int, u: Int, v: Int)] = []
        for degree in 0...l {
            for t in stride(from: degree, through: 0, by: -1) {
                for u in stride(from: degree - t, through: 0, by: -1) { result.append((t, u, degree - t - u)) }
            }
        }
        return result
    }

    /// For x, y and z: the index of every Hermite Gaussian raised by one degree along this axis, up to the highest supported
    /// degree.
    static let raised: [[Int]] = {
        let all = powers(upTo: BoysFunction.highestOrder)
        return [
            all.map { index($0.t + 1, $0.u, $0.v) }, all.map { index($0.t, $0.u + 1, $0.v) },
            all.map { index($0.t, $0.u, $0.v + 1) },
        ]
    }()
}

/// The recursion for Hermite Coulomb integrals of McMurchie and Davidson,
/// R^m_(t+1,u,v) = t R^(m+1)_(t-1,u,v) + X R^(m+1)_(tuv), J. Comput. Phys. 26, 218 (1978),
/// doi 10.1016/0021-9991(78)90092-X, laid out for eight arguments at once.
///
/// The auxiliary orders m of one (t, u, v) are contiguous, so each step is a short loop over consecutive vectors.
struct HermiteCoulombRecursion: @unchecked Sendable {
    private struct Step {
        let destination: Int32
        let source: Int32
        let secondSource: Int32
        let count: Int32
        let axis: Int32
        let factor: Double
    }

    /// Highest degree, L.
    let degree: Int
    /// Number of scratch vectors that `evaluate` requires.
    let scratchCount: Int
    /// Element h is the index of R_h (m = 0) in the scratch memory.
    let places: UnsafePointer<Int32>
    private let steps: UnsafePointer<Step>
    private let stepCount: Int

    static let all: [HermiteCoulombRecursion] = (0...BoysFunction.highestOrder).map { HermiteCoulombRecursion(degree: $0) }

    private init(degree: Int) {
        self.degree = degree
        let powers = HermiteIndex.powers(upTo: degree)
        var offsets: [Int] = []
        var next = 0
        for p in powers {
            offsets.append(next)
            next += degree - (p.t + p.u + p.v) + 1
        }
        scratchCount = next
        let placeTable = UnsafeMutablePointer<Int32>.allocate(capacity: powers.count)
        for (h, offset) in offsets.enumerated() { placeTable[h] = Int32(offset) }
        places = UnsafePointer(placeTable)
        let stepTable = UnsafeMutablePointer<Step>.allocate(capacity: powers.count)
        for (h, p) in powers.enumerated() where h > 0 {
            let exponents = [p.t, p.u, p.v]
            // A power of one along the axis needs only one source.
            let axis = exponents.firstIndex(of: 1) ?? exponents.firstIndex { $0 > 0 } ?? 0
            var lower = exponents
            lower[axis] -= 1
            let source = offsets[HermiteIndex.index(lower[0], lower[1], lower[2])] + 1
            var secondSource = 0
            if lower[axis] > 0 {
                lower[axis] -= 1
                secondSource = offsets[HermiteIndex.index(lower[0], lower[1], lower[2])] + 1
            }
            (stepTable + h - 1).initialize(
                to: Step(
                    destination: Int32(offsets[h]), source: Int32(source), secondSource: Int32(secondSource),
                    count: Int32(degree - (p.t + p.u + p.v) + 1), axis: Int32(axis),
                    factor: Double(exponents[axis] - 1)))
        }
        steps = UnsafePointer(stepTable)
        stepCount = powers.count - 1
    }

    /// Builds all R_tuv from R^m_000, which the caller has stored in `scratch[0] ... scratch[degree]`. `displacement` points to
    /// the three components of the vector between the centres.
    @inline(__always)
    func evaluate(_ scratch: UnsafeMutablePointer<Lanes>, displacement: UnsafePointer<Lanes>) {
        for k in 0..<stepCount {
            let step = steps[k]
            let x = displacement[Int(step.axis)]
            let to = scratch + Int(step.destination)
            let from = scratch + Int(step.source)
            let count = Int(step.count)
            if step.factor == 0 {
                for m in 0..<count { to[m] = x * from[m] }
            } else {
                let second = scratch + Int(step.secondSource)
                let factor = Lanes(repeating: step.factor)
                for m in 0..<count { to[m] = esp_fma8(x, from[m], factor * second[m]) }
            }
        }
    }
}
