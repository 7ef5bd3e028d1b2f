import Foundation
import GaussianBasis
import LinearAlgebra

/// Orbitals with their Fock matrices: a point from which the energy is expanded in orbital rotations,
///
///     E(k) = E + w (g k + 1/2 k H k),  w = 4 for doubly filled orbitals and 2 for those of one spin,
///
/// with the gradient g_ai = F_ai and the Hessian H, A + B of the random-phase approximation. For orbitals that both spins
/// share, some with one electron, see `OpenShellSpaces`.
package struct OrbitalPoint {
    /// Canonical within the occupied and within the empty space (of shared ones, within closed, open and empty orbitals).
    package let orbitals: [MolecularOrbitals]
    package let occupation: OrbitalOccupation
    package let fock: [Matrix]
    package let gradient: OrbitalRotation
    /// The spaces of orbitals that both spins share; nil otherwise.
    let openShell: OpenShellSpaces?
    /// Quantities that products of the Hessian need repeatedly.
    let potentials = PotentialCache()

    /// Exchange-correlation potentials of a point's densities, once they are known.
    final class PotentialCache {
        var matrices: [Matrix]?
    }

    /// Whether there is anything to rotate: occupied and empty orbitals of one spin.
    package var hasRotations: Bool { gradient.blocks.contains { !$0.elements.isEmpty } }

    /// Largest element of the gradient.
    var largestError: Double { gradient.blocks.map(\.largestMagnitude).max() ?? 0 }

    /// w of the expansion.
    package var weight: Double { occupation.isRestricted ? 4 : 2 }

    package init(orbitals: [MolecularOrbitals], fock: [Matrix], occupation: OrbitalOccupation) throws {
        self.occupation = occupation
        self.fock = fock
        if occupation.kind == .restrictedOpen {
            let spaces = try OpenShellSpaces(coefficients: orbitals[0].coefficients, fock: fock, occupation: occupation)
            self.orbitals = spaces.orbitals(occupation)
            openShell = spaces
            gradient = spaces.gradient
            return
        }
        openShell = nil
        let canonical = try zip(orbitals, fock).enumerated().map { spin, pair in
            try Self.canonicalized(pair.0, fock: pair.1, occupation: occupation, spin: spin)
        }
        self.orbitals = canonical
        gradient = OrbitalRotation(
            blocks: canonical.indices.map { spin in
                let (occupied, empty) = Self.spaces(canonical[spin], occupation.electrons[spin])
                return empty.times(fock[spin].times(occupied), transposed: true)
            })
    }

    /// Orbitals that diagonalise the Fock matrix within the occupied and within the empty space: density and energy do not change.
    private static func canonicalized(
        _ orbitals: MolecularOrbitals, fock: Matrix, occupation: OrbitalOccupation, spin: Int
    ) throws -> MolecularOrbitals {
        let (occupied, empty) = spaces(orbitals, occupation.electrons[spin])
        let o = try SymmetricEigenproblem(fock.transformed(by: occupied).symmetrized())
        let v = try SymmetricEigenproblem(fock.transformed(by: empty).symmetrized())
        return occupation.orbitals(
            coefficients: joined(occupied.times(o.vectors), empty.times(v.vectors)), energies: o.values + v.values, spin: spin)
    }

    private static func spaces(_ orbitals: MolecularOrbitals, _ electrons: Int) -> (occupied: Matrix, empty: Matrix) {
        let c = orbitals.coefficients
        return (c.columns(0..<electrons), c.columns(electrons..<c.columns))
    }

    package static func joined(_ left: Matrix, _ right: Matrix) -> Matrix {
        var result = Matrix(rows: left.rows, columns: left.columns + right.columns)
        for i in 0..<left.rows {
            for j in 0..<left.columns { result[i, j] = left[i, j] }
            for j in 0..<right.columns { result[i, left.columns + j] = right[i, j] }
        }
        return result
    }

    /// Occupied and empty orbitals of a spin.
    func spaces(_ spin: Int) -> (occupied: Matrix, empty: Matrix) { Self.spaces(orbitals[spin], occupation.electrons[spin]) }

    /// The pairs of orbital spaces that a block of a rotation connects.
    private func turned(_ block: Int) -> (from: Matrix, to: Matrix) {
        guard let openShell else {
            let (occupied, empty) = spaces(block)
            return (occupied, empty)
        }
        let c = orbitals[0].coefficients
        return (c.columns(0..<openShell.occupied), c.columns(openShell.closed..<c.columns))
    }

    /// Energy of the empty orbital minus that of the occupied one.
    func gap(_ spin: Int, _ empty: Int, _ occupied: Int) -> Double {
        if let openShell { return openShell.gap(empty, occupied) }
        return orbitals[spin].energies[occupation.electrons[spin] + empty] - orbitals[spin].energies[occupied]
    }

    /// Every element (spin, empty, occupied) of a rotation changed by a function of itself and of its gap.
    func mapped(_ rotation: OrbitalRotation, _ function: (_ value: Double, _ gap: Double) -> Double) -> OrbitalRotation {
        if let openShell { return openShell.mapped(rotation, function) }
        var result = rotation
        for spin in rotation.blocks.indices {
            let energies = orbitals[spin].energies
            let electrons = occupation.electrons[spin]
            let (rows, columns) = (rotation.blocks[spin].rows, rotation.blocks[spin].columns)
            for a in 0..<rows {
                for i in 0..<columns {
                    result.blocks[spin][a, i] = function(rotation.blocks[spin][a, i], energies[electrons + a] - energies[i])
                }
            }
        }
        return result
    }

    /// The orbitals after a rotation, (C_o + C_v k)(1 + k^T k)^(-1/2) and (C_v - C_o k^T)(1 + k k^T)^(-1/2): exactly
    /// orthonormal, and to second order those of exp(k).
    package func rotated(by rotation: OrbitalRotation) throws -> [MolecularOrbitals] {
        if let openShell { return try openShell.rotated(by: rotation).orbitals(occupation) }
        return try rotation.blocks.enumerated().map { spin, k in
            let (o, v) = spaces(spin)
            let so = try SymmetricEigenproblem(Matrix.identity(k.columns) + k.times(k, transposed: true))
            let sv = try SymmetricEigenproblem(Matrix.identity(k.rows) + k.times(k, otherTransposed: true))
            let newOccupied = (o + v.times(k)).times(so.function { 1 / $0.squareRoot() })
            let newEmpty = (v - o.times(k, otherTransposed: true)).times(sv.function { 1 / $0.squareRoot() })
            return occupation.orbitals(
                coefficients: Self.joined(newOccupied, newEmpty), energies: orbitals[spin].energies, spin: spin)
        }
    }

    /// Densities after a rotation, one per spin (that of all electrons when restricted).
    func densities(after rotation: OrbitalRotation) throws -> [Matrix] {
        if openShell != nil { return try rotated(by: rotation).map(\.density) }
        return try rotation.blocks.enumerated().map { spin, k in
            let (o, v) = spaces(spin)
            let inverse = try SymmetricEigenproblem(Matrix.identity(k.columns) + k.times(k, transposed: true)).function { 1 / $0 }
            let moved = o + v.times(k)
            return (occupation.isRestricted ? 2 : 1) * moved.times(inverse).times(moved, otherTransposed: true)
        }
    }

    /// First-order changes of the densities, of one electron in each orbital: C_v k C_o^T and its transpose.
    func densityChanges(_ rotation: OrbitalRotation) -> [Matrix] {
        let blocks = openShell?.spinBlocks(rotation) ?? rotation.blocks
        return blocks.enumerated().map { spin, k in
            let (o, v) = spaces(spin)
            let half = v.times(k).times(o, otherTransposed: true)
            return half + half.transposed()
        }
    }

    /// The same rotation, expressed in the orbitals of a nearby point, which may be unrestricted if this one is restricted.
    package func transported(_ rotation: OrbitalRotation, to other: OrbitalPoint, overlap: Matrix) -> OrbitalRotation {
        let blocks = rotation.blocks.enumerated().map { block, k in
            let (o, v) = turned(min(block, orbitals.count - 1))
            let (newO, newV) = other.turned(block)
            let left = newV.times(overlap.times(v), transposed: true)
            let right = o.times(overlap.times(newO), transposed: true)
            return left.times(k).times(right)
        }
        let result = OrbitalRotation(blocks: blocks)
        return other.openShell?.mapped(result) { value, _ in value } ?? result
    }

    /// The rotation of one occupied into one empty orbital, for the smallest gaps of all.
    package func smallestExcitations(_ count: Int) -> [OrbitalRotation] {
        var places: [(gap: Double, spin: Int, a: Int, i: Int)] = []
        for spin in gradient.blocks.indices {
            let (rows, columns) = (gradient.blocks[spin].rows, gradient.blocks[spin].columns)
            let isOpen = openShell.map { open in { (a: Int, i: Int) in a < open.open && i >= open.closed } }
            let reach = count + 3 + (openShell?.open ?? 0)
            for a in 0..<min(rows, reach) {
                for i in max(0, columns - reach)..<columns where isOpen?(a, i) != true {
                    places.append((gap(spin, a, i), spin, a, i))
                }
            }
        }
        places.sort { ($0.gap, $0.spin, $0.a, $0.i) < ($1.gap, $1.spin, $1.a, $1.i) }
        return places.prefix(count).map { place in
            var result = 0.0 * gradient
            result.blocks[place.spin][place.a, place.i] = 1
            return result
        }
    }

    /// A rotation that has no symmetry of the molecule, mostly along the smallest gaps: the same numbers in every run.
    package func asymmetricNoise() -> OrbitalRotation {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        let smallest =
            gradient.blocks.indices.filter { !gradient.blocks[$0].elements.isEmpty }
            .map { spin in
                let rows = gradient.blocks[spin].rows
                return gap(
                    spin, min(rows - 1, rows - occupation.emptyCount(orbitals[spin], spin: spin)), occupation.electrons[spin] - 1)
            }.min() ?? 0
        return mapped(gradient) { _, gap in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let unit = Double(state >> 11) * 0x1p-53 - 0.5
            return unit * exp((smallest - gap) / 0.15)
        }
    }
}
