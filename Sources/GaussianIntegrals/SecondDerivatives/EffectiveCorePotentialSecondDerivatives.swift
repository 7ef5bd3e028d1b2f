import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Second nuclear derivatives of the energy of the electrons in effective core potentials, and first nuclear derivatives of the
/// matrix of the potentials.
///
/// Derivatives of functions are shells with the degree increased and decreased by one; second derivatives are the derivatives of
/// these. The derivatives of a potential follow from those of the functions, because integrals depend only on relative positions.
/// All shells are integrated in the same way as the functions themselves, one potential at a time.
public enum EffectiveCorePotentialSecondDerivatives {
    /// Derivatives of sum_mn P_mn U_mn: the energy without the diagonal blocks of the atoms (see `SkeletonDerivatives`), and one
    /// matrix per coordinate.
    ///
    /// The result is bitwise identical for any number of threads. Cost: for every potential, that of the integrals over a basis
    /// about ten times as large.
    ///
    /// - Precondition: `EffectiveCorePotentialIntegrals.validate(basis)` does not throw.
    public static func evaluate(basis: AtomicOrbitalBasis, density: Matrix, pool: WorkerPool) -> SkeletonDerivatives {
        let coordinates = 3 * basis.molecule.atoms.count
        let n = basis.functionCount
        var energy = Matrix(rows: coordinates, columns: coordinates)
        var fock = [Matrix](repeating: Matrix(rows: n, columns: n), count: coordinates)
        let differentiated = DifferentiatedShells(basis)
        let atoms = basis.labels.map(\.atom)
        for (site, potential) in basis.effectiveCorePotentials.enumerated() {
            guard let potential else { continue }
            let integrals = EffectiveCorePotentialIntegrals.matrix(
                shells: differentiated.shells, potentials: [(basis.molecule.atoms[site].position, potential)],
                width: differentiated.count, pool: pool
            ) { [orders = differentiated.orders] in orders[$0] + orders[$1] <= 2 }
            // <dm/di|U|n> and its contraction with P.
            let first = (0..<3).map { differentiated.first($0, integrals, columns: n) }
            let firsts = (0..<3).map { i in
                (0..<3).map { j in differentiated.firstOfBoth(i, j, integrals) }
            }
            for i in 0..<3 {
                for m in 0..<n {
                    for l in 0..<n {
                        let value = first[i][m, l]
                        fock[3 * atoms[m] + i][m, l] += value
                        fock[3 * atoms[m] + i][l, m] += value
                        fock[3 * site + i][m, l] -= value
                        fock[3 * site + i][l, m] -= value
                    }
                }
            }
            for i in 0..<3 {
                for j in 0..<3 {
                    let seconds = differentiated.second(i, j, integrals, columns: n)
                    for m in 0..<n {
                        let x = 3 * atoms[m] + i
                        var own = 0.0
                        for l in 0..<n {
                            let both = 2 * density[m, l] * firsts[i][j][m, l]
                            energy[x, 3 * atoms[l] + j] += both
                            own += both + 2 * density[m, l] * seconds[m, l]
                        }
                        energy[x, 3 * site + j] -= own
                        energy[3 * site + j, x] -= own
                    }
                }
            }
        }
        return SkeletonDerivatives(energy: energy, fock: fock.map { [$0] })
    }
}

/// The shells of a basis, of their first derivatives and of their second derivatives, with consecutive numbering of the
/// functions.
private struct DifferentiatedShells {
    private(set) var shells: [Shell]
    private(set) var count: Int
    /// Order of differentiation of every shell.
    private(set) var orders: [Int]
    private let functionCount: Int
    /// Derivative of a basis function along an axis: factor times function `row`.
    private var firstTerms: [ShellDerivative.Term] = []
    /// Derivatives of the functions of first derivatives.
    private var secondTerms: [Int: [ShellDerivative.Term]] = [:]

    init(_ basis: AtomicOrbitalBasis) {
        shells = basis.shells
        functionCount = basis.functionCount
        count = functionCount
        orders = [Int](repeating: 0, count: shells.count)
        var raised: [Shell] = []
        for shell in basis.shells {
            let derivative = ShellDerivative(shell, firstRow: count)
            raised += derivative.shells
            firstTerms += derivative.terms
            count = derivative.shells.last.map { $0.firstFunction + $0.functionCount } ?? count
        }
        shells += raised
        orders += [Int](repeating: 1, count: raised.count)
        for shell in raised {
            let derivative = ShellDerivative(shell, firstRow: count)
            shells += derivative.shells
            orders += [Int](repeating: 2, count: derivative.shells.count)
            for term in derivative.terms { secondTerms[term.function, default: []].append(term) }
            count = derivative.shells.last.map { $0.firstFunction + $0.functionCount } ?? count
        }
    }

    /// <dm/di|U|n>.
    func first(_ axis: Int, _ integrals: Matrix, columns: Int) -> Matrix {
        var result = Matrix(rows: functionCount, columns: columns)
        for term in firstTerms where term.axis == axis {
            for l in 0..<columns { result[term.function, l] += term.factor * integrals[term.row, l] }
        }
        return result
    }

    /// <dm/di|U|dn/dj>.
    func firstOfBoth(_ i: Int, _ j: Int, _ integrals: Matrix) -> Matrix {
        var half = Matrix(rows: functionCount, columns: integrals.columns)
        for term in firstTerms where term.axis == i {
            for l in 0..<integrals.columns { half[term.function, l] += term.factor * integrals[term.row, l] }
        }
        var result = Matrix(rows: functionCount, columns: functionCount)
        for term in firstTerms where term.axis == j {
            for m in 0..<functionCount { result[m, term.function] += term.factor * half[m, term.row] }
        }
        return result
    }

    /// <d2m/didj|U|n>.
    func second(_ i: Int, _ j: Int, _ integrals: Matrix, columns: Int) -> Matrix {
        var result = Matrix(rows: functionCount, columns: columns)
        for term in firstTerms where term.axis == i {
            for next in secondTerms[term.row] ?? [] where next.axis == j {
                for l in 0..<columns { result[term.function, l] += term.factor * next.factor * integrals[next.row, l] }
            }
        }
        return result
    }
}
