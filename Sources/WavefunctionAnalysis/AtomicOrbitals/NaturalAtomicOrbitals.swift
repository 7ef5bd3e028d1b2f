import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Natural atomic orbitals, and populations in them.
///
/// A. E. Reed, R. B. Weinstock and F. Weinhold, J. Chem. Phys. 83, 735 (1985), doi 10.1063/1.449486. On every atom, the density averaged
/// over directions gives natural orbitals; those occupied in the ground state of the atom form the minimal set, all others are Rydberg
/// orbitals. The minimal sets of all atoms are orthogonalised with their occupations as weights. The Rydberg orbitals are first
/// orthogonalised to these, then among each other. Both spins use the same orbitals, which come from the total density.
public struct NaturalAtomicOrbitals: Sendable {
    public struct Options: Sendable, Equatable {
        public var orthogonalization = Orthogonalization.minimalSetsTogether
        /// Counts the outer p shell of groups 1 to 12 (5p of Nb, 3p of Mg) as part of the minimal set instead of the Rydberg orbitals.
        public var countsOuterPAsValence = false

        public init() {}
    }

    public enum Orthogonalization: Sendable {
        /// As published: core and valence together with weights, Rydberg orbitals above 1e-4 electrons with weights.
        case minimalSetsTogether
        /// Cores first and without weights, then valence orbitals with weights, then Rydberg orbitals without: the convention of PySCF, for
        /// comparison with it.
        case coresFirst
    }

    public enum Kind: String, Sendable, CaseIterable { case core, valence, rydberg }

    /// One natural orbital of an atom.
    public struct Orbital: Sendable, Equatable {
        public let atom: Int
        public let angularMomentum: Int
        /// Principal quantum number, counted from the first one above the core potential, and letter: "4d".
        public let label: String
        public let kind: Kind
        public let alpha: Double
        public let beta: Double
        public var occupation: Double { alpha + beta }
    }

    /// In the order of the columns of `coefficients`.
    public let orbitals: [Orbital]
    /// Basis functions by natural orbitals, orthonormal.
    public let coefficients: Matrix
    /// In elementary charges, one per atom, relative to the effective nuclear charges.
    public let charges: [Double]
    /// Alpha minus beta electrons, one per atom.
    public let spinPopulations: [Double]
    /// Electrons in the functions of each ghost atom.
    public let ghostPopulations: [Double]
    /// Wiberg's bond indices in these orbitals, atoms by atoms; the diagonal is zero.
    public let wiberg: Matrix
    public let options: Options

    /// - Parameter overlap: of `wavefunction.basis`, functions by functions.
    /// - Throws: `LinearAlgebraError.singular` if functions are linearly dependent.
    ///
    /// Cost: about ten products and three diagonalisations of matrices over functions.
    public init(_ wavefunction: Wavefunction, overlap: Matrix, options: Options = Options()) throws {
        self.options = options
        let basis = wavefunction.basis
        let spherical = SphericalFunctions(basis: basis)
        let shapes = NaturalShells(basis: basis, families: spherical.families, options: options)
        let overlapTransformed = overlap.transformed(by: spherical.transformation)
        func covariant(_ density: Matrix) -> Matrix { density.transformed(by: overlap * spherical.transformation) }
        let alpha = covariant(wavefunction.alphaDensity)
        let beta = wavefunction.isRestricted ? alpha : covariant(wavefunction.betaDensity)
        var work = NaturalOrbitalConstruction(
            overlap: overlapTransformed, density: alpha + beta, families: spherical.families)
        let all = Array(0..<basis.functionCount)
        try work.makeNatural(among: all)
        switch options.orthogonalization {
        case .minimalSetsTogether:
            let minimal = all.filter { shapes.kinds[$0] != .rydberg }
            let rydberg = all.filter { shapes.kinds[$0] == .rydberg }
            try work.orthogonalize(minimal, weights: .occupations)
            work.project(rydberg, outOf: minimal)
            try work.makeNatural(among: rydberg)
            let empty = rydberg.filter { work.occupations[$0] < NaturalOrbitalConstruction.emptyOccupation }
            let filled = rydberg.filter { work.occupations[$0] >= NaturalOrbitalConstruction.emptyOccupation }
            try work.orthogonalize(filled, weights: .occupations)
            work.project(empty, outOf: filled)
            try work.orthogonalize(empty, weights: .equal)
        case .coresFirst:
            var done: [Int] = []
            for kind in Kind.allCases {
                let set = all.filter { shapes.kinds[$0] == kind }
                work.project(set, outOf: done)
                try work.orthogonalize(set, weights: kind == .valence ? .occupations : .equal)
                done += set
            }
        }
        try work.makeNatural(among: all)
        coefficients = spherical.transformation * work.coefficients
        let alphaMatrix = alpha.transformed(by: work.coefficients)
        let betaMatrix = wavefunction.isRestricted ? alphaMatrix : beta.transformed(by: work.coefficients)
        let atomCount = basis.molecule.atoms.count
        var charges = basis.effectiveNuclearCharges + basis.molecule.ghosts.map { _ in 0 }
        var spins = [Double](repeating: 0, count: charges.count)
        orbitals = all.map {
            Orbital(
                atom: shapes.atoms[$0], angularMomentum: shapes.angularMomenta[$0], label: shapes.labels[$0],
                kind: shapes.kinds[$0], alpha: alphaMatrix[$0, $0], beta: betaMatrix[$0, $0])
        }
        for orbital in orbitals {
            charges[orbital.atom] -= orbital.occupation
            spins[orbital.atom] += orbital.alpha - orbital.beta
        }
        self.charges = Array(charges[..<atomCount])
        spinPopulations = Array(spins[..<atomCount])
        ghostPopulations = charges[atomCount...].map { -$0 }
        let spinMatrices = wavefunction.isRestricted ? [(alphaMatrix, 4.0)] : [(alphaMatrix, 2.0), (betaMatrix, 2.0)]
        wiberg = BondOrders.orders(spinMatrices, atomOfFunction: shapes.atoms, atomCount: atomCount)
    }

