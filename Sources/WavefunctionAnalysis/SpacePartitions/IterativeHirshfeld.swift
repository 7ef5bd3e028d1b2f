import Foundation
import MolecularStructure

/// Hirshfeld atoms whose proatoms have the charges of the atoms: P. Bultinck, C. Van Alsenoy, P. W. Ayers and R. Carbo-Dorca,
/// J. Chem. Phys. 126, 144111 (2007), doi 10.1063/1.2715563. Proatoms of fractional charge are interpolated linearly
/// between those of the neighbouring integers.
struct IterativeHirshfeld {
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

    /// - Parameter initial: charges to start from.
    mutating func charges(state: Int, initial: [Double]) throws -> AtomicCharges {
        var charges = initial
        var change = Double.infinity
        var iterations = 0
        var isWithinTable = true
        while true {
            let proatoms = try proatoms(charges)
            isWithinTable = proatoms.isWithinTable
            var result = proatoms.atoms.charges(of: sample, state: state)
            change = zip(result.charges, charges).reduce(0) { max($0, abs($1.0 - $1.1)) }
            charges = result.charges
            iterations += 1
            guard change > Self.tolerance, iterations < Self.maximumIterations else {
                result.isConverged = change <= Self.tolerance && isWithinTable
                result.iterations = iterations
                return result
            }
        }
    }

    /// Proatoms with given charges; those beyond the tabulated ions stay at the last one.
    private mutating func proatoms(_ charges: [Double]) throws -> (atoms: Stockholder, isWithinTable: Bool) {
        var values: [[Double]] = []
        var electrons: [Double] = []
        var isWithinTable = true
        for (a, atom) in sample.molecule.atoms.enumerated() {
            let known = library.charges(atom.element)
            let charge = min(max(charges[a], Double(known.lowerBound)), Double(known.upperBound))
            if abs(charge - charges[a]) > 1e-6 { isWithinTable = false }
            let lower = min(Int(charge.rounded(.down)), known.upperBound - 1)
            let part = charge - Double(lower)
            let low = try ion(a, lower)
            let high = try ion(a, lower + 1)
            values.append(zip(low, high).map { (1 - part) * $0 + part * $1 })
            electrons.append(Double(atom.element.atomicNumber) - charge)
        }
        return (Stockholder(proatoms: values, electrons: electrons), isWithinTable)
    }

    private mutating func ion(_ atom: Int, _ charge: Int) throws -> [Double] {
        if let known = ions[atom][charge] { return known }
        let place = sample.molecule.atoms[atom]
        let values = DensitySample.values(
            of: try library.ion(place.element, charge: charge), around: place.position, grid: sample.grid, pool: sample.pool)
        ions[atom][charge] = values
        return values
    }
}
