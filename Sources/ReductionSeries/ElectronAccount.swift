import MolecularStructure

/// Where added electrons go: charges of the fragments in every state and their changes, for every charge scheme of a result.
public struct ElectronAccount: Codable, Sendable, Equatable {
    public var structures: Structures
    /// From fewest to most electrons.
    public var states: [StateEntry]
    /// Index of the state that electrons are added to.
    public var base: Int
    public var fragments: [Fragment]
    /// Elements of the atoms.
    public var symbols: [String]
    public var schemes: [SchemeEntry]
    /// d electrons of the metals.
    public var metalPopulations: [MetalPopulation]
    /// Groups of atoms in contact: one for a complex, several if parts of the model are far apart.
    public var aggregates: [[Int]]
    /// Mayer bond orders of pairs that reach `BondEntry.smallest` in some state.
    public var bonds: [BondEntry]

    public struct BondEntry: Codable, Sendable, Equatable {
        static let smallest = 0.2
        /// Indices of the two atoms, from 0, ascending.
        public var atoms: [Int]
        /// By state; values below 0.05 are not stored in a result, and are zero here.
        public var mayer: [Double]
    }

    /// Which structures the states have.
    public enum Structures: String, Codable, Sendable, CaseIterable {
        /// All states at one structure.
        case vertical
        /// Every state at its own relaxed structure.
        case relaxed
    }

    public struct StateEntry: Codable, Sendable, Equatable {
        public var charge: Int
        public var multiplicity: Int
        /// Hartree.
        public var energy: Double?
        /// Nil unless second derivatives show a minimum.
        public var gibbsEnergy: ChargeSeries.GibbsEnergy?
        public var converged: Bool
        public var spinSquared: Double
        /// In atomic units, about the centre of nuclear charge.
        public var dipole: [Double]
        /// Due to all other charges, at every nucleus, in hartree per elementary charge; nil in results that lack it.
        public var potentialAtNuclei: [Double]?
        /// Energy of the previous state minus that of this one, per electron added, in hartree; nil for the first. Vertical or adiabatic,
        /// according to `structures`.
        public var electronAffinity: Double?
    }

    /// One scheme of atomic charges. Lists are by state, then by atom or fragment.
    public struct SchemeEntry: Codable, Sendable, Equatable {
        public var name: String
        public var atomCharges: [[Double]]
        public var fragmentCharges: [[Double]]
        /// For each state after the first: share of the electrons added since the previous state. The shares of all fragments sum to one if
        /// the scheme's charges sum to the total charge.
        public var stepShares: [[Double]]
        /// The same for all electrons added since the base state; for states up to the base state, since the first state.
        public var totalShares: [[Double]]
        /// Shares of the atoms in all electrons added.
        public var atomTotalShares: [[Double]]
        /// Alpha minus beta electrons of the fragments; nil if the scheme has none.
        public var fragmentSpins: [[Double]]?
    }

    /// Electrons in the d functions of one metal atom in each state.
    public struct MetalPopulation: Codable, Sendable, Equatable {
        /// Counted from 0.
        public var atom: Int
        public var symbol: String
        public var scheme: String
        public var alpha: [Double]
        public var beta: [Double]
    }

    /// States that did not converge are kept and marked. Of several states of one charge, the lowest in energy is used.
    ///
    /// - Parameter structures: which ones the states of the series have.
    /// - Throws: `ElectronAccountError` if charges are missing or lists have wrong lengths.
    public init(_ series: ChargeSeries, structures: Structures) throws(ElectronAccountError) {
        self.structures = structures
        let count = series.molecule.atoms.count
        fragments = series.fragments
        guard fragments.flatMap(\.atoms).sorted() == Array(0..<count) else { throw ElectronAccountError.fragmentsDoNotFit }
        symbols = series.molecule.atoms.map(\.element.symbol)
        aggregates = BondGraph.aggregates(of: series.molecule)
        var byCharge: [Int: ChargeSeries.State] = [:]
        for state in series.states {
            if let other = byCharge[state.charge], other.energy ?? .infinity <= state.energy ?? .infinity { continue }
            byCharge[state.charge] = state
        }
        let records = byCharge.values.sorted { $0.charge > $1.charge }
        guard let first = records.first else { throw ElectronAccountError.noStates }
        guard records.allSatisfy({ Self.isConsistent($0, atomCount: count) }) else { throw ElectronAccountError.statesDoNotFit }
        let charges = records.map(\.charge)
        let baseCharge = ReductionBase.charge(of: charges, own: series.ownCharge)
        let base = charges.firstIndex { $0 == baseCharge } ?? 0
        self.base = base
        states = records.enumerated().map { index, record in
            let before = index > 0 ? records[index - 1] : nil
            return StateEntry(
                charge: record.charge, multiplicity: record.multiplicity, energy: record.energy, gibbsEnergy: record.gibbsEnergy,
                converged: record.converged,
                spinSquared: record.spinSquared, dipole: record.dipole, potentialAtNuclei: record.potentialAtNuclei,
                electronAffinity: before.flatMap { Self.affinity(from: $0, to: record) })
        }
        let names = Set(first.charges.keys).filter { name in
            records.allSatisfy { $0.charges[name]?.count == count }
        }
        guard !names.isEmpty else { throw ElectronAccountError.noCharges }
        schemes = names.sorted().map { name in
            Self.scheme(name, records: records, base: base, fragments: series.fragments, count: count)
        }
        metalPopulations = Self.metalPopulations(records, series.molecule)
        bonds = Self.bonds(records)
    }

