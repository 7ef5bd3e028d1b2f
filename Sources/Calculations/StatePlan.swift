import FileFormats
import MolecularStructure
import RunFolders

/// Chooses charges and multiplicities.
struct StatePlan {
    /// From the file.
    var fileCharge: Int?
    var fileMultiplicity: Int?
    /// The charges to compute, in order.
    var charges: [Int]
    /// One for all charges, or one per charge.
    var multiplicities: [Int]?

    /// - Parameter charges: those of `ChargeChoice`, unless a calculation has only one.
    init(_ states: StateInput, of file: XYZFile, charges: [Int]) {
        fileCharge = file.charge
        fileMultiplicity = file.multiplicity
        self.charges = charges
        multiplicities = states.multiplicities
    }

    /// Whether the multiplicity of a charge was given.
    func isNamed(_ charge: Int) -> Bool { multiplicities != nil || charge == fileCharge ?? 0 && fileMultiplicity != nil }

    /// Whether the file set it.
    func isNamedByFile(_ charge: Int) -> Bool { multiplicities == nil && isNamed(charge) }

    /// The states to compute, in order: each with the given multiplicity, or the lowest that its number of electrons allows.
    ///
    /// - Parameters:
    ///   - protons: sum of the atomic numbers.
    ///   - coreElectrons: number of electrons replaced by core potentials.
    func states(protons: Int, coreElectrons: Int) throws -> [ChargeState] {
        let base = fileCharge ?? 0
        guard Set(charges).count == charges.count else { throw CalculationError.usage("--charge names the same charge twice.") }
        if let multiplicities, multiplicities.count > 1, multiplicities.count != charges.count {
            throw CalculationError.usage(
                "--multiplicity names \(multiplicities.count) values for \(charges.count) charges. Give one for all "
                    + "or one for each."
            )
        }
        return try charges.enumerated().map { index, charge in
            let electrons = protons - charge
            let lowest = electrons % 2 == 0 ? 1 : 2
            let named = multiplicities.map { $0.count == 1 ? $0[0] : $0[index] }
            let multiplicity = named ?? (charge == base ? fileMultiplicity : nil) ?? lowest
            guard electrons - coreElectrons >= 1 else {
                throw CalculationError.badInput(
                    "charge \(signed(charge)) leaves \(max(0, electrons - coreElectrons)) electrons to treat. Name "
                        + "a lower charge with --charge."
                )
            }
            guard (electrons - (multiplicity - 1)) % 2 == 0 else {
                throw CalculationError.badInput(
                    "multiplicity \(multiplicity) is impossible for charge \(signed(charge)): \(electrons) electrons need an "
                        + (lowest == 1 ? "odd" : "even") + " multiplicity (2S+1). The lowest is \(lowest)."
                        + (charges.count > 1 && multiplicities?.count == 1
                            ? " Give one multiplicity for each charge." : ""))
            }
            guard multiplicity - 1 <= electrons - coreElectrons else {
                throw CalculationError.badInput(
                    "multiplicity \(multiplicity) needs \(multiplicity - 1) unpaired electrons, but charge "
                        + "\(signed(charge)) leaves only "
                        + "\(electrons - coreElectrons) to treat. Lower --multiplicity.")
            }
            return ChargeState(charge: charge, multiplicity: multiplicity)
        }
    }
}
