import Foundation
import MolecularQuadrature
import MolecularStructure

/// Minimal basis iterative stockholder: proatoms are sums of Slater functions, one for each shell of the neutral atom, whose
/// populations and widths follow from the density: T. Verstraelen, S. Vandenbrande, F. Heidar-Zadeh, L. Vanduyfhuys, V. Van
/// Speybroeck, M. Waroquier and P. W. Ayers, J. Chem. Theory Comput. 12, 3894 (2016), doi 10.1021/acs.jctc.6b00456.
///
/// The density is that of all electrons, including cores replaced by potentials, so every atom has all its shells. The iteration of that
/// work converges linearly: here its steps are extrapolated (`FixedPointAcceleration`), first on a coarse grid, whose shells are close,
/// then on the final grid. The solution is that of the plain iteration.
struct MinimalBasisIterativeStockholder {
    /// Largest change of an atom's electrons in the last, plain step.
    static let tolerance = 1e-7
    /// The same on the coarse grid.
    private static let roughTolerance = 1e-5
    /// Plain steps, those after extrapolations included.
    static let maximumIterations = 1500
    /// Shells with fewer electrons than this keep their width.
    private static let emptyShell = 1e-12
    /// Maximum change of the logarithm of a population or a width by extrapolation beyond the plain step.
    private static let farthestExtrapolation = 0.5
    /// Plain steps before the first extrapolation.
    private static let plainSteps = 4

    /// Densities on the grids, the coarser one first.
    private let samples: [DensitySample]
    private let molecule: Molecule

    /// - Parameter rough: on a grid with far fewer points than that of `sample`.
    init(sample: DensitySample, rough: DensitySample?) {
        samples = [rough, sample].compactMap { $0 }
        molecule = sample.molecule
    }

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

    /// Charges and the corresponding shells.
    ///
    /// - Parameter initial: shells to start from.
    func charges(state: Int, initial: [SlaterShell]) -> (outcome: ChargeOutcome, shells: [SlaterShell]) {
        var shells = initial
        var steps = 0
        var change = Double.infinity
        var acceleration = FixedPointAcceleration(farthest: Self.farthestExtrapolation)
        for (level, sample) in samples.enumerated() {
            let isRough = level + 1 < samples.count
            // The coarse grid must not use up all steps.
            let limit = isRough ? Self.maximumIterations / 2 : Self.maximumIterations
            let shares = SlaterShellWeights(
                molecule: molecule, grid: sample.grid, density: sample.densities[state], pool: sample.pool)
            while steps < limit {
                let next = Self.step(shells, shares)
                steps += 1
                change = zip(populations(next), populations(shells)).reduce(0) { max($0, abs($1.0 - $1.1)) }
                guard change > (isRough ? Self.roughTolerance : Self.tolerance) else {
                    shells = next
                    if isRough { break }
                    return (found(shells, sample, state: state, steps: steps), shells)
                }
                shells = steps <= Self.plainSteps ? next : Self.extrapolated(shells, next, &acceleration)
            }
            acceleration.leave()
        }
        let reason =
            "no convergence in \(steps) iterations (last change \(String(format: "%.1e", change)) electrons)"
        return (.unavailable(reason: reason), shells)
    }

    /// The published iteration: every shell takes the population and width of its share of the density.
    private static func step(_ shells: [SlaterShell], _ shares: SlaterShellWeights) -> [SlaterShell] {
        zip(shells, shares.sums(shells)).map { shell, sum in
            guard sum.electrons > emptyShell else { return SlaterShell(atom: shell.atom, population: 0, width: shell.width) }
            return SlaterShell(atom: shell.atom, population: sum.electrons, width: sum.moment / (3 * sum.electrons))
        }
    }

    /// Extrapolates logarithms of populations and widths, weighted by the information that a shell's own electrons hold about
    /// them (N and 3 N): in this measure the iteration, one of expectation and maximisation, is symmetric near its solution.
    private static func extrapolated(
        _ point: [SlaterShell], _ image: [SlaterShell], _ acceleration: inout FixedPointAcceleration
    ) -> [SlaterShell] {
        func logarithms(_ shells: [SlaterShell]) -> [Double] {
            shells.flatMap { [log(max($0.population, emptyShell)), log($0.width)] }
        }
        let next = acceleration.next(
            point: logarithms(point), image: logarithms(image), weights: image.flatMap { [$0.population, 3 * $0.population] })
        return image.indices.map { s in
            guard image[s].population > 0 else { return image[s] }
            return SlaterShell(atom: image[s].atom, population: exp(next[2 * s]), width: exp(next[2 * s + 1]))
        }
    }

    /// Electrons of every atom.
    private func populations(_ shells: [SlaterShell]) -> [Double] {
        var result = [Double](repeating: 0, count: molecule.atoms.count)
        for shell in shells { result[shell.atom] += shell.population }
        return result
    }

    private func found(_ shells: [SlaterShell], _ sample: DensitySample, state: Int, steps: Int) -> ChargeOutcome {
        let proatoms = molecule.atoms.indices.map { atom in SphericalDensity(shells: shells.filter { $0.atom == atom }) }
        var result = Stockholder(proatoms: proatoms, electrons: populations(shells)).charges(of: sample, state: state)
        result.iterations = steps
        return .found(result)
    }
}
