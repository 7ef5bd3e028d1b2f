import MolecularStructure
import ParallelExecution

/// The points and weights for integration over a molecule.
///
/// Around every atom there is a product of a radial quadrature and Lebedev spheres, weighted by the atom's share of space. Points are
/// sorted into blocks that are compact in space, so that few basis functions reach a block; the order depends only on the molecule and the
/// specification.
public struct MolecularGrid: Sendable {
    public let specification: GridSpecification
    /// Coordinates in bohr.
    public let x, y, z: [Double]
    /// In bohr^3. An integral over space is the sum of the values times these.
    public let weights: [Double]
    /// Indices of the atoms whose quadratures the points belong to.
    public let atoms: [Int32]
    /// Points of a block; the last block may have fewer.
    public let blockSize: Int
    /// Points of the atoms' quadratures, including those that were omitted because of negligible weights.
    public let generatedPointCount: Int

    public var count: Int { x.count }
    public var blockCount: Int { (count + blockSize - 1) / blockSize }

    /// Points of block `index`, as a range of indices.
    public func block(_ index: Int) -> Range<Int> {
        index * blockSize..<min(count, (index + 1) * blockSize)
    }

    /// Weights below this (in bohr^3) are omitted. The energy per volume is largest at a nucleus, about Z^4 / 5 hartree per bohr^3 (1.1e7
    /// for radon): a point omitted there, which belongs to the sphere of another atom, changes the energy by about 1e-10 hartree at most,
    /// and elsewhere by far less.
    private static let negligibleWeight = 1e-17

    /// Cost: O(points * atoms) with early exits; points of a fine grid number about 17,000 an atom.
    ///
    /// - Parameters:
    ///   - blockSize: a multiple of eight.
    ///   - boundaries: between the shares of the atoms.
    public init(
        molecule: Molecule, specification: GridSpecification = .fine, pool: WorkerPool, blockSize: Int = 256,
        boundaries: CellBoundaries = .treutlerAhlrichs
    ) {
        precondition(blockSize > 0 && blockSize % 8 == 0)
        self.specification = specification
        self.blockSize = blockSize
        var templates: [AtomicGrid.Kind: AtomicGrid] = [:]
        let grids = molecule.atoms.indices.map { index in
            let kind = AtomicGrid.Kind(index, in: molecule, specification)
            if let known = templates[kind] { return known }
            let grid = AtomicGrid(kind, specification: specification)
            templates[kind] = grid
            return grid
        }
        generatedPointCount = grids.reduce(0) { $0 + $1.count }
        let partition = BeckePartition(molecule: molecule, boundaries: boundaries)
        let pieces = Self.pieces(of: grids)
        let unsorted = UnsortedPoints(capacity: grids.reduce(0) { $0 + $1.paddedCount })
        defer { unsorted.deallocate() }
        pool.forEachOwn(pieces.count) { index, _ in
            let piece = pieces[index]
            unsorted.fill(
                piece, grid: grids[piece.atom], center: molecule.atoms[piece.atom].position, atom: piece.atom,
                partition: partition, atomCount: molecule.atoms.count)
        }
        for numbers in [unsorted.x, unsorted.y, unsorted.z, unsorted.weights] {
            pool.communicator.sum(numbers, count: unsorted.capacity)
        }
        var x: [Double] = []
        var y: [Double] = []
        var z: [Double] = []
        var weights: [Double] = []
        var atoms: [Int32] = []
        for piece in pieces {
            for k in 0..<piece.count {
                let index = piece.target + k
                let weight = unsorted.weights[index]
                guard abs(weight) > Self.negligibleWeight else { continue }
                x.append(unsorted.x[index])
                y.append(unsorted.y[index])
                z.append(unsorted.z[index])
                weights.append(weight)
                atoms.append(Int32(piece.atom))
            }
        }
        let order = SpatialBlocks(x: x, y: y, z: z, blockSize: blockSize, pool: pool).order
        self.x = order.map { x[Int($0)] }
        self.y = order.map { y[Int($0)] }
        self.z = order.map { z[Int($0)] }
        self.weights = order.map { weights[Int($0)] }
        self.atoms = order.map { atoms[Int($0)] }
    }

    fileprivate static let pieceSize = 2048

    private static func pieces(of grids: [AtomicGrid]) -> [GridPiece] {
        var result: [GridPiece] = []
        var target = 0
        for (atom, grid) in grids.enumerated() {
            for start in stride(from: 0, to: grid.count, by: pieceSize) {
                result.append(
                    GridPiece(
                        atom: atom, first: start, count: min(pieceSize, grid.count - start), target: target + start))
            }
            target += grid.paddedCount
        }
        return result
    }
}

