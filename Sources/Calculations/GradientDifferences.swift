import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// Second derivatives of the energy by central differences of analytic gradients, and derivatives of the dipole moment.
///
/// The error of a displacement h is of the order h^2; errors of the gradients are divided by h. Every displaced structure starts from the
/// orbitals of the undisplaced one and is stored in a file, so that an interrupted calculation can be continued.
///
/// Cost: six gradients per moving atom, including their self-consistent fields.
struct GradientDifferences {
    let surface: PotentialEnergySurface
    let files: OutputFolder
    let name: String
    let monitor: CalculationMonitor

    /// Upper bound for second derivatives, in hartree per bohr squared. It limits how much the energy of a displaced structure may differ
    /// from the prediction of the forces.
    private static let largestCurvature = 5.0

    /// - Parameters:
    ///   - empty: identifies the potential energy surface.
    ///   - moving: indices of the atoms that move.
    /// - Throws: `CalculationError`.
    func derivatives(
        of molecule: Molecule, orbitals: Wavefunction.Orbitals, into empty: DisplacementDocument, moving: [Int]
    ) throws -> EnergyDerivatives {
        var document = empty
        if files.has(name) {
            let old = try? DisplacementDocument(readingFrom: files.url(name).path)
            if let old, old.isOfSameSurface(as: empty) {
                document = old
                monitor.note("\(files.url(name).path) has \(old.points.count) displaced structures already")
            } else {
                monitor.note("\(files.url(name).path) \(old == nil ? "cannot be read" : "is of another surface") and is replaced")
            }
        }
        let isReadOnly = files.isReadOnly
        let origin = MultipoleMoments.centerOfNuclearCharge(molecule)
        // The undisplaced structure is solved in every call, for its orbitals: its field is converged further than that of the run.
        let center = try surface.solve(molecule, from: orbitals, examinesStability: false)
        let middle = point(center, coordinate: -1, direction: 0, origin: origin)
        if let old = document.center, abs(old.energy - middle.energy) > 1e-7 {
            monitor.note("\(files.url(name).path) is of another solution and is replaced")
            document.points = []
        }
        document.center = middle
        let wanted = moving.flatMap { atom in (0..<3).flatMap { axis in [(3 * atom + axis, 1), (3 * atom + axis, -1)] } }
        var known: [String: DisplacementDocument.Point] = [:]
        for point in document.points { known["\(point.coordinate) \(point.direction)"] = point }
        let start = ContinuousClock.now
        let missing = wanted.count { known["\($0.0) \($0.1)"] == nil }
        var solved = 0
        for (coordinate, direction) in wanted where known["\(coordinate) \(direction)"] == nil {
            try monitor.checkCancellation()
            let displaced = molecule.displaced(coordinate, by: Double(direction) * document.step)
            let solution = try surface.solve(displaced, from: center.wavefunction.orbitals, examinesStability: false)
            let found = point(solution, coordinate: coordinate, direction: direction, origin: origin)
            try check(solution, found, against: center, step: document.step)
            known["\(coordinate) \(direction)"] = found
            document.points.append(found)
            if !isReadOnly { try files.write(document.json(), name: name) }
            solved += 1
            try monitor.report(
                .progress("displaced structures", fraction: Double(wanted.count - missing + solved) / Double(wanted.count)))
            if solved * 10 / missing > (solved - 1) * 10 / missing {
                let seconds = start.secondsToNow
                let left = seconds / Double(solved) * Double(missing - solved)
                monitor.note(
                    "displaced structures: \(solved) of \(missing), \(DurationText.rounded(seconds)), \(DurationText.rounded(left)) left"
                )
            }
        }
        return assemble(middle, known, moving: moving, step: document.step)
    }

    private func point(
        _ point: PotentialEnergySurface.Point, coordinate: Int, direction: Int, origin: SIMD3<Double>
    ) -> DisplacementDocument.Point {
        let integrals = MultipoleIntegrals(basis: point.wavefunction.basis)
        let moments = MultipoleMoments(point.wavefunction, integrals: integrals)
        // About one origin for all structures.
        let charge = Double(point.wavefunction.state.charge)
        let dipole = moments.dipole + charge * (moments.origin - origin)
        return .init(
            coordinate: coordinate, direction: direction, energy: point.energy,
            gradient: point.gradient.flatMap { [$0.x, $0.y, $0.z] }, dipole: [dipole.x, dipole.y, dipole.z])
    }

    /// A solution that does not belong to that of the undisplaced structure is rejected.
    private func check(
        _ solution: PotentialEnergySurface.Point, _ found: DisplacementDocument.Point,
        against center: PotentialEnergySurface.Point,
        step: Double
    ) throws {
        let (atom, axis) = (found.coordinate / 3, found.coordinate % 3)
        let expected = center.energy + Double(found.direction) * step * center.gradient[atom][axis]
        let isSame =
            abs(solution.energy - expected) < 1e-6 + Self.largestCurvature * step * step
            && abs(solution.spinSquared - center.spinSquared) < 0.02 + 10 * step
        guard isSame else {
            throw CalculationError.notConverged(
                "atom \(atom + 1) displaced along \(["x", "y", "z"][axis]): the energy is \(column(solution.energy, 0, 8)) Eh and <S^2> "
                    + "\(column(solution.spinSquared, 0, 4)), not near \(column(expected, 0, 8)) Eh and "
                    + "\(column(center.spinSquared, 0, 4)): the self-consistent field has come to another solution. Look for a lower one "
                    + "with esp compute --search full, or try another --step.")
        }
    }

    private func assemble(
        _ center: DisplacementDocument.Point, _ points: [String: DisplacementDocument.Point], moving: [Int], step: Double
    ) -> EnergyDerivatives {
        let size = center.gradient.count
        let isMoving = (0..<size).map { moving.contains($0 / 3) }
        var hessian = Matrix(rows: size, columns: size)
        var dipoles = Matrix(rows: 3, columns: size)
        for coordinate in 0..<size where isMoving[coordinate] {
            guard let plus = points["\(coordinate) 1"], let minus = points["\(coordinate) -1"] else { continue }
            for other in 0..<size where isMoving[other] {
                hessian[coordinate, other] = (plus.gradient[other] - minus.gradient[other]) / (2 * step)
            }
            for axis in 0..<3 { dipoles[axis, coordinate] = (plus.dipole[axis] - minus.dipole[axis]) / (2 * step) }
        }
        return EnergyDerivatives(
            method: .differences, step: step, includesGridResponse: false, energy: center.energy, gradient: center.gradient,
            hessian: hessian.symmetrized(),
            dipoles: dipoles,
            polarizability: nil)
    }
}
