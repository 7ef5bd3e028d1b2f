import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import ParallelExecution

/// Charges fitted to the potential of one state, and how well they reproduce it.
public struct PotentialFit: Sendable, Equatable {
    /// In elementary charges, one per atom.
    public let charges: [Double]
    /// Root mean square difference of the potentials, in hartree per elementary charge.
    public let rootMeanSquareError: Double
    /// The same over the root mean square of the potential itself.
    public let relativeRootMeanSquareError: Double
    /// Dependence of the charges on radii that the method's literature does not give; one entry per element.
    public var radiusSensitivities: [RadiusSensitivity] = []
    /// Dependence of the charges on the positions of the points; nil if the points follow the coordinate axes.
    public var orientationSensitivity: OrientationSensitivity?

    /// Compares the potential of point charges on the nuclei with the one to be reproduced.
    ///
    /// - Parameters:
    ///   - points: in bohr.
    ///   - potential: one value per point, in hartree per elementary charge.
    public init(charges: [Double], molecule: Molecule, points: [SIMD3<Double>], potential: [Double]) {
        var error = 0.0
        var square = 0.0
        for (point, value) in zip(points, potential) {
            var model = 0.0
            for (atom, charge) in zip(molecule.atoms, charges) { model += charge / distance(point, atom.position) }
            error += (model - value) * (model - value)
            square += value * value
        }
        self.charges = charges
        rootMeanSquareError = points.isEmpty ? 0 : (error / Double(points.count)).squareRoot()
        relativeRootMeanSquareError = square > 0 ? (error / square).squareRoot() : 0
    }

    /// The potentials of states of one molecule in one basis, for little more than the cost of one.
    ///
    /// - Parameter tolerance: in hartree per elementary charge.
    static func potentials(
        of wavefunctions: [Wavefunction], at points: [SIMD3<Double>], tolerance: Double, pool: WorkerPool,
        progress: (@Sendable (Double) -> Void)? = nil
    ) -> [[Double]] {
        guard let basis = wavefunctions.first?.basis else { return [] }
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: basis, densities: wavefunctions.map(\.totalDensity), tolerance: tolerance, pool: pool)
        return evaluator.values(at: points, pool: pool, progress: progress)
    }
}
