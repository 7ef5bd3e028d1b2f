import ContinuumSolvation
import DispersionCorrection
import ExternalField
import HamiltonianTerms
import MolecularStructure
import RunFolders

/// The terms that an input adds to the Hamiltonian of a method. This is the only list of them: a new kind of term needs one line.
enum TermChoices {
    /// - Parameters:
    ///   - functional: name for messages.
    ///   - names: names under which the parameters of a functional may be known.
    /// - Throws: `CalculationError` for a term that is not available.
    static func models(_ model: ModelInput, choice: MethodChoice, functional: String, names: [String]) throws -> [any TermModel] {
        let all: [(any TermModel)?] = [
            try choice.correction(functional: functional, names: names),
            try model.field.flatMap(uniformField),
            try model.solvent.map(continuum),
        ]
        return all.compactMap { $0 }
    }

    private static func uniformField(_ components: [Double]) throws -> UniformElectricField? {
        guard components.count == 3, components.allSatisfy({ abs($0) <= ModelInput.strongestField }) else {
            throw CalculationError.usage(
                "a uniform field has three components of at most \(Int(ModelInput.strongestField)) atomic units each (5.142e12 V/m)."
            )
        }
        return components == [0, 0, 0] ? nil : UniformElectricField(strength: SIMD3(components[0], components[1], components[2]))
    }

    private static func continuum(_ input: SolventInput) throws -> ContinuumModel {
        let solvent: Solvent
        do {
            solvent = try Solvent(parsing: input.name)
        } catch {
            throw CalculationError.usage("--solvent: \(error)")
        }
        var radii: [Element: Double] = [:]
        for (symbol, radius) in input.cavityRadii {
            guard let element = Element(symbol: symbol) else {
                throw CalculationError.usage("--cavity-radius: there is no element '\(symbol)'.")
            }
            radii[element] = radius
        }
        let kind: ContinuumModel.Kind =
            switch input.model {
            case .cpcm: .cpcm
            case .iefpcm: .iefpcm
            case .smd: .smd
            }
        if input.isNonequilibrium, input.baseCharge == nil { throw CalculationError.verticalStatesOnly }
        let points = input.pointsPerSphere ?? ContinuumModel.usualPointsPerSphere
        guard ContinuumModel.allowedPointsPerSphere.contains(points) else {
            throw CalculationError.usage(
                "--cavity-points \(points): a sphere has one of \(ContinuumModel.allowedPointsPerSphere) points.")
        }
        do {
            return try ContinuumModel(
                solvent, kind: kind, radiiInAngstrom: radii, pointsPerSphere: points,
                baseCharge: input.isNonequilibrium ? input.baseCharge : nil,
                opticalDielectricConstant: input.opticalDielectricConstant)
        } catch {
            throw CalculationError.usage("--solvent: \(error)")
        }
    }
}

extension CalculationError {
    static let semiNumericalGradients = CalculationError.usage(
        "energies with semi-numerical exchange have no gradients. Take --exchange fitted, or --integrals auto.")

    static let verticalStatesOnly = CalculationError.usage(
        "--nonequilibrium is for the energies of esp compute: vertical states have no gradients and no structures of their own. Leave it out."
    )
}

extension SolventRecord {
    /// - Parameter molecule: determines the elements for which radii are recorded.
    init(_ model: ContinuumModel, of molecule: Molecule) {
        let elements = Set(molecule.atoms.map(\.element))
        self.init(
            name: model.solvent.name, dielectricConstant: model.solvent.dielectricConstant, model: model.kind.rawValue,
            radiiInAngstrom: Dictionary(uniqueKeysWithValues: elements.map { ($0.symbol, model.radiusInAngstrom(of: $0)) }),
            pointsPerSphere: model.pointsPerSphere,
            nonequilibrium: model.nonequilibrium.map {
                Nonequilibrium(baseCharge: $0.baseCharge, opticalDielectricConstant: $0.opticalDielectricConstant)
            })
    }
}

extension TermModel {
    /// In a line: `D3(BJ): s6 1.0, s8 1.9889`.
    var line: String {
        title
            + (parameters.isEmpty
                ? ""
                : ": "
                    + parameters.map {
                        "\($0.name) \(units == nil && $0.value == $0.value.rounded() ? "\(Int($0.value))" : "\($0.value)")"
                    }.joined(separator: ", ") + (units.map { " (\($0))" } ?? ""))
    }
}

extension TermRecord {
    init(_ model: any TermModel) {
        self.init(
            key: model.key, name: model.title,
            parameters: Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) }))
    }
}
