import Foundation
import MolecularDynamics
import MolecularStructure
import Testing

@Suite struct VelocityVerletTests {
    private typealias System = AnalyticSystem

    private func argon(timestep: Double, temperature: Double = 20) throws -> VelocityVerlet {
        try .starting(
            System.argon, masses: System.argon.map { _ in System.argonMass }, temperature: temperature, timestep: timestep,
            force: System.lennardJones)
    }

    @Test func velocitiesHaveTheTemperatureAndNoMotionAsAWhole() throws {
        let motion = try argon(timestep: 5, temperature: 300)
        #expect(motion.system.degreesOfFreedom == 15)
        #expect(abs(motion.system.temperature(kineticEnergy: motion.kineticEnergy) - 300) < 1e-9)
        let scale = System.argonMass * (motion.velocities.map(\.length).max() ?? 1)
        #expect(motion.system.momentum(motion.velocities).length < 1e-12 * scale)
        #expect(motion.system.angularMomentum(motion.positions, motion.velocities).length < 1e-11 * scale)
        let diatomic = DynamicsSystem(masses: [1, 2], positions: [.zero, SIMD3(0, 0.3, 2)])
        #expect(diatomic.degreesOfFreedom == 1)
        #expect(
            DynamicsSystem(masses: [1, 2], positions: [.zero, SIMD3(0, 0, 2)], exchangesMomentum: true).degreesOfFreedom == 6)
    }

    /// The total energy deviates by an error of second order in the time step.
    @Test func energyIsConservedToSecondOrder() throws {
        func deviation(_ timestep: Double) throws -> Double {
            var motion = try argon(timestep: timestep)
            let first = motion.kineticEnergy + System.lennardJones(motion.positions).energy
            var largest = 0.0
            for _ in 0..<Int(4000 / timestep) {
                try motion.run(1, System.lennardJones)
                largest = max(largest, abs(motion.kineticEnergy + System.lennardJones(motion.positions).energy - first))
            }
            return largest
        }
        let (coarse, fine) = (try deviation(20), try deviation(10))
        #expect(fine < 1e-6)
        #expect(coarse / fine > 3.5 && coarse / fine < 4.5, "\(coarse / fine)")
    }

    @Test func momentaAreConserved() throws {
        var motion = try argon(timestep: 10, temperature: 60)
        try motion.run(2000, System.lennardJones)
        let scale = System.argonMass * (motion.velocities.map(\.length).max() ?? 1)
        #expect(motion.system.momentum(motion.velocities).length < 1e-10 * scale)
        #expect(motion.system.angularMomentum(motion.positions, motion.velocities).length < 1e-8 * scale)
    }

    @Test func motionIsReversible() throws {
        var motion = try argon(timestep: 10)
        let start = motion.positions
        try motion.run(300, System.lennardJones)
        #expect(zip(start, motion.positions).contains { distance($0, $1) > 0.5 })
        var back = VelocityVerlet(
            system: motion.system, timestep: motion.timestep, positions: motion.positions,
            velocities: motion.velocities.map { -$0 }, forces: motion.forces)
        try back.run(300, System.lennardJones)
        #expect(zip(start, back.positions).allSatisfy { distance($0, $1) < 1e-9 })
    }

    /// The discrete motion of a harmonic oscillator has the angular frequency 2/dt asin(w dt / 2), exactly.
    @Test func harmonicFrequencyIsThatOfTheDiscreteMotion() throws {
        let mass = 2 * PhysicalConstants.atomicMassUnit
        let w = (0.3 * 2 / mass).squareRoot()
        let timestep = 0.5 * System.femtosecond
        let positions: [SIMD3<Double>] = [.zero, SIMD3(2.01, 0, 0)]
        let system = DynamicsSystem(masses: [mass, mass], positions: positions)
        var motion = VelocityVerlet(
            system: system, timestep: timestep, positions: positions, velocities: [.zero, .zero],
            forces: System.springs(positions).forces)
        let discrete = 2 / timestep * asin(0.5 * w * timestep)
        for step in 1...200 {
            try motion.run(1, System.springs)
            let stretch = distance(motion.positions[0], motion.positions[1]) - 2
            #expect(abs(stretch - 0.01 * cos(discrete * timestep * Double(step))) < 1e-12)
        }
        let unit = PhysicalConstants.hartreeInWavenumbers
        #expect(abs(PowerSpectrum.corrected(discrete * unit, timestep: timestep) - w * unit) < 1e-8)
    }

    @Test func fixedBondsAreKept() throws {
        let bonds = [FixedBonds.Bond(0, 1, length: 1.9), FixedBonds.Bond(0, 2, length: 2.1)]
        /// Runs 300 fs; returns the largest deviation of the energy.
        func deviation(_ timestep: Double) throws -> Double {
            var motion = try VelocityVerlet.starting(
                System.triangle, masses: System.triangleMasses, bonds: bonds, temperature: 600, timestep: timestep,
                force: System.springs)
            #expect(motion.system.degreesOfFreedom == 1)
            let energy = motion.kineticEnergy + System.springs(motion.positions).energy
            var largest = 0.0
            for _ in 0..<Int(300 / timestep) {
                try motion.run(1, System.springs)
                for bond in bonds {
                    let r = motion.positions[bond.first] - motion.positions[bond.second]
                    #expect(abs(r.length - bond.length) < 1e-11)
                    #expect(abs(r.dot(motion.velocities[bond.first] - motion.velocities[bond.second])) < 1e-14)
                }
                largest = max(largest, abs(motion.kineticEnergy + System.springs(motion.positions).energy - energy))
            }
            let scale = System.triangleMasses[0] * (motion.velocities.map(\.length).max() ?? 1)
            #expect(motion.system.momentum(motion.velocities).length < 1e-11 * scale)
            #expect(motion.system.angularMomentum(motion.positions, motion.velocities).length < 1e-10 * scale)
            return largest
        }
        // As without fixed bonds, of second order in the time step.
        let (coarse, fine) = (try deviation(0.4), try deviation(0.2))
        #expect(fine < 1e-5 && coarse / fine > 3.5 && coarse / fine < 4.5, "\(coarse), \(fine)")
    }

    @Test func impossibleBondsAreRefused() {
        let bonds = FixedBonds([.init(0, 1, length: 1), .init(1, 2, length: 1), .init(0, 2, length: 5)])
        #expect(throws: FixedBondError.self) {
            _ = try bonds.satisfied(System.triangle, masses: System.triangleMasses)
        }
    }

    @Test func wallKeepsAtomsTogether() throws {
        let wall = SphericalWall(center: SIMD3(3.6, 3, 0), radius: 14, forceConstant: 0.002)
        var motion = try VelocityVerlet.starting(
            System.argon, masses: System.argon.map { _ in System.argonMass }, wall: wall, temperature: 900, timestep: 4,
            force: System.lennardJones)
        func energy() -> Double { motion.kineticEnergy + motion.wallEnergy + System.lennardJones(motion.positions).energy }
        let first = energy()
        var hasTouched = false
        for _ in 0..<4000 {
            try motion.run(1, System.lennardJones)
            hasTouched = hasTouched || motion.wallEnergy > 1e-5
            #expect(motion.positions.allSatisfy { distance($0, wall.center) < 20 })
            #expect(abs(energy() - first) < 1e-4)
        }
        #expect(hasTouched)
        // The force is the derivative of the energy.
        let place = [wall.center + SIMD3(9, 11, -7)]
        let moved = [place[0] + SIMD3(0, 1e-5, 0)], back = [place[0] - SIMD3(0, 1e-5, 0)]
        #expect(abs((wall.energy(moved) - wall.energy(back)) / 2e-5 + wall.forces(place)[0].y) < 1e-8)
    }

    /// Positions after 200 steps from ASE's VelocityVerlet with the same potential (Tests/References/reference_dynamics.py).
    @Test func trajectoryIsThatOfAnotherProgram() throws {
        let reference = try DynamicsReference.load()
        let masses = reference.masses.map { $0 * PhysicalConstants.atomicMassUnit }
        let start = DynamicsReference.vectors(reference.positions)
        var motion = VelocityVerlet(
            system: DynamicsSystem(masses: masses, positions: start), timestep: reference.timestep, positions: start,
            velocities: DynamicsReference.vectors(reference.velocities), forces: System.lennardJones(start).forces)
        try motion.run(reference.steps, System.lennardJones)
        for (found, expected) in zip(motion.positions, DynamicsReference.vectors(reference.lastPositions)) {
            #expect(distance(found, expected) < 1e-8)
        }
        for (found, expected) in zip(motion.velocities, DynamicsReference.vectors(reference.lastVelocities)) {
            #expect(distance(found, expected) < 1e-10)
        }
    }
}
