import FileFormats
import MolecularStructure

extension CalculationInput: CheckedDocument {
    public static let title = "an input"
    public static let cure = "Correct it"

    public func check() throws(DocumentFlaw) { try check(DocumentCheck()) }

    func check(_ place: DocumentCheck) throws(DocumentFlaw) {
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try molecule.check(place.at("molecule"))
        let count = molecule.symbols.count
        let electrons = place.at("states")
        if let charges = states.charges {
            try electrons.at("charges").require((1...10_000).contains(charges.count), "\(charges.count) charges")
            for charge in charges { try electrons.at("charges").value(charge, in: ChargeState.allowedCharges) }
        }
        if let reduction = states.reduction { try electrons.at("reduce").value(reduction, in: 0...StateInput.mostAddedElectrons) }
        for multiplicity in states.multiplicities ?? [] {
            try electrons.at("multiplicities").value(multiplicity, in: 1...1000)
        }
        if let multiplicities = states.multiplicities {
            try electrons.at("multiplicities").require(!multiplicities.isEmpty, "there is none")
        }
        if let field = model.field {
            let key = place.at("model/field")
            try key.count(field, 3)
            let strongest = ModelInput.strongestField
            for value in field { try key.value(value, in: -strongest...strongest) }
            try key.require(task != .optimization, "structures are not optimised in a uniform field, in which a molecule turns")
            try key.require(task != .frequencies, "frequencies are not computed in a uniform field, in which a molecule turns")
        }
        if let solvent = model.solvent {
            let key = place.at("model/solvent")
            try solvent.check(key)
            try key.require(
                task != .counterpoise, "interaction energies are not corrected in a solvent: ghost atoms have no cavity")
            if solvent.isNonequilibrium {
                try key.at("nonequilibrium").require(
                    task == .energy && !analyses.gradient,
                    "vertical states have no gradient: only energies are computed out of equilibrium with the solvent")
            }
        }
        try optimization.check(place.at("optimization"), atoms: count)
        let wanted = place.at("analyses")
        try wanted.at("cube_spacing").value(analyses.cubeSpacing, in: 0.02...5)
        for (index, fragment) in analyses.fragments.enumerated() {
            let key = wanted.at("fragments").at(index)
            try key.at("name").line(fragment.name)
            try key.at("atoms").atoms(fragment.atoms, count: count)
        }
        let charges = wanted.at("charges")
        try charges.at("bond_threshold").value(analyses.charges.bondThreshold, in: 0...10)
        for (index, group) in analyses.charges.equivalentAtoms.enumerated() {
            try charges.at("equivalent_atoms").at(index).atoms(group, count: count)
        }
        for (index, constraint) in analyses.charges.constraints.enumerated() {
            try charges.at("constraints").at(index).atoms(constraint.atoms, count: count)
        }
        if let threads = resources.threads { try place.at("resources/threads").value(threads, in: 1...1024) }
        if let memory = resources.memory { try place.at("resources/memory").value(memory, in: 1...(1 << 60)) }
    }
}

extension MoleculeInput {
    func check(_ place: DocumentCheck) throws(DocumentFlaw) {
        try place.at("name").line(name)
        try place.at("symbols").value(symbols.count, in: 1...XYZFile.largestAtomCount)
        for (index, symbol) in symbols.enumerated() {
            try place.at("symbols").at(index).require(Element(symbol: symbol) != nil, "there is no such element")
        }
        try place.at("geometry").count(geometry, 3 * symbols.count)
        let ghosts = ghosts ?? []
        try place.at("ghosts").value(ghosts.count, in: 0...XYZFile.largestAtomCount)
        for (index, ghost) in ghosts.enumerated() {
            let own = place.at("ghosts").at(index)
            try ghost.check(own)
            try own.at("atomic_number").require(ghost.atomicNumber > 0, "a ghost atom has the functions of an element")
        }
        // Ghost atoms behind the atoms: none may lie on another.
        try place.at("geometry").geometry(geometry + ghosts.flatMap(\.position), atoms: symbols.count + ghosts.count)
        if let charge { try place.at("charge").value(charge, in: ChargeState.allowedCharges) }
        if let multiplicity { try place.at("multiplicity").value(multiplicity, in: 1...1000) }
    }
}

extension OptimizationInput {
    func check(_ place: DocumentCheck, atoms: Int) throws(DocumentFlaw) {
        guard let mode = saddleMode else { return }
        let key = place.at("saddle_mode")
        try key.require(seeksSaddle, "a mode is named, but no saddle point is wanted")
        try key.require(
            mode != 0 && mode.magnitude <= Self.mostModes(atoms: atoms), "there is no mode \(mode) of \(atoms) atoms")
    }
}
