import Foundation
import MolecularStructure

/// Minimal basis iterative stockholder: proatoms are sums of Slater functions, one for each shell of the neutral atom, whose
/// populations and widths follow from the density: T. Verstraelen, S. Vandenbrande, F. Heidar-Zadeh, L. Vanduyfhuys, V. Van
/// Speybroeck, M. Waroquier and P. W. Ayers, J. Chem. Theory Comput. 12, 3894 (2016), doi 10.1021/acs.jctc.6b00456.
///
/// The density is that of all electrons, cores that potentials replace included; so every atom has all its shells.
struct MinimalBasisStockholder {
    static let tolerance = 1e-6
    static let maximumIterations = 1000

    /// A function N / (8 pi w^3) exp(-r / w).
    struct Shell: Sendable {
        var atom: Int
        var population: Double
        var width: Double
    }

    private let sample: DensitySample
    /// Distances beyond this many widths are left out.
    private static let reach = 40.0

    init(sample: DensitySample) { self.sample = sample }

    /// Shells of the neutral atoms: as many as the row of the periodic table, with widths between that of the innermost
    /// electrons and half a bohr.
    static func initialShells(_ molecule: Molecule) -> [Shell] {
        let sizes = [2.0, 8, 8, 18, 18, 32]
        return molecule.atoms.enumerated().flatMap { index, atom -> [Shell] in
            let count = atom.element.period
            let z = Double(atom.element.atomicNumber)
            var left = z
            return (0..<count).map { k in
                let population = k == count - 1 ? left : min(left, sizes[k])
                left -= population
                let part = count == 1 ? 0 : Double(k) / Double(count - 1)
                return Shell(atom: index, population: population, width: 0.5 * pow(z, part - 1))
            }
        }
    }

    /// Charges and the shells that they come from.
    ///
    /// - Parameter initial: shells to start from.
    func charges(state: Int, initial: [Shell]) -> (charges: AtomicCharges, shells: [Shell]) {
        let atoms = sample.molecule.atoms
        var shells = initial
        var populations = Self.populations(shells, atoms.count)
        var iterations = 0
        var change = Double.infinity
        while change > Self.tolerance, iterations < Self.maximumIterations {
            let sums = moments(of: shells, state: state)
            for s in shells.indices where sums[2 * s] > 1e-12 {
                shells[s].population = sums[2 * s]
                shells[s].width = sums[2 * s + 1] / (3 * sums[2 * s])
            }
            let next = Self.populations(shells, atoms.count)
            change = zip(next, populations).reduce(0) { max($0, abs($1.0 - $1.1)) }
            populations = next
            iterations += 1
        }
        var result = stockholder(shells).charges(of: sample, state: state)
        result.isConverged = change <= Self.tolerance
        result.iterations = iterations
        return (result, shells)
    }

    private static func populations(_ shells: [Shell], _ count: Int) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for shell in shells { result[shell.atom] += shell.population }
        return result
    }

    /// For every shell, the electrons in its share of the density, and these times their distance.
    private func moments(of shells: [Shell], state: Int) -> [Double] {
        let (grid, density) = (sample.grid, sample.densities[state])
        let atoms = sample.molecule.atoms
        return sample.sums(2 * shells.count) { range, sums in
            var values = [Double](repeating: 0, count: shells.count)
            var distances = [Double](repeating: 0, count: atoms.count)
            for k in range {
                let point = SIMD3(grid.x[k], grid.y[k], grid.z[k])
                for a in atoms.indices { distances[a] = distance(point, atoms[a].position) }
                var total = 0.0
                for s in shells.indices {
                    values[s] = Self.value(shells[s], distances[shells[s].atom])
                    total += values[s]
                }
                guard total > 1e-200 else { continue }
                let factor = grid.weights[k] * density[k] / total
                for s in shells.indices where values[s] > 0 {
                    sums[2 * s] += factor * values[s]
                    sums[2 * s + 1] += factor * values[s] * distances[shells[s].atom]
                }
            }
        }
    }

    private static func value(_ shell: Shell, _ distance: Double) -> Double {
        let ratio = distance / shell.width
        guard ratio < reach else { return 0 }
        return shell.population / (8 * .pi * shell.width * shell.width * shell.width) * exp(-ratio)
    }

    private func stockholder(_ shells: [Shell]) -> Stockholder {
        let atoms = sample.molecule.atoms
        let grid = sample.grid
        let proatoms = atoms.indices.map { a in
            let own = shells.filter { $0.atom == a }
            return sample.pool.map(grid.count, inChunksOf: 2048) { k in
                let r = distance(SIMD3(grid.x[k], grid.y[k], grid.z[k]), atoms[a].position)
                return own.reduce(0) { $0 + Self.value($1, r) }
            }
        }
        return Stockholder(proatoms: proatoms, electrons: Self.populations(shells, atoms.count))
    }
}
