import Foundation
import MolecularStructure

/// Rigid molecules placed at random in a sphere so that none touches another.
public struct ClusterPacking: Sendable {
    /// The atoms of all molecules, in the order of the molecules, about the centre of the sphere.
    public let molecule: Molecule
    /// In bohr.
    public let radius: Double
    /// The shortest distance between atoms of different molecules, in bohr; nil for a single molecule.
    public let closest: Double?

    /// Why there is no arrangement.
    public enum Failure: Error, Equatable {
        /// None was found in which all atoms are inside and no two molecules touch.
        case tooDense
    }

    /// The radius of a sphere in which molecules have a density.
    ///
    /// - Parameters:
    ///   - mass: of all, in unified atomic mass units.
    ///   - density: in g/cm3.
    /// - Returns: in bohr.
    public static func radius(mass: Double, density: Double) -> Double {
        // g/mol over cm3/mol, and cubic centimetres in cubic Angstrom.
        let volume = mass / (density * PhysicalConstants.avogadro) * 1e24
        return cbrt(3 * volume / (4 * .pi)) / PhysicalConstants.bohrInAngstrom
    }

    /// Arrangements are improved from random beginnings by moving and turning the molecules downhill in a penalty for atoms that are too
    /// close or outside, until there is none.
    ///
    /// - Parameters:
    ///   - radius: of the sphere that holds all nuclei, in bohr.
    ///   - distance: least distance between atoms of different molecules, in bohr.
    ///   - checkCancellation: throws if the caller asks to stop.
    /// - Throws: `Failure.tooDense`, and the errors of `checkCancellation`.
    public init(
        _ molecules: [Molecule], radius: Double, distance: Double, seed: UInt64, checkCancellation: () throws -> Void = {}
    ) throws {
        var generator = SeededGenerator(seed: seed)
        self.radius = radius
        // A little more than is asked for, since the search ends where the penalty is small, not zero.
        let penalty = Penalty(radius: radius - 0.01, distance: distance + 0.01)
        for _ in 0..<40 {
            try checkCancellation()
            var bodies = molecules.map { Body($0, radius: radius, &generator) }
            try penalty.relax(&bodies, checkCancellation: checkCancellation)
            let atoms = bodies.map(\.positions)
            let closest = Self.closest(atoms)
            guard atoms.joined().allSatisfy({ $0.length <= radius }), closest.map({ $0 >= distance }) ?? true else { continue }
            molecule = Molecule(
                atoms: zip(molecules.flatMap(\.atoms), atoms.joined()).map { Atom(element: $0.element, positionInBohr: $1) })
            self.closest = closest
            return
        }
        throw Failure.tooDense
    }

    private static func closest(_ bodies: [[SIMD3<Double>]]) -> Double? {
        var found: Double?
        for i in bodies.indices {
            for j in 0..<i {
                for a in bodies[i] { for b in bodies[j] { found = min(found ?? .infinity, MolecularStructure.distance(a, b)) } }
            }
        }
        return found
    }

    /// A rigid molecule.
    private struct Body {
        /// About its own centre.
        let shape: [SIMD3<Double>]
        var center: SIMD3<Double>
        var axes: [SIMD3<Double>]

        init(_ molecule: Molecule, radius: Double, _ generator: inout SeededGenerator) {
            let positions = molecule.atoms.map(\.position)
            let middle = positions.reduce(.zero, +) / Double(positions.count)
            shape = positions.map { $0 - middle }
            // Uniform in the sphere.
            center = 0.9 * radius * cbrt(generator.unit()) * generator.standardNormalVector().direction
            let first = generator.standardNormalVector().direction
            let other = generator.standardNormalVector()
            let second = (other - other.dot(first) * first).direction
            axes = [first, second, first.cross(second)]
        }

        var positions: [SIMD3<Double>] { shape.map { center + $0.x * axes[0] + $0.y * axes[1] + $0.z * axes[2] } }

        mutating func turn(by rotation: SIMD3<Double>) {
            let angle = rotation.length
            guard angle > 0 else { return }
            let axis = rotation / angle
            axes = axes.map { cos(angle) * $0 + sin(angle) * axis.cross($0) + (1 - cos(angle)) * axis.dot($0) * axis }
        }
    }

    private struct Penalty {
        let radius: Double
        let distance: Double

        /// The penalty, and its negative derivatives with respect to the atoms.
        func evaluate(_ atoms: [[SIMD3<Double>]]) -> (value: Double, forces: [[SIMD3<Double>]]) {
            var value = 0.0
            var forces = atoms.map { $0.map { _ in SIMD3<Double>.zero } }
            for i in atoms.indices {
                for a in atoms[i].indices {
                    let position = atoms[i][a]
                    let excess = position.length - radius
                    if excess > 0 {
                        value += 0.5 * excess * excess
                        forces[i][a] -= excess * position.direction
                    }
                    for j in 0..<i {
                        for b in atoms[j].indices {
                            let r = position - atoms[j][b]
                            let overlap = distance - r.length
                            guard overlap > 0 else { continue }
                            value += 0.5 * overlap * overlap
                            let force = overlap * r.direction
                            forces[i][a] += force
                            forces[j][b] -= force
                        }
                    }
                }
            }
            return (value, forces)
        }

        func relax(_ bodies: inout [Body], checkCancellation: () throws -> Void) rethrows {
            var step = 0.3
            var current = evaluate(bodies.map(\.positions))
            for _ in 0..<3000 where current.value > 1e-6 && step > 1e-6 {
                try checkCancellation()
                var next = bodies
                for (index, body) in bodies.enumerated() {
                    let atoms = body.positions
                    let force = current.forces[index].reduce(.zero, +)
                    var (torque, inertia) = (SIMD3<Double>.zero, 1.0)
                    for (atom, push) in zip(atoms, current.forces[index]) {
                        torque += (atom - body.center).cross(push)
                        inertia += (atom - body.center).dot(atom - body.center)
                    }
                    let count = Double(atoms.count).squareRoot()
                    next[index].center += step / count * force
                    next[index].turn(by: step * count / inertia * torque)
                }
                let found = evaluate(next.map(\.positions))
                if found.value < current.value {
                    (bodies, current) = (next, found)
                    step = min(1.2 * step, 2)
                } else {
                    step *= 0.5
                }
            }
        }
    }
}
