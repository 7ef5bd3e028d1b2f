import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A wavefunction of another program in this program's basis functions and conventions.
public struct WavefunctionImport: Sendable {
    public let wavefunction: Wavefunction
    public let source: WavefunctionSourceRecord

    /// Settles the file's conventions: of those that programs are known to use, the one in which the orbitals are
    /// orthonormal is taken. What the file's few digits leave is removed by symmetric orthonormalisation.
    ///
    /// - Parameter overlap: overlap matrix of a basis.
    /// - Throws: `InputFileError` when no known convention makes the orbitals orthonormal, when electrons and charge do
    ///   not agree, or when the file's own density matrix is not that of its orbitals; `LinearAlgebraError`.
    public init(_ file: ForeignWavefunction, overlap: (AtomicOrbitalBasis) -> Matrix) throws {
        let state = try Self.state(of: file)
        var best: (error: Double, convention: OrbitalConvention, basis: AtomicOrbitalBasis, overlap: Matrix)?
        var bases: [Bool: (AtomicOrbitalBasis, Matrix)] = [:]
        for convention in OrbitalConvention.candidates(for: file) {
            let (basis, metric) =
                try bases[convention.hasRawPrimitives]
                ?? {
                    let basis = try Self.basis(of: file, convention)
                    return (basis, overlap(basis))
                }()
            bases[convention.hasRawPrimitives] = (basis, metric)
            let matrix = convention.transformation(of: file, to: basis)
            let sets = [file.alpha, file.beta].compactMap { $0 }
            let error = sets.map { Self.orthonormalityError(matrix.apply($0.coefficients), metric) }.max() ?? 0
            // A later convention has to be clearly better: several may agree for simple bases.
            if error < 0.5 * (best?.error ?? .infinity) { best = (error, convention, basis, metric) }
            if error < Self.roundingError { break }
        }
        guard let best, best.error < Self.largestError else {
            throw file.error(
                "the orbitals are not orthonormal in any convention that is known (smallest deviation "
                    + "\(TextNumber.short(best?.error ?? .infinity)))",
                cure:
                    "Check that the file is complete and holds Gaussian functions and molecular orbitals; please report the program "
                    + "that wrote it")
        }
        let transformation = best.convention.transformation(of: file, to: best.basis)
        try Self.checkDensity(file)
        func orbitals(_ set: MolecularOrbitals) throws -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: try Self.orthonormalized(transformation.apply(set.coefficients), best.overlap),
                energies: set.energies, occupations: set.occupations)
        }
        let alpha = try orbitals(file.alpha)
        let kind: Wavefunction.Orbitals
        if let beta = file.beta {
            kind = .unrestricted(alpha: alpha, beta: try orbitals(beta))
        } else if state.multiplicity == 1 {
            kind = .restricted(alpha)
        } else {
            // One set of orbitals for both spins, unequally occupied.
            kind = .unrestricted(
                alpha: alpha.occupied(alpha.occupations.map { min(1, $0) }),
                beta: alpha.occupied(alpha.occupations.map { max(0, $0 - 1) }))
        }
        wavefunction = Wavefunction(basis: best.basis, state: state, orbitals: kind)
        source = WavefunctionSourceRecord(
            format: file.format.rawValue, title: file.title, convention: best.convention.description,
            orthonormalityError: best.error, notes: file.notes + transformation.notes)
    }

    /// Below this, a convention is taken without looking at others.
    static let roundingError = 1e-7
    /// Files with four or five digits in their orbitals stay below this.
    static let largestError = 2e-3

    private static func state(of file: ForeignWavefunction) throws(InputFileError) -> ChargeState {
        let nuclear = zip(file.molecule.atoms, file.coreElectrons).reduce(0) { $0 + $1.0.element.atomicNumber - $1.1 }
        let electrons = Int(file.electrons.rounded())
        guard abs(file.electrons - Double(electrons)) < 1e-3 else {
            throw file.error(
                "the orbitals hold \(TextNumber.short(file.electrons)) electrons, not a whole number",
                cure: "Write the file from a wavefunction of one state")
        }
        let charge = nuclear - electrons
        let cores = "name core potentials with --core El=N, or --core noble-gas where only valence electrons are treated"
        if let stated = file.charge, stated != charge {
            throw file.error(
                "\(electrons) electrons and nuclear charges of \(nuclear) make a charge of \(charge), but the file says \(stated)",
                cure: "Unless the file is damaged, \(cores)")
        }
        guard abs(charge) <= max(4, file.molecule.atoms.count) || file.charge != nil else {
            throw file.error(
                "\(electrons) electrons and nuclear charges of \(nuclear) make a charge of \(charge)",
                cure: "If core electrons were replaced, \(cores)")
        }
        return ChargeState(charge: charge, multiplicity: try multiplicity(of: file, electrons: electrons))
    }

    private static func multiplicity(of file: ForeignWavefunction, electrons: Int) throws(InputFileError) -> Int {
        func isWhole(_ value: Double) -> Bool { abs(value - value.rounded()) < 1e-3 }
        let unpaired: Double
        if let beta = file.beta {
            unpaired = (file.alpha.occupations.reduce(0, +) - beta.occupations.reduce(0, +)).rounded()
        } else if file.alpha.occupations.allSatisfy(isWhole) {
            unpaired = Double(file.alpha.occupations.count { $0.rounded() == 1 })
        } else {
            unpaired = 0
        }
        guard file.beta != nil || electrons % 2 == 0 || unpaired > 0 else {
            throw file.error(
                "fractional occupations of an odd number of electrons do not tell the spin",
                cure: "Write the file with whole occupations, or with orbitals of both spins")
        }
        guard unpaired >= 0, (electrons - Int(unpaired)) % 2 == 0 else {
            throw file.error(
                "the occupations of the orbitals do not tell alpha from beta electrons",
                cure: "Write the file with orbitals of both spins, alpha electrons in the majority")
        }
        return Int(unpaired) + 1
    }

    /// The basis that the file's shells make. Contractions are normalised in it whatever the file has.
    private static func basis(of file: ForeignWavefunction, _ convention: OrbitalConvention) throws -> AtomicOrbitalBasis {
        let elementBases = try file.molecule.atoms.indices.map { atom in
            let shells = file.shells.filter { $0.atom == atom }.map { shell in
                ShellDefinition(
                    exponents: shell.exponents,
                    contractions: [
                        Contraction(
                            angularMomentum: shell.angularMomentum,
                            coefficients: convention.primitiveCoefficients(of: shell))
                    ])
            }
            guard !shells.isEmpty else {
                throw file.error(
                    "atom \(atom + 1) (\(file.molecule.atoms[atom].element)) has no basis functions",
                    cure: "Write the file with the whole basis")
            }
            for shell in shells {
                if let problem = BasisSetValidation.problem(in: shell) {
                    throw file.error("atom \(atom + 1): \(problem)", cure: "Correct the shells of this atom")
                }
            }
            let core = file.coreElectrons[atom]
            // The potential itself is not in the file, and the analysis needs only its number of electrons.
            return ElementBasis(
                shells: shells,
                effectiveCorePotential: core == 0 ? nil : EffectiveCorePotential(coreElectrons: core, local: [], projected: []))
        }
        return AtomicOrbitalBasis(
            molecule: file.molecule, elementBases: elementBases, functionType: FunctionTransformation.functionType(of: file))
    }

    /// Largest element of C^T S C - 1.
    private static func orthonormalityError(_ coefficients: Matrix, _ overlap: Matrix) -> Double {
        let product = coefficients.times(overlap * coefficients, transposed: true)
        var largest = 0.0
        for row in 0..<product.rows {
            for column in 0..<product.columns {
                largest = max(largest, abs(product[row, column] - (row == column ? 1 : 0)))
            }
        }
        return largest.isFinite ? largest : .infinity
    }

    /// C (C^T S C)^(-1/2): Loewdin's orthonormalisation, which changes the orbitals least.
    private static func orthonormalized(_ coefficients: Matrix, _ overlap: Matrix) throws -> Matrix {
        let product = coefficients.times(overlap * coefficients, transposed: true).symmetrized()
        return coefficients * (try SymmetricEigenproblem(product).function { 1 / max($0, 0.5).squareRoot() })
    }

    /// Densities of restricted open shells are not looked at: Gaussian 03 wrote wrong ones.
    private static func checkDensity(_ file: ForeignWavefunction) throws(InputFileError) {
        guard let stated = file.density, file.beta != nil || file.alpha.occupations.allSatisfy({ $0 != 1 }) else { return }
        let fromOrbitals = file.beta.map { file.alpha.density + $0.density } ?? file.alpha.density
        let difference = (stated - fromOrbitals).elements.reduce(0) { max($0, abs($1)) }
        guard difference < 1e-4 else {
            throw file.error(
                "its density matrix is not that of its orbitals (largest difference \(TextNumber.short(difference))): they may "
                    + "be natural orbitals, or occupied out of order",
                cure: "Write the file with the canonical orbitals of the self-consistent field")
        }
    }
}

extension MolecularOrbitals {
    /// The same orbitals with other occupations.
    func occupied(_ occupations: [Double]) -> MolecularOrbitals {
        MolecularOrbitals(coefficients: coefficients, energies: energies, occupations: occupations)
    }
}
