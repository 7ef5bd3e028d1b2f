import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Second derivatives with respect to the nuclear positions of the electrons' energy in effective core potentials, and first derivatives of
/// the potentials' matrix.
///
/// Derivatives of functions are shells of one degree more and one less, second derivatives the derivatives of these; a potential's own
/// follow from them, since only relative positions matter. All are integrated as the functions themselves, one potential at a time.
public enum EffectiveCorePotentialSecondDerivatives {
    /// Of sum_mn P_mn U_mn: the energy without the blocks of one atom (see `SkeletonDerivatives`), and one matrix a coordinate.
    ///
    /// The result is the same to the last bit for any number of threads. Cost: that of the integrals over a basis that is about ten times
    /// as large, for every potential.
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
            // <dm/di|U|n>, and its contraction with P.
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

/// The shells of a basis, those of their first, and those of their second derivatives, as shells whose functions are numbered through.
private struct DifferentiatedShells {
    private(set) var shells: [Shell]
    private(set) var count: Int
    /// Of every shell: how often it has been differentiated.
    private(set) var orders: [Int]
    private let functionCount: Int
    /// Of basis functions: factor times function `row` along an axis.
    private var firstTerms: [ShellDerivative.Term] = []
    /// The derivatives of the functions of first derivatives.
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
