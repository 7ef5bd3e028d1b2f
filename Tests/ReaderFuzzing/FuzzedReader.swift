import BasisSets
import ChargeFlow
import FileFormats
import Foundation
import GeometryOptimization
import MolecularStructure
import RedoxPotentials
import ReductionSeries
import Report
import RunFolders

/// A reader of files that must end with a value or an error whatever the bytes.
public enum FuzzedReader: String, CaseIterable, Sendable {
    case xyz
    case gaussian94
    case basisSetExchange = "basis-set-exchange"
    case nwchem
    case checkpoint
    case matrices
    /// A part of second derivatives that `esp frequencies` goes on from.
    case hessianPart = "hessian-part"
    case formattedCheckpoint = "fchk"
    case molden
    case wfn
    case wfx
    case mwfn
    case cube
    /// A compressed molecule.
    case gzip
    /// `result.json`, with what `esp account`, `compare`, `fukui`, `export` and `report` make of it.
    case result
    /// `optimization.json`, with the optimiser's way along its points.
    case optimization
    /// `search.json`.
    case search
    /// The input of `esp run`, with the molecule that is made of it.
    case input
    case qcschemaInput = "qcschema-input"
    /// A line that `esp serve` reads.
    case request
    /// `plan.json` of a study.
    case plan
    /// The displaced structures that `esp frequencies` goes on from.
    case displacements
    /// `lithiate.json`, with its tables.
    case lithiation
    /// The table of `esp voltage --calibrate`.
    case measuredPotentials = "measured-potentials"

    /// Whether the reader takes the bytes. A trap ends the process.
    public func accepts(_ bytes: [UInt8]) -> Bool {
        do {
            try read(bytes)
            return true
        } catch {
            // Messages are made of the input, too.
            return "\(error)".isEmpty
        }
    }

    private func read(_ bytes: [UInt8]) throws {
        let path = "fuzz"
        func text(_ expected: String) throws -> TextFile { try TextFile(path: path, bytes: bytes, expected: expected) }
        switch self {
        case .xyz: _ = try XYZFile(text("a molecule in XYZ form")).text
        case .gaussian94:
            let set = try Gaussian94.basisSet(text("a basis set in Gaussian94 form"))
            _ = Gaussian94.text(set)
        case .basisSetExchange: _ = try BasisSetExchangeJSON.basisSet(bytes, path: path)
        case .nwchem: _ = Gaussian94.text(try NWChemBasis.basisSet(text("a basis set in NWChem form")))
        case .gzip:
            _ = try XYZFile(TextFile(compressed: bytes, path: path, expected: "a molecule in XYZ form", limitInBytes: 1 << 24))
                .text
        case .search:
            let document = try SearchDocument(json: Data(bytes), path: path)
            _ = document.isSameSearch(as: document)
        case .input: try use(CalculationInput(json: Data(bytes), path: path))
        case .qcschemaInput: try use(QCSchemaInput(json: Data(bytes), path: path).input(path: path))
        case .request:
            let request = try EvaluationRequest(json: Data(bytes), path: path)
            _ = try request.molecule.file()
            _ = RequestIdentifier(ofRequest: Data(bytes))
            try use(request.input)
        case .plan: _ = try JSONEncoder().encode(StudyPlan(json: Data(bytes), path: path))
        case .displacements: _ = try JSONEncoder().encode(DisplacementDocument(json: Data(bytes), path: path))
        case .lithiation:
            let document = try LithiationDocument(json: Data(bytes), path: path)
            _ = document.text + document.csv
        case .measuredPotentials: _ = try MeasuredPotentials(text("a table of measured potentials")).entry(named: "a")
        case .checkpoint: _ = try Checkpoint(bytes: bytes, path: path).data()
        case .hessianPart: _ = try HessianPartFile(bytes: bytes, path: path).data()
        case .matrices: _ = try SymmetricMatrixFile(bytes: bytes, path: path).data()
        case .formattedCheckpoint, .molden, .wfn, .wfx, .mwfn:
            var wavefunction = try ForeignWavefunction(text("a wavefunction"))
            try wavefunction.setCoreElectrons(.nobleGas, elements: [:])
        case .cube: _ = try CubeFile(text("a cube file"))
        case .result:
            let document = try ResultDocument(json: Data(bytes), path: path)
            _ = try document.json()
            for state in document.states { _ = try QCSchemaOutput(document, state: state)?.json() }
            let account = try ElectronAccount(document)
            _ = account.csv + account.text()
            for state in document.states { _ = (try? FukuiIndices(account, charge: state.charge))?.text }
            let comparison = ComplexComparison([AccountedComplex(name: "a", account: account)]
            )
            let colors = Report.Colors(scale: ["#ff0000", "#0000ff"], difference: [], spin: [])
            _ = try Report(
                runs: [.init(name: "a", document: document, account: account)], comparison: comparison, colors: colors
            ).html()
        case .optimization:
            let document = try OptimizationDocument(json: Data(bytes), path: path)
            _ = document.differences(from: document, geometry: document.outcome?.geometry ?? [])
            _ = try document.json()
            try replay(document)
        }
    }

    /// The molecule of an input, and the input as a result stores it.
    private func use(_ input: CalculationInput) throws {
        try input.check()
        _ = try input.molecule.file().text
        _ = try CalculationInput(json: JSONEncoder().encode(input))
    }

    /// As `esp optimize` goes on after an interruption.
    private func replay(_ document: OptimizationDocument) throws {
        func vectors(_ flat: [Double]) -> [SIMD3<Double>] {
            stride(from: 0, to: flat.count, by: 3).map { SIMD3(flat[$0], flat[$0 + 1], flat[$0 + 2]) }
        }
        func molecule(_ point: OptimizationDocument.Point) -> Molecule {
            Molecule(
                atoms: zip(document.symbols, vectors(point.geometry)).compactMap { symbol, position in
                    Element(symbol: symbol).map { Atom(element: $0, positionInBohr: position) }
                })
        }
        guard let first = document.points.first else { return }
        var optimizer = try GeometryOptimizer(molecule(first))
        for point in document.points.prefix(20) {
            try optimizer.redirect(to: molecule(point))
            _ = try optimizer.add(energy: point.energy, gradient: vectors(point.gradient))
        }
    }
}
