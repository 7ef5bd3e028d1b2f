import Foundation
import GaussianBasis
import MolecularQuadrature
import MolecularStructure

/// Charges by the schemes that share out space among the atoms, all states and schemes on one grid.
///
/// Where core potentials replace electrons, the density of these electrons in the free atom is put back first: without it an
/// aluminium atom, say, with three valence electrons would have no density to speak of in a chloride.
///
/// Memory: 48 bytes a point and 8 more for every state and spin, twice that while the densities are evaluated; `qtaim` has
/// points and meshes of its own. No scheme keeps proatoms at the points.
public struct SpacePartitionAnalyzer: ChargeAnalyzer {
    public let grid: GridSpecification
    private let memoryLimit: Int

    /// - Parameter memoryLimitInBytes: schemes whose points and meshes do not fit are unavailable.
    public init(grid: GridSpecification = .ultrafine, memoryLimitInBytes: Int = .max) {
        self.grid = grid
        memoryLimit = memoryLimitInBytes
    }

    public let schemes: [ChargeScheme] = [.hirshfeld, .hirshfeldI, .cm5, .adch, .vdd, .becke, .mbis, .qtaim]

    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        do {
            let fitting = wanted.filter { memory(of: $0, input) <= memoryLimit }
            var result = fitting.isEmpty ? [:] : try Partition(input, grid: grid).charges(fitting)
            for scheme in wanted where result[scheme] == nil {
                let needed = Double(memory(of: scheme, input)) / 1e9
                let outcome = ChargeOutcome.unavailable(
                    reason: "points and meshes need \(String(format: "%.1f", needed)) GB of memory: raise --memory")
                result[scheme] = input.wavefunctions.map { _ in outcome }
            }
            return result
        } catch let error as SpacePartitionError {
            let missing = [ChargeOutcome](
                repeating: .unavailable(reason: error.description), count: input.wavefunctions.count)
            return Dictionary(uniqueKeysWithValues: wanted.map { ($0, missing) })
        }
    }

    /// About what a scheme takes at a time, in bytes.
    private func memory(of scheme: ChargeScheme, _ input: ChargeAnalysisInput) -> Int {
        DensitySample.memory(input, grid: grid) + (scheme == .qtaim ? AtomsInMolecules.memory(input, grid: grid) : 0)
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        var result = ["grid": grid.description, "core": "of the free neutral atom, where a core potential replaces it"]
        switch scheme {
        case .hirshfeld, .hirshfeldI: result["proatoms"] = ProatomLibrary.description
        case .vdd:
            result["proatoms"] = ProatomLibrary.description
            result["grid"] =
                "\(VoronoiCells.innerDirections) directions and \(VoronoiCells.innerDistances) distances in an inner sphere; "
                + "\(VoronoiCells.pointsAlongSide) by \(VoronoiCells.pointsAlongSide) directions on triangles of each face, "
                + "\(VoronoiCells.distances) distances to the boundary, at most \(VoronoiCells.reach) bohr"
        case .cm5:
            result["proatoms"] = ProatomLibrary.description
            result["parameters"] = "CM5PAC 2013"
        case .adch:
            result["proatoms"] = ProatomLibrary.description
            result["neighbours"] = "within the sum of Bondi's radii (2.0 A where there is none; Be 1.77, B 1.74, Al 1.73)"
        case .becke: result["boundaries"] = "three iterations, moved by the square roots of Slater's radii (Treutler, Ahlrichs)"
        case .mbis: result["shells"] = "one for each row of the periodic table"
        case .qtaim:
            result["grid"] =
                "\(grid.description); for what basins and cells do not share, rays: not pruned, a fifth more distances, three "
                + "times the directions"
            result["basins"] =
                "paths of steepest ascent on meshes of \(DensityBasins.spacing) bohr to \(DensityBasins.reach) bohr from nuclei, "
                + "of \(DensityBasins.outerSpacing) to \(DensityBasins.outerReach); density evaluated on meshes of "
                + "\(DensityRatio.spacing) bohr to \(DensityRatio.margin), of \(DensityRatio.outerSpacing) to "
                + "\(DensityRatio.outerMargin)"
        default: break
        }
        if scheme == .hirshfeldI { result["tolerance"] = "\(IterativeHirshfeld.tolerance)" }
        if scheme == .mbis { result["tolerance"] = "\(MinimalBasisStockholder.tolerance)" }
        return result
    }
}

/// The densities of one call and what several schemes share.
private final class Partition {
    let input: ChargeAnalysisInput
    let library: ProatomLibrary
    private let grid: GridSpecification
    /// On the grid that counts.
    private lazy var sample = DensitySample(input, cores: cores, grid: grid)
    /// On a coarse grid, from which iterations start; nil where that would save little.
    private lazy var rough = roughSample()
    private let cores: [RadialDensity?]
    private let coreElectrons: [Double]
    /// Of the neutral free atoms.
    private let freeAtoms: [RadialDensity?]

    private var molecule: Molecule { input.basis.molecule }

    init(_ input: ChargeAnalysisInput, grid: GridSpecification) throws {
        self.input = input
        self.grid = grid
        let molecule = input.basis.molecule
        let library = ProatomLibrary(elements: Set(molecule.atoms.map(\.element)))
        self.library = library
        cores = try zip(molecule.atoms, input.basis.effectiveCorePotentials).map { atom, potential in
            guard let potential, potential.coreElectrons > 0 else { return nil }
            return try library.core(atom.element, electrons: potential.coreElectrons)
        }
        coreElectrons = input.basis.effectiveCorePotentials.map { Double($0?.coreElectrons ?? 0) }
        freeAtoms = try molecule.atoms.map { try library.ion($0.element, charge: 0) }
    }

