import Foundation
import LinearAlgebra

/// Descends in the energy over orbital rotations: limited-memory BFGS on the manifold of occupied spaces, with the
/// differences of orbital energies as preconditioner. Slower than DIIS where that works, but it cannot wander: every
/// accepted step lowers the energy, so it ends in a minimum and not at the saddle points where DIIS may stall.
///
/// Van Voorhis and Head-Gordon, Mol. Phys. 100, 1713 (2002), doi 10.1080/00268970110103642.
struct DirectMinimization {
    /// Orbitals of one spin: coefficients (functions x orbitals), the first `occupied` of them filled.
    struct SpinOrbitals {
        var coefficients: Matrix
        var energies: [Double]
        let occupied: Int
    }

    /// Rotations between empty (rows) and occupied (columns) orbitals, one matrix a spin.
    private typealias Rotation = [Matrix]

    private(set) var orbitals: [SpinOrbitals]
    private let isRestricted: Bool
    private var history: [(step: Rotation, change: Rotation)] = []
    private let historyLength = 12
    /// Largest element of a rotation in one step, in radians.
    private let largestRotation = 0.4
    /// Gaps below this do not make the preconditioner larger, in hartree.
    private let smallestGap = 0.1

    /// Curvatures below this (hartree per square radian) are not learnt from.
    private let smallestCurvature = 1e-5
    /// By how much the next step is longer than the direction found, after steps along which the energy bends downwards.
    private var stretch = 1.0

    // The point from which the pending step was taken.
    private var origin: (orbitals: [SpinOrbitals], energy: Double, gradient: Rotation)?
    private var direction: Rotation = []
    private var slope = 0.0
    private var length = 1.0

    init(orbitals: [SpinOrbitals], isRestricted: Bool) {
        self.orbitals = orbitals
        self.isRestricted = isRestricted
    }

    /// Takes the energy and the Fock matrices of `orbitals` and moves on to the next orbitals: onwards when the energy
    /// has fallen, back to a shorter step when it has not.
    mutating func advance(energy: Double, fock: [Matrix]) throws {
        if let start = origin {
            // Sufficient decrease; where the energy's own noise hides it, a flatter slope at the same energy.
            let noise = 1e-13 * abs(energy)
            let newSlope = Self.dot(direction, self.gradient(fock))
            let hasDecreased = energy <= start.energy + 1e-4 * length * slope
            let isFlatter = energy <= start.energy + noise && abs(newSlope) <= 0.9 * abs(slope)
            if !hasDecreased && !isFlatter {
                try shorten(energy: energy, start: start)
                return
            }
        }
        let previous = origin
        let turns = try canonicalize(fock)
        let gradient = self.gradient(fock)
        if let start = previous {
            // Everything that was measured before is expressed in the new orbitals.
            let step = Self.turned(direction.map { length * $0 }, turns)
            let change = Self.difference(gradient, Self.turned(start.gradient, turns))
            history = history.map { (Self.turned($0.step, turns), Self.turned($0.change, turns)) }
            if Self.dot(step, change) > smallestCurvature * Self.dot(step, step) {
                history.append((step, change))
                if history.count > historyLength { history.removeFirst() }
                stretch = 1
            } else {
                // The energy bends downwards along the step: there is no minimum to aim at, so go farther.
                stretch = min(4 * stretch, 256)
            }
        }
        direction = searchDirection(gradient)
        slope = Self.dot(direction, gradient)
        if slope >= 0 {
            history.removeAll()
            direction = searchDirection(gradient)
            slope = Self.dot(direction, gradient)
        }
        let largest = direction.map(\.largestMagnitude).max() ?? 0
        length = min(stretch, largestRotation / max(largest, 1e-300))
        origin = (orbitals, energy, gradient)
        orbitals = try rotated(orbitals, by: direction.map { length * $0 })
    }

    /// A shorter step along the same direction, from a parabola through the two energies and the slope.
    private mutating func shorten(
        energy: Double, start: (orbitals: [SpinOrbitals], energy: Double, gradient: Rotation)
    ) throws {
        let excess = energy - start.energy - length * slope
        let parabola = excess > 0 ? -0.5 * slope * length * length / excess : 0.5 * length
        length = min(max(parabola, 0.1 * length), 0.5 * length)
        orbitals = try rotated(start.orbitals, by: direction.map { length * $0 })
    }

