import FileFormats
import Foundation
import MolecularStructure
import RedoxPotentials
import RunFolders

/// The states of one molecule with their energies, read from the folders of finished runs.
public struct RedoxRun: Sendable {
    /// The name of its folder.
    public let name: String
    public let folders: [String]
    /// Method, basis and medium.
    public let model: String
    /// Method and medium without the basis, and the basis of every element: runs of different elements may have one model.
    let method: String
    let basis: [String: String]
    /// Nil in vacuum, and for a medium that has only a dielectric constant.
    public let solvent: String?
    public let isInVacuum: Bool
    public let series: RedoxSeries
    /// Whether adiabatic values are Gibbs energies.
    public let isFree: Bool
    /// The ion that comes with every electron; nil for electrons alone.
    public let ion: IonReference?
    /// One per atom, without the ions that come with the electrons.
    public let symbols: [String]
    /// Of the C=O stretch of the first state, in cm-1; nil without vibrations or without such a mode.
    public let carbonylWavenumber: Double?
    /// What the reader of the potentials should know.
    public let notes: [String]

    /// The energies of an ion and of what it is made from, at the level of the states.
    public struct IonReference: Sendable, Equatable {
        /// `Li+`
        public let name: String
        public let symbol: String
        /// Of the ion in the medium of the states, in hartree.
        public let ion: Double
        /// Of the free atom in vacuum, in hartree.
        public let atom: Double
        /// Electrons that come with each ion.
        public let electrons: Int

        package init(name: String, symbol: String, ion: Double, atom: Double, electrons: Int) {
            (self.name, self.symbol, self.ion, self.atom, self.electrons) = (name, symbol, ion, atom, electrons)
        }
    }

    /// Reads finished runs: a folder of several states is one molecule, and so are folders of single states (of `esp optimize` or `esp
    /// compute`) of the same atoms in the same model.
    ///
    /// - Parameter isFree: whether relaxed states have Gibbs energies, from the vibrations that `esp frequencies` has added to their runs.
    /// - Throws: `CalculationError`, `RunFolderError`, `InputFileError`.
    public static func all(readingFrom folders: [String], isFree: Bool) throws -> [RedoxRun] {
        /// What is one molecule: a finished reading, or single states with the name of the first of them.
        enum Part {
            case run(RedoxRun)
            case singles([(folder: String, document: ResultDocument)], name: String)
        }
        var parts: [Part] = []
        let names = OutputFolder.names(of: folders)
        for (folder, name) in zip(folders, names) {
            if LithiationDocument.isFolder(folder) {
                guard !isFree else {
                    throw CalculationError.usage(
                        "\(folder): structures of esp lithiate have energies only. Leave out --free-energy for this folder.")
                }
                parts.append(.run(try RedoxRun(LithiationDocument(inFolder: folder), name: name, folder: folder)))
                continue
            }
            let document = try FinishedRun.document(in: folder)
            guard document.states.count == 1 else {
                parts.append(.run(try RedoxRun(document, name: name, folder: folder, isFree: isFree)))
                continue
            }
            // Single states of one molecule stand where the first of them stood. Each belongs to one of the others, not to all: bonds may
            // change with the first electron, and names tell only the charge.
            let place = parts.firstIndex { part in
                guard case .singles(let group, _) = part else { return false }
                return group.contains { Self.belong($0, (folder, document)) }
            }
            if let place, case .singles(let group, let first) = parts[place] {
                parts[place] = .singles(group + [(folder, document)], name: first)
            } else {
                parts.append(.singles([(folder, document)], name: name))
            }
        }
        let results = try parts.map { part in
            switch part {
            case .run(let run): run
            case .singles(let group, let name): try RedoxRun(group, name: name, isFree: isFree)
            }
        }
        if let lonely = results.first(where: { $0.series.states.count < 2 }) {
            throw CalculationError.badInput(
                "\(lonely.folders[0]) has one charge state; a potential lies between two. Name the folder of the other state, too, or compute "
                    + "the series with esp voltage FILE.")
        }
        return results
    }

    /// Whether two runs are states of one molecule: of the same atoms in the same model, and with the same bonds or the same name but for the
    /// charge (`complex.opt` and `complex_q-1.opt`), because a reduction may change bonds.
    private static func belong(_ a: (folder: String, document: ResultDocument), _ b: (folder: String, document: ResultDocument))
        -> Bool
    {
        guard a.document.molecule.symbols == b.document.molecule.symbols, a.document.model.title == b.document.model.title else {
            return false
        }
        func name(_ run: (folder: String, document: ResultDocument)) -> String {
            let (stem, ending) = (OutputFolder.stem(of: run.folder), "_q\(run.document.states[0].charge)")
            return stem.hasSuffix(ending) ? String(stem.dropLast(ending.count)) : stem
        }
        if name(a) == name(b) { return true }
        guard let one = a.document.molecule.molecule, let other = b.document.molecule.molecule else { return false }
        return BondGraph(one).bonds == BondGraph(other).bonds
    }