    /// Whether the charges, bonds and shells belong to the atoms of the molecule: a file may contain anything.
    private static func isConsistent(_ record: ChargeSeries.State, atomCount: Int) -> Bool {
        let atoms = 0..<atomCount
        return ChargeState.allowedCharges.contains(record.charge)
            && record.bondOrders.allSatisfy { $0.atoms.count == 2 && $0.atoms.allSatisfy(atoms.contains) }
            && record.shellPopulations.allSatisfy { atoms.contains($0.atom) }
    }

    /// Energy released by each added electron; nil if an energy is unknown.
    private static func affinity(from before: ChargeSeries.State, to after: ChargeSeries.State) -> Double? {
        guard let first = before.energy, let second = after.energy else { return nil }
        return (first - second) / Double(before.charge - after.charge)
    }

    private static func scheme(
        _ name: String, records: [ChargeSeries.State], base: Int, fragments: [Fragment], count: Int
    ) -> SchemeEntry {
        func sums(_ values: [Double]) -> [Double] { fragments.map { $0.atoms.reduce(0) { $0 + values[$1] } } }
        let atoms = records.map { $0.charges[name] ?? [] }
        let charges = atoms.map(sums)
        /// Charge lost from `i` to `j`, over the electrons added.
        func shares(_ values: [[Double]], _ i: Int, _ j: Int) -> [Double] {
            let added = Double(records[i].charge - records[j].charge)
            return zip(values[i], values[j]).map { ($0 - $1) / added }
        }
        let later = records.indices.dropFirst()
        func origin(_ state: Int) -> Int { state > base ? base : 0 }
        let spins = records.map { record -> [Double]? in
            if let values = record.spinPopulations[name], values.count == count { return sums(values) }
            return record.hasSpinDensity ? nil : [Double](repeating: 0, count: fragments.count)
        }
        let hasSpins = spins.allSatisfy { $0 != nil } && records.contains { $0.spinPopulations[name] != nil }
        return SchemeEntry(
            name: name, atomCharges: atoms, fragmentCharges: charges, stepShares: later.map { shares(charges, $0 - 1, $0) },
            totalShares: later.map { shares(charges, origin($0), $0) },
            atomTotalShares: later.map { shares(atoms, origin($0), $0) },
            fragmentSpins: hasSpins ? spins.compactMap { $0 } : nil)
    }

    private static func bonds(_ records: [ChargeSeries.State]) -> [BondEntry] {
        var orders: [[Int]: [Double]] = [:]
        for (index, record) in records.enumerated() {
            for bond in record.bondOrders {
                orders[bond.atoms, default: [Double](repeating: 0, count: records.count)][index] = bond.mayer
            }
        }
        return orders.filter { $0.value.contains { abs($0) >= BondEntry.smallest } }.map { BondEntry(atoms: $0, mayer: $1) }
            .sorted { $0.atoms.lexicographicallyPrecedes($1.atoms) }
    }

    private static func metalPopulations(_ records: [ChargeSeries.State], _ molecule: Molecule) -> [MetalPopulation] {
        guard let first = records.first else { return [] }
        return first.shellPopulations.filter { $0.shell == "d" && molecule.atoms[$0.atom].element.isTransitionMetal }.compactMap {
            shell in
            let all = records.compactMap { record in
                record.shellPopulations.first { $0.atom == shell.atom && $0.shell == "d" && $0.scheme == shell.scheme }
            }
            guard all.count == records.count else { return nil }
            return MetalPopulation(
                atom: shell.atom, symbol: molecule.atoms[shell.atom].element.symbol, scheme: shell.scheme,
                alpha: all.map { ($0.population + $0.spin) / 2 }, beta: all.map { ($0.population - $0.spin) / 2 })
        }
    }
}

/// Why an account cannot be made.
public enum ElectronAccountError: Error, Equatable, CustomStringConvertible {
    case noStates
    case noCharges
    case fragmentsDoNotFit
    case statesDoNotFit

    public var description: String {
        switch self {
        case .noStates: "the result has no states"
        case .noCharges: "no charge scheme has one value for each atom in all states"
        case .fragmentsDoNotFit: "the fragments and the atoms of the result do not belong together"
        case .statesDoNotFit: "a state of the result has an impossible charge, or bonds or shells of atoms that are not there"
        }
    }
}
