import Foundation
import GaussianBasis
import MolecularQuadrature
import MolecularStructure

/// Charges by the schemes that partition space among the atoms, all states and schemes on one grid.
///
/// If core potentials replace electrons, the density of these electrons in the free atom is added first. Without it, for example, an
/// aluminium atom with three valence electrons would have almost no density in a chloride.
///
/// Memory: 48 bytes a point and 8 more for every state and spin, twice that while the densities are evaluated; `qtaim` has
/// points and meshes of its own. No scheme keeps proatoms at the points.
public struct SpacePartitionAnalyzer: ChargeAnalyzer {
    public let grid: GridSpecification
    private let memoryLimit: Int
    private let chosenProatoms: ProatomSet?

    /// - Parameters:
    ///   - memoryLimitInBytes: schemes whose points and meshes do not fit are unavailable.
    ///   - proatoms: for all schemes; nil leaves each scheme those with which it was published (`proatoms(of:)`).
    public init(grid: GridSpecification = .ultrafine, memoryLimitInBytes: Int = .max, proatoms: ProatomSet? = nil) {
        self.grid = grid
        memoryLimit = memoryLimitInBytes
        chosenProatoms = proatoms
    }

    /// Voronoi deformation densities are defined with restricted atoms, as in the program of their authors; the other schemes use the
    /// ground states of the atoms.
    private func proatoms(of scheme: ChargeScheme) -> ProatomSet {
        chosenProatoms ?? (scheme == .vdd ? .restricted : .spinPolarized)
    }

