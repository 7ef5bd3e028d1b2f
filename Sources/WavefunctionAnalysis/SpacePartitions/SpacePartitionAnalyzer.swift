import MolecularQuadrature
import MolecularStructure

/// Charges by the schemes that share out space among the atoms, all states and schemes on one grid.
///
/// Where core potentials replace electrons, the density of these electrons in the free atom is put back first: without it an
/// aluminium atom, say, with three valence electrons would have no density to speak of in a chloride.
///
/// Memory: eight bytes a point for every atom and each of its proatoms.
public struct SpacePartitionAnalyzer: ChargeAnalyzer {
    public let grid: GridSpecification

    public init(grid: GridSpecification = .fine) { self.grid = grid }

    public let schemes: [ChargeScheme] = [.hirshfeld, .hirshfeldI, .cm5, .vdd, .becke, .mbis]

    /// - Throws: `SpacePartitionError` when the density of an atom or of a core is not known.
    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [AtomicCharges]] {
        let molecule = input.basis.molecule
        let library = ProatomLibrary(elements: Set(molecule.atoms.map(\.element)))
        let sample = try DensitySample(input, library: library, grid: grid)
        let states = sample.densities.indices
        let neutral = Stockholder(
            proatoms: try molecule.atoms.map {
                DensitySample.values(
                    of: try library.ion($0.element, charge: 0), around: $0.position, grid: sample.grid, pool: input.pool)
            }, electrons: molecule.atoms.map { Double($0.element.atomicNumber) })
        let hirshfeld = states.map { neutral.charges(of: sample, state: $0) }
        var result: [ChargeScheme: [AtomicCharges]] = [:]
        for scheme in wanted {
            switch scheme {
            case .hirshfeld: result[scheme] = hirshfeld
            case .cm5:
                let shifts = ChargeModel5.shifts(molecule)
                result[scheme] = hirshfeld.map { AtomicCharges(charges: zip($0.charges, shifts).map { $0 + $1 }) }
            case .hirshfeldI:
                var iteration = IterativeHirshfeld(sample: sample, library: library)
                var initial = hirshfeld.first?.charges ?? []
                result[scheme] = try states.map {
                    let found = try iteration.charges(state: $0, initial: initial)
                    initial = found.charges
                    return found
                }
            case .mbis:
                let iteration = MinimalBasisStockholder(sample: sample)
                var shells = MinimalBasisStockholder.initialShells(molecule)
                result[scheme] = states.map {
                    let found = iteration.charges(state: $0, initial: shells)
                    shells = found.shells
                    return found.charges
                }
            case .vdd: result[scheme] = states.map { voronoi(sample, neutral, state: $0) }
            case .becke: result[scheme] = states.map { becke(sample, state: $0) }
            default: continue
            }
        }
        return result
    }

    /// The deformation density in the part of space that is nearest to each nucleus.
    private func voronoi(_ sample: DensitySample, _ neutral: Stockholder, state: Int) -> AtomicCharges {
        let atoms = sample.molecule.atoms
        let (grid, density, spin) = (sample.grid, sample.densities[state], sample.spins[state])
        let sums = sample.sums(2 * atoms.count) { range, sums in
            for k in range {
                let point = SIMD3(grid.x[k], grid.y[k], grid.z[k])
                var (nearest, smallest) = (0, Double.infinity)
                for a in atoms.indices {
                    let separation = distance(point, atoms[a].position)
                    if separation < smallest { (nearest, smallest) = (a, separation) }
                }
                sums[2 * nearest] += grid.weights[k] * (density[k] - neutral.sum[k])
                if let spin { sums[2 * nearest + 1] += grid.weights[k] * spin[k] }
            }
        }
        return AtomicCharges(
            charges: atoms.indices.map { -sums[2 * $0] },
            spinPopulations: spin == nil ? nil : atoms.indices.map { sums[2 * $0 + 1] })
    }

    /// Populations of Becke's cells, which the grid's own weights already contain: an atom's part of the grid is its cell.
    private func becke(_ sample: DensitySample, state: Int) -> AtomicCharges {
        let atoms = sample.molecule.atoms
        let (grid, density, spin) = (sample.grid, sample.densities[state], sample.spins[state])
        let sums = sample.sums(5 * atoms.count) { range, sums in
            for k in range {
                let a = Int(grid.atoms[k])
                let value = grid.weights[k] * density[k]
                let d = SIMD3(grid.x[k], grid.y[k], grid.z[k]) - atoms[a].position
                sums[5 * a] += value
                for i in 0..<3 { sums[5 * a + 1 + i] -= value * d[i] }
                if let spin { sums[5 * a + 4] += grid.weights[k] * spin[k] }
            }
        }
        return AtomicCharges(
            charges: atoms.indices.map { Double(atoms[$0].element.atomicNumber) - sums[5 * $0] },
            spinPopulations: spin == nil ? nil : atoms.indices.map { sums[5 * $0 + 4] },
            dipoles: atoms.indices.map { SIMD3(sums[5 * $0 + 1], sums[5 * $0 + 2], sums[5 * $0 + 3]) })
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        var result = ["grid": grid.description, "core": "of the free neutral atom, where a core potential replaces it"]
        switch scheme {
        case .hirshfeld, .hirshfeldI, .vdd: result["proatoms"] = ProatomLibrary.description
        case .cm5:
            result["proatoms"] = ProatomLibrary.description
            result["parameters"] = "CM5PAC 2013"
        case .becke: result["boundaries"] = "three iterations, moved by the square roots of Slater's radii (Treutler, Ahlrichs)"
        case .mbis: result["shells"] = "one for each row of the periodic table"
        default: break
        }
        if scheme == .hirshfeldI { result["tolerance"] = "\(IterativeHirshfeld.tolerance)" }
        if scheme == .mbis { result["tolerance"] = "\(MinimalBasisStockholder.tolerance)" }
        return result
    }
}
