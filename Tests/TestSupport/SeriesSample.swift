import FileFormats
import MolecularStructure
import RunFolders

/// A result whose charges are made up: the right form and sums, without a calculation.
public struct SeriesSample {
    public let molecule: Molecule

    public init(molecule name: String) throws {
        molecule = try XYZFile(readingFrom: Repository.molecules.appendingPathComponent(name + ".xyz").path).molecule
    }

    public init(_ molecule: Molecule) { self.molecule = molecule }

    /// Random charges with sums of 0, -1 and -2.
    public func document(seed: UInt64) throws -> ResultDocument {
        var random = RepeatableRandom(seed: seed)
        return try document { _, charge in
            let raw = molecule.atoms.map { _ in Double.random(in: -1...1, using: &random) }
            let shift = (Double(charge) - raw.reduce(0, +)) / Double(raw.count)
            return raw.map { $0 + shift }
        }
    }

    /// - Parameter charges: of the atoms, by scheme and total charge.
    public func document(charges: (_ scheme: String, _ charge: Int) -> [Double]) throws -> ResultDocument {
        let atoms = molecule.atoms
        let energies = [0: -100.0, -1: -100.1, -2: -99.9]
        let states = [0, -1, -2].map { charge in
            StateRecord(
                charge: charge, multiplicity: charge == -1 ? 2 : 1, energy: energies[charge] ?? 0, converged: true,
                iterations: 1, gridPoints: 0, gridElectrons: nil, electrons: 100 - charge,
                energyComponents: .init(), orbitalEnergies: .init(alpha: [], beta: []),
                occupiedOrbitals: .init(alpha: 0, beta: 0), gap: nil, dipole: [0, 0, 0], dipoleOrigin: [0, 0, 0],
                quadrupole: [], tracelessQuadrupole: [], spinSquared: 0, stability: nil,
                charges: ["mulliken": charges("mulliken", charge), "made_up": charges("made_up", charge)],
                spinPopulations: [:], shellPopulations: [], potentialFits: [:], files: [:], wallSeconds: 0)
        }
        var document = ResultDocument(
            provenance: .init(
                creator: "esp", version: "", instructionSet: "", libraries: [:], input: "", arguments: [], finished: "",
                wallSeconds: 0, threads: 1),
            molecule: .init(
                comment: "", symbols: atoms.map(\.element.symbol), atomicNumbers: atoms.map(\.element.atomicNumber),
                effectiveNuclearCharges: atoms.map { Double($0.element.atomicNumber) },
                geometry: atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }),
            model: .init(
                method: "", basis: [:], functionType: "pure", basisFunctions: 0, basisFingerprint: "", grid: nil,
                references: [], potentialFits: [:]), states: states)
        document.fragments = try Fragmentation(molecule).fragments.map(FragmentRecord.init)
        return document
    }
}
