import ElectronicStructure
import GaussianBasis
import LinearAlgebra

/// The orbitals of a trajectory as lists of numbers, for `DynamicsState`.
extension OrbitalPropagation {
    func store(in lists: inout [String: [Double]]) {
        let sets = last.map(Self.sets) ?? []
        for (spin, orbitals) in sets.enumerated() {
            lists["orbitals \(spin)"] = orbitals.coefficients.elements
            lists["energies \(spin)"] = orbitals.energies
            lists["occupations \(spin)"] = orbitals.occupations
        }
        for (index, sample) in samples.enumerated() {
            for (spin, matrices) in sample.enumerated() {
                lists["sample \(index) \(spin)"] = matrices.orbitals.elements
                lists["covariant \(index) \(spin)"] = matrices.covariant.elements
            }
        }
    }

    /// Nil if the lists do not belong together.
    init?(capacity: Int, lists: [String: [Double]], functions: Int) {
        func matrix(_ name: String) -> Matrix? {
            guard let elements = lists[name], elements.count % functions == 0 else { return nil }
            return Matrix(rows: functions, columns: elements.count / functions, elements: elements)
        }
        let sets = (0..<2).compactMap { spin -> MolecularOrbitals? in
            guard let coefficients = matrix("orbitals \(spin)"), let energies = lists["energies \(spin)"],
                let occupations = lists["occupations \(spin)"], energies.count == coefficients.columns,
                occupations.count == coefficients.columns
            else { return nil }
            return MolecularOrbitals(coefficients: coefficients, energies: energies, occupations: occupations)
        }
        guard let first = sets.first, sets.count == lists.keys.count(where: { $0.hasPrefix("orbitals ") }) else { return nil }
        var samples: [[Sample]] = []
        while lists["sample \(samples.count) 0"] != nil {
            let index = samples.count
            let spins = sets.indices.compactMap { spin -> Sample? in
                guard let orbitals = matrix("sample \(index) \(spin)"), let covariant = matrix("covariant \(index) \(spin)"),
                    orbitals.columns == covariant.columns, orbitals.columns <= sets[spin].coefficients.columns
                else { return nil }
                return Sample(orbitals: orbitals, covariant: covariant)
            }
            guard spins.count == sets.count, spins.map(\.orbitals.columns) == (samples.first ?? spins).map(\.orbitals.columns)
            else {
                return nil
            }
            samples.append(spins)
        }
        self.init(
            capacity: capacity, last: sets.count == 1 ? .restricted(first) : .unrestricted(alpha: first, beta: sets[1]),
            samples: samples)
    }

    private static func sets(_ orbitals: Wavefunction.Orbitals) -> [MolecularOrbitals] {
        switch orbitals {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }
}
