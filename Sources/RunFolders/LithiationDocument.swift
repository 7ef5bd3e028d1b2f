import FileFormats
import Foundation
import MolecularStructure

/// The content of `lithiate.json`: structures of a molecule with 1, 2, ... ions, ranked by energy. Energies in hartree, positions in bohr.
public struct LithiationDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-lithiate-1"
    package static let fileName = "lithiate.json"

    public var schema = LithiationDocument.currentSchema
    public var provenance: ResultDocument.Provenance
    /// Of the molecule without ions.
    public var symbols: [String]
    public var charge: Int
    public var multiplicity: Int
    public var ion: Ion
    /// Levels from the cheapest on, by the keys of energies.
    public var levels: [String]
    /// Method, basis and medium of the last level.
    public var title: String
    /// Name of the solvent; nil in vacuum, and for a medium that has only a dielectric constant.
    public var solvent: String?
    public var hasMedium: Bool
    public var reference: Reference
    public var steps: [Step]
    /// Whether everything that was planned is done.
    public var finished: Bool

    /// The level by which structures are ranked.
    public var level: String { levels.last ?? "" }

    public struct Ion: Codable, Sendable, Equatable {
        /// `Li+`
        public var name: String
        public var symbol: String
        public var charge: Int
        /// Electrons added with each ion.
        public var electrons: Int

        public init(name: String, symbol: String, charge: Int, electrons: Int) {
            (self.name, self.symbol, self.charge, self.electrons) = (name, symbol, charge, electrons)
        }
    }

    /// Energies by level: of the relaxed molecule without an ion, of the ion in the medium, and of the free atom in vacuum.
    public struct Reference: Codable, Sendable, Equatable {
        public var host: [String: Double] = [:]
        public var ion: [String: Double] = [:]
        public var atom: [String: Double] = [:]
        /// Of the relaxed molecule.
        public var geometry: [Double] = []

        public init() {}
    }

    public struct Step: Codable, Sendable, Equatable {
        public var ions: Int
        public var charge: Int
        public var multiplicity: Int
        /// By ascending energy at the last level, followed by those that were left out before.
        public var structures: [Structure]
        public var starts: Int
        public var dissociated: [String]
        public var failures: [String: String]

        public init(
            ions: Int, charge: Int, multiplicity: Int, structures: [Structure], starts: Int, dissociated: [String],
            failures: [String: String]
        ) {
            (self.ions, self.charge, self.multiplicity, self.structures) = (ions, charge, multiplicity, structures)
            (self.starts, self.dissociated, self.failures) = (starts, dissociated, failures)
        }
    }

    public struct Structure: Codable, Sendable, Equatable {
        /// Name of the first start that led to it.
        public var id: String
        /// What the ions touch, such as `Li on O7, O8`.
        public var contacts: String
        public var energies: [String: Double]
        public var spinSquared: Double
        /// Starts that led to it.
        public var starts: [String]
        public var converged: Bool
        public var geometry: [Double]
        /// Its XYZ file in the folder.
        public var file: String

        public init(
            id: String, contacts: String, energies: [String: Double], spinSquared: Double, starts: [String], converged: Bool,
            geometry: [Double], file: String
        ) {
            (self.id, self.contacts, self.energies, self.spinSquared) = (id, contacts, energies, spinSquared)
            (self.starts, self.converged, self.geometry, self.file) = (starts, converged, geometry, file)
        }

        enum CodingKeys: String, CodingKey {
            case id, contacts, energies, starts, converged, geometry, file
            case spinSquared = "spin_squared"
        }
    }

    public init(
        provenance: ResultDocument.Provenance, symbols: [String], charge: Int, multiplicity: Int, ion: Ion, levels: [String],
        title: String, solvent: String?, hasMedium: Bool, reference: Reference, steps: [Step], finished: Bool
    ) {
        self.provenance = provenance
        self.symbols = symbols
        (self.charge, self.multiplicity, self.ion) = (charge, multiplicity, ion)
        (self.levels, self.title, self.solvent, self.hasMedium) = (levels, title, solvent, hasMedium)
        (self.reference, self.steps, self.finished) = (reference, steps, finished)
    }

    enum CodingKeys: String, CodingKey {
        case schema, provenance, symbols, charge, multiplicity, ion, levels, title, solvent, reference, steps, finished
        case hasMedium = "has_medium"
    }
}

extension LithiationDocument: CheckedDocument {
    public static let title = "a result of esp lithiate"

    /// Whether a folder contains one.
    package static func isFolder(_ path: String) -> Bool { OutputFolder(existing: path).has(fileName) }

