extension StateRecord {
    public static let positiveHOMO = "positive_homo"
    public static let negativeAffinity = "negative_affinity"

    /// Energy of the highest occupied orbital of either spin; nil without electrons and for natural orbitals.
    public var highestOccupiedEnergy: Double? {
        if naturalOccupations != nil { return nil }
        return [(orbitalEnergies.alpha, occupiedOrbitals.alpha), (orbitalEnergies.beta, occupiedOrbitals.beta)]
            .compactMap { $1 > 0 && $1 <= $0.count ? $0[$1 - 1] : nil }.max()
    }

    /// Flags the states that would lose an electron spontaneously: their highest occupied orbital is above the vacuum level, or the state
    /// with one electron less is lower in energy.
    public static func markUnbound(_ states: inout [StateRecord]) {
        for index in states.indices {
            var reasons: [String] = []
            if let highest = states[index].highestOccupiedEnergy, highest > 0 { reasons.append(positiveHOMO) }
            let charge = states[index].charge
            if let energy = states[index].energy, let above = states.first(where: { $0.charge == charge + 1 })?.energy,
                energy > above
            {
                reasons.append(negativeAffinity)
            }
            states[index].unbound = reasons.isEmpty ? nil : reasons
        }
    }
}

extension StateRecord {
    /// The surroundings of the molecule, in words.
    public var medium: String { energyComponents?["solvent"] == nil ? "in vacuum" : "in the solvent" }
}
