import CVectorShims
import MolecularStructure
import ParallelExecution
import VectorFunctions

/// A density N / (8 pi w^3) exp(-r / w) about an atom.
public struct SlaterShell: Sendable, Equatable {
    /// Index of the atom.
    public var atom: Int
    /// N, in electrons.
    public var population: Double
    /// w, in bohr.
    public var width: Double

    public init(atom: Int, population: Double, width: Double) {
        self.atom = atom
        self.population = population
        self.width = width
    }

    /// Value at the nucleus.
    var height: Double { population / (8 * .pi * width * width * width) }
}

/// What Slater functions on the atoms get of a density when they share it at every point in proportion to their values.
public enum SlaterShellShares {
    /// Shells that are smaller than this part of another one everywhere in a block of points get nothing there.
    fileprivate static let negligible = 1e-11
    private static let blocksPerPiece = 32

    /// - Parameters:
    ///   - shells: those of one atom one after the other, atoms in ascending order.
    ///   - density: at the points of the grid.
    /// - Returns: for every shell the electrons of its share, and the sum of these times their distance from the nucleus.
    ///
    /// Cost: an exponential for every point and shell that counts there. The result does not depend on the number of threads.
    public static func sums(
        _ shells: [SlaterShell], molecule: Molecule, grid: MolecularGrid, density: [Double], pool: WorkerPool
    ) -> [(electrons: Double, moment: Double)] {
        precondition(density.count == grid.count)
        let centers = molecule.atoms.map(\.position)
        let pieces = (grid.blockCount + blocksPerPiece - 1) / blocksPerPiece
        let parts: [[Double]] = pool.map(pieces) { piece in
            var sums = [Double](repeating: 0, count: 2 * shells.count)
            var work = ShellWork(shells: shells, centers: centers)
            for block in piece * blocksPerPiece..<min(grid.blockCount, (piece + 1) * blocksPerPiece) {
                work.add(grid.block(block), of: grid, density: density, to: &sums)
            }
            return sums
        }
        var total = [Double](repeating: 0, count: 2 * shells.count)
        for part in parts { for k in total.indices { total[k] += part[k] } }
        return shells.indices.map { (electrons: total[2 * $0], moment: total[2 * $0 + 1]) }
    }
}

/// The shells that count in one block of points.
private struct ShellWork {
    private let shells: [SlaterShell]
    private let heights: [Double]
    private let centers: [SIMD3<Double>]
    private var active: [Int] = []
    private var values: [Lanes] = []
    private var distances: [Lanes] = []
    private var electrons: [Lanes] = []
    private var moments: [Lanes] = []

    init(shells: [SlaterShell], centers: [SIMD3<Double>]) {
        self.shells = shells
        self.centers = centers
        heights = shells.map(\.height)
        let zero = Lanes(repeating: 0)
        values = [Lanes](repeating: zero, count: shells.count)
        distances = values
        electrons = values
        moments = values
    }

    /// Finds the shells that count: those that somewhere may exceed the negligible part of the largest of the others.
    private mutating func select(_ points: Range<Int>, of grid: MolecularGrid) {
        var low = SIMD3(repeating: Double.infinity)
        var high = -low
        for k in points {
            let p = SIMD3(grid.x[k], grid.y[k], grid.z[k])
            low = low.replacing(with: p, where: p .< low)
            high = high.replacing(with: p, where: p .> high)
        }
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low))
        var nearest = 0.0
        var farthest = 0.0
        var atom = -1
        var largest = 0.0
        var bounds = [Double](repeating: 0, count: shells.count)
        for (s, shell) in shells.enumerated() {
            if shell.atom != atom {
                atom = shell.atom
                var d = centers[atom] - middle
                d = d.replacing(with: -d, where: d .< 0)
                let outside = d - half
                let gap = outside.replacing(with: 0, where: outside .< 0)
                nearest = (gap * gap).sum().squareRoot()
                let reach = d + half
                farthest = (reach * reach).sum().squareRoot()
            }
            largest = max(largest, heights[s] * exponential(-farthest / shell.width))
            bounds[s] = heights[s] * exponential(-nearest / shell.width)
        }
        active.removeAll(keepingCapacity: true)
        for s in shells.indices where bounds[s] > SlaterShellShares.negligible * largest && bounds[s] > 0 { active.append(s) }
    }

    mutating func add(_ points: Range<Int>, of grid: MolecularGrid, density: [Double], to sums: inout [Double]) {
        select(points, of: grid)
        let zero = Lanes(repeating: 0)
        for s in active {
            electrons[s] = zero
            moments[s] = zero
        }
        for first in stride(from: points.lowerBound, to: points.upperBound, by: 8) {
            var (x, y, z, weight) = (zero, zero, zero, zero)
            for lane in 0..<8 {
                // Places beyond the last point repeat it and weigh nothing.
                let k = min(first + lane, points.upperBound - 1)
                x[lane] = grid.x[k]
                y[lane] = grid.y[k]
                z[lane] = grid.z[k]
                weight[lane] = first + lane < points.upperBound ? grid.weights[k] * density[k] : 0
            }
            var total = Lanes(repeating: 1e-290)
            var atom = -1
            var distance = zero
            for s in active {
                let shell = shells[s]
                if shell.atom != atom {
                    atom = shell.atom
                    let (dx, dy, dz) = (x - centers[atom].x, y - centers[atom].y, z - centers[atom].z)
                    distance = esp_sqrt8(fused(dx, dx, fused(dy, dy, dz * dz)))
                }
                let value = heights[s] * exponential(distance * (-1 / shell.width))
                values[s] = value
                distances[s] = distance
                total += value
            }
            let factor = weight / total
            for s in active {
                let share = factor * values[s]
                electrons[s] += share
                moments[s] = fused(share, distances[s], moments[s])
            }
        }
        for s in active {
            sums[2 * s] += electrons[s].sum()
            sums[2 * s + 1] += moments[s].sum()
        }
    }

    /// exp(x) of one number.
    private func exponential(_ argument: Double) -> Double { exponential(Lanes(repeating: argument))[0] }
    private func exponential(_ argument: Lanes) -> Lanes { VectorFunctions.exponential(argument) }
}
