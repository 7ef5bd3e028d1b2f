import GaussianBasis
import LinearAlgebra

/// How the electrons of a state fill orbitals.
struct OrbitalFilling: Sendable {
    /// Alpha and beta electrons.
    let electrons: [Int]
    /// Every filled orbital holds both spins.
    let isRestricted: Bool

    func occupations(_ count: Int, spin: Int) -> [Double] {
        (0..<count).map { $0 < electrons[spin] ? (isRestricted ? 2 : 1) : 0 }
    }

    func orbitals(coefficients: Matrix, energies: [Double], spin: Int) -> MolecularOrbitals {
        MolecularOrbitals(
            coefficients: coefficients, energies: energies, occupations: occupations(energies.count, spin: spin))
    }

    /// Orbitals of another state or of a checkpoint, filled for this one.
    func filled(_ orbitals: Wavefunction.Orbitals) -> [MolecularOrbitals] {
        let (alpha, beta) =
            switch orbitals {
            case .restricted(let both): (both, both)
            case .unrestricted(let alpha, let beta): (alpha, beta)
            }
        return (isRestricted ? [alpha] : [alpha, beta]).enumerated().map { spin, source in
            self.orbitals(coefficients: source.coefficients, energies: source.energies, spin: spin)
        }
    }

    func wrapped(_ orbitals: [MolecularOrbitals]) -> Wavefunction.Orbitals {
        isRestricted ? .restricted(orbitals[0]) : .unrestricted(alpha: orbitals[0], beta: orbitals[1])
    }

    /// Whether no empty orbital lies below a filled one.
    func isFilledFromBelow(_ orbitals: [MolecularOrbitals]) -> Bool {
        orbitals.enumerated().allSatisfy { spin, orbitals in
            guard let highest = orbitals.energies.prefix(electrons[spin]).max(),
                let lowest = orbitals.energies.dropFirst(electrons[spin]).min()
            else { return true }
            return lowest > highest - 1e-6
        }
    }
}
