import MolecularStructure
import TestSupport
import Testing

/// An energy of the positions of the nuclei and its gradient, as the tests of all corrections look at them.
struct CorrectionProperties {
    let molecule: Molecule
    let energy: (Molecule) throws -> Double
    let gradient: (Molecule) throws -> [SIMD3<Double>]

    /// The derivative along a direction in which all atoms move: a five-point difference of energies, and from the gradient.
    func slopes() throws -> (difference: Double, gradient: Double) {
        var random = RepeatableRandom(seed: 5)
        let direction = molecule.atoms.map { _ in
            SIMD3(
                Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random),
                Double.random(in: -1...1, using: &random))
        }
        func stepped(_ step: Double) throws -> Double {
            try energy(
                Molecule(
                    atoms: zip(molecule.atoms, direction).map {
                        Atom(element: $0.element, positionInBohr: $0.position + step * $1)
                    }))
        }
        let h = 5e-4
        let difference = try (8 * (stepped(h) - stepped(-h)) - (stepped(2 * h) - stepped(-2 * h))) / (12 * h)
        return (difference, try zip(gradient(molecule), direction).reduce(0) { $0 + $1.0.dot($1.1) })
    }

    /// By a right angle about z, then along an arbitrary vector, in reverse order; neither sum nor torque of the forces.
    func expectSameWhenMovedTurnedAndReordered() throws {
        let (energy, gradient) = try (energy(molecule), gradient(molecule))
        func turned(_ r: SIMD3<Double>) -> SIMD3<Double> { SIMD3(-r.y, r.x, r.z) }
        let other = Molecule(
            atoms: molecule.atoms.reversed().map {
                Atom(element: $0.element, positionInBohr: turned($0.position) + SIMD3(3, -7, 11))
            })
        #expect(abs(try self.energy(other) - energy) < 1e-14)
        for (a, b) in zip(try self.gradient(other).reversed(), gradient) { #expect((a - turned(b)).length < 1e-14) }
        let force = gradient.reduce(SIMD3<Double>.zero, +)
        let torque = zip(molecule.atoms, gradient).reduce(SIMD3<Double>.zero) { $0 + $1.0.position.cross($1.1) }
        #expect(force.length < 1e-15 && torque.length < 1e-14)
    }
}
