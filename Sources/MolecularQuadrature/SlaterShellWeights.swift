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

/// The parts of a density that Slater functions on the atoms get if they share it at every point in proportion to their values.
public struct SlaterShellWeights: Sendable {
    /// Shells smaller than this fraction of another one everywhere in a block of points get nothing there.
    fileprivate static let negligible = 1e-11
    /// Maximum number of electrons, in total, at omitted points, which are those with the fewest.
    public static let electronsLeftOut = 1e-8
    fileprivate static let blockSize = 256
    private static let blocksPerPiece = 16

    private let centers: [SIMD3<Double>]
    private let pool: WorkerPool
    /// Block by block the coordinates x, y, z of all points and their electrons. Places beyond the last point repeat it and have
    /// none.
    private let points: AlignedDoubles
    private let boxes: [BasisFunctionEvaluator.Box]

    /// Cost: small beside one call of `sums`; memory: 32 bytes a point.
    ///
    /// - Parameter density: at the points of the grid.
    public init(molecule: Molecule, grid: MolecularGrid, density: [Double], pool: WorkerPool) {
        precondition(density.count == grid.count)
        centers = molecule.atoms.map(\.position)
        self.pool = pool
        let kept = Self.significant(grid, density)
        let (size, count) = (Self.blockSize, kept.count)
        let blocks = (count + size - 1) / size
        let points = AlignedDoubles(count: 4 * size * blocks)
        boxes = pool.map(blocks) { block in
            let row = points.base + 4 * size * block
            let first = size * block
            for k in 0..<size {
                let source = Int(kept[min(first + k, count - 1)])
                row[k] = grid.x[source]
                row[size + k] = grid.y[source]
                row[2 * size + k] = grid.z[source]
                row[3 * size + k] = first + k < count ? grid.weights[source] * density[source] : 0
            }
            return BasisFunctionEvaluator.Box(
                x: row, y: row + size, z: row + 2 * size, count: min(size, count - first))
        }
        self.points = points
    }

    /// The points without those of negligible density, in the order of the grid.
    private static func significant(_ grid: MolecularGrid, _ density: [Double]) -> [Int32] {
        // Electrons by the binary exponent of a point's electrons.
        let lowest = -1100
        let count = 2200
        var held = [Double](repeating: 0, count: count)
        func place(_ value: Double) -> Int {
            guard value.isFinite else { return count - 1 }
            return value > 0 ? max(0, value.exponent - lowest) : 0
        }
        for k in 0..<grid.count {
            let value = abs(grid.weights[k] * density[k])
            held[place(value)] += value
        }
        var sum = 0.0
        let first = held.firstIndex {
            sum += $0
            return sum > electronsLeftOut
        }
        guard let first else { return [] }
        return (0..<Int32(grid.count)).filter { place(abs(grid.weights[Int($0)] * density[Int($0)])) >= first }
    }

    /// - Parameter shells: those of one atom one after the other, atoms in ascending order.
    /// - Returns: for every shell the electrons of its share, and the sum of these times their distance from the nucleus.
    ///
    /// Cost: an exponential for every point and shell that counts there. The result does not depend on the number of threads.
    public func sums(_ shells: [SlaterShell]) -> [(electrons: Double, moment: Double)] {
        let pieces = (boxes.count + Self.blocksPerPiece - 1) / Self.blocksPerPiece
        let parts: [[Double]] = pool.sharedArrays(pieces) { piece in
            let work = ShellWork(shells: shells, centers: centers)
            for block in piece * Self.blocksPerPiece..<min(boxes.count, (piece + 1) * Self.blocksPerPiece) {
                work.add(points.base + 4 * Self.blockSize * block, box: boxes[block])
            }
            return work.sums
        }
        var total = [Double](repeating: 0, count: 2 * shells.count)
        for part in parts { for k in total.indices { total[k] += part[k] } }
        return shells.indices.map { (electrons: total[2 * $0], moment: total[2 * $0 + 1]) }
    }
}

/// The shells that contribute in one block of points.
private final class ShellWork {
    /// A shell as the loops read it.
    private struct Active {
        var shell: Int
        var atom: Int
        var height: Double
        var rate: Double
    }

    /// Vectors of eight points that are worked on together.
    private static let vectors = 8

    private let shells: [SlaterShell]
    private let centers: [SIMD3<Double>]
    /// Padded to whole vectors: heights, minus the inverse widths, and for a block the distances of the nearest and the farthest
    /// point from the nucleus, and a bound of the values.
    private let heights, rates, nearest, farthest, bounds: UnsafeMutablePointer<Double>
    private let perShell: AlignedDoubles
    private let values, distances, factors: UnsafeMutablePointer<Lanes>
    private let perVector: AlignedDoubles
    private var active: [Active] = []
    /// Electrons and moments, shell by shell.
    private(set) var sums: [Double]

