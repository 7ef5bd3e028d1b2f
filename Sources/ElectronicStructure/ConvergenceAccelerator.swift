import Foundation
import LinearAlgebra

/// Extrapolates Fock matrices from those of earlier iterations: ADIIS far from the solution, Pulay's DIIS near it, a
/// weighted mean in between.
///
/// Pulay, J. Comput. Chem. 3, 556 (1982), doi 10.1002/jcc.540030413; Hu and Yang, J. Chem. Phys. 132, 054109 (2010),
/// doi 10.1063/1.3304922; the mixture as in Garza and Scuseria, J. Chem. Phys. 137, 054110 (2012), doi 10.1063/1.4740249.
package struct ConvergenceAccelerator {
    /// Fock and density matrices of one iteration: one entry per spin.
    package struct Sample {
        /// Counted from 1; assigned by the accelerator.
        package var number: Int
        package let fock: [Matrix]
        package let density: [Matrix]
        let error: [Matrix]
        /// Largest element of the error.
        package let largestError: Double

        package init(number: Int = 0, fock: [Matrix], density: [Matrix], error: [Matrix], largestError: Double) {
            self.number = number
            self.fock = fock
            self.density = density
            self.error = error
            self.largestError = largestError
        }
    }

    package enum Kind: String, Sendable {
        case none = "-"
        case diis = "DIIS"
        case adiis = "ADIIS"
        case mixed = "ADIIS+DIIS"
    }

    package private(set) var samples: [Sample] = []
    /// Number of samples so far.
    private var count = 0
    private let capacity: Int
    /// Above this largest error only ADIIS is used, below `diisOnlyBelow` only DIIS.
    private let adiisOnlyAbove = 0.1
    private let diisOnlyBelow = 1e-3

    package init(capacity: Int) { self.capacity = capacity }

    /// Replaces the samples by those of an earlier calculation, with their numbers.
    package mutating func restore(_ earlier: [Sample]) {
        samples = earlier
        count = earlier.map(\.number).max() ?? 0
    }

    /// Adds the same matrix to the Fock matrices of all samples, when a missing contribution becomes known.
    ///
    /// - Parameter error: of Fock matrices with their densities.
    package mutating func shift(by change: [Matrix], error: (_ fock: [Matrix], _ density: [Matrix]) -> [Matrix]) {
        samples = samples.map { sample in
            guard sample.fock.count == change.count else { return sample }
            let fock = zip(sample.fock, change).map { $0 + $1 }
            let error = error(fock, sample.density)
            return Sample(
                number: sample.number, fock: fock, density: sample.density, error: error,
                largestError: error.map(\.largestMagnitude).max() ?? 0)
        }
    }

    package mutating func append(_ sample: Sample) {
        count += 1
        samples.append(sample)
        samples[samples.count - 1].number = count
        if samples.count > capacity {
            // The worst of the old ones is removed, never the newest.
            let worst = samples.dropLast().indices.max { samples[$0].largestError < samples[$1].largestError } ?? 0
            samples.remove(at: samples[worst].largestError > 10 * (samples.last?.largestError ?? 0) ? worst : 0)
        }
    }

    package mutating func reset() { samples.removeAll() }

    /// Fock matrices and their densities, extrapolated with the same weights: Pulay's, or the newest ones if there are no others.
    package func extrapolatePair() -> (fock: [Matrix], density: [Matrix]) {
        guard let newest = samples.last else { return ([], []) }
        guard samples.count > 1, let weights = diisWeights() else { return (newest.fock, newest.density) }
        return (combine(weights), combine(weights, \.density))
    }

    /// The Fock matrices to diagonalise next, one per spin, and their densities.
    package func extrapolate() -> (fock: [Matrix], density: [Matrix], kind: Kind) {
        guard let newest = samples.last else { return ([], [], .none) }
        let (weights, kind) = samples.count > 1 ? weights(newest.largestError) : ([], .none)
        return weights.isEmpty ? (newest.fock, newest.density, .none) : (combine(weights), combine(weights, \.density), kind)
    }

    private func weights(_ error: Double) -> ([Double], Kind) {
        if error > adiisOnlyAbove { return (adiisWeights(), .adiis) }
        guard let diis = diisWeights() else { return (adiisWeights(), .adiis) }
        if error < diisOnlyBelow { return (diis, .diis) }
        let share = (error - diisOnlyBelow) / (adiisOnlyAbove - diisOnlyBelow)
        return (zip(adiisWeights(), diis).map { share * $0 + (1 - share) * $1 }, .mixed)
    }

    private func combine(_ weights: [Double], _ part: KeyPath<Sample, [Matrix]> = \.fock) -> [Matrix] {
        samples[0][keyPath: part].indices.map { spin in
            let first = samples[0][keyPath: part][spin]
            var result = Matrix(rows: first.rows, columns: first.columns)
            for (sample, weight) in zip(samples, weights) where weight != 0 {
                result.add(sample[keyPath: part][spin], scaledBy: weight)
            }
            return result
        }
    }

    /// Weights that sum to one and minimise the norm of the combined error; nil if the equations are singular.
    private func diisWeights() -> [Double]? {
        let m = samples.count
        var b = Matrix(rows: m + 1, columns: m + 1)
        for i in 0..<m {
            for j in 0...i {
                let value = zip(samples[i].error, samples[j].error).reduce(0) { $0 + $1.0.dot($1.1) }
                b[i, j] = value
                b[j, i] = value
            }
        }
        // Scaled so that the newest error has unit norm: the equations stay well-conditioned near convergence.
        let scale = b[m - 1, m - 1] > 0 ? 1 / b[m - 1, m - 1] : 1
        for i in 0..<m { for j in 0..<m { b[i, j] *= scale } }
        for i in 0..<m {
            b[i, m] = -1
            b[m, i] = -1
        }
        var rhs = [Double](repeating: 0, count: m + 1)
        rhs[m] = -1
        guard let solution = try? b.solve(rhs) else { return nil }
        let weights = Array(solution.prefix(m))
        return weights.allSatisfy { $0.isFinite && abs($0) < 1e4 } ? weights : nil
    }

    /// Weights in [0, 1] that sum to one and minimise the ADIIS energy model.
    private func adiisWeights() -> [Double] {
        let m = samples.count
        var linear = [Double](repeating: 0, count: m)
        var quadratic = Matrix(rows: m, columns: m)
        for spin in samples[0].fock.indices {
            let newestFock = samples[m - 1].fock[spin]
            let newestDensity = samples[m - 1].density[spin]
            let differences = samples.map { $0.density[spin] - newestDensity }
            let slopes = samples.map { $0.fock[spin] - newestFock }
            for i in 0..<m {
                linear[i] += 2 * differences[i].dot(newestFock)
                for j in 0..<m { quadratic[i, j] += differences[i].dot(slopes[j]) }
            }
        }
        return SimplexQuadratic.minimize(linear: linear, quadratic: quadratic.symmetrized())
    }
}

