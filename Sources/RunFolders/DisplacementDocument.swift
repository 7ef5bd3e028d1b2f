import Foundation
import FileFormats

/// Gradients of displaced structures, from which second derivatives are computed; an interrupted `esp frequencies` restarts from them.
public struct DisplacementDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-displacements-1"

    public var schema = DisplacementDocument.currentSchema
    public var charge: Int
    public var multiplicity: Int
    public var method: String
    public var grid: String?
    public var basisFingerprint: String
    /// Restricted, unrestricted or restricted-open; nil in files of versions without this key.
    public var reference: String?
    /// Of the undisplaced structure, in bohr.
    public var geometry: [Double]
    /// In bohr.
    public var step: Double
    /// The undisplaced structure; nil before it is solved.
    public var center: Point?
    public var points: [Point]

    /// One structure.
    public struct Point: Codable, Sendable, Equatable {
        /// Three times the atom's index plus the axis; -1 for the undisplaced structure.
        public var coordinate: Int
        /// 1 or -1; 0 for the undisplaced structure.
        public var direction: Int
        public var energy: Double
        /// x, y, z of every atom, in hartree per bohr.
        public var gradient: [Double]
        /// In elementary charges and bohr, about the centre of nuclear charge of the undisplaced structure.
        public var dipole: [Double]

        public init(coordinate: Int, direction: Int, energy: Double, gradient: [Double], dipole: [Double]) {
            self.coordinate = coordinate
            self.direction = direction
            self.energy = energy
            self.gradient = gradient
            self.dipole = dipole
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema, charge, multiplicity, method, grid, reference, geometry, step, center, points
        case basisFingerprint = "basis_fingerprint"
    }

    public init(
        charge: Int, multiplicity: Int, method: String, grid: String?, basisFingerprint: String, reference: String?,
        geometry: [Double],
        step: Double
    ) {
        self.charge = charge
        self.multiplicity = multiplicity
        self.method = method
        self.grid = grid
        self.basisFingerprint = basisFingerprint
        self.reference = reference
        self.geometry = geometry
        self.step = step
        points = []
    }

    /// Whether the points of another document belong to the same potential energy surface.
    public func isOfSameSurface(as other: DisplacementDocument) -> Bool {
        var (own, others) = (self, other)
        (own.center, own.points, others.center, others.points) = (nil, [], nil, [])
        return own == others
    }

    public func json() throws -> Data { try JSONLayout.encoded(self) }
}

extension DisplacementDocument: CheckedDocument {
    public static let title = "a list of displaced structures"
    public static let cure = "Remove it; the gradients are computed again"

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try place.at("geometry").require(geometry.count % 3 == 0 && !geometry.isEmpty, "\(geometry.count) values")
        try place.at("step").value(step, in: 1e-6...1)
        for (index, point) in (points + [center].compactMap { $0 }).enumerated() {
            let key = place.at("points").at(index)
            try key.at("coordinate").value(point.coordinate, in: -1...(geometry.count - 1))
            try key.at("direction").value(point.direction, in: -1...1)
            try key.at("gradient").count(point.gradient, geometry.count)
            try key.at("dipole").count(point.dipole, 3)
        }
    }
}
