import Foundation
import MolecularQuadrature
import MolecularStructure

/// Minimal basis iterative stockholder: proatoms are sums of Slater functions, one for each shell of the neutral atom, whose
/// populations and widths follow from the density: T. Verstraelen, S. Vandenbrande, F. Heidar-Zadeh, L. Vanduyfhuys, V. Van
/// Speybroeck, M. Waroquier and P. W. Ayers, J. Chem. Theory Comput. 12, 3894 (2016), doi 10.1021/acs.jctc.6b00456.
///
/// The density is that of all electrons, cores that potentials replace included; so every atom has all its shells. The
/// iteration of that work converges linearly; every third step here is extrapolated from the two before it: R. Varadhan and
/// C. Roland, Scand. J. Stat. 35, 335 (2008), doi 10.1111/j.1467-9469.2007.00585.x. The solution is the same.
struct MinimalBasisStockholder {
    /// Largest change of an atom's electrons in a plain step.
    static let tolerance = 1e-6
    /// Plain steps, those after extrapolations included.
    static let maximumIterations = 1500
    /// Shells that have lost all but this many electrons keep their width.
    private static let emptyShell = 1e-12

    private let sample: DensitySample

    init(sample: DensitySample) { self.sample = sample }

    /// Shells of the neutral atoms: as many as the row of the periodic table, with widths between that of the innermost
    /// electrons and half a bohr.
    static func initialShells(_ molecule: Molecule) -> [SlaterShell] {
        let sizes = [2.0, 8, 8, 18, 18, 32]
        return molecule.atoms.enumerated().flatMap { index, atom -> [SlaterShell] in
            let count = atom.element.period
            let z = Double(atom.element.atomicNumber)
            var left = z
            return (0..<count).map { k in
                let population = k == count - 1 ? left : min(left, sizes[k])
                left -= population
                let part = count == 1 ? 0 : Double(k) / Double(count - 1)
                return SlaterShell(atom: index, population: population, width: 0.5 * pow(z, part - 1))
            }
        }
    }

    /// Charges and the shells that they come from.
    ///
    /// - Parameter initial: shells to start from.
    func charges(state: Int, initial: [SlaterShell]) -> (outcome: ChargeOutcome, shells: [SlaterShell]) {
        let count = sample.molecule.atoms.count
        var shells = initial
        var steps = 0
        var change = Double.infinity
        func step(_ from: [SlaterShell]) -> [SlaterShell] {
            let next = self.step(from, state: state)
            steps += 1
            change = zip(Self.populations(next, count), Self.populations(from, count)).reduce(0) {
                max($0, abs($1.0 - $1.1))
            }
            return next
        }
        var longest = 4.0
        while steps < Self.maximumIterations {
            let first = step(shells)
            if change <= Self.tolerance { return (found(first, state: state, steps: steps), first) }
            let second = step(first)
            if change <= Self.tolerance { return (found(second, state: state, steps: steps), second) }
            let before = change
            let (extrapolated, length) = Self.extrapolated(shells, first, second, longest: longest)
            shells = step(extrapolated)
            if !(change <= 2 * before) {
                // Too far: go on from the plain steps, more carefully.
                shells = second
                longest = max(1.5, 0.5 * length)
            } else if length >= longest {
                longest *= 4
            }
        }
        let reason =
            "no convergence in \(steps) iterations (last change \(String(format: "%.1e", change)) electrons)"
        return (.unavailable(reason: reason), shells)
    }

    /// The published iteration: every shell takes population and width of its share of the density.
    private func step(_ shells: [SlaterShell], state: Int) -> [SlaterShell] {
        let sums = SlaterShellShares.sums(
            shells, molecule: sample.molecule, grid: sample.grid, density: sample.densities[state], pool: sample.pool)
        return zip(shells, sums).map { shell, sum in
            guard sum.electrons > Self.emptyShell else { return SlaterShell(atom: shell.atom, population: 0, width: shell.width) }
            return SlaterShell(atom: shell.atom, population: sum.electrons, width: sum.moment / (3 * sum.electrons))
        }
    }

    /// Extrapolates logarithms of populations and widths from three sets of shells, one step apart.
    private static func extrapolated(
        _ a: [SlaterShell], _ b: [SlaterShell], _ c: [SlaterShell], longest: Double
    ) -> (shells: [SlaterShell], length: Double) {
        func logarithms(_ shells: [SlaterShell]) -> [Double] {
            shells.flatMap { [log(max($0.population, emptyShell)), log($0.width)] }
        }
        let (x, y, z) = (logarithms(a), logarithms(b), logarithms(c))
        let r = zip(y, x).map { $0 - $1 }
        let v = x.indices.map { z[$0] - 2 * y[$0] + x[$0] }
        let (rr, vv) = (r.reduce(0) { $0 + $1 * $1 }, v.reduce(0) { $0 + $1 * $1 })
        let length = vv > 0 ? min(longest, max(1, (rr / vv).squareRoot())) : 1
        let shells = c.indices.map { s in
            func value(_ k: Int) -> Double { exp(x[k] + 2 * length * r[k] + length * length * v[k]) }
            guard c[s].population > 0 else { return c[s] }
            return SlaterShell(atom: c[s].atom, population: value(2 * s), width: value(2 * s + 1))
        }
        return (shells, length)
    }

    private static func populations(_ shells: [SlaterShell], _ count: Int) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for shell in shells { result[shell.atom] += shell.population }
        return result
    }

    private func found(_ shells: [SlaterShell], state: Int, steps: Int) -> ChargeOutcome {
        let atoms = sample.molecule.atoms
        let grid = sample.grid
        let proatoms = atoms.indices.map { a in
            let own = shells.filter { $0.atom == a }.map { ($0.population / (8 * .pi * pow($0.width, 3)), -1 / $0.width) }
            return sample.pool.map(grid.count, inChunksOf: 2048) { k in
                let r = distance(SIMD3(grid.x[k], grid.y[k], grid.z[k]), atoms[a].position)
                return own.reduce(0) { $0 + $1.0 * exp($1.1 * r) }
            }
        }
        var result = Stockholder(proatoms: proatoms, electrons: Self.populations(shells, atoms.count)).charges(
            of: sample, state: state)
        result.iterations = steps
        return .found(result)
    }
}
