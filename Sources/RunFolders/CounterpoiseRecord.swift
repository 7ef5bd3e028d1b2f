/// A counterpoise-corrected interaction energy, as stored in `result.json`. Energies in hartree.
public struct CounterpoiseRecord: Codable, Sendable, Equatable {
    public struct Part: Codable, Sendable, Equatable {
        public var name: String
        /// Numbers from 1.
        public var atoms: [Int]
        public var charge: Int
        public var multiplicity: Int
        /// In the basis functions of its own atoms.
        public var energyInOwnBasis: Double
        /// In the basis functions of all atoms of the complex.
        public var energyInWholeBasis: Double

        public init(
            name: String, atoms: [Int], charge: Int, multiplicity: Int, energyInOwnBasis: Double, energyInWholeBasis: Double
        ) {
            self.name = name
            self.atoms = atoms
            self.charge = charge
            self.multiplicity = multiplicity
            self.energyInOwnBasis = energyInOwnBasis
            self.energyInWholeBasis = energyInWholeBasis
        }

        enum CodingKeys: String, CodingKey {
            case name, atoms, charge, multiplicity
            case energyInOwnBasis = "energy_own_basis"
            case energyInWholeBasis = "energy_whole_basis"
        }
    }

    public var fragments: [Part]
    public var complexEnergy: Double
    /// Complex minus fragments in their own bases.
    public var uncorrectedInteraction: Double
    /// Fragments in their own bases minus fragments in the whole basis: corrected minus uncorrected interaction energy.
    public var correction: Double
    /// Complex minus fragments in the whole basis.
    public var interaction: Double

    public init(fragments: [Part], complexEnergy: Double) {
        self.fragments = fragments
        self.complexEnergy = complexEnergy
        let own = fragments.reduce(0) { $0 + $1.energyInOwnBasis }
        let whole = fragments.reduce(0) { $0 + $1.energyInWholeBasis }
        uncorrectedInteraction = complexEnergy - own
        correction = own - whole
        interaction = complexEnergy - whole
    }

    enum CodingKeys: String, CodingKey {
        case fragments, correction
        case complexEnergy = "energy_complex"
        case uncorrectedInteraction = "interaction_energy_uncorrected"
        case interaction = "interaction_energy"
    }
}

extension CounterpoiseRecord {
    func check(_ place: DocumentCheck, atoms count: Int) throws(DocumentFlaw) {
        for (index, fragment) in fragments.enumerated() {
            let own = place.at("fragments").at(index)
            try own.at("name").line(fragment.name)
            try own.at("atoms").atoms(fragment.atoms, count: count, from: 1)
            try own.at("charge").value(fragment.charge, in: -10_000...10_000)
            try own.at("multiplicity").value(fragment.multiplicity, in: 1...10_000)
        }
        let all = fragments.flatMap(\.atoms).sorted()
        try place.at("fragments").require(all == Array(1...max(1, count)), "not every atom is in one fragment")
        let derived = CounterpoiseRecord(fragments: fragments, complexEnergy: complexEnergy)
        for (key, stored, value) in [
            ("interaction_energy_uncorrected", uncorrectedInteraction, derived.uncorrectedInteraction),
            ("correction", correction, derived.correction), ("interaction_energy", interaction, derived.interaction),
        ] { try place.at(key).require(abs(stored - value) < 1e-9, "it is not what follows from the energies") }
    }
}
