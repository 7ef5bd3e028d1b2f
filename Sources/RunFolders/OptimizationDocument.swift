import FileFormats
import Foundation
import MolecularStructure

/// The content of `optimization.json`: every point of an optimisation, from which a later call restarts. Atomic units throughout.
public struct OptimizationDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-optimization-1"

    public var schema = OptimizationDocument.currentSchema
    /// Program, version and arguments.
    public var provenance: ResultDocument.Provenance
    public var symbols: [String]
    public var charge: Int
    public var multiplicity: Int
    public var method: String
    public var basis: [String: String]
    public var basisFingerprint: String
    public var grid: String?
    /// Terms that are added to the Hamiltonian of the method; nil without any, and in files of earlier versions.
    public var terms: [TermRecord]?
    /// Fitted integrals, by name; nil for exact ones.
    public var integrals: String?
    /// Name of the convergence criteria.
    public var criteria: String
    /// As the user wrote them.
    public var constraints: [String]
    /// Settings, other than method, basis and grid, that determine the energies; nil in files of versions without this key.
    public var input: StoredInput?
    /// Whether the search keeps the symmetry of the first structure.
    public var keepsSymmetry: Bool?
    public var converged: Bool
    public var points: [Point]
    /// Number of the point that is the outcome, from 1: the last one, or the symmetric one to which the search returned. Nil before
    /// convergence.
    public var finalPoint: Int?
    /// How the search broke a symmetry.
    public var symmetryBreaking: SymmetryBreakingRecord?
    /// Bonds of the first structure that are missing in the last one, and vice versa; pairs of atom numbers from 1.
    public var brokenBonds: [[Int]]
    public var formedBonds: [[Int]]
    /// Atoms that were in contact with others in the first structure but not in the last one.
    public var dissociation: DissociationRecord?
    /// Warnings about the solution at the last structure; nil if there are none.
    public var warnings: [WarningRecord]?

    /// A group of atoms that dissociates from the others: its atoms (numbers from 1) and the shortest distance to the others, in bohr.
    public struct DissociationRecord: Codable, Sendable, Equatable {
        public var atoms: [Int]
        public var gap: Double
        public var gapAtFirst: Double
        /// Whether it is so far away that the search was ended.
        public var hasDissociated: Bool

        /// - Parameter atRest: whether the forces have vanished.
        public init(_ dissociation: Dissociation, atRest: Bool = false) {
            atoms = dissociation.atoms.map { $0 + 1 }
            gap = dissociation.gap
            gapAtFirst = dissociation.gapAtFirst
            hasDissociated = dissociation.hasDissociated || atRest && dissociation.hasDissociatedAtRest
        }

        enum CodingKeys: String, CodingKey {
            case atoms, gap
            case gapAtFirst = "gap_at_first"
            case hasDissociated = "has_parted"
        }
    }

    /// One structure with its energy.
    public struct Point: Codable, Sendable, Equatable {
        public var energy: Double
        /// x, y, z of the first atom, then of the second, ..., in bohr.
        public var geometry: [Double]
        /// In the order of `geometry`, hartree per bohr.
        public var gradient: [Double]
        public var spinSquared: Double

        public init(energy: Double, geometry: [Double], gradient: [Double], spinSquared: Double) {
            self.energy = energy
            self.geometry = geometry
            self.gradient = gradient
            self.spinSquared = spinSquared
        }

        enum CodingKeys: String, CodingKey {
            case energy, geometry, gradient
            case spinSquared = "spin_squared"
        }
    }

    public init(
        provenance: ResultDocument.Provenance, symbols: [String], charge: Int, multiplicity: Int, method: String,
        basis: [String: String], basisFingerprint: String, grid: String?, criteria: String, constraints: [String]
    ) {
        self.provenance = provenance
        self.symbols = symbols
        self.charge = charge
        self.multiplicity = multiplicity
        self.method = method
        self.basis = basis
        self.basisFingerprint = basisFingerprint
        self.grid = grid
        self.criteria = criteria
        self.constraints = constraints
        converged = false
        points = []
        brokenBonds = []
        formedBonds = []
    }

    enum CodingKeys: String, CodingKey {
        case schema, provenance, symbols, charge, multiplicity, method, basis, grid, criteria, constraints, converged, points
        case input, warnings, terms, integrals
        case dissociation = "separation"
        case keepsSymmetry = "keeps_symmetry"
        case finalPoint = "final_point"
        case symmetryBreaking = "symmetry_push"
        case basisFingerprint = "basis_fingerprint"
        case brokenBonds = "broken_bonds"
        case formedBonds = "formed_bonds"
    }

    /// The point that is the outcome of a converged search, otherwise the last one.
    public var outcome: Point? {
        guard let finalPoint, points.indices.contains(finalPoint - 1) else { return points.last }
        return points[finalPoint - 1]
    }

    /// Differences from an earlier search, in words; empty if its points can be used for this one. The criteria may differ.
    ///
    /// - Parameter geometry: of the first structure of this search, in the form of `Point`.
    public func differences(from earlier: OptimizationDocument, geometry: [Double]) -> [String] {
        var list = InputDifferences()
        list.compare("form", earlier.schema, schema)
        list.note(
            "another first structure",
            if: symbols != earlier.symbols || !isSameStructure(geometry, earlier.points.first?.geometry ?? []))
        list.compare("charge", "\(earlier.charge)", "\(charge)")
        list.compare("multiplicity", "\(earlier.multiplicity)", "\(multiplicity)")
        list.compare("method", earlier.method, method)
        list.note("another basis", if: basisFingerprint != earlier.basisFingerprint)
        list.compare("grid", earlier.grid ?? "none", grid ?? "none")
        list.note("other holds", if: constraints != earlier.constraints)
        list.compare("aim", earlier.aim, aim)
        guard let input = input?.record else { return list.texts }
        // Towards a saddle point symmetries are never broken.
        if earlier.input != nil, !seeksSaddle {
            list.note("other treatment of symmetry", if: keepsSymmetry != earlier.keepsSymmetry)
        }
        return list.texts + input.differences(from: earlier.input?.record)
    }

    /// Whether a saddle point was wanted.
    public var seeksSaddle: Bool { input?.whole?.optimization.seeksSaddle ?? false }

    /// The kind of stationary point, and the second derivatives that the search began with: they determine its structures.
    private var aim: String {
        let wanted = input?.whole?.optimization ?? OptimizationInput()
        let mode = wanted.saddleMode.map { " along mode \($0)" } ?? ""
        let point = wanted.seeksSaddle ? "a saddle point\(mode)" : "a minimum"
        let source = wanted.computesHessian ? OptimizationInput.computedHessian : wanted.hessianFrom
        return point + (source.map { ", Hessian: \($0)" } ?? "")
    }

    /// - Throws: `ResultDocumentError.notFinite`.
    public func json() throws -> Data { try JSONLayout.encoded(self) }
}

