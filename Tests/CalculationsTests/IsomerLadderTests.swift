import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import RunFolders
import TestSupport
import Testing

@testable import Calculations

@Suite struct IsomerLadderTests {
    private func hydrogenCyanide() throws -> MoleculeInput {
        let text = "3\n\nH 0 0 0\nC 0 0 1.07\nN 0 0 2.22\n"
        return MoleculeInput(
            try XYZFile(TextFile(path: "hcn.xyz", bytes: Array(text.utf8), expected: "a molecule")), name: "hcn.xyz")
    }

    private func input() throws -> IsomerInput {
        var input = IsomerInput(molecules: [try hydrogenCyanide()], charges: [0])
        input.cheap = nil
        (input.model.method, input.model.basis, input.model.basisFolder) = ("hf", "STO-3G", Repository.basisSets.path)
        input.singlePoint = IsomerLevel(method: "hf", basis: "3-21G")
        input.relaxedWindow = 0.1
        input.resources.threads = 1
        return input
    }

    private struct References: Decodable {
        struct Case: Decodable { let energy: Double }
        let cases: [Case]
    }

    /// Energies of HCN and HNC.
    private static func references() throws -> [Double] {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("isomers.json"))
        return try JSONDecoder().decode(References.self, from: data).cases.map(\.energy)
    }

    /// Hydrogen cyanide leads to hydrogen isocyanide. The energies of both are those of PySCF, minimised over the two bond lengths
    /// (isomers.json in Tests/References). A second call finds everything done and gives the same.
    @Test func findsTheIsomerAndGoesOn() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("isomers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try IsomerLadder(input(), folder: folder.path).run()
        let isomers = try #require(first.charges.first?.isomers)
        #expect(first.finished && isomers.count == 2)
        #expect(isomers.map(\.bonds) == ["CHN (C-H, C-N)", "CHN (C-N, H-N)"])
        for (isomer, energy) in zip(isomers, try Self.references()) {
            #expect(abs((isomer.energies["hf/STO-3G"] ?? 0) - energy) < 2e-6)
            #expect(isomer.energies["hf/3-21G"] != nil)
            let file = try XYZFile(readingFrom: folder.appendingPathComponent(isomer.file).path)
            #expect(file.molecule.atoms.count == 3)
            let picture = try Data(contentsOf: folder.appendingPathComponent(isomer.file.replacing(".xyz", with: ".png")))
            #expect(Array(picture.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        }
        let page = try String(contentsOf: folder.appendingPathComponent("isomers.html"), encoding: .utf8)
        #expect(isomers.allSatisfy { page.contains($0.bonds) && page.contains($0.file) })
        #expect(page.components(separatedBy: "<img ").count == 3)
        let error = try #require(first.charges.first?.errors.first)
        #expect(error.count == 2 && error.largest > 0 && error.largest < 0.02)
        let again = try IsomerLadder(input(), folder: folder.path).run()
        #expect(again.charges.map { $0.isomers.map(\.energies) } == first.charges.map { $0.isomers.map(\.energies) })

        // Other proposals need another folder.
        var other = try input()
        other.molecules[0].geometry[2] -= 0.1
        #expect(throws: RunFolderError.self) { try IsomerLadder(other, folder: folder.path).run() }

        // Of a narrower window only the lowest goes on to the single points.
        var narrow = try input()
        narrow.relaxedWindow = 0.02
        narrow.singlePoint = IsomerLevel(method: "hf", basis: "6-31G")
        let lowest = try IsomerLadder(narrow, folder: folder.path).run()
        #expect(lowest.charges.first?.isomers.map { $0.energies["hf/6-31G"] != nil } == [true, false])
    }

    /// Without time nothing is computed, and the result says so.
    @Test func endsWhenTheTimeIsUp() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("isomers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var hasty = try input()
        hasty.time = 1e-6
        let result = try IsomerLadder(hasty, folder: folder.path).run()
        #expect(!result.finished && result.charges.first?.untried == 2 && result.charges.first?.isomers.isEmpty == true)
        #expect(result.text.contains("run the same command to continue"))
    }

    @Test func levelsCompareByRelativeEnergies() throws {
        func isomer(_ cheap: Double, _ better: Double) throws -> RelaxedIsomer {
            let molecule = try hydrogenCyanide().file().molecule
            return RelaxedIsomer(
                id: "1", starts: ["1"], shape: .init(molecule), energy: better, spinSquared: 0, isConverged: true,
                energies: ["a": cheap, "b": better])
        }
        // The second isomer is 5 above the first at one level and 9 at the other: each deviates by 2 from the mean.
        let list = [try isomer(10, 20), try isomer(15, 29)]
        let error = try #require(list.error(of: "a", against: "b"))
        #expect(error.rootMeanSquare == 2 && error.largest == 2 && error.count == 2)
        #expect(list.within(5).count == 1 && list.within(9).count == 2)
        // One structure twice.
        let merged = try list.withoutDuplicates()
        #expect(merged.count == 1 && merged[0].energy == 20 && merged[0].starts.count == 2)
        #expect(try [isomer(15, 20), isomer(10, 29)].withoutDuplicates().first?.energies == ["a": 10, "b": 20])
    }
}
