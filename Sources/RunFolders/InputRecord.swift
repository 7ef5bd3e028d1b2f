import MolecularStructure

/// Settings, other than structure, method, basis and grid, that determine the results of a calculation. A calculation found in a folder
/// counts as the requested one only if these are the same.
///
/// Settings that only affect the way to the solution are not included: initial density, damping, level shift, Newton steps, limits on
/// iterations, threads, memory.
public struct InputRecord: Codable, Sendable, Equatable {
    /// As `--reference` names it.
    public var reference: String
    /// As `--stability` names it.
    public var stability: String
    /// As `--search` names it; nil in calculations that never search for other solutions, such as optimisations.
    public var search: String?
    /// Convergence threshold for the change of the energy, in hartree.
    public var convergence: Double
    /// In hartree.
    public var smearing: Double
    /// The requested states; nil if the document names its single state.
    public var charges: [Int]?
    public var multiplicities: [Int]?
    /// `fitted` if energies come from fitted integrals; nil for exact ones.
    public var integrals: String?
    /// The medium in words; nil in vacuum.
    public var solvent: String?

    public init(
        reference: String, stability: String, search: String? = nil, convergence: Double, smearing: Double, charges: [Int]? = nil,
        multiplicities: [Int]? = nil, integrals: String? = nil, solvent: String? = nil
    ) {
        self.reference = reference
        self.stability = stability
        self.search = search
        self.convergence = convergence
        self.smearing = smearing
        self.charges = charges
        self.multiplicities = multiplicities
        self.integrals = integrals
        self.solvent = solvent
    }

    /// Whether energies are converged at least as tightly as `other` requires.
    public func isConverged(asWellAs other: InputRecord) -> Bool { convergence <= other.convergence }

    /// Differences from an earlier calculation, in words, except the convergence threshold; nil if unknown.
    public func differences(from earlier: InputRecord?) -> [String] {
        guard let earlier else { return ["an earlier version of the program made it and did not record its options"] }
        var list = InputDifferences()
        list.compare("reference", earlier.reference, reference)
        list.compare("stability", earlier.stability, stability)
        list.compare("search", earlier.search ?? "none", search ?? "none")
        list.compare("smearing", "\(earlier.smearing)", "\(smearing)")
        list.compare("integrals", earlier.integrals ?? "exact", integrals ?? "exact")
        list.compare("solvent", earlier.solvent ?? "none", solvent ?? "none")
        list.compare("charges", earlier.charges?.description ?? "", charges?.description ?? "")
        list.compare("multiplicities", earlier.multiplicities?.description ?? "", multiplicities?.description ?? "")
        return list.texts
    }
}

/// The input from which a document was made.
public enum StoredInput: Codable, Sendable, Equatable {
    /// The complete input.
    case whole(CalculationInput)
    /// The record written by earlier versions.
    case record(InputRecord)