extension OptimizationDocument: CheckedDocument {
    public static let title = "a search for a stationary point"

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        let count = symbols.count
        try place.at("symbols").value(count, in: 1...XYZFile.largestAtomCount)
        for (index, symbol) in symbols.enumerated() {
            try place.at("symbols").at(index).require(Element(symbol: symbol)?.symbol == symbol, "there is no such element")
        }
        try place.chargeState(charge, multiplicity)
        for (index, point) in points.enumerated() {
            let key = place.at("points").at(index)
            try key.at("geometry").geometry(point.geometry, atoms: count)
            try key.at("gradient").count(point.gradient, 3 * count)
            for value in point.gradient { try key.at("gradient").value(value, in: -Self.largestForce...Self.largestForce) }
        }
        for (key, pairs) in [("broken_bonds", brokenBonds), ("formed_bonds", formedBonds)] {
            for (index, pair) in pairs.enumerated() {
                try place.at(key).at(index).count(pair, 2)
                try place.at(key).at(index).atoms(pair, count: count, from: 1)
            }
        }
        try input?.whole?.check(place.at("input"))
        if let finalPoint {
            try place.at("final_point").require(points.indices.contains(finalPoint - 1), "there is no point \(finalPoint)")
        }
        if let dissociation { try place.at("separation").at("atoms").atoms(dissociation.atoms, count: count, from: 1) }
    }

    /// Hartree per bohr: the repulsion of two radon nuclei at 0.1 bohr.
    private static let largestForce = 1e6
}
