import ChargeFlow
import FileFormats
import Foundation
import MachineLimits
import ParallelExecution
import ReductionSeries
import RunFolders
import WavefunctionAnalysis

/// The matrix of a study: every complex with every method and basis set.
public struct StudyInput: Codable, Sendable, Equatable {
    public var complexes: [MoleculeInput]
    public var methods: [String]
    /// Names of basis sets, or `paper`.
    public var bases: [String]
    /// Whether every state is also computed at its own relaxed structure.
    public var relaxes = false
    public var charges = ChargeInput()
    public var search: StateInput.Search?
    /// The medium of every cell; nil: vacuum.
    public var solvent: SolventInput?
    public var resources = ResourceInput()

    public init(complexes: [MoleculeInput], methods: [String], bases: [String]) {
        self.complexes = complexes
        self.methods = methods
        self.bases = bases
    }

    /// The input of one cell: the three states of a complex.
    func cell(_ complex: MoleculeInput, method: String, basis: String, charges: [Int]) -> CalculationInput {
        var result = CalculationInput(molecule: complex)
        result.states.charges = charges
        result.states.addsElectrons = false
        result.states.search = search
        result.model.method = method
        result.model.basis = basis
        result.model.solvent = solvent
        result.analyses.charges = self.charges
        result.analyses.cubes = []
        result.analyses.pictures = []
        result.resources = resources
        return result
    }
}

/// Runs the matrix of a study, cell by cell, and skips cells that an earlier call finished.
public struct Study {
    let input: StudyInput
    let folder: URL
    private let call: CallRecord
    let monitor: CalculationMonitor

