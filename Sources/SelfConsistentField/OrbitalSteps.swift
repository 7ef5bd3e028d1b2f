import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse
import ParallelExecution

/// What leads from Fock matrices to orbitals, for every phase of the iterations alike. Only the occupation changes on the way: that of a
/// restricted solution that breaks its spin symmetry.
struct OrbitalSteps {
    var occupation: OrbitalOccupation
    let overlap: Matrix
    let orthogonalizer: Orthogonalizer
    /// Nil to go on with the eigenvectors of Fock matrices.
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

    /// F + shift (S - S P S) with P the density of one orbital an electron: raises the empty orbitals.
    func levelShifted(_ fock: Matrix, density: Matrix, by shift: Double) -> Matrix {
        let perElectron = occupation.isRestricted ? 0.5 * density : density
        let projector = overlap.times(perElectron).times(overlap)
        var result = fock
        result.add(overlap, scaledBy: shift)
        result.add(projector, scaledBy: -shift)
        return result
    }

    /// Orbitals of Fock matrices; those of a restricted open shell need the densities, too, or are those of the mean of
    /// both spins.
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