    /// Orbitals that diagonalise the Fock matrix within the occupied and within the empty space; gives back how they
    /// turned.
    private mutating func canonicalize(_ fock: [Matrix]) throws -> [(occupied: Matrix, empty: Matrix)] {
        var turns: [(occupied: Matrix, empty: Matrix)] = []
        for spin in orbitals.indices {
            let c = orbitals[spin].coefficients
            let filled = orbitals[spin].occupied
            let o = c.columns(0..<filled)
            let v = c.columns(filled..<c.columns)
            let po = try SymmetricEigenproblem(fock[spin].transformed(by: o).symmetrized())
            let pv = try SymmetricEigenproblem(fock[spin].transformed(by: v).symmetrized())
            orbitals[spin].coefficients = Self.joined(o.times(po.vectors), v.times(pv.vectors))
            orbitals[spin].energies = po.values + pv.values
            turns.append((po.vectors, pv.vectors))
        }
        return turns
    }

    /// dE / d(rotation): 4 F_ai for doubly filled orbitals, 2 F_ai for one spin.
    private func gradient(_ fock: [Matrix]) -> Rotation {
        zip(orbitals, fock).map { spin, f in
            let o = spin.coefficients.columns(0..<spin.occupied)
            let v = spin.coefficients.columns(spin.occupied..<spin.coefficients.columns)
            return (isRestricted ? 4.0 : 2.0) * v.times(f.times(o), transposed: true)
        }
    }

    private func searchDirection(_ gradient: Rotation) -> Rotation {
        var q = gradient
        var factors: [Double] = []
        for (step, change) in history.reversed() {
            let factor = Self.dot(step, q) / Self.dot(step, change)
            factors.append(factor)
            for spin in q.indices { q[spin].add(change[spin], scaledBy: -factor) }
        }
        q = preconditioned(q)
        for ((step, change), factor) in zip(history, factors.reversed()) {
            let correction = Self.dot(change, q) / Self.dot(step, change)
            for spin in q.indices { q[spin].add(step[spin], scaledBy: factor - correction) }
        }
        return q.map { -1.0 * $0 }
    }

    private func preconditioned(_ rotation: Rotation) -> Rotation {
        zip(rotation, orbitals).map { matrix, spin in
            var result = matrix
            for a in 0..<matrix.rows {
                for i in 0..<matrix.columns {
                    let gap = max(spin.energies[spin.occupied + a] - spin.energies[i], smallestGap)
                    result[a, i] /= (isRestricted ? 4 : 2) * gap
                }
            }
            return result
        }
    }

    /// (C_o + C_v k)(1 + k^T k)^(-1/2) and (C_v - C_o k^T)(1 + k k^T)^(-1/2): exactly orthonormal.
    private func rotated(_ start: [SpinOrbitals], by rotation: Rotation) throws -> [SpinOrbitals] {
        try zip(start, rotation).map { spin, k in
            let c = spin.coefficients
            let o = c.columns(0..<spin.occupied)
            let v = c.columns(spin.occupied..<c.columns)
            let so = try SymmetricEigenproblem(Matrix.identity(k.columns) + k.times(k, transposed: true))
            let sv = try SymmetricEigenproblem(Matrix.identity(k.rows) + k.times(k, otherTransposed: true))
            let newOccupied = (o + v.times(k)).times(so.function { 1 / $0.squareRoot() })
            let newEmpty = (v - o.times(k, otherTransposed: true)).times(sv.function { 1 / $0.squareRoot() })
            var result = spin
            result.coefficients = Self.joined(newOccupied, newEmpty)
            return result
        }
    }

    private static func joined(_ left: Matrix, _ right: Matrix) -> Matrix {
        var result = Matrix(rows: left.rows, columns: left.columns + right.columns)
        for i in 0..<left.rows {
            for j in 0..<left.columns { result[i, j] = left[i, j] }
            for j in 0..<right.columns { result[i, left.columns + j] = right[i, j] }
        }
        return result
    }

    private static func turned(_ rotation: Rotation, _ turns: [(occupied: Matrix, empty: Matrix)]) -> Rotation {
        zip(rotation, turns).map { matrix, turn in turn.empty.times(matrix, transposed: true).times(turn.occupied) }
    }

    private static func dot(_ a: Rotation, _ b: Rotation) -> Double { zip(a, b).reduce(0) { $0 + $1.0.dot($1.1) } }

    private static func difference(_ a: Rotation, _ b: Rotation) -> Rotation { zip(a, b).map { $0 - $1 } }
}
