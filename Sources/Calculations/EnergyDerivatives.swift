import LinearAlgebra
import RunFolders

/// Derivatives of the energy of one state at a structure, as needed for vibrations.
struct EnergyDerivatives {
    let method: HessianMethod
    /// Displacement of the differences, in bohr.
    let step: Double?
    /// Of analytic derivatives: whether grid points move and weights respond.
    let includesGridResponse: Bool
    let energy: Double
    let gradient: [Double]
    /// Symmetric; rows and columns of omitted atoms are zero.
    let hessian: Matrix
    /// Of the dipole moment: 3 x coordinates.
    let dipoles: Matrix
    let polarizability: Matrix?
}

extension EnergyDerivatives {
    /// In the order and units of a run.
    init(_ record: VibrationRecord) {
        self.init(
            method: record.hessianMethod, step: record.step, includesGridResponse: record.gridResponse == true,
            energy: record.energy, gradient: record.gradient.flatMap { $0 },
            hessian: record.hessianMatrix,
            dipoles: Matrix(rows: 3, columns: 3 * record.masses.count, elements: record.dipoleDerivatives.flatMap { $0 }),
            polarizability: record.polarizability.map { Matrix(rows: 3, columns: 3, elements: $0.flatMap { $0 }) })
    }
}
