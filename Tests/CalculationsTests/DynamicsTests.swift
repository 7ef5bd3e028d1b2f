import Calculations
import FileFormats
import Foundation
import MolecularDynamics
import MolecularStructure
import RunFolders
import TestSupport
import Testing

/// Molecular dynamics with the forces of a self-consistent field.
@Suite struct DynamicsTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-dynamics-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func input(_ symbols: [String], _ geometry: [Double], basis: String = "STO-3G", charge: Int = 0) -> CalculationInput {
        var input = CalculationInput(molecule: MoleculeInput(name: "molecule.xyz", symbols: symbols, geometry: geometry))
        input.model.method = "hf"
        input.model.basis = basis
        input.model.basisFolder = Repository.basisSets.path
        input.states.charges = [charge]
        input.resources.threads = 1
        return input
    }

    private var water: CalculationInput {
        input(["O", "H", "H"], [0, 0, 0.2217, 0, 1.4309, -0.8867, 0, -1.4309, -0.8867])
    }

    private func settings(steps: Int, _ change: (inout DynamicsInput) -> Void = { _ in }) -> DynamicsInput {
        var settings = DynamicsInput()
        settings.steps = steps
        change(&settings)
        return settings
    }

    private func data(_ folder: String, _ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name))
    }

    /// Stops a run within the step after a number of rows of its table, as a signal does.
    private final class Stopper: @unchecked Sendable {
        struct Stopped: Error {}
        private let table: URL
        private let rows: Int
        private var isWithinStep = false

        init(_ folder: String, after rows: Int) {
            table = URL(fileURLWithPath: folder).appendingPathComponent("energies.csv")
            self.rows = rows
        }

        func check() throws {
            let lines = (try? String(contentsOf: table, encoding: .utf8))?.split(separator: "\n").count ?? 0
            guard lines > rows else { return }
            if isWithinStep { throw Stopped() }
            isWithinStep = true
        }
    }

    @Test func energyDriftsLittleWithDefaultThresholds() throws {
        try withFolder { folder in
            let result = try DynamicsRun(water, settings(steps: 300), folder: folder).run()
            let summary = try #require(result.summary)
            #expect(result.finished && result.steps == 300 && summary.time == 150)
            #expect(abs(summary.drift) < 1e-5, "\(summary.drift) Eh per atom and ps")
            // The error of the time step, of second order, is 2e-5 Eh in larger basis sets.
            #expect(summary.conservedDeviation < 5e-5 && summary.meanTemperature > 50, "\(summary)")
        }
    }

    @Test func extrapolationSavesFockMatrices() throws {
        func builds(_ history: Int) throws -> Double {
            var found = 0.0
            try withFolder { folder in
                found =
                    try DynamicsRun(water, settings(steps: 40) { $0.history = history }, folder: folder).run().summary?.fockBuilds
                    ?? 0
            }
            return found
        }
        let (plain, extrapolated) = (try builds(1), try builds(5))
        #expect(extrapolated < plain - 1, "\(extrapolated), \(plain)")
    }

    /// The frequency of a small vibration of hydrogen is the harmonic one of the second derivatives.
    @Test func diatomicVibratesWithItsHarmonicFrequency() throws {
        try withFolder { folder in
            // The minimum of HF/STO-3G is at 1.3459 bohr (Szabo and Ostlund, Modern Quantum Chemistry).
            var optimization = input(["H", "H"], [0, 0, 0, 0, 0, 1.36])
            optimization.task = .frequencies
            optimization.frequencies.relaxes = true
            optimization.optimization.criteria = "verytight"
            optimization.analyses.pictures = []
            guard case .states(let document) = try optimization.run(folder: folder + "/harmonic") else {
                Issue.record("no result")
                return
            }
            let state = document.states[0]
            let harmonic = try #require(state.vibrations?.frequencies.last)
            let geometry = document.molecule.geometry
            let length = abs(geometry[5] - geometry[2])
            let stretched = input(["H", "H"], [0, 0, 0, 0, 0, length + 0.004])
            let run = try DynamicsRun(
                stretched,
                settings(steps: 600) {
                    ($0.temperature, $0.timestep, $0.masses) = (0, 0.2, "abundant")
                }, folder: folder + "/run"
            ).run()
            #expect(run.finished)
            var request = TrajectoryRequest()
            (request.wantsSpectrum, request.highestWavenumber, request.lag) = (true, 8000, 80)
            let spectrum = try #require(try TrajectoryAnalysis(folder + "/run", request).result().spectrum)
            let peak = try #require(spectrum.peaks.max { $0.value < $1.value })
            let found = try #require(peak.corrected)
            #expect(abs(found / harmonic - 1) < 0.01, "\(found) cm-1, harmonic \(harmonic)")
        }
    }

    /// Positions and energies after 40 steps from ASE's VelocityVerlet with PySCF's gradients (Tests/References/reference_dynamics.py).
    @Test func trajectoryIsThatOfAnotherProgram() throws {
        struct Reference: Decodable {
            struct Water: Decodable {
                let masses: [Double]
                let timestep: Double
                let steps: Int
                let positions, velocities, energies, last_positions: [[Double]]
            }
            let water: Water
        }
        let url = Repository.references.appendingPathComponent("dynamics.json")
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).water
        func vectors(_ rows: [[Double]]) -> [SIMD3<Double>] { rows.map { SIMD3($0[0], $0[1], $0[2]) } }
        var input = input(["O", "H", "H"], reference.positions.flatMap { $0 })
        input.convergence.energyTolerance = 1e-12
        let surface = try PotentialEnergySurface(input)
        let start = vectors(reference.positions)
        var energy = 0.0
        func forces(_ positions: [SIMD3<Double>]) throws -> [SIMD3<Double>] {
            let point = try surface.point(at: positions)
            energy = point.energy
            return point.gradient.map { -$0 }
        }
        let masses = reference.masses.map { $0 * PhysicalConstants.atomicMassUnit }
        var motion = VelocityVerlet(
            system: DynamicsSystem(masses: masses, positions: start), timestep: reference.timestep, positions: start,
            velocities: vectors(reference.velocities), forces: try forces(start))
        for step in 0...reference.steps {
            if step > 0 { try motion.advance(forces) }
            #expect(abs(energy - reference.energies[step][0]) < 1e-8)
            #expect(abs(motion.kineticEnergy - reference.energies[step][1]) < 1e-8)
        }
        // Forces with an error of 1e-7, that of the orbital gradient, move a proton by 2e-5 bohr in this time.
        for (found, expected) in zip(motion.positions, vectors(reference.last_positions)) {
            #expect(distance(found, expected) < 2e-5)
        }
    }

    @Test(arguments: [DynamicsInput.ThermostatChoice.none, .bussi, .langevin])
    func interruptedRunsGoOnToTheSameBits(_ thermostat: DynamicsInput.ThermostatChoice) throws {
        try withFolder { folder in
            let settings = settings(steps: 12) {
                ($0.thermostat, $0.couplingTime, $0.wallRadius, $0.fixedBonds) = (thermostat, 20, 1.8, ["1-2"])
            }
            let whole = try DynamicsRun(water, settings, folder: folder + "/whole").run()
            let parts = folder + "/parts"
            for rows in [4, 9] {
                let stopper = Stopper(parts, after: rows)
                let run = try DynamicsRun(
                    water, settings, folder: parts, monitor: CalculationMonitor(checkCancellation: stopper.check))
                #expect(throws: Stopper.Stopped.self) { try run.run() }
            }
            // A killed process leaves a torn record behind the saved state.
            for name in ["trajectory.xyz", "energies.csv"] {
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: parts + "/" + name))
                try file.seekToEnd()
                try file.write(contentsOf: Data("3\nstep=99 time".utf8))
                try file.close()
            }
            let unfinished = try DynamicsDocument(readingFrom: parts + "/dynamics.json")
            #expect(unfinished.steps == 8 && !unfinished.finished)
            let resumed = try DynamicsRun(water, settings, folder: parts).run()
            #expect(resumed.finished && resumed.summary == whole.summary)
            for name in ["trajectory.xyz", "energies.csv", "dynamics.state"] {
                #expect(try data(folder + "/whole", name) == data(parts, name), "\(name)")
            }
            // More steps lengthen it; another time step is another run.
            var longer = settings
            longer.steps = 14
            #expect(try DynamicsRun(water, longer, folder: parts).run().steps == 14)
            #expect(try data(parts, "trajectory.xyz").starts(with: data(folder + "/whole", "trajectory.xyz")))
            var other = settings
            other.timestep = 1
            #expect(throws: RunFolderError.self) { try DynamicsRun(water, other, folder: parts).run() }
            // A state without its trajectory is refused.
            try Data("3\n".utf8).write(to: URL(fileURLWithPath: parts + "/trajectory.xyz"))
            #expect(throws: RunFolderError.self) { try DynamicsRun(water, longer, folder: parts).run() }
        }
    }

    /// The water cation, unrestricted, with a bond of another length than at first: the deviation of the energy is of second order.
    @Test func openShellsAndFixedBonds() throws {
        func deviation(_ timestep: Double) throws -> Double {
            var found = 0.0
            try withFolder { folder in
                var cation = water
                cation.states.charges = [1]
                let settings = settings(steps: Int(15 / timestep)) { ($0.fixedBonds, $0.timestep) = (["1-2=1.0"], timestep) }
                let result = try DynamicsRun(cation, settings, folder: folder).run()
                #expect(result.multiplicity == 2 && result.degreesOfFreedom == 2)
                found = try #require(result.summary).conservedDeviation
                let trajectory = try TrajectoryFile(readingFrom: folder + "/trajectory.xyz")
                #expect(trajectory.frames.count == settings.steps + 1)
                for frame in trajectory.frames {
                    let length = distance(frame.positions[0], frame.positions[1]) * PhysicalConstants.bohrInAngstrom
                    #expect(abs(length - 1) < 1e-9)
                }
            }
            return found
        }
        let ratio = try deviation(0.5) / deviation(0.25)
        #expect(ratio > 3.5 && ratio < 4.5, "\(ratio)")
    }

    @Test func badInputIsRefused() throws {
        try withFolder { folder in
            func refused(_ input: CalculationInput, _ settings: DynamicsInput) -> String {
                do {
                    _ = try DynamicsRun(input, settings, folder: folder)
                    return ""
                } catch {
                    return "\(error)"
                }
            }
            #expect(refused(input(["He"], [0, 0, 0]), settings(steps: 1)).contains("a single atom"))
            #expect(refused(water, settings(steps: 0)).contains("--steps"))
            #expect(refused(water, settings(steps: 1) { $0.timestep = 0 }).contains("--timestep"))
            #expect(
                refused(water, settings(steps: 1) { ($0.thermostat, $0.temperature) = (.bussi, 0) }).contains("--temperature"))
            #expect(refused(water, settings(steps: 1) { $0.fixedBonds = ["1-4"] }).contains("--fix-bond 1-4"))
            #expect(
                refused(water, settings(steps: 1) { $0.fixedBonds = ["1-2", "1-3", "2-3"] }).contains("nothing that can move"))
            #expect(refused(water, settings(steps: 1) { $0.wallRadius = 1 }).contains("--wall"))
            #expect(refused(water, settings(steps: 1) { $0.masses = "heavy" }).contains("--masses"))
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }
}
