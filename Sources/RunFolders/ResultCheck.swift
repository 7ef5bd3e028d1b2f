import FileFormats
import MolecularStructure

extension ResultDocument: CheckedDocument {
    public static let title = "a result"

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try molecule.check(place.at("molecule"))
        let count = molecule.symbols.count
        try model.check(place.at("model"), centers: count + (molecule.ghosts ?? []).count)
        try place.at("states").require((1...10_000).contains(states.count), "\(states.count) states")
        let nuclear = molecule.effectiveNuclearCharges.reduce(0, +)
        let ghosts = (molecule.ghosts ?? []).count
        for (key, list) in [("states", states), ("relaxed_states", relaxedStates ?? [])] {
            for (index, state) in list.enumerated() {
                try state.check(place.at(key).at(index), atoms: count, nuclearCharge: nuclear)
                for (scheme, values) in state.ghostPopulations ?? [:] {
                    try place.at(key).at(index).at("ghost_populations").at(scheme).count(values, ghosts)
                    try place.at(key).at(index).at("ghost_populations").at(scheme).line(scheme)
                }
            }
        }
        try counterpoise?.check(place.at("counterpoise"), atoms: count)
        try input?.whole?.check(place.at("input"))
        guard let fragments else { return }
        for (index, fragment) in fragments.enumerated() {
            try fragment.check(place.at("fragments").at(index), atoms: count)
        }
        let all = fragments.flatMap(\.atoms).sorted()
        try place.at("fragments").require(all == Array(0..<count), "not every atom is in one fragment")
    }
}

extension ResultDocument.MoleculeRecord {
    func check(_ place: DocumentCheck) throws(DocumentFlaw) {
        let count = symbols.count
        try place.at("symbols").value(count, in: 1...XYZFile.largestAtomCount)
        try place.at("atomic_numbers").count(atomicNumbers, count)
        try place.at("effective_nuclear_charges").count(effectiveNuclearCharges, count)
        try place.at("geometry").geometry(geometry, atoms: count)
        for index in 0..<count {
            guard let element = Element(atomicNumber: atomicNumbers[index]) else {
                throw DocumentFlaw(
                    key: place.at("atomic_numbers").at(index).key, problem: "there is no element \(atomicNumbers[index])")
            }
            try place.at("symbols").at(index).require(symbols[index] == element.symbol, "the symbol is not \(element.symbol)")
            try place.at("effective_nuclear_charges").at(index).value(
                effectiveNuclearCharges[index], in: 0...Double(element.atomicNumber))
        }
        try place.at("ghosts").value(ghosts?.count ?? 0, in: 0...XYZFile.largestAtomCount)
        for (index, ghost) in (ghosts ?? []).enumerated() {
            try ghost.check(place.at("ghosts").at(index))
        }
    }
}

extension ResultDocument.Model {
    func check(_ place: DocumentCheck, centers count: Int) throws(DocumentFlaw) {
        if let basisOfAtoms {
            try place.at("basis_of_atoms").count(basisOfAtoms, count)
            for (index, name) in basisOfAtoms.enumerated() { try place.at("basis_of_atoms").at(index).line(name) }
        }
        try place.at("basis_functions").value(basisFunctions, in: 0...(1 << 20))
        if let basisFiles {
            try place.at("basis_files").count(basisFiles, count)
            for (index, name) in basisFiles.enumerated() { try place.at("basis_files").at(index).fileName(name) }
        }
        if let solvent {
            let medium = place.at("solvent")
            if let name = solvent.name { try medium.at("name").line(name) }
            try medium.at("model").line(solvent.model)
            try medium.at("dielectric_constant").value(solvent.dielectricConstant, in: 1...1e6)
            try medium.at("points_per_sphere").value(solvent.pointsPerSphere, in: 1...1_000_000)
            if let vertical = solvent.nonequilibrium {
                let own = medium.at("nonequilibrium")
                try own.at("base_charge").value(vertical.baseCharge, in: ChargeState.allowedCharges)
                try own.at("optical_dielectric_constant").value(vertical.opticalDielectricConstant, in: 1...1e6)
            }
            for (symbol, radius) in solvent.radiiInAngstrom {
                try medium.at("radii_angstrom").at(symbol).value(radius, in: 0...100)
            }
        }
        for (scheme, fit) in potentialFits {
            try place.at("potential_fits").at(scheme).at("points").value(fit.points, in: 0...1_000_000_000)
        }
    }
}