    /// Electrons of an atom in the orbitals of one kind.
    public func population(ofAtom atom: Int, _ kind: Kind) -> Double {
        orbitals.reduce(0) { $0 + ($1.atom == atom && $1.kind == kind ? $1.occupation : 0) }
    }

    /// Electrons of an atom in its core, valence and Rydberg orbitals.
    public func population(ofAtom atom: Int) -> NaturalPopulation {
        NaturalPopulation(
            core: population(ofAtom: atom, .core), valence: population(ofAtom: atom, .valence),
            rydberg: population(ofAtom: atom, .rydberg))
    }

    /// Notes for readers of the populations: outer p shells and how they are counted.
    public static func notes(_ molecule: Molecule, options: Options = Options()) -> [String] {
        let elements = Set(molecule.atoms.map(\.element)).sorted().filter {
            MinimalShells($0) != MinimalShells($0, includesOuterP: true)
        }
        guard !elements.isEmpty else { return [] }
        let shells = elements.map { "\(MinimalShells($0).coreAndValence[0])p of \($0)" }.joined(separator: ", ")
        return ["natural populations: \(shells) counted as \(options.countsOuterPAsValence ? "valence" : "Rydberg") orbitals"]
    }
}

/// Electrons of an atom in its natural orbitals by kind.
public struct NaturalPopulation: Sendable, Equatable {
    public let core, valence, rydberg: Double
}

/// Atom, angular momentum, name and kind of every natural orbital, by column.
private struct NaturalShells {
    var atoms: [Int]
    var angularMomenta: [Int]
    var labels: [String]
    var kinds: [NaturalAtomicOrbitals.Kind]

    init(basis: AtomicOrbitalBasis, families: [SphericalFunctions.Family], options: NaturalAtomicOrbitals.Options) {
        let count = basis.functionCount
        atoms = [Int](repeating: 0, count: count)
        angularMomenta = atoms
        labels = [String](repeating: "", count: count)
        kinds = [NaturalAtomicOrbitals.Kind](repeating: .rydberg, count: count)
        for family in families {
            let l = family.angularMomentum
            // All orbitals of a ghost atom are Rydberg.
            let atoms = basis.molecule.atoms
            let minimal =
                atoms.indices.contains(family.atom)
                ? MinimalShells(atoms[family.atom].element, includesOuterP: options.countsOuterPAsValence) : nil
            let replaced = ClosedShells.count(
                electrons: basis.effectiveCorePotentials[family.atom]?.coreElectrons ?? 0, l)
            for (rank, columns) in family.columns.enumerated() {
                let shell = replaced + rank
                for column in columns {
                    self.atoms[column] = family.atom
                    angularMomenta[column] = l
                    labels[column] = "\(shell + l + 1)\(ShellCounters.letter(l))"
                    if let minimal, l < minimal.core.count {
                        kinds[column] = shell < minimal.core[l] ? .core : shell < minimal.coreAndValence[l] ? .valence : .rydberg
                    }
                }
            }
        }
    }
}