    public init(from decoder: any Decoder) throws {
        if let record = try? InputRecord(from: decoder) {
            self = .record(record)
        } else {
            self = .whole(try CalculationInput(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .whole(let input): try input.encode(to: encoder)
        case .record(let record): try record.encode(to: encoder)
        }
    }

    /// The settings that determine the results.
    public var record: InputRecord {
        switch self {
        case .whole(let input): InputRecord(input)
        case .record(let record): record
        }
    }

    public var whole: CalculationInput? {
        guard case .whole(let input) = self else { return nil }
        return input
    }
}

extension InputRecord {
    /// - Parameter input: with the settled charges, reference and search.
    public init(_ input: CalculationInput) {
        let states = input.states
        let isSearch = input.task == .optimization
        self.init(
            reference: (states.reference ?? .automatic).rawValue, stability: states.stability.rawValue,
            search: isSearch ? nil : (states.search ?? StateInput.Search.none).rawValue,
            convergence: input.convergence.energyTolerance,
            smearing: input.convergence.smearing, charges: isSearch ? nil : states.charges,
            multiplicities: isSearch ? nil : input.multiplicities,
            integrals: input.model.integrals == .fitted ? input.model.energyIntegrals : nil,
            solvent: input.model.solvent.map(\.text))
    }
}

extension CalculationInput {
    /// The multiplicities of the charges: given for them, set by the molecule's file, or else the lowest that the number of electrons
    /// allows.
    var multiplicities: [Int]? {
        let protons = molecule.symbols.reduce(0) { $0 + (Element(symbol: $1)?.atomicNumber ?? 0) }
        return states.charges?.enumerated().map { index, charge in
            if let named = states.multiplicities, let first = named.first {
                return named.count == 1 ? first : named.indices.contains(index) ? named[index] : first
            }
            if charge == molecule.charge ?? 0, let own = molecule.multiplicity { return own }
            return (protons - charge) % 2 == 0 ? 1 : 2
        }
    }
}

/// Collects the differences between two calculations.
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
package func isSameStructure(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-8 }
}

extension InputRecord {
    /// Why the states of an earlier calculation cannot be used for this one, in words.
    ///
    /// A wider search for other solutions, or newly following instabilities, adds to the known results and is not a difference.
    ///
    /// - Parameter namesSearch: whether the search was given explicitly; otherwise the existing one is accepted.
    func conflicts(with earlier: InputRecord, namesSearch: Bool) -> [String] {
        var list = InputDifferences()
        list.compare("reference", earlier.reference, reference)
        list.compare("smearing", "\(earlier.smearing)", "\(smearing)")
        list.compare("integrals", earlier.integrals ?? "exact", integrals ?? "exact")
        if stability == StateInput.Stability.none.rawValue { list.compare("stability", earlier.stability, stability) }
        if namesSearch, searchRank < earlier.searchRank { list.compare("search", earlier.search ?? "none", search ?? "none") }
        return list.texts
    }

    /// Whether this calculation requires more than `earlier`: a wider search, or following instabilities.
    public func isWider(than earlier: InputRecord) -> Bool {
        searchRank > earlier.searchRank
            || earlier.stability == StateInput.Stability.none.rawValue && stability != StateInput.Stability.none.rawValue
    }

    private var searchRank: Int {
        switch search.flatMap(StateInput.Search.init) {
        case .full: 2
        case .lowest: 1
        case .some(.none), nil: 0
        }
    }
}

extension ResultDocument {
    /// Why an earlier result cannot become part of this one, in words: another molecule or model, or states of another kind. Empty if this
    /// calculation asks for the same or for more, such as further charges.
    ///
    /// - Parameter namesSearch: whether the search for other solutions was given explicitly.
    public func conflicts(with earlier: ResultDocument, namesSearch: Bool) -> [String] {
        guard earlier.source == nil else { return ["it has a wavefunction of another program"] }
        var texts = modelDifferences(from: earlier).texts
        if let old = earlier.input?.record, let record = input?.record {
            // The search of a preliminary result has not finished.
            texts += record.conflicts(with: old, namesSearch: namesSearch && earlier.preliminary != true)
        }
        return texts
    }

    /// The same for a wavefunction of another program: why an earlier result does not belong to the same wavefunction.
    ///
    /// - Parameter energy: nil if the file has none.
    public func conflicts(withFileOf earlier: ResultDocument, state: ChargeState, energy: Double?) -> [String] {
        guard earlier.source != nil else { return ["a computation of esp"] }
        var list = modelDifferences(from: earlier)
        list.note("another state", if: earlier.states.first?.state != state)
        if let energy, let known = earlier.states.first?.energy { list.note("another energy", if: abs(energy - known) > 1e-6) }
        return list.texts
    }

    /// Whether structure, method, basis, grid and added terms agree.
    public func isOfSameModel(as other: ResultDocument) -> Bool { modelDifferences(from: other).texts.isEmpty }

    /// Structure, method, basis, grid and added terms.
    private func modelDifferences(from earlier: ResultDocument) -> InputDifferences {
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
        list.compare("integrals", earlier.model.integrals ?? "exact", model.integrals ?? "exact")
        list.compare("added terms", earlier.model.addedTerms ?? "none", model.addedTerms ?? "none")
        return list
    }
}