    public let schemes: [ChargeScheme] = [.hirshfeld, .hirshfeldI, .cm5, .adch, .vdd, .becke, .mbis, .qtaim]

    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        do {
            let fitting = wanted.filter { memory(of: $0, input) <= memoryLimit }
            var result = fitting.isEmpty ? [:] : try Partition(input, grid: grid, proatoms: self.proatoms(of:)).charges(fitting)
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

    /// Approximate peak memory of a scheme, in bytes. Becke's cells need the density on a separate grid.
    private func memory(of scheme: ChargeScheme, _ input: ChargeAnalysisInput) -> Int {
        (scheme == .becke ? 2 : 1) * DensitySample.memory(input, grid: grid)
            + (scheme == .qtaim ? AtomsInMolecules.memory(input, grid: grid) : 0)
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        let proatoms = self.proatoms(of: scheme).summary
        var result = [
            "grid": grid.description,
            "core": "of the free neutral atom, where a core potential replaces it: \(proatoms)",
        ]
        switch scheme {
        case .hirshfeld, .hirshfeldI: result["proatoms"] = proatoms
        case .vdd:
            result["proatoms"] = proatoms
            result["grid"] =
                "\(VoronoiCells.innerDirections) directions and \(VoronoiCells.innerDistances) distances in an inner sphere; "
                + "\(VoronoiCells.pointsAlongSide) by \(VoronoiCells.pointsAlongSide) directions on triangles of each face, "
                + "\(VoronoiCells.distances) distances to the boundary, at most \(VoronoiCells.reach) bohr"
        case .cm5:
            result["proatoms"] = proatoms
            result["parameters"] = "CM5PAC 2013"
        case .adch:
            result["proatoms"] = proatoms
            result["neighbours"] = "within the sum of Bondi's radii (2.0 A where there is none; Be 1.77, B 1.74, Al 1.73)"
        case .becke: result["boundaries"] = "three iterations, at the ratio of Slater's radii (Becke 1988; H 0.35 A)"
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
        if scheme == .mbis { result["tolerance"] = "\(MinimalBasisIterativeStockholder.tolerance)" }
        return result
    }
}

/// The densities of one call and what several schemes share.
private final class Partition {
    let input: ChargeAnalysisInput
    let library: ProatomLibrary
    private let grid: GridSpecification
    /// On the final grid.
    private lazy var sample = DensitySample(input, cores: cores, grid: grid)
    /// On the same points, weighted by the cells of Becke's atoms.
    private lazy var cellSample = DensitySample(input, cores: cores, grid: grid, boundaries: .braggSlater)
    /// On a coarse grid, from which iterations start; nil if that would save little.
    private lazy var rough = roughSample()
    private let cores: [RadialDensity?]
    private let coreElectrons: [Double]
    /// Of the neutral free atoms.
    private let freeAtoms: [RadialDensity?]
    /// Those of the deformation density of Voronoi cells.
    private let voronoiAtoms: (cores: [RadialDensity?], freeAtoms: [RadialDensity?])

    private var molecule: Molecule { input.basis.molecule }

    init(_ input: ChargeAnalysisInput, grid: GridSpecification, proatoms: (ChargeScheme) -> ProatomSet) throws {
        self.input = input
        self.grid = grid
        let molecule = input.basis.molecule
        let elements = Set(molecule.atoms.map(\.element))
        let set = proatoms(.hirshfeld)
        library = ProatomLibrary(elements: elements, set: set)
        coreElectrons = input.basis.effectiveCorePotentials.map { Double($0?.coreElectrons ?? 0) }
        (cores, freeAtoms) = try Self.densities(input, library)
        let other = proatoms(.vdd)
        voronoiAtoms =
            other == set
            ? (cores, freeAtoms) : try Self.densities(input, ProatomLibrary(elements: elements, set: other))
    }

    /// Replaced cores, and neutral free atoms.
    private static func densities(
        _ input: ChargeAnalysisInput, _ library: ProatomLibrary
    ) throws -> (cores: [RadialDensity?], freeAtoms: [RadialDensity?]) {
        let atoms = input.basis.molecule.atoms
        let cores = try zip(atoms, input.basis.effectiveCorePotentials).map { atom, potential -> RadialDensity? in
            guard let potential, potential.coreElectrons > 0 else { return nil }
            return try library.core(atom.element, electrons: potential.coreElectrons)
        }
        return (cores, try atoms.map { try library.ion($0.element, charge: 0) })
    }

    private func roughSample() -> DensitySample? {
        let saves =
            switch grid.size {
            case .coarse, .medium, .exchange: false
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
        /// Tells that a scheme has its charges of a state.
        func tell(_ scheme: ChargeScheme, _ state: Int) { input.onProgress(scheme, Double(state + 1) / Double(states.count)) }
        let needsHirshfeld = wanted.contains { [.hirshfeld, .hirshfeldI, .cm5, .adch].contains($0) }
        let hirshfeld = needsHirshfeld ? neutral.charges(of: sample) : []
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        for scheme in wanted {
            switch scheme {
            case .hirshfeld: result[scheme] = hirshfeld.map { .found($0) }
            case .cm5:
                let shifts = CM5.shifts(molecule)
                result[scheme] = hirshfeld.map {
                    .found(AtomicCharges(charges: zip($0.charges, shifts).map { $0 + $1 }))
                }
            case .adch:
                result[scheme] = try hirshfeld.map {
                    .found(
                        AtomicCharges(
                            charges: try ADCH.corrected(
                                charges: $0.charges, dipoles: $0.dipoles ?? [], molecule: molecule)))
                }
            case .hirshfeldI:
                let iteration = IterativeHirshfeld(sample: sample, rough: rough, library: library)
                var initial = hirshfeld.first?.charges ?? []
                result[scheme] = try states.map {
                    let outcome = try iteration.charges(state: $0, initial: initial)
                    initial = outcome.charges?.charges ?? initial
                    tell(scheme, $0)
                    return outcome
                }
            case .mbis:
                let iteration = MinimalBasisIterativeStockholder(sample: sample, rough: rough)
                var shells = MinimalBasisIterativeStockholder.initialShells(molecule)
                result[scheme] = states.map {
                    let found = iteration.charges(state: $0, initial: shells)
                    shells = found.shells
                    tell(scheme, $0)
                    return found.outcome
                }
            case .vdd: result[scheme] = voronoi().map { .found($0) }
            case .qtaim:
                let atoms = AtomsInMolecules(
                    input, cores: cores, freeAtoms: freeAtoms, cells: cells(of: sample),
                    grid: sample.grid.specification)
                result[scheme] = states.map { state in
                    defer { tell(scheme, state) }
                    return atoms.outcome(state: state)
                }
            case .becke:
                let orders = FuzzyBondOrders.orders(input.wavefunctions, grid: cellSample.grid, pool: input.pool)
                result[scheme] = zip(cells(of: cellSample), orders).map {
                    var charges = $0
                    charges.bondOrders = SchemeBondOrders(kind: .fuzzy, values: $1)
                    return .found(charges)
                }
            default: continue
            }
            input.onProgress(scheme, 1)
        }
        return result
    }

    /// The deformation density in the region closest to each nucleus.
    private func voronoi() -> [AtomicCharges] {
        let cells = VoronoiCells(molecule: molecule)
        let values = SampledDensities(input, cores: voronoiAtoms.cores, points: cells.points)
        let promolecule = SampledDensities.sum(voronoiAtoms.freeAtoms, molecule, points: cells.points, pool: input.pool)
        func sums(_ body: (Int) -> Double) -> [Double] {
            cells.cells.map { cell in cell.reduce(0) { $0 + cells.weights[$1] * body($1) } }
        }
        return zip(values.totals, values.spins).map { total, spin in
            AtomicCharges(
                charges: sums { promolecule[$0] - total[$0] }, spinPopulations: spin.map { spin in sums { spin[$0] } })
        }
    }

    /// Populations of Becke's cells, which are already contained in the weights of the grid: an atom's part of the grid is its cell.
    private func cells(of sample: DensitySample) -> [AtomicCharges] {
        let atoms = sample.molecule.atoms
        let outside = coresOutside(sample)
        return sample.densities.indices.map { state in
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
                    Double(atoms[$0].element.atomicNumber) - coreElectrons[$0] - sums[5 * $0] + outside.charges[$0]
                },
                spinPopulations: spin == nil ? nil : atoms.indices.map { sums[5 * $0 + 4] },
                dipoles: atoms.indices.map {
                    SIMD3(sums[5 * $0 + 1], sums[5 * $0 + 2], sums[5 * $0 + 3]) + outside.dipoles[$0]
                })
        }
    }

    /// The correction for the parts of replaced cores in the cells of other atoms, relative to cores that are entirely in their own cells.
    /// A core's own cell then needs no quadrature.
    private func coresOutside(_ sample: DensitySample) -> (charges: [Double], dipoles: [SIMD3<Double>]) {
        let atoms = sample.molecule.atoms
        let grid = sample.grid
        var charges = [Double](repeating: 0, count: atoms.count)
        var dipoles = [SIMD3<Double>](repeating: .zero, count: atoms.count)
        for (own, core) in cores.enumerated() where core != nil {
            let only = cores.indices.map { $0 == own ? core : nil }
            let values = SampledDensities.sum(only, sample.molecule, points: sample.points, pool: sample.pool)
            for k in values.indices where Int(grid.atoms[k]) != own {
                let electrons = grid.weights[k] * values[k]
                let other = Int(grid.atoms[k])
                charges[own] += electrons
                charges[other] -= electrons
                dipoles[own] += electrons * (sample.points[k] - atoms[own].position)
                dipoles[other] -= electrons * (sample.points[k] - atoms[other].position)
            }
        }
        return (charges, dipoles)
    }
}