/// Minimum of a small quadratic function on the simplex of non-negative weights that sum to one.
enum SimplexQuadratic {
    /// Minimises l.c + c.Q.c exactly: the minimum is a stationary point of one of the 2^m - 1 faces, and all are tried.
    /// Cost: O(2^m m^3), for m up to about 10.
    static func minimize(linear: [Double], quadratic: Matrix) -> [Double] {
        let m = linear.count
        var best = [Double](repeating: 0, count: m)
        best[m - 1] = 1
        var lowest = value(best, linear, quadratic)
        for mask in 1..<(1 << m) {
            let face = (0..<m).filter { mask >> $0 & 1 == 1 }
            guard let weights = stationaryPoint(face, linear, quadratic), weights.allSatisfy({ $0 >= 0 }) else { continue }
            var candidate = [Double](repeating: 0, count: m)
            for (k, i) in face.enumerated() { candidate[i] = weights[k] }
            let candidateValue = value(candidate, linear, quadratic)
            if candidateValue < lowest {
                lowest = candidateValue
                best = candidate
            }
        }
        return best
    }

    private static func value(_ c: [Double], _ linear: [Double], _ quadratic: Matrix) -> Double {
        var sum = 0.0
        for i in c.indices where c[i] != 0 {
            sum += linear[i] * c[i]
            for j in c.indices { sum += quadratic[i, j] * c[i] * c[j] }
        }
        return sum
    }

    private static func stationaryPoint(_ face: [Int], _ linear: [Double], _ quadratic: Matrix) -> [Double]? {
        let k = face.count
        if k == 1 { return [1] }
        var a = Matrix(rows: k + 1, columns: k + 1)
        var rhs = [Double](repeating: 0, count: k + 1)
        for (r, i) in face.enumerated() {
            for (c, j) in face.enumerated() { a[r, c] = 2 * quadratic[i, j] }
            a[r, k] = 1
            a[k, r] = 1
            rhs[r] = -linear[i]
        }
        rhs[k] = 1
        guard let solution = try? a.solve(rhs), solution.allSatisfy(\.isFinite) else { return nil }
        return Array(solution.prefix(k))
    }
}
