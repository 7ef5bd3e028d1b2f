import Foundation
import MolecularQuadrature
import MolecularStructure

/// Hirshfeld atoms whose proatoms have the charges of the atoms: P. Bultinck, C. Van Alsenoy, P. W. Ayers and R. Carbo-Dorca,
/// J. Chem. Phys. 126, 144111 (2007), doi 10.1063/1.2715563. Proatoms of fractional charge are interpolated linearly
/// between those of the neighbouring integers.
///
/// The steps of that iteration are extrapolated (`FixedPointAcceleration`), first on a coarse grid, whose charges are close, then on the
/// final grid. The solution is that of the plain iteration.
struct IterativeHirshfeld {
    /// Largest change of a charge in the last, plain step, in elementary charges.
    static let tolerance = 1e-7
    /// The same on the coarse grid.
    private static let roughTolerance = 1e-5
    static let maximumIterations = 300
    /// Maximum change of a charge by extrapolation beyond the plain step, in elementary charges.
    private static let farthestExtrapolation = 0.5

    /// Densities on the grids, the coarser one first.
    private let samples: [DensitySample]
    private let library: ProatomLibrary
    private let molecule: Molecule

    /// - Parameter rough: on a grid with far fewer points than that of `sample`.
    init(sample: DensitySample, rough: DensitySample?, library: ProatomLibrary) {
        samples = [rough, sample].compactMap { $0 }
        self.library = library
        molecule = sample.molecule
    }

    /// - Parameter initial: charges to start from.
    func charges(state: Int, initial: [Double]) throws -> ChargeOutcome {
        var charges = initial
        var acceleration = FixedPointAcceleration(farthest: Self.farthestExtrapolation)
        let weights = [Double](repeating: 1, count: initial.count)
        var change = Double.infinity
        var iteration = 0
        for (level, sample) in samples.enumerated() {
            let isRough = level + 1 < samples.count
            // The coarse grid must not use up all steps.
            let limit = isRough ? Self.maximumIterations / 2 : Self.maximumIterations
            while iteration < limit {
                iteration += 1
                var found = try atoms(charges).charges(of: sample, state: state)
                change = zip(found.charges, charges).reduce(0) { max($0, abs($1.0 - $1.1)) }
                guard change > (isRough ? Self.roughTolerance : Self.tolerance) else {
                    charges = found.charges
                    if isRough { break }
                    if let reason = unknownIon(charges) { return .unavailable(reason: reason) }
                    found.iterations = iteration
                    return .found(found)
                }
                charges = acceleration.next(point: charges, image: found.charges, weights: weights)
            }
            acceleration.leave()
        }
        return .unavailable(
            reason: "no convergence in \(Self.maximumIterations) iterations (last change \(String(format: "%.1e", change)) e)")
    }

    /// Why proatoms with these charges are not reliable, if so.
    private func unknownIon(_ charges: [Double]) -> String? {
        let elements = molecule.atoms.map(\.element)
        guard let atom = charges.indices.first(where: { !library.charges(elements[$0]).reaches(charges[$0]) }) else { return nil }
        return "the charge of \(elements[atom])\(atom + 1), \(String(format: "%.2f", charges[atom])), is beyond the "
            + "ions whose densities are known"
    }

    /// Atoms whose proatoms have the given charges; beyond the tabulated ions, the last one is used.
    private func atoms(_ charges: [Double]) throws -> Stockholder {
        var proatoms: [SphericalDensity] = []
        var electrons: [Double] = []
        for (atom, wanted) in zip(molecule.atoms, charges) {
            let known = library.charges(atom.element)
            let charge = min(max(wanted, Double(known.lowerBound)), Double(known.upperBound))
            let lower = min(Int(charge.rounded(.down)), known.upperBound - 1)
            let part = charge - Double(lower)
            var proatom = SphericalDensity()
            for (ion, factor) in [(lower, 1 - part), (lower + 1, part)] {
                guard let density = try library.ion(atom.element, charge: ion) else { continue }
                proatom.splines.append((factor, density.spline))
            }
            proatoms.append(proatom)
            electrons.append(Double(atom.element.atomicNumber) - charge)
        }
        return Stockholder(proatoms: proatoms, electrons: electrons)
    }
}

extension ClosedRange<Int> {
    /// Whether a fractional number is between the bounds, up to rounding.
    fileprivate func reaches(_ value: Double) -> Bool {
        value > Double(lowerBound) - 1e-6 && value < Double(upperBound) + 1e-6
    }
}
