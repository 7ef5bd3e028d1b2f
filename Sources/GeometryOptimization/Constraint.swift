import Foundation
import MolecularStructure

/// A constrained coordinate, at a given value or at its current one.
public struct Constraint: Sendable, Equatable {
    public let coordinate: InternalCoordinate
    /// Bohr or radian; nil for the value in the first structure.
    public let target: Double?

    public init(_ coordinate: InternalCoordinate, target: Double? = nil) {
        self.coordinate = coordinate
        self.target = target
    }

    /// The remaining difference to the target.
    func missing(_ positions: [SIMD3<Double>]) -> Double {
        let value = coordinate.value(positions)
        return coordinate.difference(target ?? value, value)
    }

    /// Angles above this have no usable derivative: they are constrained by two linear bends.
    private static let straight = 175.0 * Double.pi / 180

    /// The constraints that replace this one at a structure. Near a straight angle they are two linear bends whose values move the angle to
    /// its target.
    func practicable(_ positions: [SIMD3<Double>]) -> [Constraint] {
        guard case .angle(let a, let b, let c) = coordinate, case let value = coordinate.value(positions), value > Self.straight
        else { return [self] }
        let beside = PrimitiveCoordinates.atomBeside(a, c, positions)
        let bends = (0..<2).map { InternalCoordinate.linearBend(a, b, c, component: $0, beside: beside) }
        let now = bends.map { $0.value(positions) }
        let size = inner(now, now).squareRoot()
        // The two unit vectors from the vertex sum to 2 cos (angle / 2).
        let wanted = max(0, size + 2 * cos(0.5 * (target ?? value)) - 2 * cos(0.5 * value))
        let targets = size > 1e-6 ? now.map { $0 * wanted / size } : [wanted, 0]
        return zip(bends, targets).map { Constraint($0, target: $1) }
    }

    /// Whether the coordinate has a value and derivatives at a structure: dihedral angles about a straight line and zero angles have none.
    public func isDefined(_ positions: [SIMD3<Double>]) -> Bool {
        func angle(_ a: Int, _ b: Int, _ c: Int) -> Double { InternalCoordinate.angle(a, b, c).value(positions) }
        switch coordinate {
        case .angle(let a, let b, let c): return angle(a, b, c) > 1e-3
        case .dihedral(let a, let b, let c, let d): return sin(angle(a, b, c)) > 1e-3 && sin(angle(b, c, d)) > 1e-3
        default: return true
        }
    }
}

/// Why constraints cannot be satisfied.
public enum ConstraintError: Error, Equatable, CustomStringConvertible {
    /// The constraint with this index has no value at a structure.
    case undefined(Int)
    /// No structure satisfies all; the constraints with these indices are violated at the closest one found.
    case contradiction([Int])
    /// The constraints hold every coordinate, so that there is no direction for a step.
    case nothingIsFree

    public var description: String {
        switch self {
        case .undefined: "a held angle has no value where its atoms lie on a line"
        case .contradiction: "the held coordinates contradict each other"
        case .nothingIsFree: "every coordinate is held"
        }
    }
}

extension [Constraint] {
    /// Largest difference to a target, in bohr or radian, that counts as zero.
    static let tolerance = 1e-4

    /// Whether all are at their targets at `positions`; constraints without a target, at their value in `start`.
    public func areHeld(_ positions: [SIMD3<Double>], start: [SIMD3<Double>]) -> Bool {
        map { Constraint($0.coordinate, target: $0.target ?? $0.coordinate.value(start)) }.areHeld(positions)
    }

    /// Root of the sum of the squared differences.
    func violation(_ positions: [SIMD3<Double>]) -> Double {
        reduce(0) { $0 + $1.missing(positions) * $1.missing(positions) }.squareRoot()
    }

    func areHeld(_ positions: [SIMD3<Double>]) -> Bool { allSatisfy { abs($0.missing(positions)) < Self.tolerance } }
}