    init(shells: [SlaterShell], centers: [SIMD3<Double>]) {
        self.shells = shells
        self.centers = centers
        let padded = (shells.count + 7) / 8 * 8
        perShell = AlignedDoubles(count: 5 * padded)
        heights = perShell.base
        rates = heights + padded
        nearest = rates + padded
        farthest = nearest + padded
        bounds = farthest + padded
        perShell.base.update(repeating: 0, count: 5 * padded)
        for (s, shell) in shells.enumerated() {
            heights[s] = shell.height
            rates[s] = -1 / shell.width
        }
        perVector = AlignedDoubles(count: 8 * Self.vectors * (2 * shells.count + 1))
        values = lanePointer(perVector.base)
        distances = values + Self.vectors * shells.count
        factors = distances + Self.vectors * shells.count
        sums = [Double](repeating: 0, count: 2 * shells.count)
    }

    /// Finds the contributing shells: those that exceed the negligible fraction of the largest other shell somewhere.
    private func select(_ box: BasisFunctionEvaluator.Box) {
        var atom = -1
        var (near, far) = (0.0, 0.0)
        for (s, shell) in shells.enumerated() {
            if shell.atom != atom {
                atom = shell.atom
                let center = centers[atom]
                near = box.squaredDistance(center.x, center.y, center.z).squareRoot()
                far = box.farthestSquaredDistance(center).squareRoot()
            }
            nearest[s] = near
            farthest[s] = far
        }
        let vectors = (shells.count + 7) / 8
        let (height, rate, bound) = (lanePointer(heights), lanePointer(rates), lanePointer(bounds))
        var least = Lanes(repeating: 0)
        for v in 0..<vectors {
            least = esp_max8(least, height[v] * exponential(rate[v] * lanePointer(farthest)[v]))
            bound[v] = height[v] * exponential(rate[v] * lanePointer(nearest)[v])
        }
        let limit = SlaterShellWeights.negligible * largest(least)
        active.removeAll(keepingCapacity: true)
        for s in shells.indices where bounds[s] > limit && bounds[s] > 0 {
            active.append(Active(shell: s, atom: shells[s].atom, height: heights[s], rate: rates[s]))
        }
    }

    func add(_ points: UnsafeMutablePointer<Double>, box: BasisFunctionEvaluator.Box) {
        select(box)
        let row = SlaterShellWeights.blockSize / 8
        let start = lanePointer(points)
        for strip in stride(from: 0, to: row, by: Self.vectors) {
            add(x: start + strip, y: start + row + strip, z: start + 2 * row + strip, electrons: start + 3 * row + strip)
        }
    }

    private func add(
        x: UnsafeMutablePointer<Lanes>, y: UnsafeMutablePointer<Lanes>, z: UnsafeMutablePointer<Lanes>,
        electrons: UnsafeMutablePointer<Lanes>
    ) {
        let vectors = Self.vectors
        let (factors, values) = (factors, values)
        for v in 0..<vectors { factors[v] = Lanes(repeating: 1e-290) }
        var atom = -1
        var distance = distances - vectors
        for (index, shell) in active.enumerated() {
            if shell.atom != atom {
                atom = shell.atom
                distance += vectors
                let center = centers[atom]
                for v in 0..<vectors {
                    let (dx, dy, dz) = (x[v] - center.x, y[v] - center.y, z[v] - center.z)
                    distance[v] = esp_sqrt8(fused(dx, dx, fused(dy, dy, dz * dz)))
                }
            }
            let value = values + index * vectors
            for v in 0..<vectors {
                let own = shell.height * exponential(distance[v] * shell.rate)
                value[v] = own
                factors[v] += own
            }
        }
        for v in 0..<vectors { factors[v] = electrons[v] / factors[v] }
        atom = -1
        distance = distances - vectors
        for (index, shell) in active.enumerated() {
            if shell.atom != atom {
                atom = shell.atom
                distance += vectors
            }
            let value = values + index * vectors
            var (sum, moment) = (Lanes(repeating: 0), Lanes(repeating: 0))
            for v in 0..<vectors {
                let share = factors[v] * value[v]
                sum += share
                moment = fused(share, distance[v], moment)
            }
            sums[2 * shell.shell] += esp_sum8(sum)
            sums[2 * shell.shell + 1] += esp_sum8(moment)
        }
    }
}

extension BasisFunctionEvaluator.Box {
    /// From a point to the farthest corner of the box, squared.
    fileprivate func farthestSquaredDistance(_ p: SIMD3<Double>) -> Double {
        let (a, b) = (p - low, high - p)
        let reach = a.replacing(with: b, where: b .> a)
        return (reach * reach).sum()
    }
}
