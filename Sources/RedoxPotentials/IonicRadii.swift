/// Effective ionic radii of six-coordinate cations: R. D. Shannon, Acta Crystallogr. A 32, 751 (1976), doi 10.1107/S0567739476001551.
public struct IonicRadius: Sendable, Equatable {
    public enum Spin: String, Sendable { case high, low }

    public let symbol: String
    /// Charge number n.
    public let charge: Int
    /// Nil where the radius does not depend on the spin.
    public let spin: Spin?
    /// In Angstrom.
    public let radius: Double

    /// All radii of the table are those of this coordination number.
    public static let coordinationNumber = 6

    public static let source = "R. D. Shannon, Acta Crystallogr. A 32, 751 (1976), doi 10.1107/S0567739476001551"

    /// The ionic potential psi = n / r, in elementary charges per Angstrom.
    public var ionicPotential: Double { Double(charge) / radius }

    /// `Nb5+`
    public var name: String { symbol + (charge == 1 ? "" : "\(charge)") + "+" }

    private init(_ symbol: String, _ charge: Int, _ radius: Double, _ spin: Spin? = nil) {
        (self.symbol, self.charge, self.radius, self.spin) = (symbol, charge, radius, spin)
    }

    /// An ion of the table by its name, such as `Nb5+` or `Li+`; of two spins the high one. Nil if there is none.
    public init?(named name: String) {
        guard
            let found = Self.table.first(where: { $0.name == name && $0.spin != .low })
                ?? Self.table.first(where: { $0.name == name })
        else { return nil }
        self = found
    }

    /// The ion of an element without valence electrons, such as Nb5+; nil for elements that have none in the table.
    public init?(closedShellOf symbol: String) {
        guard let charge = Self.closedShells[symbol],
            let found = Self.table.first(where: { $0.symbol == symbol && $0.charge == charge })
        else { return nil }
        self = found
    }

    private static let closedShells = [
        "Li": 1, "Na": 1, "K": 1, "Rb": 1, "Cs": 1, "Mg": 2, "Ca": 2, "Sr": 2, "Ba": 2, "Zn": 2, "Cd": 2, "Al": 3, "Ga": 3,
        "In": 3,
        "Sc": 3, "Y": 3, "La": 3, "Lu": 3, "Ti": 4, "Zr": 4, "Hf": 4, "V": 5, "Nb": 5, "Ta": 5, "Mo": 6, "W": 6, "Sn": 4,
    ]

    public static let table: [IonicRadius] = [
        .init("Li", 1, 0.760), .init("Na", 1, 1.020), .init("K", 1, 1.380), .init("Rb", 1, 1.520), .init("Cs", 1, 1.670),
        .init("Mg", 2, 0.720), .init("Ca", 2, 1.000), .init("Sr", 2, 1.180), .init("Ba", 2, 1.350), .init("Zn", 2, 0.740),
        .init("Cd", 2, 0.950), .init("Al", 3, 0.535), .init("Ga", 3, 0.620), .init("In", 3, 0.800), .init("Tl", 1, 1.500),
        .init("Tl", 3, 0.885), .init("Sc", 3, 0.745), .init("Y", 3, 0.900), .init("La", 3, 1.032), .init("Ce", 3, 1.010),
        .init("Ce", 4, 0.870), .init("Gd", 3, 0.938), .init("Yb", 2, 1.020), .init("Yb", 3, 0.868), .init("Lu", 3, 0.861),
        .init("Ti", 2, 0.860), .init("Ti", 3, 0.670), .init("Ti", 4, 0.605), .init("Zr", 4, 0.720), .init("Hf", 4, 0.710),
        .init("V", 2, 0.790), .init("V", 3, 0.640), .init("V", 4, 0.580), .init("V", 5, 0.540), .init("Nb", 3, 0.720),
        .init("Nb", 4, 0.680), .init("Nb", 5, 0.640), .init("Ta", 3, 0.720), .init("Ta", 4, 0.680), .init("Ta", 5, 0.640),
        .init("Cr", 2, 0.730, .low), .init("Cr", 2, 0.800, .high), .init("Cr", 3, 0.615), .init("Cr", 4, 0.550),
        .init("Cr", 5, 0.490), .init("Cr", 6, 0.440), .init("Mo", 3, 0.690), .init("Mo", 4, 0.650), .init("Mo", 5, 0.610),
        .init("Mo", 6, 0.590), .init("W", 4, 0.660), .init("W", 5, 0.620), .init("W", 6, 0.600), .init("Mn", 2, 0.670, .low),
        .init("Mn", 2, 0.830, .high), .init("Mn", 3, 0.580, .low), .init("Mn", 3, 0.645, .high), .init("Mn", 4, 0.530),
        .init("Mn", 7, 0.460), .init("Fe", 2, 0.610, .low), .init("Fe", 2, 0.780, .high), .init("Fe", 3, 0.550, .low),
        .init("Fe", 3, 0.645, .high), .init("Fe", 4, 0.585), .init("Co", 2, 0.650, .low), .init("Co", 2, 0.745, .high),
        .init("Co", 3, 0.545, .low), .init("Co", 3, 0.610, .high), .init("Co", 4, 0.530, .high), .init("Ni", 2, 0.690),
        .init("Ni", 3, 0.560, .low), .init("Ni", 3, 0.600, .high), .init("Ni", 4, 0.480, .low), .init("Cu", 1, 0.770),
        .init("Cu", 2, 0.730), .init("Cu", 3, 0.540, .low), .init("Sn", 4, 0.690), .init("Sb", 3, 0.760), .init("Sb", 5, 0.600),
        .init("Bi", 3, 1.030), .init("Bi", 5, 0.760),
    ]
}
