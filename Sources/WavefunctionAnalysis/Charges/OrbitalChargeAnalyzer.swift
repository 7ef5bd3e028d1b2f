import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Natural and intrinsic populations as charge schemes; see `NaturalAtomicOrbitals` and `IntrinsicAtomicOrbitals`.
public struct OrbitalChargeAnalyzer: ChargeAnalyzer {
    private let molecule: Molecule
    private let freeAtoms: Result<[ElementBasis], IntrinsicOrbitalError>

    /// - Parameter freeAtoms: the occupied shells of the free atoms, one entry per atom, or why there are none
    ///   (`IntrinsicAtomicOrbitals.reference`).
    public init(molecule: Molecule, freeAtoms: Result<[ElementBasis], IntrinsicOrbitalError>) {
        self.molecule = molecule
        self.freeAtoms = freeAtoms
    }

    public let schemes: [ChargeScheme] = [.npa, .iao]

    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        for scheme in wanted {
            result[scheme] = try input.wavefunctions.map {
                scheme == .npa ? try natural($0, overlap: input.overlap) : try intrinsic($0, overlap: input.overlap)
            }
        }
        return result
    }

    private func natural(_ wavefunction: Wavefunction, overlap: Matrix) throws -> ChargeOutcome {
        let natural: NaturalAtomicOrbitals
        do {
            natural = try NaturalAtomicOrbitals(wavefunction, overlap: overlap)
        } catch LinearAlgebraError.singular {
            return .unavailable(reason: "basis functions of the molecule are linearly dependent")
        }
        var charges = AtomicCharges(charges: natural.charges, spinPopulations: natural.spinPopulations)
        if !natural.ghostPopulations.isEmpty { charges.ghostPopulations = natural.ghostPopulations }
        charges.naturalPopulations = molecule.atoms.indices.map { natural.population(ofAtom: $0) }
        charges.bondOrders = SchemeBondOrders(kind: .naturalWiberg, values: natural.wiberg)
        return .found(charges)
    }

    private func intrinsic(_ wavefunction: Wavefunction, overlap: Matrix) throws -> ChargeOutcome {
        do {
            let intrinsic = try IntrinsicAtomicOrbitals(wavefunction, reference: try freeAtoms.get(), overlap: overlap)
            return .found(AtomicCharges(charges: intrinsic.charges, spinPopulations: intrinsic.spinPopulations))
        } catch let error as IntrinsicOrbitalError {
            return .unavailable(reason: error.description)
        }
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        switch scheme {
        case .npa:
            [
                "minimal set": "shells occupied in the ground state of the atom; the outer p shell of groups 1 to 12 is Rydberg",
                "orthogonalization": "core and valence with occupations as weights, then Rydberg orbitals (Reed et al. 1985)",
            ]
        case .iao:
            [
                "free atoms": "leading contractions of cc-pVTZ (MINAO); under core potentials those of LANL2MB",
                "orthogonalization": "Loewdin",
            ]
        default: [:]
        }
    }

    public func notes(on schemes: [ChargeScheme]) -> [String] {
        schemes.contains(.npa) ? NaturalAtomicOrbitals.notes(molecule) : []
    }
}
