import MolecularStructure

/// The medium around a molecule, as a polarizable continuum.
public struct SolventInput: Codable, Sendable, Equatable {
    /// How the energy in the solvent is computed.
    public enum Model: String, Codable, Sendable, CaseIterable { case cpcm, iefpcm, smd }

    /// Name of a solvent, or a dielectric constant: `acetonitrile`, `20`.
    public var name: String
    public var model = Model.cpcm
    /// Radii of spheres in Angstrom, by element, that differ from the default ones.
    public var cavityRadii: [String: Double] = [:]
    /// Surface grid points per sphere; nil: the default.
    public var pointsPerSphere: Int?
    /// Whether the slow polarisation is frozen at that of the base state.
    public var isNonequilibrium = false
    /// Charge of the base state; nil: the first of the series.
    public var baseCharge: Int?
    /// The dielectric constant of the fast polarisation; nil: the square of the refractive index.
    public var opticalDielectricConstant: Double?

    public init(
        _ name: String, model: Model = .cpcm, cavityRadii: [String: Double] = [:], pointsPerSphere: Int? = nil,
        isNonequilibrium: Bool = false, baseCharge: Int? = nil, opticalDielectricConstant: Double? = nil
    ) {
        (self.isNonequilibrium, self.baseCharge) = (isNonequilibrium, baseCharge)
        self.opticalDielectricConstant = opticalDielectricConstant
        self.name = name
        self.model = model
        self.cavityRadii = cavityRadii
        self.pointsPerSphere = pointsPerSphere
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, model
        case cavityRadii = "cavity_radii"
        case pointsPerSphere = "points_per_sphere"
        case isNonequilibrium = "nonequilibrium"
        case baseCharge = "base_charge"
        case opticalDielectricConstant = "optical_dielectric_constant"
    }

    /// An object, or only the name or the dielectric constant.
    public init(from decoder: any Decoder) throws {
        if let single = try? decoder.singleValueContainer() {
            if let name = try? single.decode(String.self) { self.init(name); return }
            if let value = try? single.decode(Double.self) { self.init("\(value)"); return }
        }
        let values = try decoder.values(of: CodingKeys.self)
        self.init("")
        if let value = try? values.decode(Double.self, forKey: .name) {
            name = "\(value)"
        } else {
            name = try values.decode(String.self, forKey: .name)
        }
        try values.read(.model, into: &model)
        try values.read(.cavityRadii, into: &cavityRadii)
        pointsPerSphere = try values.decodeIfPresent(Int.self, forKey: .pointsPerSphere)
        try values.read(.isNonequilibrium, into: &isNonequilibrium)
        baseCharge = try values.decodeIfPresent(Int.self, forKey: .baseCharge)
        opticalDielectricConstant = try values.decodeIfPresent(Double.self, forKey: .opticalDielectricConstant)
    }

    func check(_ place: DocumentCheck) throws(DocumentFlaw) {
        try place.at("name").line(name)
        let symbols = cavityRadii.keys.map { Element(symbol: $0)?.symbol ?? $0 }
        try place.at("cavity_radii").require(Set(symbols).count == symbols.count, "an element is named twice")
        for (symbol, radius) in cavityRadii.sorted(by: { $0.key < $1.key }) {
            let own = place.at("cavity_radii").at(symbol)
            try own.require(Element(symbol: symbol) != nil, "there is no such element")
            try own.value(radius, in: Self.radii)
        }
        if let pointsPerSphere { try place.at("points_per_sphere").value(pointsPerSphere, in: 1...5810) }
        if let baseCharge { try place.at("base_charge").value(baseCharge, in: ChargeState.allowedCharges) }
        if let opticalDielectricConstant {
            let own = place.at("optical_dielectric_constant")
            try own.value(opticalDielectricConstant, in: 1...1e6)
            try own.require(isNonequilibrium, "it belongs to nonequilibrium solvation")
        }
    }

    /// The name in lower case; a dielectric constant as the shortest number.
    private var canonicalName: String {
        guard let value = Double(name) else { return name.lowercased() }
        return value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }

    /// Radii by element symbol, in order.
    private var canonicalRadii: [(symbol: String, radius: Double)] {
        cavityRadii.map { (Element(symbol: $0.key)?.symbol ?? $0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }

    /// In words: `acetonitrile, cpcm, Nb 2.2`.
    public var text: String {
        ([canonicalName, model.rawValue] + canonicalRadii.map { "\($0.symbol) \($0.radius)" }
            + (pointsPerSphere.map { ["\($0) points"] } ?? [])
            + (isNonequilibrium
                ? ["non-equilibrium" + (opticalDielectricConstant.map { " with epsilon \($0)" } ?? "")]
                    + (baseCharge.map { ["base charge \($0)"] } ?? []) : []))
            .joined(separator: ", ")
    }

    /// For a folder name: `cpcm-acetonitrile-Nb2.2`.
    package var folderName: String {
        let plain = canonicalName.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }
        return
            ([model.rawValue, String(plain)] + canonicalRadii.map { "\($0.symbol)\($0.radius)" }
            + (pointsPerSphere.map { ["\($0)"] } ?? [])).joined(separator: "-")
    }

    /// Allowed radii, in Angstrom.
    public static let radii = 0.5...10.0
}

/// The solvent as stored in `result.json`: everything that determined the energy, with all defaults in numbers.
public struct SolventRecord: Codable, Sendable, Equatable {
    /// Nil if only a dielectric constant was given.
    public var name: String?
    public var dielectricConstant: Double
    /// `cpcm`, `iefpcm` or `smd`.
    public var model: String
    /// Radii of the spheres, by element, in Angstrom.
    public var radiiInAngstrom: [String: Double]
    /// Surface grid points per sphere.
    public var pointsPerSphere: Int
    /// Nil at equilibrium.
    public var nonequilibrium: Nonequilibrium?

    /// The solvent of states other than the base state.
    public struct Nonequilibrium: Codable, Sendable, Equatable {
        /// Charge of the state at whose polarisation the slow part is frozen.
        public var baseCharge: Int
        /// The dielectric constant of the fast part.
        public var opticalDielectricConstant: Double

        public init(baseCharge: Int, opticalDielectricConstant: Double) {
            (self.baseCharge, self.opticalDielectricConstant) = (baseCharge, opticalDielectricConstant)
        }

        enum CodingKeys: String, CodingKey {
            case baseCharge = "base_charge"
            case opticalDielectricConstant = "optical_dielectric_constant"
        }
    }

    public init(
        name: String?, dielectricConstant: Double, model: String, radiiInAngstrom: [String: Double], pointsPerSphere: Int,
        nonequilibrium: Nonequilibrium? = nil
    ) {
        self.nonequilibrium = nonequilibrium
        self.name = name
        self.dielectricConstant = dielectricConstant
        self.model = model
        self.radiiInAngstrom = radiiInAngstrom
        self.pointsPerSphere = pointsPerSphere
    }

    enum CodingKeys: String, CodingKey {
        case name, model, nonequilibrium
        case dielectricConstant = "dielectric_constant"
        case radiiInAngstrom = "radii_angstrom"
        case pointsPerSphere = "points_per_sphere"
    }
}
