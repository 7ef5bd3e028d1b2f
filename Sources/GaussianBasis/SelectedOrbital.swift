/// The spin of an orbital.
public enum OrbitalSpin: String, Sendable, Hashable { case alpha, beta }

/// The position of an orbital among the others.
public enum OrbitalPlace: Sendable, Hashable {
    /// This many below the highest occupied one.
    case homo(Int)
    /// This many above the lowest empty one.
    case lumo(Int)
    /// Counted from 1.
    case number(Int)
}

/// An orbital of a wavefunction, selected by its position.
public struct SelectedOrbital: Sendable {
    /// One for each basis function.
    public private(set) var coefficients: [Double]
    /// In hartree; nil for natural orbitals.
    public let energy: Double?
    /// Nil for orbitals of both spins.
    public let spin: OrbitalSpin?
    /// Counted from 1.
    public let number: Int
    /// Electrons in it.
    public let occupation: Double

    /// With the phase matched to that in another state, if the two are similar.
    public init?(_ place: OrbitalPlace, spin: OrbitalSpin? = nil, of wavefunction: Wavefunction, likeThatOf first: Wavefunction) {
        self.init(place, spin: spin, of: wavefunction)
        guard let other = SelectedOrbital(place, spin: spin, of: first) else { return }
        if zip(coefficients, other.coefficients).reduce(0, { $0 + $1.0 * $1.1 }) < 0 { coefficients = coefficients.map { -$0 } }
    }

    /// Nil if the wavefunction has no such orbital, and for HOMO and LUMO of natural orbitals.
    ///
    /// - Parameter wanted: nil: among the orbitals of both spins.
    public init?(_ place: OrbitalPlace, spin wanted: OrbitalSpin? = nil, of wavefunction: Wavefunction) {
        var sets: [(spin: OrbitalSpin?, orbitals: MolecularOrbitals)]
        switch wavefunction.orbitals {
        case .restricted(let both): sets = [(nil, both)]
        case .unrestricted(let alpha, let beta):
            sets = [(.alpha, alpha), (.beta, beta)].filter { wanted == nil || wanted == $0.0 }
        }
        if case .number = place {} else if sets.contains(where: \.orbitals.areNatural) { return nil }
        func places(_ isWanted: (Double) -> Bool) -> [(set: Int, orbital: Int)] {
            sets.indices.flatMap { set in
                sets[set].orbitals.occupations.indices.filter { isWanted(sets[set].orbitals.occupations[$0]) }.map { (set, $0) }
            }
        }
        func energy(_ place: (set: Int, orbital: Int)) -> Double { sets[place.set].orbitals.energies[place.orbital] }
        let chosen: (set: Int, orbital: Int)
        switch place {
        case .homo(let below):
            let order = places { $0 > 0 }.sorted { energy($0) > energy($1) }
            guard order.indices.contains(below) else { return nil }
            chosen = order[below]
        case .lumo(let above):
            let order = places { $0 == 0 }.sorted { energy($0) < energy($1) }
            guard order.indices.contains(above) else { return nil }
            chosen = order[above]
        case .number(let number):
            guard let set = sets.first, set.orbitals.energies.indices.contains(number - 1) else { return nil }
            chosen = (0, number - 1)
        }
        let set = sets[chosen.set]
        coefficients = (0..<set.orbitals.coefficients.rows).map { set.orbitals.coefficients[$0, chosen.orbital] }
        self.energy = set.orbitals.areNatural ? nil : set.orbitals.energies[chosen.orbital]
        spin = set.spin
        number = chosen.orbital + 1
        occupation = set.orbitals.occupations[chosen.orbital]
    }
}
