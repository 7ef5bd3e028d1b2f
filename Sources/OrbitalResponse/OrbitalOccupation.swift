import GaussianBasis
import LinearAlgebra

/// How the electrons of a state occupy orbitals.
package struct OrbitalOccupation: Sendable {
    /// Alpha and beta electrons.
    package let electrons: [Int]
    package let kind: Kind

    package enum Kind: Sendable {
        /// Every occupied orbital contains both spins.
        case restricted
        case unrestricted
        /// Alpha and beta electrons occupy the same orbitals; there are two sets of them, which differ only in their occupations.
        case restrictedOpen
    }

    /// Every occupied orbital contains both spins.
    package var isRestricted: Bool { kind == .restricted }

    package init(electrons: [Int], kind: Kind) {
        self.electrons = electrons
        self.kind = kind
    }

    package init(electrons: [Int], isRestricted: Bool) {
        self.init(electrons: electrons, kind: isRestricted ? .restricted : .unrestricted)
    }

    func numbers(_ count: Int, spin: Int) -> [Double] {
        (0..<count).map { $0 < electrons[spin] ? (isRestricted ? 2 : 1) : 0 }
    }

    package func orbitals(coefficients: Matrix, energies: [Double], spin: Int) -> MolecularOrbitals {
        MolecularOrbitals(
            coefficients: coefficients, energies: energies, occupations: numbers(energies.count, spin: spin))
    }

    /// Orbitals of another state or of a checkpoint, filled for this one.
    package func filled(_ orbitals: Wavefunction.Orbitals) -> [MolecularOrbitals] {
        let (alpha, beta) =
            switch orbitals {
            case .restricted(let both): (both, both)
            case .unrestricted(let alpha, let beta): (alpha, kind == .restrictedOpen ? alpha : beta)
            }
        return (isRestricted ? [alpha] : [alpha, beta]).enumerated().map { spin, source in
            self.orbitals(coefficients: source.coefficients, energies: source.energies, spin: spin)
        }
    }

    /// Orbitals of a spin without an electron.
    func emptyCount(_ orbitals: MolecularOrbitals, spin: Int) -> Int { orbitals.energies.count - electrons[spin] }

    package func wrapped(_ orbitals: [MolecularOrbitals]) -> Wavefunction.Orbitals {
        isRestricted ? .restricted(orbitals[0]) : .unrestricted(alpha: orbitals[0], beta: orbitals[1])
    }

}
