/// What decides the numbers of a calculation beside its structure, method, basis and grid. A calculation that is found in a folder is
/// taken for the one asked for only if this is the same.
///
/// What only helps to get there is no part of it: first density, damping, level shift, Newton steps, limits on iterations, threads,
/// memory.
public struct InputRecord: Codable, Sendable, Equatable {
    /// As `--reference` names it.
    public var reference: String
    /// As `--stability` names it.
    public var stability: String
    /// As `--search` names it; nil where other solutions are not looked for at all, as in searches for a structure.
    public var search: String?
    /// Largest change of the energy that counts as converged, in hartree.
    public var convergence: Double
    /// In hartree.
    public var smearing: Double
    /// The states asked for; nil where the document names its one state.
    public var charges: [Int]?
    public var multiplicities: [Int]?

    public init(
        reference: String, stability: String, search: String? = nil, convergence: Double, smearing: Double, charges: [Int]? = nil,
        multiplicities: [Int]? = nil
    ) {
        self.reference = reference
        self.stability = stability
        self.search = search
        self.convergence = convergence
        self.smearing = smearing
        self.charges = charges
        self.multiplicities = multiplicities
    }

    /// Whether energies were converged as well as `other` asks for.
    public func isConverged(asWellAs other: InputRecord) -> Bool { convergence <= other.convergence }

    /// What is not as in an earlier calculation, in words, without the threshold of convergence; nil for one that does not tell.
    public func differences(from earlier: InputRecord?) -> [String] {
        guard let earlier else { return ["an earlier version of the program made it and did not record its options"] }
        var list = InputDifferences()
        list.compare("reference", earlier.reference, reference)
        list.compare("stability", earlier.stability, stability)
        list.compare("search", earlier.search ?? "none", search ?? "none")
        list.compare("smearing", "\(earlier.smearing)", "\(smearing)")
        list.compare("charges", earlier.charges?.description ?? "", charges?.description ?? "")
        list.compare("multiplicities", earlier.multiplicities?.description ?? "", multiplicities?.description ?? "")
        return list.texts
    }
}

/// Collects what two calculations do not have in common.
struct InputDifferences {
    private(set) var texts: [String] = []

    mutating func compare(_ name: String, _ old: String, _ new: String) {
        if old != new { texts.append("\(name) \(old), now \(new)") }
    }

    mutating func note(_ text: String, if isDifferent: Bool) {
        if isDifferent { texts.append(text) }
    }
}

/// Whether two structures have the same atoms in the same places, to 1e-8 bohr.
func isSameStructure(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-8 }
}

extension ResultDocument {
    /// What is not as in an earlier result, in words; empty where that one is what this calculation asks for. Charge schemes are not
    /// compared.
    public func inputDifferences(from earlier: ResultDocument) -> [String] {
        var list = InputDifferences()
        list.note(
            "another structure",
            if: molecule.symbols != earlier.molecule.symbols || !isSameStructure(molecule.geometry, earlier.molecule.geometry))
        let (ghosts, earlierGhosts) = (molecule.ghosts ?? [], earlier.molecule.ghosts ?? [])
        list.note(
            "other ghost atoms",
            if: ghosts.map(\.atomicNumber) != earlierGhosts.map(\.atomicNumber)
                || !isSameStructure(ghosts.flatMap(\.position), earlierGhosts.flatMap(\.position)))
        list.compare("method", earlier.model.method, model.method)
        list.note("another basis", if: model.basisFingerprint != earlier.model.basisFingerprint)
        list.compare("grid", earlier.model.grid ?? "none", model.grid ?? "none")
        guard let input else { return list.texts }
        var texts = list.texts + input.differences(from: earlier.input)
        if let old = earlier.input, !old.isConverged(asWellAs: input) {
            texts.append("convergence \(old.convergence), now \(input.convergence)")
        }
        return texts
    }
}
