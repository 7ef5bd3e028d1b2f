import Foundation
import MolecularStructure

/// Hirshfeld atoms whose proatoms have the charges of the atoms: P. Bultinck, C. Van Alsenoy, P. W. Ayers and R. Carbo-Dorca,
/// J. Chem. Phys. 126, 144111 (2007), doi 10.1063/1.2715563. Proatoms of fractional charge are interpolated linearly
/// between those of the neighbouring integers.
struct IterativeHirshfeld {
    /// Largest change of a charge in the last iteration, in elementary charges.
    static let tolerance = 1e-6
    static let maximumIterations = 300

    private let sample: DensitySample
    private let library: ProatomLibrary
    /// Densities at the points, by atom and integer charge, made when they are first needed.
    private var ions: [[Int: [Double]]]

    init(sample: DensitySample, library: ProatomLibrary) {
        self.sample = sample
        self.library = library
        ions = sample.molecule.atoms.map { _ in [:] }
    }

    /// A proatom: a share of the ion of higher charge, the rest of the one of lower charge.
    private struct Mixture: Sendable {
        var low, high: [Double]
        var part: Double
        var electrons: Double

        func value(_ k: Int) -> Double { low[k] + part * (high[k] - low[k]) }
    }

    /// - Parameter initial: charges to start from.
    mutating func charges(state: Int, initial: [Double]) throws -> ChargeOutcome {
        let atoms = sample.molecule.atoms
        var charges = initial
        var change = Double.infinity
        for iteration in 1...Self.maximumIterations {
            let mixtures = try mixtures(charges)
            let next = self.charges(state: state, mixtures)
            change = zip(next, charges).reduce(0) { max($0, abs($1.0 - $1.1)) }
            charges = next
            guard change <= Self.tolerance else { continue }
            for (atom, charge) in zip(atoms.indices, charges) where !library.charges(atoms[atom].element).reaches(charge) {
                return .unavailable(
                    reason: "the charge of \(atoms[atom].element)\(atom + 1), \(String(format: "%.2f", charge)), is beyond the "
                        + "ions whose densities are known")
            }
            let proatoms = mixtures.map(values)
            var result = Stockholder(proatoms: proatoms, electrons: mixtures.map(\.electrons)).charges(
                of: sample, state: state)
            result.iterations = iteration
            return .found(result)
        }
        return .unavailable(
            reason: "no convergence in \(Self.maximumIterations) iterations (last change \(String(format: "%.1e", change)) e)")
    }

    private func values(_ mixture: Mixture) -> [Double] {
        sample.pool.map(sample.points.count, inChunksOf: 4096) { mixture.value($0) }
    }

    /// Charges of atoms with given proatoms, without keeping the proatoms.
    private func charges(state: Int, _ mixtures: [Mixture]) -> [Double] {
        let (weights, density) = (sample.grid.weights, sample.densities[state])
        let sums = sample.sums(mixtures.count) { range, sums in
            var total = [Double](repeating: 0, count: range.count)
            var values = [Double](repeating: 0, count: range.count * mixtures.count)
            for (a, mixture) in mixtures.enumerated() {
                for (i, k) in range.enumerated() {
                    let value = mixture.value(k)
                    values[a * range.count + i] = value
                    total[i] += value
                }
            }
            for (i, k) in range.enumerated() {
                total[i] = total[i] > Stockholder.vacuum ? weights[k] * (density[k] - total[i]) / total[i] : 0
            }
            for a in mixtures.indices {
                var sum = 0.0
                for i in 0..<range.count { sum += values[a * range.count + i] * total[i] }
                sums[a] = sum
            }
        }
        return sample.molecule.atoms.indices.map {
            Double(sample.molecule.atoms[$0].element.atomicNumber) - mixtures[$0].electrons - sums[$0]
        }
    }

    /// Proatoms with given charges; those beyond the tabulated ions stay at the last one.
    private mutating func mixtures(_ charges: [Double]) throws -> [Mixture] {
        var result: [Mixture] = []
        for (a, atom) in sample.molecule.atoms.enumerated() {
            let known = library.charges(atom.element)
            let charge = min(max(charges[a], Double(known.lowerBound)), Double(known.upperBound))
            let lower = min(Int(charge.rounded(.down)), known.upperBound - 1)
            result.append(
                Mixture(
                    low: try ion(a, lower), high: try ion(a, lower + 1), part: charge - Double(lower),
                    electrons: Double(atom.element.atomicNumber) - charge))
        }
        return result
    }

    private mutating func ion(_ atom: Int, _ charge: Int) throws -> [Double] {
        if let known = ions[atom][charge] { return known }
        let place = sample.molecule.atoms[atom]
        let values = sample.values(of: try library.ion(place.element, charge: charge), around: place.position)
        ions[atom][charge] = values
        return values
    }
}

extension ClosedRange<Int> {
    /// Whether a fractional number lies between the bounds, up to rounding.
    fileprivate func reaches(_ value: Double) -> Bool {
        value > Double(lowerBound) - 1e-6 && value < Double(upperBound) + 1e-6
    }
}
