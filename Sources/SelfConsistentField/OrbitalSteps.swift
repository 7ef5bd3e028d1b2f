import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse
import ParallelExecution

/// Obtains orbitals from Fock matrices, in the same way for every phase of the iterations. Only the kind of occupation may change: when a
/// restricted solution breaks its spin symmetry.
struct OrbitalSteps {
    var occupation: OrbitalOccupation
    let overlap: Matrix
    let orthogonalizer: Orthogonalizer
    /// Nil: use the eigenvectors of Fock matrices.
    let model: ResponseModel?
    let ledger: TimeLedger

    /// The orbital gradient of densities with their Fock matrices, X^T (FPS - SPF) X.
    func errors(_ fock: [Matrix], _ densities: [Matrix]) -> [Matrix] {
        if occupation.kind == .restrictedOpen {
            let single = OpenShellFock.matrix(fock: fock, densities: densities, overlap: overlap)
            return [orthogonalizer.commutator(fock: single, density: densities[0] + densities[1])]
        }
        return zip(fock, densities).map { orthogonalizer.commutator(fock: $0, density: $1) }
    }

    /// F + shift (S - S P S), where P is the density of the orbitals with one electron each: raises the empty orbitals.
    func levelShifted(_ fock: Matrix, density: Matrix, by shift: Double) -> Matrix {
        let perElectron = occupation.isRestricted ? 0.5 * density : density
        let projector = overlap.times(perElectron).times(overlap)
        var result = fock
        result.add(overlap, scaledBy: shift)
        result.add(projector, scaledBy: -shift)
        return result
    }

    /// Orbitals of Fock matrices; for a restricted open shell they depend on the densities as well, or are those of the mean of both spins.
    func diagonalize(_ fock: [Matrix], near densities: [Matrix]?) throws -> [MolecularOrbitals] {
        func eigenvectors(_ matrix: Matrix) throws -> (coefficients: Matrix, energies: [Double]) {
            try ledger.measure(ElectronicProblem.Phase.diagonalization) { try orthogonalizer.diagonalize(matrix) }
        }
        if occupation.kind == .restrictedOpen {
            let single =
                densities.map { OpenShellFock.matrix(fock: fock, densities: $0, overlap: overlap) } ?? 0.5 * (fock[0] + fock[1])
            let (coefficients, energies) = try eigenvectors(single)
            return [0, 1].map { occupation.orbitals(coefficients: coefficients, energies: energies, spin: $0) }
        }
        return try fock.enumerated().map { spin, matrix in
            let (coefficients, energies) = try eigenvectors(matrix)
            return occupation.orbitals(coefficients: coefficients, energies: energies, spin: spin)
        }
    }
}
