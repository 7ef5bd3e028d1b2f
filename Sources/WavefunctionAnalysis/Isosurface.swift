import Foundation
import GaussianBasis
import MolecularStructure
import ParallelExecution

/// Surfaces on which a density or an orbital has a given value.
///
/// The field is tabulated once on a box of points that contains everything above a lowest level; only values near such a region are kept.
/// Surfaces can then be constructed for any higher level. Vertices are on edges of the grid, at the points where the exact field (not an
/// interpolation) has the value, to 1e-9 of it; normals come from the exact gradient. Surfaces are closed, every edge joins two triangles,
/// and all triangles face out of the region in which the field exceeds the level.
///
/// For the molecular surface of an electrostatic potential (R. F. W. Bader et al., J. Am. Chem. Soc. 109, 7968 (1987),
/// doi:10.1021/ja00260a006: 0.001 electrons per bohr^3), construct it here and pass the vertices to `ElectrostaticPotentialEvaluator`.
public struct Isosurface: Sendable {
    /// Electrons per bohr^3.
    public static let defaultDensityLevel = 0.001
    /// In bohr: areas are then right within 1 %, and pictures are smooth.
    public static let defaultSpacing = 0.4
    /// Maximum extent of the box beyond the nuclei, in bohr.
    static let largestMargin = 40.0
    /// Of the box, whose points are not all kept.
    private static let largestPointCount = 1_000_000_000_000_000

    public let field: ScalarField
    /// The magnitude of the smallest level that surfaces may have.
    public let lowestLevel: Double
    public let grid: CubeGrid
    /// The field on the points of `grid` that matter.
    private let bricks: FieldBricks
    private let memoryLimit: Int

    /// - Parameters:
    ///   - lowestLevel: positive; the box extends to where the field's magnitude falls below it.
    ///   - spacing: of the grid, in bohr. Lobes smaller than a cell may be lost.
    ///   - memoryLimitInBytes: bound of the tabulated values, and of each surface while it is searched.
    /// - Throws: `IsosurfaceError`, or `CubeGridError` if there would be too many points near the atoms.
    ///
    /// Cost: about a second on one core for 22 atoms in 6-31G and the defaults; grows with the inverse cube of the
    /// spacing. Memory: 8 bytes a point of the region beyond the level and its surroundings, however far apart its pieces
    /// are. OpenBLAS should be limited to one thread. The result does not depend on the number of threads.
    public init(
        of field: ScalarField, lowestLevel: Double = defaultDensityLevel, spacing: Double = defaultSpacing,
        memoryLimitInBytes: Int = .max, pool: WorkerPool
    ) throws {
        guard lowestLevel > 0, lowestLevel.isFinite else { throw IsosurfaceError.badLevel(lowestLevel) }
        guard spacing > 0, spacing.isFinite else { throw CubeGridError.badSpacing(spacing) }
        self.field = field
        self.lowestLevel = lowestLevel
        memoryLimit = memoryLimitInBytes
        var box = try Self.roughBox(field, level: lowestLevel, spacing: max(1, spacing), pool: pool)
        while true {
            let counts = ((box.high - box.low) / spacing).rounded(.up)
            let product = (counts.x + 1) * (counts.y + 1) * (counts.z + 1)
            guard product <= Double(Self.largestPointCount) else { throw CubeGridError.tooManyPoints(product) }
            let grid = try CubeGrid(
                origin: 0.5 * (box.low + box.high) - 0.5 * spacing * counts,
                counts: SIMD3(Int(counts.x) + 1, Int(counts.y) + 1, Int(counts.z) + 1), spacing: SIMD3(repeating: spacing),
                largestPointCount: Self.largestPointCount)
            let bricks = try FieldBricks(
                of: field, grid: grid, level: lowestLevel, memoryLimitInBytes: memoryLimitInBytes, pool: pool)
            guard bricks.reachesFace else {
                self.grid = grid
                self.bricks = bricks
                return
            }
            box = (box.low - 1, box.high + 1)
            guard Self.margin(of: box, around: field.basis.molecule) <= Self.largestMargin else {
                throw IsosurfaceError.unbounded(lowestLevel)
            }
        }
    }

    /// The region in which the field exceeds the level on a coarse grid, slightly enlarged.
    private static func roughBox(
        _ field: ScalarField, level: Double, spacing: Double, pool: WorkerPool
    ) throws -> (low: SIMD3<Double>, high: SIMD3<Double>) {
        var margin = 6.0
        while true {
            let grid = try CubeGrid(
                around: field.basis.molecule, margin: margin, spacing: spacing, largestPointCount: largestPointCount)
            let bricks = try FieldBricks(of: field, grid: grid, level: level, keepsValues: false, pool: pool)
            if !bricks.reachesFace {
                // Between two points of the coarse grid the field may exceed the level again.
                if let (low, high) = bricks.extent { return (low - spacing, high + spacing) }
                return (grid.origin, grid.point(grid.pointCount - 1))
            }
            margin *= 1.5
            guard margin <= largestMargin else { throw IsosurfaceError.unbounded(level) }
        }
    }

    private static func margin(of box: (low: SIMD3<Double>, high: SIMD3<Double>), around molecule: Molecule) -> Double {
        molecule.atoms.reduce(Double.infinity) { least, atom in
            min(least, (box.high - atom.position).min(), (atom.position - box.low).min())
        }
    }

    /// Memory per vertex and its two triangles during the search and the evaluation of the field.
    private static let bytesPerVertex = 600

    /// The surface around the region in which the field is at least `level` (at most, for a negative level). It may
    /// be empty.
    ///
    /// - Throws: `IsosurfaceError.badLevel` for zero and for levels below `lowestLevel`; `IsosurfaceError.tooLarge`.
    /// Cost: about a tenth of the tabulation's.
    public func surface(level: Double, pool: WorkerPool) throws -> SurfaceMesh {
        guard level.isFinite, abs(level) >= lowestLevel * (1 - 1e-12) else { throw IsosurfaceError.badLevel(level) }
        let surface = GridSurface(bricks, level: level)
        let needed = surface.edges.count * Self.bytesPerVertex
        guard needed <= memoryLimit else { throw IsosurfaceError.tooLarge(needed) }
        var search = EdgeSearch(edges: surface.edges, level: level)
        search.run { field.valuesAndGradients(at: $0, pool: pool) }
        return SurfaceMesh(positions: search.positions, normals: search.normals, triangles: surface.triangles)
    }
}

/// Why a surface cannot be constructed.
public enum IsosurfaceError: Error, Equatable, CustomStringConvertible {
    case badLevel(Double)
    case unbounded(Double)
    /// More bytes than the limit allows.
    case tooLarge(Int)

    /// Whether more memory would help.
    public var isLackOfMemory: Bool { if case .tooLarge = self { true } else { false } }

    public var description: String {
        switch self {
        case .badLevel(let level): "an isosurface cannot have the value \(level); give a larger magnitude, such as 0.001."
        case .unbounded(let level):
            "the isosurface of \(level) reaches more than \(Int(Isosurface.largestMargin)) bohr beyond the nuclei; "
                + "give a larger value."
        case .tooLarge(let bytes):
            "an isosurface needs more than \(bytes >> 20) MB of memory, which is beyond the limit; raise --memory, or give a "
                + "larger spacing or value."
        }
    }
}
