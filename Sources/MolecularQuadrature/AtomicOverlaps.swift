import COpenBLAS
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Overlaps of orbitals within the region of every atom, as defined by Becke's partition.
///
/// The weights of the grid points that belong to an atom include that atom's share: a sum over these points integrates a product of
/// orbitals over the atom.
public enum AtomicOverlaps {
    /// - Parameters:
    ///   - orbitals: basis functions by orbitals, several sets.
    /// - Returns: for every set one matrix per atom, orbitals by orbitals. Summed over all atoms they give the overlap.
    ///
    /// Cost: for each point, the square of the number of functions that reach it; memory: a matrix over functions per thread. Threads
    /// inside OpenBLAS should be limited to one. The result does not depend on the number of threads.
    public static func matrices(
        basis: AtomicOrbitalBasis, orbitals: [Matrix], grid: MolecularGrid, pool: WorkerPool
    ) -> [[Matrix]] {
        for set in orbitals { precondition(set.rows == basis.functionCount) }
        let evaluator = BasisFunctionEvaluator(basis: basis, negligible: 1e-10)
        // By atom and sign of the weight.
        var points = [[Int]](repeating: [], count: 2 * basis.molecule.atoms.count)
        for index in 0..<grid.count { points[2 * Int(grid.atoms[index]) + (grid.weights[index] < 0 ? 1 : 0)].append(index) }
        let members = points
        let byAtom: [[Matrix]] = pool.map(basis.molecule.atoms.count) { atom in
            let work = AtomicOverlapWork(basis.functionCount)
            var overlap = work.overlap(evaluator, grid, members[2 * atom])
            if !members[2 * atom + 1].isEmpty { overlap = overlap - work.overlap(evaluator, grid, members[2 * atom + 1]) }
            return orbitals.map { overlap.transformed(by: $0).symmetrized() }
        }
        return orbitals.indices.map { set in byAtom.map { $0[set] } }
    }
}

/// Scratch space for one atom.
private struct AtomicOverlapWork {
    private static let blockSize = 256
    private let coordinates, values, products: AlignedDoubles
    private let functionCount: Int

    init(_ functionCount: Int) {
        self.functionCount = functionCount
        coordinates = AlignedDoubles(count: 3 * Self.blockSize)
        values = AlignedDoubles(count: functionCount * Self.blockSize)
        products = AlignedDoubles(count: functionCount * functionCount)
    }

    /// Over basis functions, with the magnitudes of the weights.
    func overlap(_ evaluator: BasisFunctionEvaluator, _ grid: MolecularGrid, _ points: [Int]) -> Matrix {
        var result = Matrix(rows: functionCount, columns: functionCount)
        var rows = [Int32](repeating: 0, count: functionCount)
        let x = coordinates.base
        let y = x + Self.blockSize
        let z = y + Self.blockSize
        for start in stride(from: 0, to: points.count, by: Self.blockSize) {
            let block = points[start..<min(points.count, start + Self.blockSize)]
            let vectors = (block.count + 7) / 8
            let width = 8 * vectors
            for k in 0..<width {
                let index = block[block.startIndex + min(k, block.count - 1)]
                x[k] = grid.x[index]
                y[k] = grid.y[index]
                z[k] = grid.z[index]
            }
            let box = BasisFunctionEvaluator.Box(x: x, y: y, z: z, count: block.count)
            let layout = OrbitalLayout(strips: 1, vectors: vectors, rowStride: width, stripStride: 0)
            var functions: [Int] = []
            evaluator.forEachReachingUnit(box) { unit, range in
                for function in range {
                    rows[function] = Int32(functions.count)
                    functions.append(function)
                }
                evaluator.evaluate(unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: rows, values: values.base)
            }
            let n = functions.count
            guard n > 0 else { continue }
            withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { roots in
                for k in 0..<width {
                    // Positions beyond the last point repeat it with zero weight.
                    roots[k] = k < block.count ? abs(grid.weights[block[block.startIndex + k]]).squareRoot() : 0
                }
                for i in 0..<n { for k in 0..<width { values.base[i * width + k] *= roots[k] } }
            }
            cblas_dsyrk(
                CblasRowMajor, CblasLower, CblasNoTrans, Int32(n), Int32(width), 1, values.base, Int32(width), 0, products.base,
                Int32(n))
            for i in 0..<n { for j in 0...i { result[functions[i], functions[j]] += products.base[i * n + j] } }
        }
        // Functions are in ascending order in every block.
        for i in 0..<functionCount { for j in 0..<i { result[j, i] = result[i, j] } }
        return result
    }
}
