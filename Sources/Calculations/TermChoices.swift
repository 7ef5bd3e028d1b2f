import DispersionCorrection
import ExternalField
import HamiltonianTerms
import RunFolders

/// The terms that an input adds to the Hamiltonian of a method. This is the only list of them: a new kind of term gets one line.
enum TermChoices {
    /// - Parameters:
    ///   - functional: as messages name it.
    ///   - names: by which the parameters of a functional may be known.
    /// - Throws: `CalculationError` for a term that cannot be had.
    static func models(_ model: ModelInput, choice: MethodChoice, functional: String, names: [String]) throws -> [any TermModel] {
        let all: [(any TermModel)?] = [
            try choice.correction(functional: functional, names: names),
            model.field.flatMap { $0 == [0, 0, 0] ? nil : UniformElectricField(strength: SIMD3($0[0], $0[1], $0[2])) },
        ]
        return all.compactMap { $0 }
    }
}

extension TermModel {
    /// In a line: `D3(BJ): s6 1.0, s8 1.9889`.
    var line: String {
        title
            + (parameters.isEmpty
                ? "" : ": " + parameters.map { "\($0.name) \($0.value)" }.joined(separator: ", ") + " (atomic units)")
    }
}

extension TermRecord {
    init(_ model: any TermModel) {
        self.init(
            key: model.key, name: model.title,
            parameters: Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) }))
    }
}
