import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// How the electrons are divided among basis functions.
public enum PopulationScheme: String, Sendable, CaseIterable {
    /// Diagonal of D S: R. S. Mulliken, J. Chem. Phys. 23, 1833 (1955), doi 10.1063/1.1740588.
    case mulliken
    /// Diagonal of S^(1/2) D S^(1/2): P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi 10.1063/1.1747632. Every basis function has unit
    /// norm, also Cartesian ones; with Cartesian functions the charges depend slightly on the orientation of the molecule.
    case lowdin
}

/// Electrons in the functions of one shell, or of all shells of one angular momentum on one atom.
public struct ShellPopulation: Sendable, Equatable {
    /// Index into the molecule's atoms, followed by its ghost atoms.
    public let atom: Int
    public let angularMomentum: Int
    /// Letter of the angular momentum ("d"), or, for a single shell, a counter and the letter ("4d"): the n-th shell of its kind on the
    /// atom, counted from the first quantum number above the core potential. In a split-valence basis the inner and outer parts of one
    /// valence orbital therefore have different counters.
    public let label: String
    public let alpha: Double
    public let beta: Double

    public var total: Double { alpha + beta }
    /// Alpha minus beta electrons.
    public var spin: Double { alpha - beta }
}

/// Atomic charges and spin populations from the density matrix in the basis functions.
///
/// Atomic charges are relative to the effective nuclear charges (atomic number minus the core potential's electrons).
public struct PopulationAnalysis: Sendable {
    public let scheme: PopulationScheme
    /// In elementary charges, one per atom.
    public let charges: [Double]
    /// Alpha minus beta electrons, one per atom.
    public let spinPopulations: [Double]
    /// Electrons in the functions of each ghost atom.
    public let ghostPopulations: [Double]
    /// One entry per shell and angular momentum, in basis order.
    public let shells: [ShellPopulation]
    /// One entry per atom and angular momentum: sums over `shells`.
    public let angularMomenta: [ShellPopulation]
    /// Electrons of each spin in every basis function.
    public let alphaPopulations: [Double]
    public let betaPopulations: [Double]

    /// - Parameters:
    ///   - overlap: of `wavefunction.basis`, functions by functions.
    ///   - overlapRoot: S^(1/2), which can be shared by several states; computed here if nil and needed.
    /// - Throws: `LinearAlgebraError` if the overlap matrix cannot be diagonalised.
    ///
    /// Cost: a few matrix products; one more diagonalisation if S^(1/2) has to be computed.
    public init(
        _ wavefunction: Wavefunction, scheme: PopulationScheme, overlap: Matrix, overlapRoot: Matrix? = nil
    ) throws {
        self.scheme = scheme
        let basis = wavefunction.basis
        switch scheme {
        case .mulliken:
            alphaPopulations = Self.diagonal(wavefunction.alphaDensity, overlap)
            betaPopulations =
                wavefunction.isRestricted ? alphaPopulations : Self.diagonal(wavefunction.betaDensity, overlap)
        case .lowdin:
            let root = try overlapRoot ?? Self.squareRoot(ofOverlap: overlap)
            alphaPopulations = Self.diagonal(root * wavefunction.alphaDensity, root)
            betaPopulations =
                wavefunction.isRestricted ? alphaPopulations : Self.diagonal(root * wavefunction.betaDensity, root)
        }
        let counters = ShellCounters(basis: basis)
        var shells: [ShellPopulation] = []
        for (index, shell) in basis.shells.enumerated() {
            var first = shell.firstFunction
            for (k, contraction) in shell.contractions.enumerated() {
                let l = contraction.angularMomentum
                let functions = first..<first + AngularTransformation.functionCount(l, shell.functionType)
                first = functions.upperBound
                shells.append(
                    ShellPopulation(
                        atom: shell.atom, angularMomentum: l, label: counters.labels[index][k],
                        alpha: alphaPopulations[functions].reduce(0, +), beta: betaPopulations[functions].reduce(0, +)))
            }
        }
        self.shells = shells
        let atoms = 0..<basis.molecule.centerCount
        angularMomenta = atoms.flatMap { atom in
            (0...(basis.shells.map(\.highestAngularMomentum).max() ?? 0)).compactMap { l in
                let members = shells.filter { $0.atom == atom && $0.angularMomentum == l }
                guard !members.isEmpty else { return nil }
                return ShellPopulation(
                    atom: atom, angularMomentum: l, label: ShellCounters.letter(l),
                    alpha: members.reduce(0) { $0 + $1.alpha }, beta: members.reduce(0) { $0 + $1.beta })
            }
        }
        let atomCount = basis.molecule.atoms.count
        var charges = basis.effectiveNuclearCharges + basis.molecule.ghosts.map { _ in 0 }
        var spins = [Double](repeating: 0, count: charges.count)
        for shell in shells {
            charges[shell.atom] -= shell.total
            spins[shell.atom] += shell.spin
        }
        self.charges = Array(charges[..<atomCount])
        spinPopulations = Array(spins[..<atomCount])
        ghostPopulations = charges[atomCount...].map { -$0 }
    }

    /// S^(1/2) of an overlap matrix. Eigenvalues that are negative because of rounding count as zero.
    public static func squareRoot(ofOverlap overlap: Matrix) throws -> Matrix { try SymmetricEigenproblem(overlap).squareRoot }

    /// Diagonal of A B for a symmetric B: without the rest of the product.
    private static func diagonal(_ a: Matrix, _ b: Matrix) -> [Double] {
        (0..<a.rows).map { i in
            var sum = 0.0
            for j in 0..<a.columns { sum += a[i, j] * b[i, j] }
            return sum
        }
    }
}

/// Names of shells: "1s", "2s", "2p", ... counted on each atom and for each angular momentum.
struct ShellCounters {
    /// For every shell of the basis one label a contraction.
    let labels: [[String]]

    init(basis: AtomicOrbitalBasis) {
        var counts: [[Int]: Int] = [:]
        labels = basis.shells.map { shell in
            shell.contractions.map { contraction in
                let l = contraction.angularMomentum
                let core = basis.effectiveCorePotentials[shell.atom]?.coreElectrons ?? 0
                let n = counts[[shell.atom, l], default: l + 1 + ClosedShells.count(electrons: core, l)]
                counts[[shell.atom, l]] = n + 1
                return "\(n)\(Self.letter(l))"
            }
        }
    }

    static func letter(_ l: Int) -> String { l < 7 ? String(Array("spdfghi")[l]) : "(l=\(l))" }
}
