import MolecularStructure

/// A correction for dispersion that is added to the energy of a self-consistent field.
public enum DispersionModel: Sendable, Equatable {
    case d3(D3Dispersion)
    case d4(D4Dispersion)

    public var damping: RationalDamping {
        switch self {
        case .d3(let correction): correction.damping
        case .d4(let correction): correction.damping
        }
    }

    /// s9: what the three-body term is multiplied with; nil where there is none.
    public var threeBodyScale: Double? {
        switch self {
        case .d3: nil
        case .d4(let correction): correction.threeBodyScale
        }
    }

    /// Literature of the method and of the parameters.
    public var references: [String] {
        switch self {
        case .d3(let correction): correction.references
        case .d4(let correction): correction.references
        }
    }
}

/// The correction for dispersion of one molecule, for any of its charges.
public struct MolecularDispersion: Sendable {
    private enum Bound: Sendable {
        case d3(D3Dispersion, Molecule)
        case d4(D4Molecule)
    }

    private let bound: Bound

    /// Cost: with D4 the cube of the number of atoms.
    /// - Throws: `LinearAlgebraError` when D4 has no charges, as with two atoms in one place.
    public init(_ model: DispersionModel, of molecule: Molecule) throws {
        switch model {
        case .d3(let correction): bound = .d3(correction, molecule)
        case .d4(let correction): bound = .d4(try D4Molecule(molecule, correction))
        }
    }

    /// In hartree. D3 does not depend on the charge.
    public func energy(charge: Int) -> Double {
        switch bound {
        case .d3(let correction, let molecule): correction.energy(of: molecule)
        case .d4(let correction): correction.energy(charge: charge)
        }
    }

    /// Derivatives of the energy by the positions, in hartree per bohr.
    public func gradient(charge: Int) -> [SIMD3<Double>] {
        switch bound {
        case .d3(let correction, let molecule): correction.gradient(of: molecule)
        case .d4(let correction): correction.gradient(charge: charge)
        }
    }
}
