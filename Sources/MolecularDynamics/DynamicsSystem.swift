import LinearAlgebra
import MolecularStructure

/// Particles that move: their masses, and what restricts their motion. Atomic units throughout: bohr, hbar / Eh, electron masses.
public struct DynamicsSystem: Sendable {
    /// In electron masses.
    public let masses: [Double]
    public let bonds: FixedBonds
    public let wall: SphericalWall?
    /// Number of independent velocities among which the kinetic energy is shared.
    ///
    /// Fixed bonds take one each. Motion that stays zero once it is removed does not count: without a wall and without friction the centre
    /// of mass and the rotation (three each, two for the rotation of a linear molecule); with a wall and without friction only the
    /// rotation about its centre.
    public let degreesOfFreedom: Int

    /// - Parameters:
    ///   - positions: at the start, in bohr; they tell linear molecules from others.
    ///   - exchangesMomentum: whether a thermostat acts on every atom by itself (Langevin), so that nothing is conserved.
    public init(
        masses: [Double], bonds: FixedBonds = FixedBonds([]), wall: SphericalWall? = nil, positions: [SIMD3<Double>],
        exchangesMomentum: Bool = false
    ) {
        precondition(masses.count == positions.count)
        self.masses = masses
        self.bonds = bonds
        self.wall = wall
        let isLinear = RigidMotion.isLinear(positions, masses: masses)
        let conserved = exchangesMomentum ? 0 : wall != nil ? 3 : isLinear ? 5 : 6
        degreesOfFreedom = max(3 * masses.count - conserved - bonds.list.count, 0)
    }

    /// In hartree.
    public func kineticEnergy(_ velocities: [SIMD3<Double>]) -> Double {
        zip(masses, velocities).reduce(0) { $0 + 0.5 * $1.0 * $1.1.dot($1.1) }
    }

    /// 2 K / (n k), in kelvin; 0 without degrees of freedom.
    public func temperature(kineticEnergy: Double) -> Double {
        degreesOfFreedom == 0
            ? 0 : 2 * kineticEnergy / (Double(degreesOfFreedom) * PhysicalConstants.boltzmannInHartreePerKelvin)
    }

    /// The kinetic energy of a temperature in kelvin, in hartree.
    public func kineticEnergy(temperature: Double) -> Double {
        0.5 * Double(degreesOfFreedom) * PhysicalConstants.boltzmannInHartreePerKelvin * temperature
    }

    public func momentum(_ velocities: [SIMD3<Double>]) -> SIMD3<Double> {
        zip(masses, velocities).reduce(.zero) { $0 + $1.0 * $1.1 }
    }

    /// About the centre of mass.
    public func angularMomentum(_ positions: [SIMD3<Double>], _ velocities: [SIMD3<Double>]) -> SIMD3<Double> {
        RigidMotion(positions, velocities, masses: masses).angularMomentum
    }

    /// Velocities of the Maxwell-Boltzmann distribution, without motion of the centre of mass and rotation, along no fixed bond, and scaled
    /// to exactly the temperature.
    ///
    /// - Parameter temperature: in kelvin; 0 gives atoms at rest.
    /// - Throws: `FixedBondError` if the fixed bonds cannot be satisfied.
    public func velocities(
        temperature: Double, positions: [SIMD3<Double>], generator: inout SeededGenerator
    ) throws(FixedBondError) -> [SIMD3<Double>] {
        let energy = PhysicalConstants.boltzmannInHartreePerKelvin * temperature
        var velocities = masses.map { (energy / $0).squareRoot() * generator.standardNormalVector() }
        try bonds.project(&velocities, at: positions, masses: masses)
        RigidMotion(positions, velocities, masses: masses).remove(from: &velocities, at: positions)
        let kinetic = kineticEnergy(velocities)
        let scale = kinetic > 0 ? (kineticEnergy(temperature: temperature) / kinetic).squareRoot() : 0
        return velocities.map { scale * $0 }
    }
}

/// The motion of particles as a whole.
struct RigidMotion {
    let center: SIMD3<Double>
    let velocity: SIMD3<Double>
    /// About the centre of mass.
    let angularMomentum: SIMD3<Double>
    private let inertia: Matrix

    init(_ positions: [SIMD3<Double>], _ velocities: [SIMD3<Double>], masses: [Double]) {
        let total = masses.reduce(0, +)
        let center = zip(masses, positions).reduce(SIMD3<Double>.zero) { $0 + $1.0 * $1.1 } / total
        velocity = zip(masses, velocities).reduce(.zero) { $0 + $1.0 * $1.1 } / total
        angularMomentum = positions.indices.reduce(.zero) { sum, atom in
            sum + masses[atom] * (positions[atom] - center).cross(velocities[atom])
        }
        self.center = center
        inertia = Self.inertia(positions.map { $0 - center }, masses: masses)
    }

    static func isLinear(_ positions: [SIMD3<Double>], masses: [Double]) -> Bool {
        let motion = RigidMotion(positions, positions.map { _ in .zero }, masses: masses)
        guard let problem = try? SymmetricEigenproblem(motion.inertia) else { return false }
        return problem.values[0] < 1e-6 * problem.values[2]
    }

    private static func inertia(_ positions: [SIMD3<Double>], masses: [Double]) -> Matrix {
        var result = Matrix(rows: 3, columns: 3)
        for (mass, r) in zip(masses, positions) {
            for i in 0..<3 { for j in 0..<3 { result[i, j] += mass * ((i == j ? r.dot(r) : 0) - r[i] * r[j]) } }
        }
        return result
    }

    func remove(from velocities: inout [SIMD3<Double>], at positions: [SIMD3<Double>]) {
        var rotation = SIMD3<Double>.zero
        if let problem = try? SymmetricEigenproblem(inertia) {
            for k in 0..<3 where problem.values[k] > 1e-6 * problem.values[2] {
                let axis = SIMD3(problem.vectors[0, k], problem.vectors[1, k], problem.vectors[2, k])
                rotation += axis.dot(angularMomentum) / problem.values[k] * axis
            }
        }
        for atom in velocities.indices { velocities[atom] -= velocity + rotation.cross(positions[atom] - center) }
    }
}
