import MolecularStructure

/// The part of SMD that is not electrostatic: the energy of the cavity, of dispersion, and of changes of the solvent's structure near
/// the molecule, as surface tensions times solvent-accessible areas. It depends only on the positions of the nuclei.
///
/// A. V. Marenich, C. J. Cramer and D. G. Truhlar, J. Phys. Chem. B 113, 6378 (2009), doi 10.1021/jp810292n.
struct CavityDispersionStructure {
    static let key = "solvent_cds"
    /// Radius of the solvent, in Angstrom.
    static let probe = 0.4

    /// In hartree.
    let energy: Double
    private let area: SolventAccessibleArea
    private let tensions: [AtomicSurfaceTensions.Tension]
    private let ofMolecule: Double
    private let positions: [SIMD3<Double>]

    private static let calorie = 1e-3 / PhysicalConstants.hartreeInKilocaloriePerMole

    init(_ molecule: Molecule, in medium: AtomicSurfaceTensions.Medium) {
        positions = molecule.atoms.map { $0.position * PhysicalConstants.bohrInAngstrom }
        area = SolventAccessibleArea(
            centers: positions, radii: molecule.atoms.map { CavityRadii.bondiInAngstrom($0.element) + Self.probe })
        let atoms = AtomicSurfaceTensions(
            medium, atomicNumbers: molecule.atoms.map(\.element.atomicNumber), positionsInAngstrom: positions)
        let tensions = positions.indices.map { atoms.tension(of: $0) }
        let ofMolecule = atoms.ofMolecule
        energy = Self.calorie * zip(tensions, area.areas).reduce(0) { $0 + ($1.0.value + ofMolecule) * $1.1 }
        (self.tensions, self.ofMolecule) = (tensions, ofMolecule)
    }

    /// In hartree per bohr.
    var gradient: [SIMD3<Double>] {
        var result = area.gradient(weights: tensions.map { $0.value + ofMolecule })
        for (tension, area) in zip(tensions, area.areas) {
            for (first, second, derivative) in tension.derivatives {
                let separation = positions[first] - positions[second]
                let force = area * derivative / (separation * separation).sum().squareRoot() * separation
                result[first] += force
                result[second] -= force
            }
        }
        return result.map { Self.calorie * PhysicalConstants.bohrInAngstrom * $0 }
    }
}