    private func roughSample() -> DensitySample? {
        let saves =
            switch grid.size {
            case .coarse, .medium: false
            case .fine, .ultrafine: true
            case .unpruned(let radial, let angular): radial * angular > 20_000
            }
        return saves ? DensitySample(input, cores: cores, grid: .coarse) : nil
    }

    /// Hirshfeld's atoms.
    private var neutral: Stockholder {
        Stockholder(
            proatoms: freeAtoms.map { SphericalDensity(splines: $0.map { [(1, $0.spline)] } ?? []) },
            electrons: molecule.atoms.map { Double($0.element.atomicNumber) })
    }

    func charges(_ wanted: [ChargeScheme]) throws -> [ChargeScheme: [ChargeOutcome]] {
        let states = input.wavefunctions.indices
        let needsHirshfeld = wanted.contains { [.hirshfeld, .hirshfeldI, .cm5, .adch].contains($0) }
        let hirshfeld = needsHirshfeld ? neutral.charges(of: sample) : []
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        for scheme in wanted {
            switch scheme {
            case .hirshfeld: result[scheme] = hirshfeld.map { .found($0) }
            case .cm5:
                let shifts = ChargeModel5.shifts(molecule)
                result[scheme] = hirshfeld.map {
                    .found(AtomicCharges(charges: zip($0.charges, shifts).map { $0 + $1 }))
                }
            case .adch:
                result[scheme] = try hirshfeld.map {
                    .found(
                        AtomicCharges(
                            charges: try AtomicDipoleCorrection.corrected(
                                charges: $0.charges, dipoles: $0.dipoles ?? [], molecule: molecule)))
                }
            case .hirshfeldI:
                let iteration = IterativeHirshfeld(sample: sample, rough: rough, library: library)
                var initial = hirshfeld.first?.charges ?? []
                result[scheme] = try states.map {
                    let outcome = try iteration.charges(state: $0, initial: initial)
                    initial = outcome.charges?.charges ?? initial
                    return outcome
                }
            case .mbis:
                let iteration = MinimalBasisStockholder(sample: sample, rough: rough)
                var shells = MinimalBasisStockholder.initialShells(molecule)
                result[scheme] = states.map {
                    let found = iteration.charges(state: $0, initial: shells)
                    shells = found.shells
                    return found.outcome
                }
            case .vdd: result[scheme] = voronoi().map { .found($0) }
            case .qtaim:
                let atoms = AtomsInMolecules(
                    input, cores: cores, freeAtoms: freeAtoms, cells: states.map { becke(state: $0) },
                    grid: sample.grid.specification)
                result[scheme] = states.map { atoms.outcome(state: $0) }
            case .becke:
                let orders = FuzzyBondOrders.orders(input.wavefunctions, grid: sample.grid, pool: input.pool)
                result[scheme] = states.map {
                    var charges = becke(state: $0)
                    charges.bondOrders = SchemeBondOrders(kind: .fuzzy, values: orders[$0])
                    return .found(charges)
                }
            default: continue
            }
        }
        return result
    }

    /// The deformation density in the part of space that is nearest to each nucleus.
    private func voronoi() -> [AtomicCharges] {
        let cells = VoronoiCells(molecule: molecule)
        let values = SampledDensities(input, cores: cores, points: cells.points)
        let promolecule = SampledDensities.sum(freeAtoms, molecule, points: cells.points, pool: input.pool)
        func sums(_ body: (Int) -> Double) -> [Double] {
            cells.cells.map { cell in cell.reduce(0) { $0 + cells.weights[$1] * body($1) } }
        }
        return zip(values.totals, values.spins).map { total, spin in
            AtomicCharges(
                charges: sums { promolecule[$0] - total[$0] }, spinPopulations: spin.map { spin in sums { spin[$0] } })
        }
    }

    /// Populations of Becke's cells, which the grid's own weights already contain: an atom's part of the grid is its cell.
    /// Cores that potentials replace lie within their atom's cell.
    private func becke(state: Int) -> AtomicCharges {
        let atoms = sample.molecule.atoms
        let (grid, density, spin) = (sample.grid, sample.densities[state], sample.spins[state])
        let core = sample.values.core
        let sums = sample.sums(5 * atoms.count) { range, sums in
            for k in range {
                let a = Int(grid.atoms[k])
                let value = grid.weights[k] * (density[k] - core[k])
                let d = SIMD3(grid.x[k], grid.y[k], grid.z[k]) - atoms[a].position
                sums[5 * a] += value
                for i in 0..<3 { sums[5 * a + 1 + i] -= value * d[i] }
                if let spin { sums[5 * a + 4] += grid.weights[k] * spin[k] }
            }
        }
        return AtomicCharges(
            charges: atoms.indices.map {
                Double(atoms[$0].element.atomicNumber) - coreElectrons[$0] - sums[5 * $0]
            },
            spinPopulations: spin == nil ? nil : atoms.indices.map { sums[5 * $0 + 4] },
            dipoles: atoms.indices.map { SIMD3(sums[5 * $0 + 1], sums[5 * $0 + 2], sums[5 * $0 + 3]) })
    }
}
