import Foundation
import LinearAlgebra
import MolecularStructure

extension [Constraint] {
    /// Throws if a constraint has no value at a structure, or if no structure near it satisfies all of them.
    ///
    /// Only geometry is used: the positions are changed until all constraints are satisfied, by the Levenberg-Marquardt method, in which
    /// only steps that reduce the differences are accepted.
    ///
    /// D. W. Marquardt, J. Soc. Ind. Appl. Math. 11, 431 (1963), doi 10.1137/0111030.
    public func check(_ molecule: Molecule) throws {
        let start = molecule.atoms.map(\.position)
        if let undefined = firstIndex(where: { !$0.isDefined(start) }) { throw ConstraintError.undefined(undefined) }
        let targets = map { Constraint($0.coordinate, target: $0.target ?? $0.coordinate.value(start)) }
        guard !targets.areHeld(start) else { return }
        let isFrozen = targets.frozenAxes(start)
        let movable = targets.filter { !($0.coordinate.isPosition && $0.missing(start) == 0) }
        // Off any plane or line in which some derivatives vanish.
        var positions = start.indices.map { atom in
            start[atom]
                + (0..<3).reduce(into: SIMD3<Double>.zero) { shift, axis in
                    if !isFrozen[3 * atom + axis] { shift[axis] = 0.01 * cos(2.4 * Double(3 * atom + axis + 1)) }
                }
        }
        var damping = 1e-6
        for _ in 0..<300 {
            guard !movable.areHeld(positions), damping < 1e6, let move = try movable.step(positions, isFrozen, damping: damping)
            else { break }
            let moved = positions.indices.map { positions[$0] + SIMD3(move[3 * $0], move[3 * $0 + 1], move[3 * $0 + 2]) }
            let isNearer = movable.violation(moved) < movable.violation(positions)
            if isNearer { positions = moved }
            damping = isNearer ? Swift.max(1e-8, 0.2 * damping) : 4 * damping
        }
        let unmet = targets.indices.filter { abs(targets[$0].missing(positions)) > 10 * Self.tolerance }
        if !unmet.isEmpty { throw ConstraintError.contradiction(unmet) }
    }

    /// For every Cartesian coordinate, whether it is frozen.
    private func frozenAxes(_ positions: [SIMD3<Double>]) -> [Bool] {
        var result = [Bool](repeating: false, count: 3 * positions.count)
        for constraint in self where constraint.missing(positions) == 0 {
            if case .position(let atom, let axis) = constraint.coordinate { result[3 * atom + axis] = true }
        }
        return result
    }

    /// A step of at most 0.5 bohr; nil if derivatives are not finite.
    private func step(_ positions: [SIMD3<Double>], _ isFrozen: [Bool], damping: Double) throws -> [Double]? {
        let active = flatMap { $0.practicable(positions) }
        var rows = Matrix(rows: active.count, columns: 3 * positions.count)
        for (row, constraint) in active.enumerated() {
            for (atom, slope) in zip(constraint.coordinate.atoms, constraint.coordinate.gradient(positions)) {
                for axis in 0..<3 where !isFrozen[3 * atom + axis] { rows[row, 3 * atom + axis] += slope[axis] }
            }
        }
        guard rows.elements.allSatisfy(\.isFinite) else { return nil }
        let inverse = try SymmetricEigenproblem(rows.times(rows, otherTransposed: true)).function {
            1 / (Swift.max(0, $0) + damping)
        }
        let move = rows.transposed().times(inverse.times(active.map { $0.missing(positions) }))
        let scale = Swift.min(1, 0.5 / Swift.max(1e-12, inner(move, move).squareRoot()))
        return move.map { scale * $0 }
    }
}
