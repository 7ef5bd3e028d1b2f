import GaussianBasis
import LinearAlgebra

/// Orbitals along a trajectory: the occupied space of the next structure is extrapolated from those of earlier ones.
///
/// The predictor is that of the always stable predictor-corrector (J. Kolafa, doi 10.1002/jcc.10385), whose coefficients make it reversible
/// in time up to a high order. It is applied to the contra-covariant density P S, whose projection of the last occupied orbitals keeps the
/// number of electrons (T. D. Kuehne, M. Krack, F. R. Mohamed and M. Parrinello, doi 10.1103/PhysRevLett.98.066401). The predicted orbitals
/// are orthonormalised symmetrically. A self-consistent field that is converged from there plays the part of the corrector.
public struct OrbitalPropagation: Sendable {
    /// The occupied orbitals of one spin at one structure.
    public struct Sample: Sendable {
        /// C: basis functions by occupied orbitals.
        public let orbitals: Matrix
        /// S C.
        public let covariant: Matrix

        public init(orbitals: Matrix, covariant: Matrix) {
            self.orbitals = orbitals
            self.covariant = covariant
        }
    }

    /// Number of earlier structures that the predictor uses; 1 starts from the last orbitals.
    public let capacity: Int
    /// The orbitals of the last structure, with the empty ones.
    public private(set) var last: Wavefunction.Orbitals?
    /// Newest first; each with one sample per spin.
    public private(set) var samples: [[Sample]]

    public init(capacity: Int, last: Wavefunction.Orbitals? = nil, samples: [[Sample]] = []) {
        precondition(capacity >= 1)
        self.capacity = capacity
        self.last = last
        self.samples = samples
    }

    /// Adds the solution at the next structure.
    ///
    /// - Parameter overlap: of its basis functions.
    public mutating func add(_ orbitals: Wavefunction.Orbitals, overlap: Matrix) {
        last = orbitals
        guard capacity > 1 else { return }
        let sample = Self.spins(orbitals).map { spin in
            let occupied = spin.coefficients.columns(0..<Self.occupiedCount(spin))
            return Sample(orbitals: occupied, covariant: overlap.times(occupied))
        }
        // After a change of the kind of reference, or of the occupations, the past is of no use.
        let isSimilar = samples.first.map { $0.map(\.orbitals.columns) == sample.map(\.orbitals.columns) } ?? true
        samples = Array(([sample] + (isSimilar ? samples : [])).prefix(capacity))
    }

    /// Orbitals to start from at the next structure; nil before the first one.
    ///
    /// - Parameters:
    ///   - overlap: of its basis functions.
    ///   - sharesOrbitals: whether alpha and beta electrons share orbitals although their numbers differ: these start from the last ones.
    public func predicted(overlap: Matrix, sharesOrbitals: Bool = false) throws -> Wavefunction.Orbitals? {
        guard let last else { return nil }
        guard samples.count > 1, !sharesOrbitals else { return try last.orthonormalized(overlap: overlap) }
        let spins = try Self.spins(last).enumerated().map { spin, orbitals in
            try predicted(orbitals, samples.map { $0[spin] }, overlap: overlap)
        }
        return spins.count == 1 ? .restricted(spins[0]) : .unrestricted(alpha: spins[0], beta: spins[1])
    }

    private func predicted(
        _ last: MolecularOrbitals, _ samples: [Sample], overlap: Matrix
    ) throws -> MolecularOrbitals {
        let count = samples[0].orbitals.columns
        guard count > 0 else {
            return MolecularOrbitals(
                coefficients: try last.coefficients.symmetricallyOrthonormalized(overlap: overlap, floor: 1e-8),
                energies: last.energies, occupations: last.occupations)
        }
        var sum = Matrix(rows: overlap.rows, columns: count)
        for (sample, factor) in zip(samples, Self.coefficients(samples.count)) {
            // P S C of the last structure, with P = C C^T of an earlier one.
            let projection = sample.covariant.times(samples[0].orbitals, transposed: true)
            sum.add(sample.orbitals.times(projection), scaledBy: factor)
        }
        let occupied = try sum.symmetricallyOrthonormalized(overlap: overlap, floor: 1e-8)
        // The empty orbitals of the last structure, without their part in the new occupied space.
        let empty = last.coefficients.columns(count..<last.coefficients.columns)
        guard empty.columns > 0 else {
            return MolecularOrbitals(coefficients: occupied, energies: last.energies, occupations: last.occupations)
        }
        let overlaps = overlap.times(occupied).times(empty, transposed: true)
        let rest = try (empty - occupied.times(overlaps)).symmetricallyOrthonormalized(overlap: overlap, floor: 1e-8)
        var coefficients = Matrix(rows: overlap.rows, columns: last.coefficients.columns)
        coefficients.replaceColumns(Array(0..<count), by: occupied)
        coefficients.replaceColumns(Array(count..<last.coefficients.columns), by: rest)
        return MolecularOrbitals(coefficients: coefficients, energies: last.energies, occupations: last.occupations)
    }

    /// B_j = (-1)^(j+1) j (2K choose K - j) / (2K - 2 choose K - 1), j = 1 ... K: 2, -1 for K = 2, and 5/2, -2, 1/2 for K = 3.
    static func coefficients(_ count: Int) -> [Double] {
        func choose(_ n: Int, _ k: Int) -> Double { (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) } }
        guard count > 1 else { return [1] }
        return (1...count).map { j in
            (j % 2 == 1 ? 1 : -1) * Double(j) * choose(2 * count, count - j) / choose(2 * count - 2, count - 1)
        }
    }

    private static func spins(_ orbitals: Wavefunction.Orbitals) -> [MolecularOrbitals] {
        switch orbitals {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }

    /// Occupied orbitals come first.
    private static func occupiedCount(_ orbitals: MolecularOrbitals) -> Int { orbitals.occupations.count { $0 > 0.5 } }
}
