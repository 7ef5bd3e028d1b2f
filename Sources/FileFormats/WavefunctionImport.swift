import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A wavefunction of another program in this program's basis functions and conventions.
public struct WavefunctionImport: Sendable {
    public let wavefunction: Wavefunction
    public let source: WavefunctionSourceRecord

    /// Determines the conventions of the file: of those that programs are known to use, the one in which the orbitals are orthonormal.
    /// Errors due to the few digits in the file are removed by `Orthonormalization`.
    ///
    /// - Parameter overlap: overlap matrix of a basis.
    /// - Throws: `InputFileError` if the orbitals are not orthonormal in any known convention, if electrons and charge do not agree, or
    ///   if the file's own density matrix is not that of its orbitals; `LinearAlgebraError`.
    public init(_ file: ForeignWavefunction, overlap: (AtomicOrbitalBasis) -> Matrix) throws {
        let file = try file.withSettledElectrons()
        let state = try file.chargeState()
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
            // A later convention must be clearly better: for simple bases several may agree.
            if error < 0.5 * (best?.error ?? .infinity) { best = (error, convention, basis, metric) }
            if error < Self.roundingError { break }
        }
        guard let best, best.error < Self.largestError else {
            if file.isPeriodic {
                throw file.error(
                    "the orbitals are periodic, those of a crystal or of a box that is repeated (the file has a unit cell)",
                    cure: "Compute the molecule without periodic images; only isolated molecules are analysed")
            }
            if let function = file.cartesianFunctionWrittenTwice {
                throw file.error(
                    "the coefficients of two Cartesian functions are the same in every orbital (\(function)): NWChem writes one of its f "
                        + "functions twice and another one not at all, so that the orbitals cannot be restored",
                    cure: "Compute with spherical functions (basis spherical), or write the file from another program")
            }
            throw file.error(
                "the orbitals are not orthonormal in any convention that is known (smallest deviation "
                    + "\(TextNumber.short(best?.error ?? .infinity)))",
                cure:
                    "Check that the file is complete and holds Gaussian functions and molecular orbitals; please report the program "
                    + "that wrote it")
        }
        let transformation = best.convention.transformation(of: file, to: best.basis)
        source = WavefunctionSourceRecord(
            format: file.format.rawValue, title: file.title, convention: best.convention.description,
            orthonormalityError: best.error, notes: file.notes + transformation.notes)
        if let (total, spin) = file.chosenDensity {
            guard spin != nil || state.multiplicity == 1 else {
                throw file.error(
                    "there is a total density without a spin density, and the multiplicity is \(state.multiplicity)",
                    cure: "Write the file from a calculation with its spin density")
            }
            // D = T D_file T^T.
            func transformed(_ matrix: Matrix) -> Matrix { transformation.apply(transformation.apply(matrix).transposed()) }
            wavefunction = try NaturalOrbitals.wavefunction(
                basis: best.basis, state: state, total: transformed(total), spin: spin.map(transformed), overlap: best.overlap)
            let electrons = wavefunction.totalDensity.dot(best.overlap)
            guard abs(electrons - file.electrons) < 1e-3 else {
                throw file.error(
                    "the density holds \(TextNumber.short(electrons)) electrons, not \(TextNumber.short(file.electrons))",
                    cure: "Make the file afresh with formchk")
            }
            return
        }
        try Self.checkDensity(file)
        func orbitals(_ set: MolecularOrbitals) throws -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: try Orthonormalization.orthonormalized(
                    transformation.apply(set.coefficients), occupations: set.occupations, overlap: best.overlap),
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
    }

    /// Below this, a convention is accepted without trying others.
    static let roundingError = 1e-7
    /// Files with four or five digits in their orbitals stay below this.
    static let largestError = 2e-3

    /// The basis formed by the file's shells. Its contractions are normalised even if those of the file are not.
    private static func basis(of file: ForeignWavefunction, _ convention: OrbitalConvention) throws -> AtomicOrbitalBasis {
        let elementBases = try (0..<file.molecule.centerCount).map { atom in
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
                    "atom \(atom + 1) (\(file.molecule.centerSymbols[atom])) has no basis functions",
                    cure: "Write the file with the whole basis")
            }
            for shell in shells {
                if let problem = BasisSetValidation.problem(in: shell) {
                    throw file.error("atom \(atom + 1): \(problem)", cure: "Correct the shells of this atom")
                }
            }
            let core = file.cores.indices.contains(atom) ? file.cores[atom].count : 0
            // The potential itself is not in the file, and the analysis needs only the number of electrons that it replaces.
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

    /// Densities of restricted open shells are ignored: Gaussian 03 wrote wrong ones.
    private static func checkDensity(_ file: ForeignWavefunction) throws(InputFileError) {
        guard let stated = file.density, file.beta != nil || file.alpha.occupations.allSatisfy({ $0 != 1 }) else { return }
        let fromOrbitals = file.beta.map { file.alpha.density + $0.density } ?? file.alpha.density
        let difference = (stated - fromOrbitals).elements.reduce(0) { max($0, abs($1)) }
        guard difference < 1e-4 else {
            throw file.error(
                "its density matrix is not that of its orbitals (largest difference \(TextNumber.short(difference))): they may "
                    + "be natural orbitals, or occupied out of order",
                cure:
                    "Write the file with the canonical orbitals of the self-consistent field, or name the density to be analysed with "
                    + "--density SCF (or MP2, CI, CC)")
        }
    }
}

extension MolecularOrbitals {
    /// The same orbitals with other occupations.
    func occupied(_ occupations: [Double]) -> MolecularOrbitals {
        MolecularOrbitals(coefficients: coefficients, energies: energies, occupations: occupations)
    }
}
