import GaussianBasis
import LinearAlgebra

/// Closed, open and empty orbitals that both spins share, with their Fock matrices: the expansion of a restricted open-shell energy in
/// rotations among them.
///
/// A rotation has one block, with a row for every open and empty and a column for every closed and open orbital; open orbitals are not
/// rotated into each other, and these elements are zero. To first order, its rows of empty orbitals are a rotation of the alpha orbitals,
/// and its closed columns one of the beta orbitals. To second order, exp(k) rotates the alpha orbitals by more than that, and gradients
/// that cancel in their sum over the spins do not cancel there:
///
///     1/2 k H k = [unrestricted] + 1/2 [(Fb - Fa)_ec . k_eo k_oc + Fa_eo . k_ec k_oc^T - Fb_oc . k_eo^T k_ec]
///
/// with c, o, e for closed, open and empty. Orbitals are canonical in Roothaan's sense: within closed, within open and
/// within empty orbitals they diagonalise the mean of the Fock matrices of both spins.
///
/// C. C. J. Roothaan, Rev. Mod. Phys. 32, 179 (1960), doi 10.1103/RevModPhys.32.179.
struct OpenShellSpaces {
    /// Counts of closed orbitals, of closed and open ones, and of all.
    let closed: Int
    let occupied: Int
    let count: Int
    var open: Int { occupied - closed }

    let coefficients: Matrix
    /// Eigenvalues of the mean Fock matrix.
    let energies: [Double]
    /// Fock matrices over the orbitals, alpha and beta.
    private let fock: [Matrix]

    init(coefficients: Matrix, fock: [Matrix], occupation: OrbitalOccupation) throws {
        occupied = occupation.electrons[0]
        closed = occupation.electrons[1]
        count = coefficients.columns
        let mean = 0.5 * (fock[0] + fock[1])
        var canonical = Matrix(rows: coefficients.rows, columns: 0)
        var energies: [Double] = []
        for range in [0..<closed, closed..<occupied, occupied..<count] {
            let space = coefficients.columns(range)
            let problem = try SymmetricEigenproblem(mean.transformed(by: space).symmetrized())
            canonical = OrbitalPoint.joined(canonical, space.times(problem.vectors))
            energies += problem.values
        }
        self.coefficients = canonical
        self.energies = energies
        self.fock = fock.map { $0.transformed(by: canonical) }
    }

    /// Orbitals obtained by rotating those of another point.
    private init(_ other: OpenShellSpaces, coefficients: Matrix) {
        (closed, occupied, count, energies, fock) = (other.closed, other.occupied, other.count, other.energies, other.fock)
        self.coefficients = coefficients
    }

    /// One set per spin.
    package func orbitals(_ occupation: OrbitalOccupation) -> [MolecularOrbitals] {
        [0, 1].map { occupation.orbitals(coefficients: coefficients, energies: energies, spin: $0) }
    }

    // MARK: - Rotations

    /// The rotations of alpha and of beta orbitals that correspond to a rotation.
    func spinBlocks(_ rotation: OrbitalRotation) -> [Matrix] {
        let k = rotation.blocks[0]
        return [Self.part(k, open..<(count - closed), 0..<occupied), k.columns(0..<closed)]
    }

    /// The rotation whose scalar product with any other equals the sum of those of the alpha and beta orbital gradients.
    private func joined(_ alpha: Matrix, _ beta: Matrix) -> OrbitalRotation {
        var result = Matrix(rows: count - closed, columns: occupied)
        for a in 0..<alpha.rows { for i in 0..<occupied { result[open + a, i] += alpha[a, i] } }
        for a in 0..<beta.rows { for i in 0..<closed { result[a, i] += beta[a, i] } }
        return OrbitalRotation(blocks: [result])
    }

    package var gradient: OrbitalRotation {
        joined(
            Self.part(fock[0], occupied..<count, 0..<occupied), Self.part(fock[1], closed..<count, 0..<closed))
    }

    /// Curvature without the response of the Fock matrices, counted as a difference of orbital energies.
    func gap(_ row: Int, _ column: Int) -> Double {
        let (to, from) = (closed + row, column)
        func energy(_ orbital: Int, _ spins: ClosedRange<Int>) -> Double { spins.reduce(0) { $0 + fock[$1][orbital, orbital] } }
        if row < open { return energy(to, 1...1) - energy(from, 1...1) }
        return from < closed ? energy(to, 0...1) - energy(from, 0...1) : energy(to, 0...0) - energy(from, 0...0)
    }

