import FileFormats
import MolecularStructure
import RunFolders

/// The charges of a calculation, and the reason for them.
package struct ChargeChoice {
    package enum Origin: Equatable {
        /// The charges, or the number of electrons to add, were given.
        case named
        /// One state of a molecule that is not an electron acceptor.
        case single
        /// Two electrons are added, for the reason given in words.
        case inviting(String)
    }

    /// In order; repeated only if given repeatedly.
    package let charges: [Int]
    package let origin: Origin

    /// - Throws: `CalculationError.usage` if several charges are given together with electrons to add.
    package init(_ states: StateInput, of file: XYZFile) throws {
        if let named = states.charges, named.count != 1 {
            guard (states.reduction ?? 0) == 0 else {
                throw CalculationError.usage(
                    "--reduce adds electrons to one charge, but --charge names \(named.count). Leave out one of the two options.")
            }
            (charges, origin) = (named, .named)
            return
        }
        let base = states.charges?.first ?? file.charge ?? 0
        if states.charges != nil || states.reduction != nil {
            (charges, origin) = ((0...max(0, states.reduction ?? 0)).map { base - $0 }, .named)
        } else if states.addsElectrons, let reason = ElectronAcceptor.reason(file.molecule) {
            (charges, origin) = ([base, base - 1, base - 2], .inviting(reason))
        } else {
            (charges, origin) = ([base], .single)
        }
    }
}

extension CalculationInput {
    /// What this input leaves open and which defaults are taken, in one line; nil if there are none.
    package func takenByDefault() throws -> String? {
        var parts: [String] = []
        let settled = model.settled
        if model.method == nil { parts.append("method \(Self.title(settled))") }
        if model.basis == nil {
            let basis = settled.basis == ModelPreset.paper.basis ? "6-31G with LANL2MB on Al and from K on" : settled.basis ?? ""
            parts.append("basis \(basis)" + (model.basisFor.isEmpty && model.basisFiles.isEmpty ? "" : " where none is named"))
        }
        let charges = states.charges == nil && states.reduction == nil ? try chargesTaken : nil
        guard let preset = model.preset, !parts.isEmpty else {
            parts += [charges].compactMap { $0 }
            return parts.isEmpty ? nil : "taken by default: " + parts.joined(separator: ", ")
        }
        // The preset does not set charges.
        return "taken from --preset \(preset.rawValue): " + parts.joined(separator: ", ")
            + (charges.map { "; by default: \($0)" } ?? "")
    }

    private var chargesTaken: String {
        get throws {
            var states = states
            // The other tasks concern one state.
            if task != .energy, task != .adiabatic { states.addsElectrons = false }
            let choice = try ChargeChoice(states, of: molecule.file())
            let list = choice.charges.map { signed($0) }.joined(separator: ", ")
            let base = signed(choice.charges[0])
            return switch choice.origin {
            case .inviting(let reason): "charges \(list) because the molecule \(reason) (--charge \(base) computes one state)"
            case .named, .single:
                "charge \(list)" + (states.addsElectrons ? " (--reduce 2 adds the states with one and two more electrons)" : "")
            }
        }
    }

    private static func title(_ model: ModelInput) -> String {
        let method = (model.method ?? "").uppercased()
        return model.dispersion.map { $0 == "none" ? method : "\(method)-\($0.uppercased())" } ?? method
    }
}