/// Consecutive points of one atom's quadrature and the place they go to.
private struct GridPiece: Sendable {
    let atom: Int
    let first: Int
    let count: Int
    let target: Int
}

/// Points in the order of the atoms, written by several threads at once to disjoint ranges.
private struct UnsortedPoints: @unchecked Sendable {
    let x, y, z, weights: UnsafeMutablePointer<Double>

    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        x = .allocate(capacity: capacity)
        y = .allocate(capacity: capacity)
        z = .allocate(capacity: capacity)
        weights = .allocate(capacity: capacity)
        for numbers in [x, y, z, weights] { numbers.initialize(repeating: 0, count: capacity) }
    }

    func deallocate() {
        x.deallocate()
        y.deallocate()
        z.deallocate()
        weights.deallocate()
    }

    func fill(
        _ piece: GridPiece, grid: AtomicGrid, center: SIMD3<Double>, atom: Int, partition: BeckePartition, atomCount: Int
    ) {
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: atomCount) { distances in
            for start in stride(from: 0, to: piece.count, by: 8) {
                let target = piece.target + start
                for k in 0..<8 {
                    // The last group of eight repeats the last point.
                    let source = piece.first + min(start + k, piece.count - 1)
                    x[target + k] = grid.x[source] + center.x
                    y[target + k] = grid.y[source] + center.y
                    z[target + k] = grid.z[source] + center.z
                    weights[target + k] = grid.weights[source]
                }
                let share = partition.weights(
                    ofAtom: atom, x: loadLanes(x + target), y: loadLanes(y + target), z: loadLanes(z + target),
                    distances: distances.baseAddress!)
                storeLanes(share * loadLanes(weights + target), weights + target)
            }
        }
    }
}

/// The quadrature around one atom at the origin.
private struct AtomicGrid: Sendable {
    var x: [Double] = []
    var y: [Double] = []
    var z: [Double] = []
    var weights: [Double] = []

    var count: Int { x.count }
    var paddedCount: Int { (count + 7) / 8 * 8 }

    /// The properties that determine the points around an atom.
    struct Kind: Hashable {
        let element: Element
        /// By which the radii are multiplied up to which spheres have fewer points.
        let pruningScale: Double
        /// Nuclei near which spheres have more points, by their distance.
        let crossings: [Crossing]

        init(_ atom: Int, in molecule: Molecule, _ specification: GridSpecification) {
            let element = molecule.atoms[atom].element
            var nearest = Double.infinity
            var crossings: Set<Crossing> = []
            for (other, neighbor) in molecule.atoms.enumerated() where other != atom {
                let separation = distance(neighbor.position, molecule.atoms[atom].position)
                nearest = min(nearest, separation)
                if let count = specification.angularCount(element, crossing: neighbor.element, at: separation) {
                    // Small displacements do not change the numbers of points.
                    crossings.insert(Crossing(distance: (4 * separation).rounded() / 4, angularCount: count))
                }
            }
            self.element = element
            self.crossings = crossings.sorted { $0.distance < $1.distance }
            pruningScale = specification.pruningScale(element, nearestNucleus: nearest)
        }

        /// Points of the sphere at a distance.
        func angularCount(atRadius radius: Double, _ specification: GridSpecification) -> Int {
            let count = specification.angularCount(element, atRadius: radius, pruningScale: pruningScale)
            return crossings.reduce(count) {
                abs($1.distance - radius) < GridSpecification.crossingWidth ? max($0, $1.angularCount) : $0
            }
        }
    }

    struct Crossing: Hashable {
        /// In bohr, rounded to a quarter.
        let distance: Double
        let angularCount: Int
    }

    init(_ kind: Kind, specification: GridSpecification) {
        let element = kind.element
        let radial = RadialQuadrature(treutlerAhlrichs: specification.radialCount(element), element: element)
        var spheres: [Int: LebedevGrid] = [:]
        for (radius, radialWeight) in zip(radial.radii, radial.weights) {
            let angularCount = kind.angularCount(atRadius: radius, specification)
            if spheres[angularCount] == nil { spheres[angularCount] = LebedevGrid(count: angularCount) }
            guard let sphere = spheres[angularCount] else { continue }
            for (point, weight) in zip(sphere.points, sphere.weights) {
                x.append(radius * point.x)
                y.append(radius * point.y)
                z.append(radius * point.z)
                weights.append(radialWeight * weight)
            }
        }
    }
}

@inline(__always)
func loadLanes(_ p: UnsafePointer<Double>) -> Lanes {
    UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func storeLanes(_ v: Lanes, _ p: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Lanes.self)
}
