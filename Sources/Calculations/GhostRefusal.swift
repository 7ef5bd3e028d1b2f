import FileFormats

extension XYZFile {
    /// Energies of structures with ghost atoms are defined, but motions are not: forces would act on basis functions without nuclei.
    ///
    /// - Parameters:
    ///   - what: the command or option that works on nuclei only.
    ///   - reason: in words that follow a colon.
    package func refuseGhosts(_ what: String, because reason: String = "derivatives by their positions are not computed") throws {
        guard let ghost = molecule.ghosts.first else { return }
        throw CalculationError.badInput(
            "\(what) does not work with ghost atoms (the first is atom \(molecule.atoms.count + 1), \(ghost.symbol)): \(reason). "
                + "Remove them from the file, or compute the energy with 'esp compute'.")
    }
}