    /// Checks everything that can be checked before the first calculation.
    ///
    /// - Parameter folder: for everything: one subfolder per complex, and in it one per cell.
    public init(
        _ input: StudyInput, folder: String, call: CallRecord = CallRecord(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.input = input
        self.folder = URL(fileURLWithPath: folder)
        self.call = call
        self.monitor = monitor
        try checkModels()
    }

    /// Throws for a method or basis that cannot be used in any cell, before any computing time is spent.
    private func checkModels() throws {
        let pool = WorkerPool(threads: 1)
        for complex in input.complexes {
            for method in input.methods {
                let cell = input.cell(complex, method: method, basis: ModelPreset.paper.basis, charges: [0])
                _ = try StateSolver(
                    states: cell.states, model: cell.model, convergence: cell.convergence, pool: pool,
                    memory: Machine.defaultMemory)
            }
            for basis in input.bases {
                let cell = input.cell(complex, method: "hf", basis: basis, charges: [0])
                _ = try cell.model.resolved(for: complex.file().molecule)
            }
        }
    }

    /// - Parameter temperature: for the weights of isomers, in kelvin.
    /// - Returns: the matrix, and the errors of the calculations that gave no result.
    public func run(temperature: Double = 298.15) throws -> (result: StudyResult, failures: [any Error]) {
        var cells: [StudyResult.Cell] = []
        var all: [any Error] = []
        let kinds: [ElectronAccount.Structures] = input.relaxes ? [.vertical, .relaxed] : [.vertical]
        for basis in input.bases {
            for method in input.methods {
                for structures in kinds {
                    var complexes: [AccountedComplex] = []
                    var failures: [String: String] = [:]
                    for complex in input.complexes {
                        let name = OutputFolder.stem(of: complex.name)
                        monitor.note("\(name): \(method), \(basis), \(structures.rawValue)")
                        do {
                            var document = try document(complex, method: method, basis: basis, structures: structures)
                            // Bonds decide, whatever fragments a user has defined.
                            document.fragments = nil
                            complexes.append(
                                AccountedComplex(
                                    name: name, account: try ElectronAccount(document)))
                        } catch {
                            try monitor.checkCancellation()
                            if case .usage? = error as? CalculationError { throw error }
                            monitor.note("\(name): \(error)")
                            failures[name] = "\(error)"
                            all.append(error)
                        }
                    }
                    cells.append(
                        .init(
                            method: method, basis: basis, structures: structures, comparison: ComplexComparison(complexes),
                            failures: failures,
                            isomers: IsomerEnsemble.all(in: complexes, temperature: temperature)))
                }
            }
        }
        return (StudyResult(cells: cells, medium: input.solvent?.text), all)
    }

    /// Three states of one complex in one cell; with relaxed structures the fragments are those of the first state.
    private func document(
        _ complex: MoleculeInput, method: String, basis: String, structures: ElectronAccount.Structures
    ) throws -> ResultDocument {
        guard structures == .relaxed else {
            return try finished(
                input.cell(complex, method: method, basis: basis, charges: charges(complex)), of: complex,
                in: cellFolder(complex, method: method, basis: basis), Self.verticalName, climbs: true)
        }
        return try relaxedDocument(complex, method: method, basis: basis, at: relaxedStructures(complex), climbs: true)
    }

    private func charges(_ complex: MoleculeInput) -> [Int] {
        let base = complex.charge ?? 0
        return [base, base - 1, base - 2]
    }

    /// The relaxed structures of the three states. Those of the first method and basis are used for all.
    func relaxedStructures(_ complex: MoleculeInput) throws -> [MoleculeInput] {
        let charges = charges(complex)
        let search = RelaxedStates(
            input: input.cell(complex, method: input.methods[0], basis: input.bases[0], charges: charges),
            folder: folder(complex).path, replaces: true, call: call, monitor: monitor)
        var start = complex
        return try charges.map { charge in
            start =
                try givenStructure(complex, charge: charge) ?? search.structure(charge: charge, multiplicity: nil, from: start)
            return start
        }
    }

    /// A structure that a user has put in place of a relaxed one.
    private func givenStructure(_ complex: MoleculeInput, charge: Int) throws -> MoleculeInput? {
        let path = folder(complex).appendingPathComponent("q\(charge).xyz").path
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return MoleculeInput(try XYZFile(readingFrom: path), name: path)
    }

    /// The three states, each at its own structure.
    ///
    /// - Parameter climbs: whether to start from the orbitals of the preceding basis set. Independent tasks, which are to give the same bits
    ///   in any order, must not.
    func relaxedDocument(
        _ complex: MoleculeInput, method: String, basis: String, at structures: [MoleculeInput], climbs: Bool
    ) throws -> ResultDocument {
        try merged(
            zip(charges(complex), structures).map { charge, structure in
                try finished(
                    input.cell(structure, method: method, basis: basis, charges: [charge]), of: complex,
                    in: cellFolder(complex, method: method, basis: basis), Self.relaxedName(charge), climbs: climbs)
            })
    }

    /// The same if everything is finished, without computing anything; else nil.
    func finishedRelaxedDocument(_ complex: MoleculeInput, method: String, basis: String) throws -> ResultDocument? {
        var documents: [ResultDocument] = []
        for charge in charges(complex) {
            let relaxed = RelaxedStates.structurePath(in: folder(complex).path, charge: charge)
            guard
                let structure = try givenStructure(complex, charge: charge)
                    ?? (FileManager.default.fileExists(atPath: relaxed)
                        ? MoleculeInput(try XYZFile(readingFrom: relaxed), name: relaxed) : nil),
                var document = try Calculation.finishedResult(
                    of: input.cell(structure, method: method, basis: basis, charges: [charge]),
                    in: relaxedFolder(complex, method: method, basis: basis, charge: charge), call: call, monitor: monitor)
            else { return nil }
            document.states.removeAll { $0.charge != charge }
            documents.append(document)
        }
        return try merged(documents)
    }

    /// The first result, with the states of all.
    private func merged(_ documents: [ResultDocument]) throws -> ResultDocument {
        guard var result = documents.first else { throw CalculationError.internalFault("no states") }
        result.states = documents.flatMap(\.states)
        return result
    }

    func relaxedFolder(_ complex: MoleculeInput, method: String, basis: String, charge: Int) -> String {
        cellFolder(complex, method: method, basis: basis).appendingPathComponent(Self.relaxedName(charge)).path
    }

    private static let verticalName = "vertical.esp"

    private static func relaxedName(_ charge: Int) -> String { "q\(charge).esp" }

    /// The states of a calculation in a folder of a cell. Existing results are not computed again; missing charge schemes are added.
    ///
    /// - Parameter climbs: whether to start from the orbitals of the preceding basis set.
    private func finished(
        _ cell: CalculationInput, of complex: MoleculeInput, in place: URL, _ name: String, climbs: Bool
    ) throws -> ResultDocument {
        let folder = place.appendingPathComponent(name).path
        var cell = cell
        if climbs {
            let basis = try cell.model.resolved(for: cell.molecule.file().molecule).basis
            cell.convergence.startFrom = smaller(cell, complex, name).first { path in
                guard let run = try? FinishedRun(readingFrom: path), run.document.states.allSatisfy(\.converged) else {
                    return false
                }
                // Not from another core potential, for example.
                return run.wavefunctions.contains { (try? $0.orbitals(projectedOnto: basis)) != nil }
            }
        }
        var document = try Calculation(cell, folder: folder, replaces: true, call: call, monitor: monitor.withoutResults).run()
        // The folder may contain further charges.
        if let charges = cell.states.charges { document.states.removeAll { !charges.contains($0.charge) } }
        guard document.states.allSatisfy(\.converged) else {
            throw CalculationError.notConverged("\(folder): not converged")
        }
        return document
    }

    /// Calculations with the same method in the preceding basis sets, the last one first.
    private func smaller(_ cell: CalculationInput, _ complex: MoleculeInput, _ name: String) -> [String] {
        guard let method = cell.model.method, let basis = input.bases.firstIndex(where: { $0 == cell.model.basis }) else {
            return []
        }
        return input.bases[..<basis].reversed().map {
            cellFolder(complex, method: method, basis: $0).appendingPathComponent(name).path
        }
    }

    /// Earlier versions called the basis sets `paper` the default.
    func cellFolder(_ complex: MoleculeInput, method: String, basis: String) -> URL {
        let own = folder(complex).appendingPathComponent("\(method)_\(basis)")
        let old = folder(complex).appendingPathComponent("\(method)_default")
        let exists = { (url: URL) in FileManager.default.fileExists(atPath: url.path) }
        return basis == ModelPreset.paper.basis && !exists(own) && exists(old) ? old : own
    }

    /// Structures and results in a solvent have separate folders beside those in vacuum.
    private func folder(_ complex: MoleculeInput) -> URL {
        let own = folder.appendingPathComponent(OutputFolder.stem(of: complex.name))
        return input.solvent.map { own.appendingPathComponent($0.folderName) } ?? own
    }
}
