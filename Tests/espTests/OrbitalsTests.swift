import FileFormats
import Foundation
import Testing

/// `esp orbitals` and `esp fukui`.
@Suite struct OrbitalsTests {
    @Test func orbitalsAndFukuiFunctionsOfARun() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["compute", "water.xyz", "--charge", "1,0,-1"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        let orbitals = try program.run(["orbitals", "water.esp", "--around", "2"])
        #expect(orbitals.status == 0 && orbitals.output.contains("spin beta"), "\(orbitals.error)")
        #expect(orbitals.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(program.names(in: "water.esp").isSuperset(of: ["orbitals.csv", "q0_m1.dos.svg", "q1_m2.dos.svg"]))
        let fukui = try program.run(["fukui", "water.esp", "--cube", "--cube-spacing", "0.25"])
        #expect(fukui.status == 0 && fukui.output.contains("state with charge 0"), "\(fukui.error)")
        // A Fukui function holds one electron, the dual descriptor none.
        for (name, electrons) in [("plus", 1.0), ("minus", 1), ("zero", 1), ("dual", 0)] {
            let cube = try CubeFile(readingFrom: program.folder.appendingPathComponent("water.esp/fukui_\(name).cube").path)
            let sum = cube.values.reduce(0, +) * cube.spacing.x * cube.spacing.y * cube.spacing.z
            #expect(abs(sum - electrons) < 0.02, "\(name) \(sum)")
        }
        let json = try program.run(["fukui", "water.esp", "--charge", "1", "--json"])
        #expect(json.status == 0 && json.output.contains("\"minus\" : null"))
        #expect(try program.run(["fukui", "water.esp", "--charge", "5"]).status == 65)
    }
}
