import GaussianBasis
import LinearAlgebra

/// Bond orders of all pairs of atoms, from the density matrix in the basis functions.
///
/// With the densities of both spins, B_AB = 2 sum over m of A, n of B of (P S)_mn (P S)_nm, summed over the spins. Mayer
/// takes S as it is; Wiberg's index in Loewdin's orthogonalised functions takes S^(1/2) P S^(1/2) in the place of P S.
/// I. Mayer, Chem. Phys. Lett. 97, 270 (1983), doi 10.1016/0009-2614(83)80005-0, and for open shells Int. J. Quantum Chem.
/// 29, 477 (1986), doi 10.1002/qua.560290320; K. B. Wiberg, Tetrahedron 24, 1083 (1968), doi 10.1016/0040-4020(68)88057-3.
public struct BondOrders: Sendable {
    /// Atoms by atoms, symmetric; the diagonal is zero.
    public let mayer: Matrix
    public let wiberg: Matrix

    /// Cost: four products of matrices a spin.
    /// - Parameters:
    ///   - overlap: of `wavefunction.basis`, functions by functions.
    ///   - overlapRoot: S^(1/2).
    public init(_ wavefunction: Wavefunction, overlap: Matrix, overlapRoot: Matrix) {
        let basis = wavefunction.basis
        let spins =
            wavefunction.isRestricted
            ? [(wavefunction.alphaDensity, 4.0)] : [(wavefunction.alphaDensity, 2.0), (wavefunction.betaDensity, 2.0)]
        var atomOfFunction: [Int] = []
        for label in basis.labels { atomOfFunction.append(label.atom) }
        let count = basis.molecule.atoms.count
        mayer = Self.orders(spins.map { ($0.0 * overlap, $0.1) }, atomOfFunction: atomOfFunction, atomCount: count)
        wiberg = Self.orders(
            spins.map { (overlapRoot * $0.0 * overlapRoot, $0.1) }, atomOfFunction: atomOfFunction, atomCount: count)
    }

    /// Sums of weight P_mn P_nm over the functions of every pair of atoms; functions of ghost atoms, which follow, are not included.
    static func orders(_ products: [(Matrix, Double)], atomOfFunction: [Int], atomCount: Int) -> Matrix {
        var result = Matrix(rows: atomCount, columns: atomCount)
        for (product, weight) in products {
            for m in 0..<product.rows {
                for n in 0..<m
                where atomOfFunction[m] != atomOfFunction[n] && max(atomOfFunction[m], atomOfFunction[n]) < atomCount {
                    let share = weight * product[m, n] * product[n, m]
                    result[atomOfFunction[m], atomOfFunction[n]] += share
                    result[atomOfFunction[n], atomOfFunction[m]] += share
                }
            }
        }
        return result
    }
}

/// Bond orders between the atoms of one charge scheme.
public struct SchemeBondOrders: Sendable, Equatable {
    public enum Kind: Sendable {
        /// Wiberg's index in natural atomic orbitals.
        case naturalWiberg
        /// In Becke's atoms: `FuzzyBondOrders`.
        case fuzzy
    }

    public let kind: Kind
    /// Atoms by atoms.
    public let values: Matrix
}
