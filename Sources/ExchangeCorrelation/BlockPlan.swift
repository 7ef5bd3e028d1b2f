import MolecularQuadrature

/// The significant basis functions in a block of points, and the significant pairs of them.
struct BlockPlan: Sendable {
    let points: Range<Int>
    /// Indices into the basis, in descending order of importance.
    let functions: [Int32]
    /// Units of the evaluator that contain them.
    let units: [Int32]
    /// For every tile of rows of the density kernel, the number of functions with which it is combined: the pairs with the others are
    /// negligible.
    let densityColumns: [Int32]
    /// Likewise for the tiles of the potential kernel.
    let potentialCounts: [Int32]
    /// Values and derivatives, if they are kept.
    let orbitals: AlignedDoubles?

    var isEmpty: Bool { functions.isEmpty }

    /// Multiply-adds of the two kernels for one density, times the points; used only to distribute the work.
    var cost: Int {
        let pairs = densityColumns.reduce(0) { $0 + Int($1) * DensityKernel.tile }
        return points.count * (2 * pairs + 12 * functions.count + 400)
    }

    /// Additions and multiplications of the two products for one density matrix, without the padding of tiles.
    func productOperations(withGradient: Bool) -> Double {
        let pairs =
            densityColumns.reduce(0) { $0 + Int($1) * DensityKernel.tile }
            + potentialCounts.reduce(0) { $0 + Int($1) * PotentialKernel.tile }
        return 2 * Double(points.count) * Double(pairs + (withGradient ? 8 : 2) * functions.count)
    }

    /// Points with negligible weight or outside all functions.
    init(empty points: Range<Int>) {
        self.points = points
        functions = []
        units = []
        densityColumns = []
        potentialCounts = []
        orbitals = nil
    }

    /// - Parameters:
    ///   - importance: descending; the product of two bounds how much the pair can contribute to an integral over the block.
    ///   - threshold: pairs below it are omitted.
    init(
        points: Range<Int>, functions: [Int32], importance: [Double], units: [Int32], threshold: Double,
        orbitals: AlignedDoubles?
    ) {
        self.points = points
        self.functions = functions
        self.units = units
        self.orbitals = orbitals
        func limits(tile: Int) -> [Int32] {
            var count = functions.count
            return stride(from: 0, to: functions.count, by: tile).map { first in
                while count > 0, importance[first] * importance[count - 1] < threshold { count -= 1 }
                return Int32(count)
            }
        }
        densityColumns = limits(tile: DensityKernel.tile)
        potentialCounts = limits(tile: PotentialKernel.tile)
    }
}