    // MARK: Folders of several states

    /// - Parameter document: of a series at one structure, with or without the relaxed states.
    private init(_ document: ResultDocument, name: String, folder: String, isFree: Bool) throws {
        try Self.check(document.states, folder)
        let base = document.baseCharge ?? document.states[0].charge
        let states = document.states.filter { $0.charge <= base }.sorted { $0.charge > $1.charge }
        try Self.check(contiguous: states.map(\.charge), folder)
        if let relaxed = document.relaxedStates { try Self.check(relaxed, folder) }
        var found: [RedoxSeries.State] = []
        var notes: [String] = []
        for state in states {
            let relaxed = document.relaxedStates?.first { $0.charge == state.charge }
            var adiabatic = relaxed?.energy
            if isFree, adiabatic != nil {
                let place = state.charge == base ? folder : RelaxedStates.runPath(in: folder, charge: state.charge)
                adiabatic = try Self.gibbsEnergy(
                    state.charge == base ? state : Self.state(state.charge, in: place), energy: adiabatic, in: place,
                    notes: &notes)
            }
            found.append(
                .init(
                    charge: state.charge, multiplicity: state.multiplicity, electrons: base - state.charge,
                    vertical: state.energy,
                    adiabatic: adiabatic, unbound: Set((state.unbound ?? []) + (relaxed?.unbound ?? [])).sorted()))
        }
        if isFree, found.allSatisfy({ $0.adiabatic == nil }) {
            throw CalculationError.badInput(
                "\(folder): its states were not relaxed, so they have no Gibbs energies. Compute it again with esp voltage FILE --free-energy."
            )
        }
        self.init(name: name, folders: [folder], document: document, states: found, isFree: isFree, notes: notes)
    }

    /// The state of a charge in the folder of a run.
    private static func state(_ charge: Int, in folder: String) throws -> StateRecord {
        let document = try FinishedRun.document(in: folder)
        return document.states[try document.stateIndices(charges: [charge], in: folder)[0]]
    }

    // MARK: Folders of single states

    private init(_ runs: [(folder: String, document: ResultDocument)], name: String, isFree: Bool) throws {
        let sorted = runs.sorted { $0.document.states[0].charge > $1.document.states[0].charge }
        let charges = sorted.map { $0.document.states[0].charge }
        if Set(charges).count < charges.count {
            let twice = sorted.filter { run in charges.count { $0 == run.document.states[0].charge } > 1 }.map(\.folder)
            throw CalculationError.usage(
                "\(twice.joined(separator: " and ")) hold the same charge of one molecule. Name one of them.")
        }
        try Self.check(contiguous: charges, sorted[0].folder)
        var notes: [String] = []
        // States that were not relaxed by themselves are vertical.
        let geometry = sorted[0].document.molecule.geometry
        let isVertical = sorted.count > 1 && sorted.allSatisfy { Self.isSame($0.document.molecule.geometry, geometry) }
        guard !isVertical || !isFree else {
            throw CalculationError.badInput(
                "\(sorted.map(\.folder).joined(separator: " and ")) have the same structure, so they are not both relaxed and have no Gibbs "
                    + "energies. Leave out --free-energy, or relax them with esp optimize.")
        }
        let states = try sorted.map { folder, document in
            try Self.check(document.states, folder)
            let state = document.states[0]
            var energy = state.energy
            if isFree { energy = try Self.gibbsEnergy(state, energy: energy, in: folder, notes: &notes) }
            return RedoxSeries.State(
                charge: state.charge, multiplicity: state.multiplicity, electrons: charges[0] - state.charge,
                vertical: isVertical ? energy : nil, adiabatic: isVertical ? nil : energy, unbound: state.unbound ?? [])
        }
        self.init(
            name: name, folders: sorted.map(\.folder), document: sorted[0].document, states: states, isFree: isFree, notes: notes)
    }

    /// Within the digits of an XYZ file.
    private static func isSame(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
    }

    private init(
        name: String, folders: [String], document: ResultDocument, states: [RedoxSeries.State], isFree: Bool, notes: [String]
    ) {
        self.name = name
        self.folders = folders
        model = document.model.title
        method = document.model.methodTitle + (document.model.specialities.map { ", \($0)" } ?? "")
        basis = document.model.basis
        solvent = document.model.solvent?.name
        isInVacuum = document.model.solvent == nil
        series = RedoxSeries(states)
        self.isFree = isFree
        ion = nil
        symbols = document.molecule.symbols
        let base = document.states.first { $0.charge == states[0].charge }
        carbonylWavenumber = base?.vibrations?.carbonylWavenumber
        self.notes = notes
    }