    func mapped(_ rotation: OrbitalRotation, _ function: (_ value: Double, _ gap: Double) -> Double) -> OrbitalRotation {
        var k = rotation.blocks[0]
        for a in 0..<k.rows {
            for i in 0..<k.columns {
                k[a, i] = a < open && i >= closed ? 0 : function(k[a, i], gap(a, i))
            }
        }
        return OrbitalRotation(blocks: [k])
    }

    /// (1 + K)(1 - K^2)^(-1/2) with the antisymmetric K: exactly orthogonal, and to second order exp(K).
    package func rotated(by rotation: OrbitalRotation) throws -> OpenShellSpaces {
        let k = rotation.blocks[0]
        var turn = Matrix(rows: count, columns: count)
        for a in 0..<k.rows {
            for i in 0..<k.columns {
                turn[closed + a, i] += k[a, i]
                turn[i, closed + a] -= k[a, i]
            }
        }
        let root = try SymmetricEigenproblem(Matrix.identity(count) + turn.times(turn, transposed: true)).function {
            1 / $0.squareRoot()
        }
        return OpenShellSpaces(self, coefficients: (coefficients + coefficients.times(turn)).times(root))
    }

    /// The product of the Hessian, once the change of the Fock matrices over basis functions is known.
    package func product(_ rotation: OrbitalRotation, _ fockChange: [Matrix]) -> OrbitalRotation {
        let k = spinBlocks(rotation)
        let (rest, empty) = (closed..<count, occupied..<count)
        func spin(_ index: Int, _ from: Range<Int>, _ to: Range<Int>) -> Matrix {
            let (f, k) = (fock[index], k[index])
            let direct = Self.part(f, to, to).times(k) - k.times(Self.part(f, from, from))
            return direct + coefficients.columns(to).times(fockChange[index].times(coefficients.columns(from)), transposed: true)
        }
        var result = joined(spin(0, 0..<occupied, empty), spin(1, 0..<closed, rest))
        result.add(secondOrderTurn(rotation.blocks[0]), scaledBy: 0.5)
        return result
    }

    /// Derivative of the terms that an unrestricted Hessian does not have.
    private func secondOrderTurn(_ k: Matrix) -> OrbitalRotation {
        let (c, o, e) = (0..<closed, closed..<occupied, occupied..<count)
        let (openRows, emptyRows) = (0..<open, open..<(count - closed))
        let (ec, eo, oc) = (Self.part(k, emptyRows, c), Self.part(k, emptyRows, o), Self.part(k, openRows, c))
        let difference = Self.part(fock[1], e, c) - Self.part(fock[0], e, c)
        let (alpha, beta) = (Self.part(fock[0], e, o), Self.part(fock[1], o, c))
        let toEC = alpha.times(oc) - eo.times(beta)
        let toEO = difference.times(oc, otherTransposed: true) - ec.times(beta, otherTransposed: true)
        let toOC = eo.times(difference, transposed: true) + alpha.times(ec, transposed: true)
        var result = Matrix(rows: k.rows, columns: k.columns)
        for a in 0..<toEC.rows {
            for i in 0..<closed { result[open + a, i] = toEC[a, i] }
            for i in 0..<open { result[open + a, closed + i] = toEO[a, i] }
        }
        for a in 0..<open { for i in 0..<closed { result[a, i] = toOC[a, i] } }
        return OrbitalRotation(blocks: [result])
    }

    private static func part(_ matrix: Matrix, _ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
        var result = Matrix(rows: rows.count, columns: columns.count)
        for (a, row) in rows.enumerated() { for (i, column) in columns.enumerated() { result[a, i] = matrix[row, column] } }
        return result
    }
}

/// Roothaan's single Fock matrix of a restricted open shell, over basis functions.
///
/// Its blocks between closed, open and empty orbitals are the orbital gradient, and those within each the mean of both
/// spins: the same choice as PySCF's. A commutator with the density of all electrons vanishes exactly when the gradient does.
package enum OpenShellFock {
    package static func matrix(fock: [Matrix], densities: [Matrix], overlap: Matrix) -> Matrix {
        let identity = Matrix.identity(overlap.rows)
        let closed = densities[1].times(overlap)
        let open = (densities[0] - densities[1]).times(overlap)
        let empty = identity - densities[0].times(overlap)
        let mean = 0.5 * (fock[0] + fock[1])
        func between(_ left: Matrix, _ matrix: Matrix, _ right: Matrix) -> Matrix {
            left.times(matrix, transposed: true).times(right)
        }
        var half = between(open, fock[1], closed) + between(open, fock[0], empty) + between(empty, mean, closed)
        for space in [closed, open, empty] { half.add(between(space, mean, space), scaledBy: 0.5) }
        return half + half.transposed()
    }
}
