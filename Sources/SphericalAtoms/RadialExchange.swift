import LinearAlgebra

/// Exact exchange between the electrons of one spin in an atom of central-field orbitals.
///
/// The block of the exchange operator for the angular momentum l, averaged over the functions m that l's open shell occupies
/// (all of them, if there is none), is
///
///     K_ij = sum over shells a, k of n_a <c_k(l m, l_a m_a)^2> R_k(i a, a j),
///
/// with Slater's integrals R_k and Condon and Shortley's coefficients c_k, summed over the functions m_a of the shell and
/// averaged over m. For full shells that is the square of Wigner's symbol (l l_a k; 0 0 0), whatever m.
struct RadialExchange {
    let mesh: RadialMesh

    /// - Parameters:
    ///   - shells: of one spin, by block.
    ///   - electrons: part of every shell's electrons that has this spin.
    /// - Returns: one matrix a block. Cost: the product of all radial functions and orbitals, times the mesh, times four.
    func matrices(blocks: [RadialBlock], shells: [RadialShells], electrons share: Double) -> [Matrix] {
        let count = mesh.radii.count
        return zip(blocks, shells).map { block, own in
            let functions = block.values.rows
            let members = own.shape?.members ?? Array(-block.l...block.l)
            var terms: [(orbital: [Double], orders: [(order: Int, factor: Double)])] = []
            for (other, filled) in zip(blocks, shells) {
                for (index, occupation) in filled.occupations.enumerated() {
                    let others = filled.isOpen(index) ? filled.shape?.members : nil
                    let factor = share * occupation
                    let orders = stride(from: abs(block.l - other.l), through: block.l + other.l, by: 2).map { order in
                        (
                            order: order,
                            factor: factor * Self.average(block.l, members, other.l, others ?? Array(-other.l...other.l), order)
                        )
                    }
                    terms.append(((0..<count).map { filled.orbitals[index, $0] }, orders))
                }
            }
            var sums = Matrix(rows: functions, columns: count)
            for j in 0..<functions {
                let function = (0..<count).map { block.values[j, $0] }
                var row = [Double](repeating: 0, count: count)
                for (orbital, orders) in terms {
                    let charge = zip(function, orbital).map { $0 * $1 }
                    for (order, factor) in orders where factor != 0 {
                        let potential = mesh.potential(of: charge, order: order)
                        for k in 0..<count { row[k] += factor * potential[k] * orbital[k] }
                    }
                }
                for k in 0..<count { sums[j, k] = row[k] * mesh.weights[k] }
            }
            return block.values.times(sums, otherTransposed: true).symmetrized()
        }
    }

    /// The mean of c_k^2 over functions of two shells.
    static func average(_ a: Int, _ first: [Int], _ b: Int, _ second: [Int], _ k: Int) -> Double {
        let zeros = wigner(a, k, b, 0, 0)
        guard zeros != 0 else { return 0 }
        var sum = 0.0
        for m in first {
            for n in second where abs(m - n) <= k {
                let symbol = wigner(a, k, b, -m, m - n)
                sum += symbol * symbol
            }
        }
        let multiplicity = Double((2 * a + 1) * (2 * b + 1))
        let pairs = Double(first.count * second.count)
        return multiplicity * zeros * zeros * sum / pairs
    }

    /// Wigner's 3j symbol of the angular momenta a, b and c with the projections m, n and -m - n, but for its sign (Racah).
    static func wigner(_ a: Int, _ b: Int, _ c: Int, _ m: Int, _ n: Int) -> Double {
        let o = -m - n
        guard abs(m) <= a, abs(n) <= b, abs(o) <= c, c >= abs(a - b), c <= a + b else { return 0 }
        func product(_ numbers: [Int]) -> Double {
            var result = 1.0
            for number in numbers { for factor in stride(from: 2, through: number, by: 1) { result *= Double(factor) } }
            return result
        }
        let triangle: Double = product([a + b - c, a - b + c, b + c - a]) / product([a + b + c + 1])
        let projections: Double = product([a + m, a - m, b + n, b - n, c + o, c - o])
        let first: Int = max(0, max(b - c - m, a - c + n))
        let last: Int = min(a + b - c, min(a - m, b + n))
        var sum = 0.0
        for t in stride(from: first, through: last, by: 1) {
            let divisor = product([t, c - b + t + m, c - a + t - n, a + b - c - t, a - t - m, b - t + n])
            sum += (t % 2 == 0 ? 1.0 : -1.0) / divisor
        }
        return (triangle * projections).squareRoot() * sum
    }
}
