import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import Report
import RunFolders
import WavefunctionAnalysis

/// Shares of fragments and atoms in the orbitals, and the density of states by fragment.
public struct OrbitalsProperty: RunProperty {
    public static let name = "orbitals"

    public var scheme: PopulationScheme
    /// Orbitals to show on either side of the gap.
    public var around: Int
    /// Full width at half maximum of an orbital in the density of states, in eV.
    public var width: Double
    /// Range of the density of states, in eV; nil for the gap and 8 eV on either side.
    public var energies: ClosedRange<Double>?

    public init(
        scheme: PopulationScheme = .lowdin, around: Int = 5, width: Double = 0.5, energies: ClosedRange<Double>? = nil
    ) {
        self.scheme = scheme
        self.around = around
        self.width = width
        self.energies = energies
    }

    public struct Value: PropertyValue {
        fileprivate let table: OrbitalTable
        fileprivate let around: Int
        /// The density of states of every state whose orbitals have energies, as SVG.
        fileprivate let pictures: [(state: ChargeState, text: String)]

        public func rendered(as format: PropertyFormat) -> String? {
            switch format {
            case .text: table.text(around: around)
            case .csv: table.csv
            case .json: nil
            }
        }
    }

    public func value(of opened: OpenedRun) throws -> Value {
        let run = try opened.finished(forWriting: true)
        opened.noteIfReadOnly()
        let fragments = try opened.fragments()
        let overlap = OneElectronIntegrals.overlap(basis: run.basis)
        let weight = scheme == .lowdin ? try PopulationAnalysis.squareRoot(ofOverlap: overlap) : overlap
        var table = OrbitalTable(fragments: fragments, symbols: run.basis.molecule.centerSymbols, scheme: scheme.rawValue)
        var plots: [(state: ChargeState, sets: [SpinSet])] = []
        for wavefunction in run.wavefunctions {
            try opened.monitor.checkCancellation()
            let sets = spinSets(wavefunction).map { spin, orbitals in
                (spin, OrbitalComposition(orbitals, basis: run.basis, scheme: scheme, weight: weight))
            }
            for (spin, composition) in sets { table.add(composition, wavefunction.state, spin: spin) }
            // Natural orbitals have no energies.
            if wavefunction.hasNaturalOrbitals { continue }
            plots.append((wavefunction.state, sets))
        }
        return Value(table: table, around: around, pictures: densitiesOfStates(plots, fragments: fragments))
    }

    public func write(_ value: Value, of opened: OpenedRun, announce: (String) throws -> Void) throws {
        let folder = try opened.finished(forWriting: true).folder
        for (state, text) in value.pictures {
            try folder.write(Data(text.utf8), name: OutputFolder.exportName(state, extension: "dos.svg"))
        }
        try folder.write(Data(value.table.csv.utf8), name: OutputFolder.orbitalTableName)
        try announce(
            "\nresults written to \(folder.path): \(OutputFolder.orbitalTableName)"
                + (value.pictures.isEmpty ? "; natural orbitals have no density of states\n" : ", density of states as dos.svg\n")
        )
    }

    private func spinSets(_ wavefunction: Wavefunction) -> [(spin: String, orbitals: MolecularOrbitals)] {
        switch wavefunction.orbitals {
        case .restricted(let both): [("both", both)]
        case .unrestricted(let alpha, let beta): [("alpha", alpha), ("beta", beta)]
        }
    }

    private typealias SpinSet = (spin: String, composition: OrbitalComposition)

    /// One plot per state, all with the same axes.
    private func densitiesOfStates(
        _ plots: [(state: ChargeState, sets: [SpinSet])], fragments: [FragmentRecord]
    ) -> [(state: ChargeState, text: String)] {
        let volt = PhysicalConstants.hartreeInElectronvolt
        let edges = plots.flatMap(\.sets).flatMap {
            [$0.composition.highestOccupied, $0.composition.lowestEmpty].compactMap { $0 }
        }
        let (low, high) = (edges.min() ?? 0, edges.max() ?? 0)
        let covered = energies.map { $0.lowerBound / volt...$0.upperBound / volt } ?? (low - 8 / volt)...(high + 8 / volt)
        let panels = plots.map { plot in
            plot.sets.map { spin, composition in
                let density = DensityOfStates(
                    levels: composition.energies, shares: composition.shares(of: fragments.map(\.atoms)), range: covered,
                    width: width / volt)
                let title = "q = \(NumberText.charge(plot.state.charge)), multiplicity \(plot.state.multiplicity), spin \(spin)"
                return DensityOfStatesSVG.Panel(
                    title: title, energies: density.energies, total: density.total, partial: density.partial,
                    levels: composition.energies, highestOccupied: composition.highestOccupied)
            }
        }
        let highest = panels.joined().flatMap { $0.total + $0.partial.flatMap { $0 } }.max() ?? 0
        return zip(plots, panels).map {
            ($0.state, DensityOfStatesSVG(fragments: fragments.map(\.name), panels: $1, highest: max(highest, 1e-9)).text)
        }
    }
}

extension OrbitalComposition {
    /// In hartree; nil without electrons.
    var highestOccupied: Double? { zip(energies, occupations).filter { $0.1 > 0 }.map(\.0).max() }
    /// In hartree; nil if all orbitals are occupied.
    var lowestEmpty: Double? { zip(energies, occupations).filter { $0.1 == 0 }.map(\.0).min() }
}