/// Intermediate orbitals between the basis functions and natural atomic orbitals.
private struct NaturalOrbitalConstruction {
    enum Weights { case occupations, equal }

    /// Rydberg orbitals with fewer electrons are orthogonalised last and with equal weights.
    static let emptyOccupation = 1e-4
    /// Smallest weight, relative to one electron: keeps the weighted overlap matrix regular.
    private static let smallestWeight = 1e-3
    /// Smallest eigenvalue of an overlap matrix that is taken for linear independence.
    private static let independence = 1e-12

    /// Functions by orbitals.
    var coefficients: Matrix
    /// Of the orbitals, by column.
    var occupations: [Double]
    private let overlap: Matrix
    /// S D S.
    private let density: Matrix
    private let families: [SphericalFunctions.Family]

    init(overlap: Matrix, density: Matrix, families: [SphericalFunctions.Family]) {
        self.overlap = overlap
        self.density = density
        self.families = families
        coefficients = .identity(overlap.rows)
        occupations = [Double](repeating: 0, count: overlap.rows)
    }

    /// Rotates the orbitals of every family to natural ones of the density averaged over directions, by descending occupation. A family is
    /// in the set as a whole shell or not at all.
    mutating func makeNatural(among set: [Int]) throws {
        let overlapNow = overlap.transformed(by: coefficients)
        let densityNow = density.transformed(by: coefficients)
        let members = Set(set)
        var rotation = Matrix.identity(overlap.rows)
        for family in families {
            let shells = family.columns.filter { members.contains($0[0]) }
            guard !shells.isEmpty else { continue }
            func averaged(_ matrix: Matrix) -> Matrix {
                var result = Matrix(rows: shells.count, columns: shells.count)
                for i in shells.indices {
                    for j in shells.indices {
                        var sum = 0.0
                        for (a, b) in zip(shells[i], shells[j]) { sum += matrix[a, b] }
                        result[i, j] = sum / Double(shells[i].count)
                    }
                }
                return result.symmetrized()
            }
            let root = try Self.inverseRoot(averaged(overlapNow))
            let problem = try SymmetricEigenproblem(averaged(densityNow).transformed(by: root))
            let vectors = root * problem.vectors
            for (rank, target) in shells.enumerated() {
                let k = shells.count - 1 - rank
                for (m, column) in target.enumerated() {
                    occupations[column] = problem.values[k]
                    for (i, source) in shells.enumerated() { rotation[source[m], column] = vectors[i, k] }
                }
            }
        }
        coefficients = coefficients * rotation
    }

    /// Orthonormalises the orbitals of the set: as close to the old ones as possible, each with its weight.
    mutating func orthogonalize(_ set: [Int], weights: Weights) throws {
        guard !set.isEmpty else { return }
        let columns = coefficients.columns(set)
        var metric = overlap.transformed(by: columns)
        let factors = set.map { weights == .equal ? 1 : max(Self.smallestWeight, occupations[$0]) }
        for i in set.indices { for j in set.indices { metric[i, j] *= factors[i] * factors[j] } }
        var mixing = try Self.inverseRoot(metric.symmetrized())
        for i in set.indices { for j in set.indices { mixing[i, j] *= factors[i] } }
        coefficients.replaceColumns(set, by: columns * mixing)
    }

    /// Orthogonalises the orbitals of the set to others, which are orthonormal.
    mutating func project(_ set: [Int], outOf others: [Int]) {
        guard !set.isEmpty, !others.isEmpty else { return }
        let columns = coefficients.columns(set)
        let fixed = coefficients.columns(others)
        coefficients.replaceColumns(set, by: columns - fixed * fixed.times(overlap * columns, transposed: true))
    }

    private static func inverseRoot(_ matrix: Matrix) throws -> Matrix {
        let problem = try SymmetricEigenproblem(matrix)
        guard let smallest = problem.values.first, smallest > independence * (problem.values.last ?? 1) else {
            throw LinearAlgebraError.singular
        }
        return problem.inverseSquareRoot()
    }
}
