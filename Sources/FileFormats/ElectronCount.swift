import GaussianBasis
import MolecularStructure

extension ForeignWavefunction {
    /// Charge from the nuclei, the cores and the occupations in the file.
    private var impliedCharge: Int { nuclearCharge - Int(electrons.rounded()) }

    private var nuclearCharge: Int { zip(molecule.atoms, cores).reduce(0) { $0 + $1.0.element.atomicNumber - $1.1.count } }

    /// Determines which electrons the orbitals contain: considers the cores that xtb omits, and alpha orbitals that represent both spins.
    ///
    /// - Throws: `InputFileError` if cores are missing, or if electrons, nuclei and charge do not agree.
    func withSettledElectrons() throws(InputFileError) -> ForeignWavefunction {
        var result = self
        result.doubleOrbitalsOfOneSpin()
        if result.atomWithoutCore != nil, looksLikeXTB, !cores.contains(where: \.isStated) {
            try result.setCoreElectrons(.xtb, elements: [:])
            result.notes.append(
                "This has the form of a file of xtb, which treats valence electrons only: the cores that xtb leaves out are assumed "
                    + "(--core says otherwise).")
        }
        if let atom = result.atomWithoutCore { throw result.missingCore(at: atom) }
        try result.checkCharge()
        if result.charge == nil, expectedCharge == nil, result.impliedCharge > 2 {
            result.notes.append(
                "Nuclei and orbitals make a charge of +\(result.impliedCharge). Is this right, or are core electrons (--core) or "
                    + "orbitals missing? --charge asserts a charge.")
        }
        return result
    }

    /// CFOUR and Q-Chem write the orbitals of a closed shell once, as alpha orbitals with one electron each.
    private mutating func doubleOrbitalsOfOneSpin() {
        let filled = alpha.occupations.filter { $0 > 1e-3 }
        // A single electron is more likely H2+ than half of H2.
        // Molpro writes two electrons in each, and only the orbitals of one spin of an open shell.
        guard format == .molden, !isByMolpro, beta == nil, filled.count > 1, filled.allSatisfy({ abs($0 - 1) < 1e-3 }) else {
            return
        }
        let doubled = nuclearCharge - 2 * filled.count
        let wanted = expectedCharge ?? (looksLikeXTB ? nil : 0)
        guard let wanted, impliedCharge != wanted, doubled == wanted else { return }
        alpha = alpha.occupied(alpha.occupations.map { 2 * $0 })
        notes.append(
            "Only orbitals of alpha spin are listed, with one electron each; with two in each the charge is "
                + "\(wanted == 0 ? "0" : String(wanted)), and so they are read. --charge \(nuclearCharge - filled.count) keeps one in each."
        )
    }

    private func missingCore(at atom: Int) -> InputFileError {
        let element = molecule.atoms[atom].element
        let missing = impliedCharge - (expectedCharge ?? charge ?? 0)
        let count =
            missing > 0
            ? "\(missing) electrons are missing for a charge of \(expectedCharge ?? charge ?? 0)"
            : "the charge is \(impliedCharge) as it stands, so the atomic numbers may be charges that core potentials leave"
        let lowest = TextNumber.short(alpha.energies.min() ?? 0)
        return error(
            "no orbital holds the 1s electrons of \(element) (atom \(atom + 1)): the lowest orbital energy is \(lowest) Eh; \(count)",
            cure: missing > 0
                ? "Say which core electrons are left out with --core \(element)=N, --core noble-gas or --core xtb (--core \(element)=0 "
                    + "if none are), or copy the complete file"
                : "Name the true element with --element \(element)=SYMBOL or --element \(atom + 1)=SYMBOL; --core \(element)=0 if the file is right"
        )
    }

    private func checkCharge() throws(InputFileError) {
        guard abs(electrons - electrons.rounded()) < 1e-3 else {
            throw error(
                "the orbitals hold \(TextNumber.short(electrons)) electrons, not a whole number",
                cure: "Write the file from a wavefunction of one state")
        }
        let make =
            "\(Int(electrons.rounded())) electrons and nuclear charges of \(nuclearCharge) make a charge of \(impliedCharge)"
        let cores = "name core potentials with --core El=N, or --core noble-gas where only valence electrons are treated"
        for (stated, who) in [(charge, "the file says"), (expectedCharge, "--charge says")] {
            guard let stated, stated != impliedCharge else { continue }
            let missing = impliedCharge - stated
            throw error(
                "\(make), but \(who) \(stated)" + (missing > 0 ? " (\(missing) electrons are missing)" : ""),
                cure: "Unless the file is damaged, \(cores)")
        }
        guard abs(impliedCharge) <= max(4, molecule.atoms.count) || charge != nil || expectedCharge != nil else {
            throw error(make, cure: "If core electrons were replaced, \(cores); --charge \(impliedCharge) asserts the charge")
        }
    }

    /// Charge and multiplicity, once the electrons are determined.
    func chargeState() throws(InputFileError) -> ChargeState {
        ChargeState(charge: impliedCharge, multiplicity: try occupiedMultiplicity(electrons: Int(electrons.rounded())))
    }

    private func occupiedMultiplicity(electrons: Int) throws(InputFileError) -> Int {
        func isWhole(_ value: Double) -> Bool { abs(value - value.rounded()) < 1e-3 }
        let unpaired: Double
        if let beta {
            unpaired = (alpha.occupations.reduce(0, +) - beta.occupations.reduce(0, +)).rounded()
        } else if alpha.occupations.allSatisfy(isWhole) {
            unpaired = Double(alpha.occupations.count { $0.rounded() == 1 })
        } else {
            unpaired = 0
        }
        guard beta != nil || electrons % 2 == 0 || unpaired > 0 else {
            throw error(
                "fractional occupations of an odd number of electrons do not tell the spin",
                cure: "Write the file with whole occupations, or with orbitals of both spins")
        }
        guard unpaired >= 0, (electrons - Int(unpaired)) % 2 == 0 else {
            throw error(
                "the occupations of the orbitals do not tell alpha from beta electrons",
                cure: "Write the file with orbitals of both spins, alpha electrons in the majority")
        }
        return Int(unpaired) + 1
    }
}
