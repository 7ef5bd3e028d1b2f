import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import ParallelExecution

/// The electrostatic potential of a wavefunction on the surface where its electron density has a given value: statistics
/// of the whole and of each atom's share, and the extrema.
///
/// A point of the surface belongs to the atom with the smallest ratio of distance and radius; the radii are those of `PotentialFitRadii`.
/// With core potentials the density is that of the valence electrons, which has holes at the nuclei; closed surfaces around holes are
/// omitted. At the outer surface of the usual levels the cores are negligible.
public struct SurfaceAnalysis: Sendable {
    /// |V| above 10 kcal/mol (thermochemical) counts as polar: Lu, Chen, J. Mol. Graph. Model. 38, 314 (2012),
    /// doi 10.1016/j.jmgm.2012.07.004.
    public static let polarThreshold = 10 / PhysicalConstants.hartreeInKilocaloriePerMole

    public let surface: ValuedSurface
    /// In bohr^3.
    public let volume: Double
    public let statistics: SurfacePotentialStatistics
    /// One per atom; nil for atoms without a part of the surface.
    public let atoms: [SurfacePotentialStatistics?]
    /// On the exact surface; no vertex has a more extreme value.
    public let extrema: [SurfaceExtremum]
    /// One per extremum.
    public let extremumAtoms: [Int]

    /// - Parameters:
    ///   - level: electrons per bohr^3.
    ///   - spacing: of the grid in which the surface is searched, in bohr.
    ///   - memoryLimitInBytes: bound of the grid's values and of the surface.
    /// - Throws: `IsosurfaceError`, `CubeGridError`.
    ///
    /// Cost: that of `Isosurface`, and about 3 microseconds a vertex for the potential.
    public init(
        _ wavefunction: Wavefunction, level: Double = Isosurface.defaultDensityLevel,
        spacing: Double = Isosurface.defaultSpacing, memoryLimitInBytes: Int = .max, pool: WorkerPool
    ) throws {
        let basis = wavefunction.basis
        let density = wavefunction.totalDensity
        let isosurface = try Isosurface(
            of: .density(density, basis: basis), lowestLevel: level, spacing: spacing,
            memoryLimitInBytes: memoryLimitInBytes, pool: pool)
        let mesh = try isosurface.surface(level: level, pool: pool).withoutCavities
        let potential = ElectrostaticPotentialEvaluator(basis: basis, densities: [density], pool: pool)
        let values = potential.values(at: mesh.positions, pool: pool)[0]
        let owners = mesh.triangles.map { triangle in
            let (a, b, c) = mesh.corners(triangle)
            return Self.owner(of: (a + b + c) / 3, in: basis.molecule)
        }
        let surface = ValuedSurface(mesh: mesh, values: values, owners: owners)
        self.surface = surface
        volume = mesh.volume
        let refinement = ExtremumRefinement(
            level: level, field: { isosurface.field.valuesAndGradients(at: $0, pool: pool) },
            value: { potential.values(at: $0, pool: pool)[0] })
        let extrema = refinement.refined(try SurfaceExtrema(surface).extrema, on: surface)
        let extremumAtoms = extrema.map { Self.owner(of: $0.position, in: basis.molecule) }
        self.extrema = extrema
        self.extremumAtoms = extremumAtoms
        var statistics = SurfacePotentialStatistics(surface, polarThreshold: Self.polarThreshold)
        statistics.include(extrema)
        self.statistics = statistics
        atoms = basis.molecule.atoms.indices.map { atom in
            Self.statistics(surface, atoms: [atom], extrema: extrema, extremumAtoms: extremumAtoms)
        }
    }

    /// For the part of the surface that belongs to some atoms; nil if there is none.
    public func statistics(atoms: [Int]) -> SurfacePotentialStatistics? {
        Self.statistics(surface, atoms: atoms, extrema: extrema, extremumAtoms: extremumAtoms)
    }

    private static func statistics(
        _ surface: ValuedSurface, atoms: [Int], extrema: [SurfaceExtremum], extremumAtoms: [Int]
    ) -> SurfacePotentialStatistics? {
        let chosen = Set(atoms)
        let members = surface.owners.indices.filter { chosen.contains(surface.owners[$0]) }
        guard !members.isEmpty else { return nil }
        var result = SurfacePotentialStatistics(surface, members: members, polarThreshold: polarThreshold)
        result.include(zip(extrema, extremumAtoms).filter { chosen.contains($0.1) }.map(\.0))
        return result
    }

    private static func owner(of point: SIMD3<Double>, in molecule: Molecule) -> Int {
        let distances = molecule.atoms.map {
            distance($0.position, point) / PotentialFitRadii.inAngstrom($0.element)
        }
        return distances.indices.min { distances[$0] < distances[$1] } ?? 0
    }
}
