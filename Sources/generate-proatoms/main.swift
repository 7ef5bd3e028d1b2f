import DensityFunctionals
import Foundation
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SphericalAtoms

// Writes the densities of spherical atoms, ions and cores for the schemes that share out space, one of two sets:
//     swift run -c release generate-proatoms restricted Sources/WavefunctionAnalysis/SpacePartitions/ProatomData.swift
//     swift run -c release generate-proatoms spin-polarized Sources/WavefunctionAnalysis/SpacePartitions/SpinPolarizedProatomData.swift
// from the folder of the package: the exponents of the second set are in Sources/generate-proatoms.
//
// One line a density: element, charge (or "core" and its electrons), the logarithm of the density at the nearest point in
// millionths, and the differences from point to point. Points are every third of the radial mesh.

/// What the two sets differ in.
struct Description: Sendable {
    let typeName, header: String
    let model: @Sendable (Element) -> SphericalAtom.Model

    static func restricted() throws -> Description {
        let functional = try DensityFunctional(named: "pbe")
        return Description(
            typeName: "ProatomData",
            header: """
                // Written by generate-proatoms; do not edit. PBE, spherically averaged, not relativistic, even-tempered Gaussians from
                // \(SphericalAtom.smallestExponent) on in steps of \(SphericalAtom.exponentRatio).
                """, model: { _ in .init(functional: functional) })
    }

    static func spinPolarized() throws -> Description {
        let functional = try DensityFunctional(named: "b3lyp")
        let file = "Sources/generate-proatoms/exponents.txt"
        var read: [String: [[Double]]] = [:]
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            read[String(words[0]), default: []].append(words[2...].compactMap { Double($0) })
        }
        let exponents = read
        return Description(
            typeName: "SpinPolarizedProatomData",
            header: """
                // Written by generate-proatoms; do not edit. B3LYP, spin-polarised, averaged over orientations, scalar-relativistic
                // (sf-X2C-1e), Gaussians of \(file).
                """,
            model: {
                .init(
                    functional: functional, isSpinPolarized: true, isScalarRelativistic: true,
                    exponents: exponents[$0.symbol])
            })
    }
}

/// Logarithms in millionths, the first one and then differences.
@Sendable func encoded(_ density: [Double]) -> String {
    let values = SphericalAtom.tablePoints.map { Int((log(max(density[$0], 1e-26)) * 1e6).rounded()) }
    return ([values[0]] + zip(values.dropFirst(), values).map { $0 - $1 }).map(String.init).joined(separator: " ")
}

let arguments = CommandLine.arguments
guard arguments.count == 3, ["restricted", "spin-polarized"].contains(arguments[1]) else {
    FileHandle.standardError.write(Data("usage: generate-proatoms restricted|spin-polarized <file.swift>\n".utf8))
    exit(64)
}
let description = try arguments[1] == "restricted" ? Description.restricted() : Description.spinPolarized()
BLASThreads.limit(to: 1)
let pool = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
let elements = (1...86).compactMap { Element(atomicNumber: $0) }

/// Text of the densities of one element, and complaints.
let parts: [(lines: [String], notes: [String])] = pool.map(elements.count) { index in
    let element = elements[index]
    var lines: [String] = []
    var notes: [String] = []
    for charge in (-2...min(5, element.atomicNumber - 1)) {
        do {
            let atom = try SphericalAtom(element: element, charge: charge, model: description.model(element))
            if !atom.isConverged { notes.append("\(element) \(charge): not converged") }
            lines.append("\(element) \(charge) \(encoded(atom.density))")
            notes.append("\(element) \(charge): energy \(atom.energy) Eh")
            guard charge == 0 else { continue }
            for size in SphericalAtom.coreSizes where size > 0 && size < element.atomicNumber {
                if let core = atom.coreDensity(electrons: size) { lines.append("\(element) core\(size) \(encoded(core))") }
            }
        } catch {
            notes.append("\(element) \(charge): \(error)")
        }
    }
    return (lines, notes)
}

let header = """
    \(description.header)
    enum \(description.typeName) {
        /// Logarithm of the first distance in bohr, and the step of the logarithm.
        static let firstLogarithm = \(SphericalAtom.firstTableLogarithm)
        static let step = \(SphericalAtom.tableStep)
        static let lines = \"\"\"

    """
let body = parts.flatMap(\.lines).map { "        \($0)\n" }.joined()
try Data((header + body + "        \"\"\"\n}\n").utf8).write(to: URL(fileURLWithPath: arguments[2]))
for note in parts.flatMap(\.notes) { print(note) }
