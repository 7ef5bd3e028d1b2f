import GaussianBasis
import RunFolders

/// An orbital of a wavefunction, picked by its place.
struct SelectedOrbital {
    private(set) var coefficients: [Double]
    /// In hartree; nil for natural orbitals.
    let energy: Double?
    /// Nil for orbitals of both spins.
    let spin: OrbitalChoice.Spin?
    /// Counted from 1.
    let number: Int
    /// Electrons in it.
    let occupation: Double

    /// With the phase that it has in another state, as far as the two are alike.
    init?(_ choice: OrbitalChoice, of wavefunction: Wavefunction, likeThatOf first: Wavefunction) {
        self.init(choice, of: wavefunction)
        guard let other = SelectedOrbital(choice, of: first) else { return }
        if zip(coefficients, other.coefficients).reduce(0, { $0 + $1.0 * $1.1 }) < 0 { coefficients = coefficients.map { -$0 } }
    }

    /// Nil where the wavefunction has no such orbital, and for HOMO and LUMO of natural orbitals.
    init?(_ choice: OrbitalChoice, of wavefunction: Wavefunction) {
        var sets: [(spin: OrbitalChoice.Spin?, orbitals: MolecularOrbitals)]
        switch wavefunction.orbitals {
        case .restricted(let both): sets = [(nil, both)]
        case .unrestricted(let alpha, let beta):
            sets = [(.alpha, alpha), (.beta, beta)].filter { choice.spin == nil || choice.spin == $0.0 }
        }
        if case .number = choice.place {} else if sets.contains(where: \.orbitals.areNatural) { return nil }
        func places(_ isWanted: (Double) -> Bool) -> [(set: Int, orbital: Int)] {
            sets.indices.flatMap { set in
                sets[set].orbitals.occupations.indices.filter { isWanted(sets[set].orbitals.occupations[$0]) }.map { (set, $0) }
            }
        }
        func energy(_ place: (set: Int, orbital: Int)) -> Double { sets[place.set].orbitals.energies[place.orbital] }
        let chosen: (set: Int, orbital: Int)
        switch choice.place {
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
