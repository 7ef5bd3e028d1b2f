import ArgumentParser
import Calculations
import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// `esp pack`: a cluster of molecules in a sphere.
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "A cluster of molecules at random places in a sphere, without contacts, as a beginning for dynamics.",
        usage: "esp pack <file>[*n] [<file>[*n] ...] [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form, *N how many of it (default: 1). The molecules stay as they are; they are placed \
            and turned at random in a sphere that holds all nuclei, with atoms of different molecules at least --distance apart. The size \
            of the sphere follows from the density, the mass over its volume, or is given.

            EXAMPLES
              esp pack 'zrcl4.xyz*4' tcbq.xyz --density 1.2 -o cluster.xyz
              esp pack 'water.xyz*20' --radius 6 --seed 3 -o drop.xyz
              esp dynamics cluster.xyz --wall 8 --thermostat langevin

            The structure goes to --output, else to standard output. Its charge is the sum of those in the files.
            """)

    @Argument(
        help: ArgumentHelp("Molecules, each with a number behind * if there are several.", valueName: "file[*n]"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var parts: [String]

    @Option(help: ArgumentHelp("Density, in g/cm3 (default: 1, unless --radius is given).", valueName: "g/cm3"))
    var density: Double?

    @Option(help: ArgumentHelp("Radius of the sphere, in Angstrom.", valueName: "R"))
    var radius: Double?

    @Option(help: ArgumentHelp("Least distance between atoms of different molecules, in Angstrom.", valueName: "d"))
    var distance = 2.0

    @Option(help: ArgumentHelp("Seed of the places.", valueName: "n"))
    var seed = 1

    @Option(
        name: .shortAndLong, help: ArgumentHelp("File for the structure (default: standard output).", valueName: "file"),
        completion: .file(extensions: ["xyz"]))
    var output: String?

    @Flag(help: "Replace the file.")
    var force = false

    @Flag(name: .shortAndLong, help: "No summary on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        guard density == nil || radius == nil else {
            throw ValidationError("--density and --radius both set the size: give one of them")
        }
        if let density, !(density > 0 && density <= 100) { throw ValidationError("--density must lie between 0 and 100 g/cm3") }
        if let radius, !(radius > 0 && radius <= 1e4) { throw ValidationError("--radius must lie between 0 and 10000 Angstrom") }
        guard distance > 0, distance <= 100 else { throw ValidationError("--distance must lie between 0 and 100 Angstrom") }
        for part in parts { _ = try Self.divided(part) }
    }

    /// The file and the number.
    private static func divided(_ text: String) throws -> (path: String, count: Int) {
        guard let star = text.lastIndex(of: "*") else { return (text, 1) }
        guard let count = Int(text[text.index(after: star)...]), (1...10_000).contains(count), star != text.startIndex else {
            throw ValidationError("'\(text)': write the number of molecules behind the star, such as 'water.xyz*4'")
        }
        return (String(text[..<star]), count)
    }

    func run() throws {
        try Failure.reporting {
            let parts = try parts.map { part in
                let (path, count) = try Self.divided(part)
                let file = try XYZFile(readingFrom: path)
                if !quiet { for note in file.notes { Console.error("  \(path): \(note)") } }
                return PackedCluster.Part(name: OutputFolder.stem(of: path), file: file, count: count)
            }
            if let output, !force, FileManager.default.fileExists(atPath: output) {
                throw Failure(.outputNotCreated, "\(output) exists. Name another file with --output, or replace it with --force.")
            }
            let angstrom = PhysicalConstants.bohrInAngstrom
            let cluster = try PackedCluster(
                parts, size: radius.map { .radius($0 / angstrom) } ?? .density(density ?? 1), distance: distance / angstrom,
                seed: seed,
                checkCancellation: Interruption.check)
            if let output {
                try AtomicFile.write(Data(cluster.file.text.utf8), to: URL(fileURLWithPath: output))
            } else {
                try Console.output(cluster.file.text)
            }
            guard !quiet else { return }
            var text = String(
                format: "  %d atoms in a sphere of %.3f Angstrom, %.3f g/cm3", cluster.file.molecule.atoms.count,
                cluster.radius * angstrom,
                cluster.density)
            if let closest = cluster.closest { text += String(format: "; closest contact %.3f Angstrom", closest * angstrom) }
            Console.error(text)
        }
    }
}