    /// The lowest structures with 0, 1, 2, ... ions.
    private init(_ summary: LithiationDocument, name: String, folder: String) throws {
        let level = summary.level
        guard summary.ion.electrons > 0 else {
            throw CalculationError.badInput(
                "\(folder): its ions came without electrons (--electrons 0), so there is no potential. Run esp lithiate with electrons."
            )
        }
        func failure(_ text: String) -> CalculationError { .notConverged("\(folder): \(text) Run the same esp lithiate again.") }
        guard let host = summary.reference.host[level], let ion = summary.reference.ion[level],
            let atom = summary.reference.atom[level]
        else { throw failure("the energies without an ion are missing.") }
        var states = [
            RedoxSeries.State(
                charge: summary.charge, multiplicity: summary.multiplicity, electrons: 0, vertical: nil, adiabatic: host)
        ]
        for step in summary.steps {
            guard let lowest = step.structures.filter({ $0.converged }).compactMap({ $0.energies[level] }).min() else { break }
            states.append(
                .init(
                    charge: step.charge, multiplicity: step.multiplicity, electrons: step.ions * summary.ion.electrons,
                    vertical: nil,
                    adiabatic: lowest))
        }
        guard states.count > 1 else { throw failure("no structure with an ion is relaxed at \(level).") }
        self.name = name
        folders = [folder]
        model = summary.title
        (method, basis) = (summary.title, [:])
        solvent = summary.solvent
        isInVacuum = !summary.hasMedium
        series = RedoxSeries(states)
        isFree = false
        self.ion = IonReference(
            name: summary.ion.name, symbol: summary.ion.symbol, ion: ion, atom: atom, electrons: summary.ion.electrons)
        symbols = summary.symbols
        carbonylWavenumber = nil
        notes = summary.finished ? [] : ["the search of esp lithiate is not finished: a lower structure may exist"]
    }

    // MARK: Checks

    /// Whether the method and the medium are the same, and the basis of all elements that both have.
    func hasModel(of other: RedoxRun) -> Bool {
        method == other.method && basis.allSatisfy { other.basis[$0.key] == nil || other.basis[$0.key] == $0.value }
    }

    private static func check(_ states: [StateRecord], _ folder: String) throws {
        if let open = states.first(where: { !$0.converged || $0.energy == nil }) {
            throw CalculationError.notConverged(
                "\(folder): charge \(signed(open.charge)) is not converged, so it has no potential. Compute it again with more "
                    + "--max-iterations, --damping or --second-order.")
        }
    }

    private static func check(contiguous charges: [Int], _ folder: String) throws {
        if let gap = zip(charges, charges.dropFirst()).first(where: { $0 - $1 != 1 }) {
            throw CalculationError.badInput(
                "\(folder): charge \(signed(gap.0 - 1)) between \(signed(gap.0)) and \(signed(gap.1)) is missing. Compute it, too."
            )
        }
    }

    /// With low modes as free rotors (Grimme).
    private static func gibbsEnergy(
        _ state: StateRecord, energy: Double?, in folder: String, notes: inout [String]
    ) throws -> Double? {
        guard let vibrations = state.vibrations, let thermal = vibrations.thermochemistry else {
            throw CalculationError.badInput(
                "\(folder): charge \(signed(state.charge)) has no thermochemistry. Run esp frequencies \(folder) -c \(state.charge) first."
            )
        }
        guard let energy, abs(vibrations.energy - energy) < 1e-5 else {
            throw CalculationError.badInput(
                "\(folder): the vibrations of charge \(signed(state.charge)) belong to another energy. Run esp frequencies again."
            )
        }
        if vibrations.verdict != .minimum {
            notes.append("charge \(signed(state.charge)) is not at a minimum: its Gibbs energy is uncertain")
        }
        return energy + thermal.gibbsEnergyQuasiRigidRotor
    }
}

extension VibrationRecord {
    /// Of the mode with the largest share of C=O stretch, the antisymmetric one if there are several C=O bonds; in cm-1.
    package var carbonylWavenumber: Double? {
        let found = zip(frequencies, composition).compactMap { wavenumber, parts in
            parts.first { $0.name == "C=O stretch" }.map { (wavenumber: wavenumber, part: $0) }
        }
        let antisymmetric = found.filter { $0.part.symmetric == false }
        return (antisymmetric.isEmpty ? found : antisymmetric).max { $0.part.share < $1.part.share }?.wavenumber
    }
}
