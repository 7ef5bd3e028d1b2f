import MolecularStructure
import ReductionSeries

extension ElectronAccount {
    /// The account of a finished calculation.
    ///
    /// - Parameter structures: `.relaxed` uses the result's relaxed states; the fragments are those of the result's molecule.
    /// - Throws: `ElectronAccountError` if charges are missing or lists have wrong lengths.
    public init(_ document: ResultDocument, structures: Structures = .vertical) throws {
        try self.init(
            ChargeSeries(document, states: structures == .vertical ? document.states : document.relaxedStates ?? []),
            structures: structures)
    }
}

extension ChargeSeries {
    fileprivate init(_ document: ResultDocument, states: [StateRecord]) throws {
        guard let molecule = document.molecule.molecule else { throw ElectronAccountError.fragmentsDoNotFit }
        let chosen = document.fragments.map { $0.compactMap(\.fragment) }
        guard chosen?.count == document.fragments?.count else { throw ElectronAccountError.fragmentsDoNotFit }
        self.init(
            molecule: molecule, fragments: try chosen ?? Fragmentation(molecule).fragments, states: states.map(State.init),
            ownCharge: document.input?.whole?.molecule.charge)
    }
}

extension ChargeSeries.State {
    fileprivate init(_ record: StateRecord) {
        self.init(
            charge: record.charge, multiplicity: record.multiplicity, energy: record.energy, converged: record.converged,
            spinSquared: record.spinSquared, hasSpinDensity: record.hasSpinDensity, dipole: record.dipole,
            potentialAtNuclei: record.potentialAtNuclei, charges: record.charges, spinPopulations: record.spinPopulations,
            bondOrders: (record.bondOrders ?? []).map { .init(atoms: $0.atoms, mayer: $0.mayer) },
            shellPopulations: record.shellPopulations.map {
                .init(atom: $0.atom, shell: $0.shell, scheme: $0.scheme, population: $0.population, spin: $0.spin)
            })
        // Elsewhere than at a minimum thermochemistry means little.
        if let vibrations = record.vibrations, vibrations.verdict == .minimum, let thermal = vibrations.thermochemistry {
            gibbsEnergy = .init(
                energy: vibrations.energy + thermal.gibbsEnergyQuasiRigidRotor, temperature: thermal.temperature)
        }
    }
}
