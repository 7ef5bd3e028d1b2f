import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import RunFolders
import WavefunctionAnalysis

struct OrbitalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orbitals",
        abstract: "Which fragments the orbitals belong to, and the density of states by fragment.",
        usage: "esp orbitals <run> [options]",
        discussion: """
            RUN is the folder of an esp computation or analysis. For every state the orbitals about the gap are listed with \
            the shares of the fragments. orbitals.csv in the folder has all orbitals with the shares of fragments and atoms, \
            and a picture a state (q-1_m2.dos.svg) the density of states by fragment.

            EXAMPLES
              esp orbitals complex.esp
              esp orbitals complex.esp --around 8 --scheme mulliken
              esp orbitals complex.esp --width 0.2 --range=-12,3
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("lowdin or mulliken.", valueName: "name"))
    var scheme: PopulationScheme = .lowdin

    @Option(help: ArgumentHelp("Orbitals to list on either side of the gap.", valueName: "n"))
    var around = 5

    @Option(help: ArgumentHelp("Width of an orbital in the density of states at half of its height, in eV.", valueName: "eV"))
    var width = 0.5

    @Option(
        help: ArgumentHelp(
            "Energies that the density of states covers, in eV (default: the gap and 8 eV about it).", valueName: "low,high"),
        transform: { try OrbitalsCommand.range($0) })
    var range: ClosedRange<Double>?

    @OptionGroup(title: "Machine") var memory: MemoryOption

    func validate() throws {
        guard (0...1000).contains(around) else { throw ValidationError("--around must lie between 0 and 1000") }
        guard width >= 0.01, width <= 10 else { throw ValidationError("--width must lie between 0.01 and 10 eV") }
    }

    private static func range(_ text: String) throws -> ClosedRange<Double> {
        let values = text.split(separator: ",").compactMap { Double($0) }
        guard values.count == 2, values[0].isFinite, values[1].isFinite, values[0] < values[1] else {
            throw ValidationError("'\(text)' is not a range of energies; write two numbers, such as --range=-12,3")
        }
        return values[0]...values[1]
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            BLASThreads.limit(to: 1)
            let run = try FinishedRun(readingFrom: folder, forWriting: true, memory: memory.limit)
            run.folder.noteIfReadOnly()
            let fragments = try run.fragments()
            let overlap = OneElectronIntegrals.overlap(basis: run.basis)
            let weight = scheme == .lowdin ? try PopulationAnalysis.squareRoot(ofOverlap: overlap) : overlap
            var table = OrbitalTable(fragments: fragments, symbols: run.basis.molecule.centerSymbols, scheme: scheme.rawValue)
            var pictures: [(state: ChargeState, text: String)] = []
            for wavefunction in run.wavefunctions {
                try Interruption.check()
                let sets = spinSets(wavefunction).map { spin, orbitals in
                    (spin, OrbitalComposition(orbitals, basis: run.basis, scheme: scheme, weight: weight))
                }
                for (spin, composition) in sets { table.add(composition, wavefunction.state, spin: spin) }
                // Natural orbitals have no energies.
                if wavefunction.hasNaturalOrbitals { continue }
                pictures.append((wavefunction.state, densityOfStates(sets, wavefunction.state, fragments: fragments).text))
            }
            // Before anything is written: a folder that is read-only must not keep the numbers from being seen.
            try Console.output(table.text(around: around))
            for (state, text) in pictures {
                try run.folder.write(Data(text.utf8), name: OutputFolder.exportName(state, extension: "dos.svg"))
            }
            try run.folder.write(Data(table.csv.utf8), name: "orbitals.csv")
            try Console.output(
                "\nresults in \(run.folder.path): orbitals.csv"
                    + (pictures.isEmpty ? "; natural orbitals have no density of states\n" : ", density of states as dos.svg\n"))
        }
    }

    private func spinSets(_ wavefunction: Wavefunction) -> [(spin: String, orbitals: MolecularOrbitals)] {
        switch wavefunction.orbitals {
        case .restricted(let both): [("both", both)]
        case .unrestricted(let alpha, let beta): [("alpha", alpha), ("beta", beta)]
        }
    }

    private func densityOfStates(
        _ sets: [(spin: String, composition: OrbitalComposition)], _ state: ChargeState, fragments: [FragmentRecord]
    ) -> DensityOfStatesSVG {
        let volt = PhysicalConstants.hartreeInElectronvolt
        let edges = sets.flatMap { [$0.composition.highestOccupied, $0.composition.lowestEmpty].compactMap { $0 } }
        let (low, high) = (edges.min() ?? 0, edges.max() ?? 0)
        let covered = range.map { $0.lowerBound / volt...$0.upperBound / volt } ?? (low - 8 / volt)...(high + 8 / volt)
        let panels = sets.map { spin, composition in
            let density = DensityOfStates(
                levels: composition.energies, shares: composition.shares(of: fragments.map(\.atoms)), range: covered,
                width: width / volt)
            let title = "q = \(signed(state.charge)), multiplicity \(state.multiplicity), spin \(spin)"
            return DensityOfStatesSVG.Panel(
                title: title, energies: density.energies, total: density.total, partial: density.partial,
                levels: composition.energies, highestOccupied: composition.highestOccupied)
        }
        return DensityOfStatesSVG(fragments: fragments.map(\.name), panels: panels)
    }
}

extension PopulationScheme: ExpressibleByArgument {}

extension OrbitalComposition {
    /// In hartree; nil without electrons.
    var highestOccupied: Double? { zip(energies, occupations).filter { $0.1 > 0 }.map(\.0).max() }
    /// In hartree; nil when all orbitals are occupied.
    var lowestEmpty: Double? { zip(energies, occupations).filter { $0.1 == 0 }.map(\.0).min() }
}