extension FragmentRecord {
    func check(_ place: DocumentCheck, atoms count: Int) throws(DocumentFlaw) {
        try place.at("name").line(name)
        try place.at("kind").require(fragment != nil, "there is no such kind")
        try place.at("atoms").atoms(atoms, count: count)
        try place.at("metals").atoms(metals, count: count)
    }
}

extension StateRecord {
    /// - Parameter nuclearCharge: sum of the effective nuclear charges.
    func check(_ place: DocumentCheck, atoms count: Int, nuclearCharge: Double) throws(DocumentFlaw) {
        try place.at("charge").value(charge, in: -10_000...10_000)
        try place.at("electrons").require(
            abs(Double(electrons) + Double(charge) - nuclearCharge) < 0.5,
            "\(electrons) electrons do not belong to the nuclei and the charge")
        try place.at("multiplicity").require(
            multiplicity >= 1 && multiplicity - 1 <= electrons && (electrons - multiplicity) % 2 != 0,
            "\(multiplicity) is impossible with \(electrons) electrons")
        try place.at("iterations").value(iterations, in: 0...1_000_000_000)
        try place.at("grid_points").value(gridPoints, in: 0...1_000_000_000_000)
        if let geometry { try place.at("geometry").geometry(geometry, atoms: count) }
        for (key, vector, expected) in [
            ("dipole", dipole, 3), ("dipole_origin", dipoleOrigin, 3), ("quadrupole", quadrupole, 6),
            ("traceless_quadrupole", tracelessQuadrupole, 6),
        ] { try place.at(key).count(vector, expected) }
        if let fittingError { try place.at("fitting_error").value(fittingError, in: -1e6...1e6) }
        if let gradient { try place.at("gradient").vectors(gradient, count: count) }
        for (key, lists) in [("charges", charges), ("spin_populations", spinPopulations)] {
            for (scheme, values) in lists { try place.at(key).at(scheme).count(values, count) }
        }
        for (scheme, vectors) in atomicDipoles ?? [:] { try place.at("atomic_dipoles").at(scheme).vectors(vectors, count: count) }
        for scheme in Set(charges.keys).union(spinPopulations.keys) { try place.at("charges").at(scheme).line(scheme) }
        if let potentialAtNuclei { try place.at("potential_at_nuclei").count(potentialAtNuclei, count) }
        if let naturalPopulations { try place.at("natural_populations").count(naturalPopulations, count) }
        for (index, bond) in (bondOrders ?? []).enumerated() {
            let key = place.at("bond_orders").at(index).at("atoms")
            try key.count(bond.atoms, 2)
            try key.atoms(bond.atoms, count: count)
        }
        for (index, shell) in shellPopulations.enumerated() {
            try place.at("shell_populations").at(index).at("atom").atoms([shell.atom], count: count)
        }
        for (index, occupied) in [occupiedOrbitals.alpha, occupiedOrbitals.beta].enumerated() {
            let energies = [orbitalEnergies.alpha, orbitalEnergies.beta][index]
            try place.at("occupied_orbitals").at(["alpha", "beta"][index]).value(occupied, in: 0...energies.count)
        }
        if let naturalOccupations {
            let key = place.at("natural_occupations")
            try key.at("alpha").count(naturalOccupations.alpha, orbitalEnergies.alpha.count)
            try key.at("beta").count(naturalOccupations.beta, orbitalEnergies.beta.count)
        }
        try vibrations?.check(place.at("vibrations"), atoms: count)
        for (kind, name) in files { try place.at("files").at(kind).fileName(name) }
        for (index, other) in alternatives.enumerated() {
            let key = place.at("alternatives").at(index)
            try key.require(other.alternatives.isEmpty, "it has alternatives of its own")
            try other.check(key, atoms: count, nuclearCharge: nuclearCharge)
        }
    }
}

extension DocumentCheck {
    fileprivate func vectors(_ list: [[Double]], count: Int) throws(DocumentFlaw) {
        try self.count(list, count)
        for (index, vector) in list.enumerated() { try at(index).count(vector, 3) }
    }

    /// A file name beside the document, not a path to another folder.
    fileprivate func fileName(_ name: String) throws(DocumentFlaw) {
        try require(
            !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/")), "it is no name of a file")
        try line(name)
    }
}
