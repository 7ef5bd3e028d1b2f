import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// Exchange matrices by quadrature over one electron, with exact integrals over the other.
///
/// K_ab = sum_g w_g X_a(g) G_b(g) with G_b(g) = sum_c A_bc(g) F_c(g), F = D X, where A_bc(g) is the potential of the product of two functions
/// at a point: Neese, Wennmohs, Hansen and Becker, Chem. Phys. 356, 98 (2009), doi 10.1016/j.chemphys.2008.10.036. Pairs of functions
/// are chosen for every block of points by the size of F there, so that the cost grows linearly with the molecule where the density matrix
/// decays: Laqua, Kussmann and Ochsenfeld, J. Chem. Theory Comput. 14, 3451 (2018), doi 10.1021/acs.jctc.8b00062.
///
/// The quadrature is corrected so that it reproduces the overlap matrix, after Izsak and Neese, J. Chem. Phys. 135, 144105 (2011),
/// doi 10.1063/1.3646921. Here both functions at the point get the same correction (`OverlapFit`), so that the energy
/// 1/2 sum_g w_g F A F is a quadratic form of the density, and K is its exact derivative.
public final class SemiNumericalExchange: Sendable {
    public let basis: AtomicOrbitalBasis
    /// Points of the grid.
    public var pointCount: Int { grid.count }
    private let grid: MolecularGrid
    private let potentials: ShellPairPotentials
    private let evaluator: BasisFunctionEvaluator
    /// R of the overlap fit.
    private let fit: Matrix
    private let pool: WorkerPool
    private let threshold: Double

    /// The grid for energies. Relative to exact exchange, its errors are a few microhartree an atom.
    public static let energyGrid = GridSpecification(.exchange(radial: 35, angular: 194))
    /// The grid for iterations that end with a better one, and for products with the orbital Hessian.
    public static let iterationGrid = GridSpecification(.exchange(radial: 25, angular: 110))

    /// Contributions of a pair of shells and a block of points to an element are omitted below this, in hartree.
    public static let defaultThreshold = 1e-9
    private static let densitiesAtOnce = 4
    private static let blockSize = 128

    /// Memory of the matrices of a build for any number of densities, in bytes.
    public static func bytes(basis: AtomicOrbitalBasis, pool: WorkerPool) -> Int {
        let n = basis.functionCount
        return 8 * n * n * (densitiesAtOnce * groupCount(functions: n) + 8) + pool.threads
            * ExchangeWork.bytes(functions: n, densities: densitiesAtOnce, blockSize: blockSize)
    }

    /// Cost: the overlap by quadrature, and O(n^3) for the fit.
    ///
    /// - Parameters:
    ///   - overlap: of the basis functions.
    ///   - interaction: the two-electron operator of the exchange.
    ///   - other: for the same basis and operator, with another grid; the tables of shell pairs are shared.
    ///   - threshold: see `defaultThreshold`.
    /// - Throws: `LinearAlgebraError` if the overlap is not finite.
    public init(
        basis: AtomicOrbitalBasis, overlap: Matrix, interaction: RepulsionOperator = .coulomb,
        sharing other: SemiNumericalExchange? = nil, grid specification: GridSpecification = energyGrid, pool: WorkerPool,
        threshold: Double = defaultThreshold
    ) throws {
        self.basis = basis
        self.pool = pool
        self.threshold = threshold
        let grid = MolecularGrid(molecule: basis.molecule, specification: specification, pool: pool, blockSize: Self.blockSize)
        self.grid = grid
        potentials = other?.potentials ?? ShellPairPotentials(basis: basis, interaction: interaction)
        evaluator = BasisFunctionEvaluator(basis: basis, negligible: 1e-2 * threshold)
        fit = try OverlapFit.matrix(
            overlap: overlap, quadrature: Self.overlap(basis: basis, grid: grid, evaluator: evaluator, pool: pool))
    }