    package init(inFolder path: String) throws(InputFileError) {
        try self.init(readingFrom: OutputFolder(existing: path).url(Self.fileName).path)
    }

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try place.at("symbols").value(symbols.count, in: 1...XYZFile.largestAtomCount)
        for (index, symbol) in (symbols + [ion.symbol]).enumerated() {
            try place.at("symbols").at(index).require(Element(symbol: symbol)?.symbol == symbol, "there is no such element")
        }
        try place.chargeState(charge, multiplicity)
        try place.at("levels").value(levels.count, in: 1...10)
        for text in levels + [title, ion.name] + (solvent.map { [$0] } ?? []) { try place.at("levels").line(text) }
        try place.at("ion").at("charge").value(ion.charge, in: 1...10)
        try place.at("ion").at("electrons").value(ion.electrons, in: 0...10)
        if !reference.geometry.isEmpty {
            try place.at("reference").at("geometry").geometry(reference.geometry, atoms: symbols.count)
        }
        for (index, step) in steps.enumerated() {
            let own = place.at("steps").at(index)
            try own.at("ions").require(step.ions == index + 1, "it is not \(index + 1)")
            try own.chargeState(step.charge, step.multiplicity)
            for (number, structure) in step.structures.enumerated() {
                let key = own.at("structures").at(number)
                try key.at("geometry").geometry(structure.geometry, atoms: symbols.count + step.ions)
                for text in [structure.id, structure.contacts, structure.file] { try key.at("id").line(text) }
            }
        }
    }
}

extension LithiationDocument {
    /// The tables.
    public var text: String {
        var text = "molecule of charge \(signed(charge)), multiplicity \(multiplicity)"
        if let energy = reference.host[level] { text += ": \(column(energy, 0, 8)) Eh, relaxed at \(level)" }
        text += "\nevery \(ion.name) comes with "
        switch ion.electrons {
        case 0: text += "no electron: the charge rises by \(ion.charge)\n"
        case 1: text += "one electron: the charge \(ion.charge == 1 ? "stays" : "rises by \(ion.charge - 1)")\n"
        default:
            text +=
                "\(ion.electrons) electrons: the charge \(ion.charge == ion.electrons ? "stays" : "changes by \(ion.charge - ion.electrons)")\n"
        }
        for step in steps { text += "\n" + self.text(of: step) }
        return text + (finished ? "" : "\nthe search is not finished: run the same command to continue\n")
    }

    private func text(of step: Step) -> String {
        var text =
            "\(step.ions) \(ion.name), charge \(signed(step.charge)), multiplicity \(step.multiplicity): \(step.structures.count) "
            + "structure\(step.structures.count == 1 ? "" : "s") from \(step.starts) start\(step.starts == 1 ? "" : "s")\n"
        guard !step.structures.isEmpty else { return text + outcomes(of: step) }
        text += "energies relative to the lowest of each level, mEh\n"
        text += column("#", 4, right: true) + levels.map { "  " + column($0, max($0.count, 9), right: true) }.joined()
        text += "   <S^2>  found  contacts\n"
        let lowest = levels.map { level in step.structures.compactMap { $0.energies[level] }.min() ?? 0 }
        for (index, structure) in step.structures.enumerated() {
            text += column("\(index + 1)", 4, right: true)
            for (level, zero) in zip(levels, lowest) {
                let value = structure.energies[level].map { String(format: "%.2f", 1000 * ($0 - zero)) } ?? ""
                text += "  " + column(value, max(level.count, 9), right: true)
            }
            text += String(format: "%8.3f", structure.spinSquared) + column("\(structure.starts.count)", 7, right: true)
            text += "  \(structure.contacts)\(structure.converged ? "" : " (not converged)")\n"
        }
        return text + outcomes(of: step)
    }

    private func outcomes(of step: Step) -> String {
        var text = ""
        if !step.dissociated.isEmpty { text += "  dissociated: \(step.dissociated.count)\n" }
        for (id, reason) in step.failures.sorted(by: { $0.key < $1.key }) { text += "  \(id) failed: \(reason)\n" }
        return text
    }

    /// A row for each structure.
    public var csv: String {
        var text =
            "ions,rank,id,charge,multiplicity,\(levels.map { CSVText.quoted("\($0) Eh") }.joined(separator: ",")),"
            + "spin_squared,found,converged,file,contacts\n"
        for step in steps {
            for (index, structure) in step.structures.enumerated() {
                let energies = levels.map { level in structure.energies[level].map { String(format: "%.10f", $0) } ?? "" }
                text +=
                    "\(step.ions),\(index + 1),\(CSVText.quoted(structure.id)),\(step.charge),\(step.multiplicity),"
                    + energies.joined(separator: ",") + String(format: ",%.4f", structure.spinSquared)
                    + ",\(structure.starts.count),\(structure.converged),\(CSVText.quoted(structure.file)),\(CSVText.quoted(structure.contacts))\n"
            }
        }
        return text
    }
}
