import MolecularStructure

/// One contraction: coefficients that multiply normalised primitives of one angular momentum.
public struct Contraction: Sendable, Equatable {
    public let angularMomentum: Int
    /// As many as the shell has exponents.
    public let coefficients: [Double]

    public init(angularMomentum: Int, coefficients: [Double]) {
        self.angularMomentum = angularMomentum
        self.coefficients = coefficients
    }
}

/// Contractions over one set of exponents, as defined by a basis set for an element. The SP shells of Pople's sets contain two contractions
/// (s and p); most others contain one.
public struct ShellDefinition: Sendable, Equatable {
    /// In bohr^-2.
    public let exponents: [Double]
    public let contractions: [Contraction]

    public init(exponents: [Double], contractions: [Contraction]) {
        self.exponents = exponents
        self.contractions = contractions
    }
}

/// The basis of one element: orbitals and, if the core is replaced, its potential.
public struct ElementBasis: Sendable, Equatable {
    public var shells: [ShellDefinition]
    public var effectiveCorePotential: EffectiveCorePotential?

    public init(shells: [ShellDefinition], effectiveCorePotential: EffectiveCorePotential? = nil) {
        self.shells = shells
        self.effectiveCorePotential = effectiveCorePotential
    }
}

/// Whether d, f and g functions are 5, 7, 9 real solid harmonics or 6, 10, 15 Cartesian monomials.
public enum AngularFunctionType: String, Sendable, Codable {
    case pure, cartesian
    /// Cartesian d functions, pure f and higher ones: the convention of 3-21G and the 6-31G family.
    case cartesianD = "cartesian-d"

    /// Whether functions of angular momentum l are Cartesian. For s and p there is no difference: false.
    @inlinable
    public func isCartesian(_ l: Int) -> Bool { l >= 2 && (self == .cartesian || (self == .cartesianD && l == 2)) }
}

/// A named Gaussian basis set.
public struct BasisSet: Sendable {
    public let name: String
    public let aliases: [String]
    /// The convention with which the set was published.
    public let functionType: AngularFunctionType
    /// Literature, one entry a reference.
    public let references: [String]
    public let elements: [Element: ElementBasis]

    public init(
        name: String, aliases: [String] = [], functionType: AngularFunctionType, references: [String] = [],
        elements: [Element: ElementBasis]
    ) {
        self.name = name
        self.aliases = aliases
        self.functionType = functionType
        self.references = references
        self.elements = elements
    }
}
