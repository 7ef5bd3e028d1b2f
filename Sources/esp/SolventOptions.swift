import ArgumentParser
import ContinuumSolvation
import MolecularStructure
import RunFolders

/// The medium around the molecule.
struct SolventOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Medium around the molecule as a polarizable continuum: the name of a solvent, or a dielectric constant (default: none).",
            valueName: "name|epsilon"),
        completion: .list(Solvent.all.compactMap(\.name)),
        transform: { text in
            // Canonical spelling, because results of the same solvent are compared by it.
            try Solvent(parsing: text).name ?? text
        })
    var solvent: String?

    @Option(
        help: ArgumentHelp(
            "Model of the solvent: C-PCM or IEF-PCM, electrostatics only, or SMD (default: \(SolventInput.Model.cpcm.rawValue)).",
            valueName: "cpcm|iefpcm|smd"))
    var solventModel: SolventInput.Model?

    @Option(
        help: ArgumentHelp(
            "Radius of the cavity's spheres around an element, in Angstrom (default: van der Waals radii times \(CavityRadii.scale), "
                + "with smd its Coulomb radii); may be repeated.", valueName: "El=R"),
        transform: { try CavityRadius(parsing: $0) })
    var cavityRadius: [CavityRadius] = []

    @Option(
        help: ArgumentHelp(
            "Points of the surface on every sphere: \(ContinuumModel.allowedPointsPerSphere.map(String.init).joined(separator: ", ")) "
                + "(default: \(ContinuumModel.usualPointsPerSphere)).", valueName: "N"))
    var cavityPoints: Int?

    @Flag(
        help: ArgumentHelp(
            "Non-equilibrium solvation of vertical states: the solvent's slow polarisation stays that of the first charge, its electrons "
                + "follow (esp compute only)."))
    var nonequilibrium = false

    @Option(
        help: ArgumentHelp(
            "Dielectric constant of the solvent's electrons, for --nonequilibrium (default: the square of the refractive index).",
            valueName: "epsilon"))
    var opticalDielectric: Double?

    struct CavityRadius {
        let symbol: String
        let value: Double

        init(parsing text: String) throws {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let element = Element(symbol: String(parts[0])), let value = Double(parts[1]),
                SolventInput.radii.contains(value)
            else {
                throw ValidationError(
                    "write an element and a radius between \(SolventInput.radii.lowerBound) and \(SolventInput.radii.upperBound) "
                        + "Angstrom, such as Al=2.2")
            }
            (symbol, self.value) = (element.symbol, value)
        }
    }

    func validate() throws {
        if solvent == nil, solventModel != nil || !cavityRadius.isEmpty || cavityPoints != nil || nonequilibrium {
            throw ValidationError("--solvent-model, --cavity-radius, --cavity-points and --nonequilibrium belong to --solvent")
        }
        if opticalDielectric != nil, !nonequilibrium { throw ValidationError("--optical-dielectric belongs to --nonequilibrium") }
        if let opticalDielectric, !(1...Solvent.largest).contains(opticalDielectric) {
            throw ValidationError("--optical-dielectric is a number from 1 to the static dielectric constant")
        }
        if let cavityPoints, !ContinuumModel.allowedPointsPerSphere.contains(cavityPoints) {
            throw ValidationError("--cavity-points takes one of \(ContinuumModel.allowedPointsPerSphere)")
        }
        for (index, radius) in cavityRadius.enumerated()
        where cavityRadius[..<index].contains(where: { $0.symbol == radius.symbol }) {
            throw ValidationError("--cavity-radius names \(radius.symbol) twice. Keep one of them")
        }
    }

    /// Nil: vacuum.
    var input: SolventInput? {
        solvent.map { name in
            SolventInput(
                name, model: solventModel ?? .cpcm,
                cavityRadii: Dictionary(cavityRadius.map { ($0.symbol, $0.value) }, uniquingKeysWith: { first, _ in first }),
                pointsPerSphere: cavityPoints, isNonequilibrium: nonequilibrium,
                opticalDielectricConstant: opticalDielectric)
        }
    }
}

extension SolventInput.Model: ExpressibleByArgument {}