    /// The overlap matrix by quadrature.
    private static func overlap(
        basis: AtomicOrbitalBasis, grid: MolecularGrid, evaluator: BasisFunctionEvaluator, pool: WorkerPool
    ) -> Matrix {
        let n = basis.functionCount
        let blocks = (0..<pool.threads).map { _ in ExchangeBlock(basis: basis, blockSize: grid.blockSize) }
        return sums(count: 1, functions: n, blocks: grid.blockCount, pool: pool) { block, worker, matrix in
            blocks[worker].load(grid, block: block, evaluator: evaluator)
            blocks[worker].addOverlap(to: matrix)
        }[0]
    }

    /// Adds up matrices over the blocks. Blocks are dealt to groups in turn, each with matrices of its own; the number of groups depends
    /// only on the problem, so that the result does not depend on the number of threads.
    private static func sums(
        count: Int, functions n: Int, blocks: Int, pool: WorkerPool,
        _ add: @Sendable (_ block: Int, _ worker: Int, _ matrices: UnsafeMutablePointer<Double>) -> Void
    ) -> [Matrix] {
        let own = pool.communicator.own(blocks)
        let size = count * n * n
        let groups = groupCount(functions: n)
        let parts = (0..<groups).map { _ in AlignedDoubles(count: size) }
        pool.forEach(groups) { group, worker in
            parts[group].base.initialize(repeating: 0, count: size)
            for index in stride(from: group, to: own.count, by: groups) { add(own[index], worker, parts[group].base) }
        }
        return (0..<count).map { matrix in
            var result = Matrix(rows: n, columns: n)
            for part in parts {
                let source = part.base + matrix * n * n
                result.elements.withUnsafeMutableBufferPointer { for k in 0..<n * n { $0[k] += source[k] } }
            }
            pool.communicator.sum(&result.elements)
            return result
        }
    }

    private static func groupCount(functions n: Int) -> Int { max(8, min(32, (64 << 20) / max(1, 8 * n * n))) }

    /// Exchange matrices of symmetric density matrices: K_ab = sum_cd D_cd (ac|bd).
    ///
    /// Cost: for every point, the potentials of the pairs of functions in the range of the density matrix, once for all densities, and two
    /// matrix products.
    public func build(_ densities: [Matrix]) -> [Matrix] {
        stride(from: 0, to: densities.count, by: Self.densitiesAtOnce).flatMap {
            buildTogether(Array(densities[$0..<min(densities.count, $0 + Self.densitiesAtOnce)]))
        }
    }

    private func buildTogether(_ densities: [Matrix]) -> [Matrix] {
        let n = basis.functionCount
        let coefficients = densities.map { $0.times(fit) }
        let maxima = shellMaxima(coefficients)
        let (grid, potentials, evaluator, threshold) = (grid, potentials, evaluator, threshold)
        let works = (0..<pool.threads).map { _ in
            ExchangeWork(potentials: potentials, densities: densities.count, blockSize: grid.blockSize)
        }
        let sums = Self.sums(count: densities.count, functions: n, blocks: grid.blockCount, pool: pool) {
            block, worker, matrices in
            let work = works[worker]
            work.block.load(grid, block: block, evaluator: evaluator)
            work.add(coefficients: coefficients, shellMaxima: maxima, threshold: threshold, to: matrices)
        }
        return sums.map { $0.times(fit, otherTransposed: true).symmetrized() }
    }

    /// The largest magnitudes by pairs of shells, over all matrices.
    private func shellMaxima(_ matrices: [Matrix]) -> [Double] {
        let shells = basis.shells
        var result = [Double](repeating: 0, count: shells.count * shells.count)
        for matrix in matrices {
            matrix.elements.withUnsafeBufferPointer { elements in
                for i in shells.indices {
                    for j in shells.indices {
                        var largest = result[i * shells.count + j]
                        for a in shells[i].functions {
                            for b in shells[j].functions { largest = max(largest, abs(elements[a * matrix.columns + b])) }
                        }
                        result[i * shells.count + j] = largest
                    }
                }
            }
        }
        return result
    }
}
