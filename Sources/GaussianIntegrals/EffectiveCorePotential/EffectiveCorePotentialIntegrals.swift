import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Matrix elements of semi-local effective core potentials over a Gaussian basis.
///
/// The local parts are integrated in closed form (McMurchie and Davidson, J. Comput. Phys. 26, 218 (1978),
/// doi 10.1016/0021-9991(78)90092-X), with derivatives of Boys-like and Dawson-like functions. For the projected parts, every
/// contracted function is projected once on the harmonics about the centre of a potential, with one radial quadrature per centre,
/// similarly to Flores-Moreno et al., J. Comput. Chem. 27, 1009 (2006), doi 10.1002/jcc.20410, and Shaw and Hill, J. Chem. Phys.
/// 147, 074108 (2017), doi 10.1063/1.4986887.
public enum EffectiveCorePotentialIntegrals {
    /// Maximum supported angular momentum of shells and of projectors.
    public static let highestAngularMomentum = 6
    /// Maximum supported power n of the terms r^(n-2) exp(-z r^2) of a potential.
    public static let highestPower = 12

    /// Throws if `matrix` does not support a basis: see `EffectiveCorePotentialError`.
    public static func validate(_ basis: AtomicOrbitalBasis) throws {
        for (atom, potential) in basis.effectiveCorePotentials.enumerated() {
            guard let potential else { continue }
            guard potential.projected.count <= highestAngularMomentum + 1 else {
                throw EffectiveCorePotentialError.projectedMomentum(potential.projected.count - 1, atom: atom)
            }
            for term in potential.local + potential.projected.joined() {
                guard (0...highestPower).contains(term.power) else {
                    throw EffectiveCorePotentialError.power(term.power, atom: atom)
                }
                guard term.exponent > 0, term.exponent.isFinite, term.coefficient.isFinite else {
                    throw EffectiveCorePotentialError.term(exponent: term.exponent, atom: atom)
                }
            }
        }
        guard basis.effectiveCorePotentials.contains(where: { $0 != nil }) else { return }
        let highest = basis.shells.reduce(0) { max($0, $1.highestAngularMomentum) }
        guard highest <= highestAngularMomentum else { throw EffectiveCorePotentialError.shellMomentum(highest) }
    }

    /// <f| sum over atoms of U |g> in hartree for all basis functions. The matrix is symmetric, and zero if no atom has a
    /// potential.
    ///
    /// The result is bitwise identical for any number of threads. Errors are about 1e-13 of the largest quantities that
    /// contribute to an element. Cost: for the local parts, one short closed form for every significant pair of primitives and
    /// every atom with a potential; for the projected parts, functions^2 times a few hundred radial points per atom.
    ///
    /// Elements for which no quadrature reached this accuracy are NaN (no case is known).
    ///
    /// - Precondition: `validate(basis)` does not throw. This is not checked.
    public static func matrix(basis: AtomicOrbitalBasis, pool: WorkerPool) -> Matrix {
        let potentials = zip(basis.molecule.atoms, basis.effectiveCorePotentials).compactMap { atom, potential in
            potential.map { (position: atom.position, potential: $0) }
        }
        return matrix(shells: basis.shells, potentials: potentials, width: basis.functionCount, pool: pool)
    }

    /// The corresponding matrix over arbitrary shells, with functions numbered from 0 to `width`.
    ///
    /// - Parameter isWanted: whether the elements of two shells, given by their indices, are required. Other elements may be
    ///   omitted.
    static func matrix(
        shells: [Shell], potentials: [(position: SIMD3<Double>, potential: EffectiveCorePotential)], width: Int, pool: WorkerPool,
        isWanted: @Sendable (Int, Int) -> Bool = { _, _ in true }
    ) -> Matrix {
        var result = Matrix(rows: width, columns: width)
        guard !potentials.isEmpty, width > 0 else { return result }
        let shells = shells.map(BoundedShell.init)
        let highestShell = shells.reduce(0) { max($0, $1.highestAngularMomentum) }
        let local = LocalPotentialIntegrals(shells: shells, potentials: potentials)
        var contexts: [Int: ProjectionContext] = [:]
        result.elements.withUnsafeMutableBufferPointer { elements in
            let output = SharedPointer(elements.baseAddress!)
            local.writeLowerBlocks(to: output, width: width, pool: pool, isWanted: isWanted)
            for (position, potential) in potentials where !potential.projected.isEmpty {
                let highest = potential.projected.count - 1
                let context =
                    contexts[highest]
                    ?? ProjectionContext(highest: highest, highestShell: highestShell)
                contexts[highest] = context
                ProjectedPotentialIntegrals(center: position, potential: potential).addLowerBlocks(
                    shells: shells, context: context, to: output, width: width, pool: pool)
            }
            pool.communicator.sum(output.base, count: width * width)
            for i in 0..<width { for j in 0..<i { elements[j * width + i] = elements[i * width + j] } }
        }
        return result
    }
}
