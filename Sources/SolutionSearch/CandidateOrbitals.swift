import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import OrbitalResponse
import SelfConsistentField

/// Initial orbitals for other solutions of a state, constructed from those of a known one.
struct CandidateOrbitals {
    let problem: ElectronicProblem

    /// Empty orbitals up to this far above the lowest may take an added electron, in hartree.
    private static let reach = 0.4
    /// Filled orbitals down to this far below the highest may take a hole, in hartree.
    private static let valence = 1.5

    /// Minimum occupation of the less occupied natural orbital of a spin-polarised pair, and the maximum number of pairs that are
    /// tried.
    private static let (partedPair, mostPairs) = (0.1..<0.98, 3)

    /// Alpha and beta orbitals in which the highest occupied and the lowest empty orbital are mixed equally, with opposite signs.
    func brokenSymmetry(_ orbitals: Wavefunction.Orbitals) -> Wavefunction.Orbitals? {
        guard case .restricted(let both) = orbitals, let homo = both.occupations.lastIndex(where: { $0 > 0 }),
            homo + 1 < both.energies.count
        else { return nil }
        func mixed(_ sign: Double) -> MolecularOrbitals {
            var c = both.coefficients
            for row in 0..<c.rows {
                let (high, low) = (both.coefficients[row, homo], both.coefficients[row, homo + 1])
                c[row, homo] = 0.5.squareRoot() * (high + sign * low)
                c[row, homo + 1] = 0.5.squareRoot() * (low - sign * high)
            }
            return MolecularOrbitals(coefficients: c, energies: both.energies, occupations: both.occupations.map { 0.5 * $0 })
        }
        return .unrestricted(alpha: mixed(1), beta: mixed(-1))
    }

    /// Orbitals of an open shell with one electron promoted to the lowest empty orbital of its spin.
    func promotions(_ orbitals: Wavefunction.Orbitals) -> [(origin: String, Wavefunction.Orbitals)] {
        guard case .unrestricted(let alpha, let beta) = orbitals else { return [] }
        func raised(_ set: MolecularOrbitals) -> MolecularOrbitals? {
            let lowest = set.occupations.count { $0 > 0 }
            return lowest > 0 && lowest < set.energies.count ? exchanged(set, lowest - 1, lowest) : nil
        }
        return [
            raised(beta).map { ("beta HOMO to LUMO", .unrestricted(alpha: alpha, beta: $0)) },
            raised(alpha).map { ("alpha HOMO to LUMO", .unrestricted(alpha: $0, beta: beta)) },
        ].compactMap { $0 }
    }

    /// Orbitals of an open shell in which the hole (the empty beta orbital whose alpha partner is occupied) has been exchanged
    /// with an occupied one on the same atom: other occupations of a d shell, to which neither orbital energies nor small steps
    /// lead.
    func movedHoles(_ orbitals: Wavefunction.Orbitals) -> [(origin: String, Wavefunction.Orbitals)] {
        guard case .unrestricted(let alpha, let beta) = orbitals else { return [] }
        let (alphaCount, filled) = (alpha.occupations.count { $0 > 0 }, beta.occupations.count { $0 > 0 })
        let count = beta.energies.count
        guard alphaCount > filled, filled > 0 else { return [] }
        let empty = beta.coefficients.columns(filled..<count)
        // The share of the alpha electrons in each combination of empty beta orbitals: for a hole it is one.
        let shares = alpha.density.transformed(by: problem.overlap.times(empty)).symmetrized()
        guard let combinations = try? SymmetricEigenproblem(shares) else { return [] }
        let set = MolecularOrbitals(
            coefficients: OrbitalPoint.joined(beta.coefficients.columns(0..<filled), empty.times(combinations.vectors)),
            energies: beta.energies, occupations: beta.occupations)
        let holes = min(alphaCount - filled, 2)
        var found: [(origin: String, Wavefunction.Orbitals)] = []
        for hole in (count - holes)..<count {
            let atoms = problem.basis.molecule.atoms.indices
            guard let home = atoms.first(where: { population(of: set.coefficients, hole, on: [$0]) > 0.5 }) else { continue }
            let places = (0..<filled).filter { beta.energies[$0] > beta.energies[filled - 1] - Self.valence }
                .map { (orbital: $0, share: population(of: set.coefficients, $0, on: [home])) }
                .filter { $0.share > 0.5 }.sorted { ($1.share, $0.orbital) < ($0.share, $1.orbital) }
            for place in places.prefix(4 / holes) {
                let name = problem.basis.molecule.atoms[home].element.symbol
                found.append(
                    (
                        "hole moved on \(name) (\(found.count + 1))",
                        .unrestricted(alpha: alpha, beta: exchanged(set, place.orbital, hole))
                    ))
            }
        }
        return found
    }

    /// Orbitals of an unrestricted solution with alpha and beta exchanged in one of the spin-polarised pairs: a different
    /// arrangement of spins over the atoms.
    ///
    /// A pair is a cos + b sin and a cos - b sin of two natural orbitals of the total density, with occupations n and 2 - n (Amos
    /// and Hall, Proc. R. Soc. A 263, 483 (1961), doi 10.1098/rspa.1961.0175). Changing the sign of the less occupied one
    /// exchanges the two and preserves orthonormality.
    func exchangedPairs(_ orbitals: Wavefunction.Orbitals) -> [(origin: String, Wavefunction.Orbitals)] {
        guard case .unrestricted(let alpha, let beta) = orbitals else { return [] }
        let s = problem.overlap
        let occupied = (alpha.density + beta.density).transformed(by: s.times(alpha.coefficients)).symmetrized()
        guard let natural = try? SymmetricEigenproblem(occupied) else { return [] }
        let parted = natural.values.indices.filter { Self.partedPair.contains(natural.values[$0]) }
        let isSinglet = alpha.occupations.count { $0 > 0 } == beta.occupations.count { $0 > 0 }
        // For a singlet with only one pair, the result is the same solution with its spins exchanged.
        guard parted.count > (isSinglet ? 1 : 0) else { return [] }
        return parted.suffix(Self.mostPairs).reversed().enumerated().map { rank, index in
            let orbital = alpha.coefficients.times(natural.vectors.columns(index..<index + 1))
            func reflected(_ set: MolecularOrbitals) -> MolecularOrbitals {
                let shares = s.times(orbital).times(set.coefficients, transposed: true)
                return MolecularOrbitals(
                    coefficients: set.coefficients - 2 * orbital.times(shares), energies: set.energies,
                    occupations: set.occupations)
            }
            return ("spins exchanged in a pair (\(rank + 1))", .unrestricted(alpha: reflected(alpha), beta: reflected(beta)))
        }
    }

    /// Orbitals with electrons unpaired in the open shells of the metals: the empty parts of these shells come first among the
    /// empty alpha orbitals, and the filled parts last among the filled beta orbitals. Nil if these parts are too small.
    ///
    /// - Parameters:
    ///   - shells: orbitals of the shells in the free atoms.
    ///   - flips: number of electrons that change from beta to alpha.
    func unpairedInShells(
        _ orbitals: Wavefunction.Orbitals, _ shells: Matrix, flips: Int
    ) throws -> Wavefunction.Orbitals? {
        let (alpha, beta): (MolecularOrbitals, MolecularOrbitals) =
            switch orbitals {
            case .restricted(let both): (both, both)
            case .unrestricted(let alpha, let beta): (alpha, beta)
            }
        let projection = problem.overlap.times(shells)
        /// Orbitals rotated among themselves, in ascending order of their shares of the shells, with these shares.
        func sorted(_ c: Matrix) throws -> (orbitals: Matrix, shares: [Double]) {
            let parts = projection.times(c, transposed: true)
            let problem = try SymmetricEigenproblem(parts.times(parts, transposed: true).symmetrized())
            return (c.times(problem.vectors), problem.values)
        }
        let (ca, cb) = (alpha.coefficients, beta.coefficients)
        let (na, nb) = (alpha.occupations.count { $0 > 0 }, beta.occupations.count { $0 > 0 })
        guard flips > 0, shells.columns > 0, nb >= flips, ca.columns - na >= flips else { return nil }
        let empty = try sorted(ca.columns(na..<ca.columns))
        let filled = try sorted(cb.columns(0..<nb))
        guard empty.shares.suffix(flips).allSatisfy({ $0 > Self.shellShare }),
            filled.shares.suffix(flips).allSatisfy({ $0 > Self.shellShare })
        else { return nil }
        let count = empty.orbitals.columns
        var first = empty.orbitals
        for row in 0..<first.rows { for k in 0..<count { first[row, k] = empty.orbitals[row, count - 1 - k] } }
        return .unrestricted(
            alpha: MolecularOrbitals(
                coefficients: OrbitalPoint.joined(ca.columns(0..<na), first), energies: alpha.energies,
                occupations: alpha.occupations),
            beta: MolecularOrbitals(
                coefficients: OrbitalPoint.joined(filled.orbitals, cb.columns(nb..<cb.columns)), energies: beta.energies,
                occupations: beta.occupations))
    }

    /// Minimum share of the metals' shells in an orbital that may be filled or emptied as part of these shells.
    private static let shellShare = 0.3

    /// Two orbitals exchanged, with the same occupations.
    private func exchanged(_ set: MolecularOrbitals, _ first: Int, _ second: Int) -> MolecularOrbitals {
        var c = set.coefficients
        for row in 0..<c.rows { (c[row, first], c[row, second]) = (c[row, second], c[row, first]) }
        return MolecularOrbitals(coefficients: c, energies: set.energies, occupations: set.occupations)
    }

    /// The orbitals of a state with one electron fewer, with the first empty orbital replaced by one that is located on some
    /// atoms: the lowest orbital that is mostly there, or the one with the largest share.
    func electron(
        on place: StateSearch.Place, _ parent: Wavefunction, for state: ChargeState, reference: SCFOptions.Reference
    ) -> (orbital: Int, Wavefunction.Orbitals)? {
        let (alpha, beta): (MolecularOrbitals, MolecularOrbitals) =
            switch parent.orbitals {
            case .restricted(let both): (both, both)
            case .unrestricted(let alpha, let beta): (alpha, beta)
            }
        let electrons = problem.basis.electronCount(charge: state.charge)
        let wanted = (electrons + state.multiplicity - 1) / 2
        let addsAlpha = alpha.occupations.count { $0 > 0 } < wanted
        let set = addsAlpha ? alpha : beta
        let first = set.occupations.count { $0 > 0 }
        guard first < set.energies.count else { return nil }
        let last = set.energies.lastIndex { $0 < set.energies[first] + Self.reach } ?? first
        guard last > first else { return nil }
        let shares = (first...last).map { population(of: set.coefficients, $0, on: Set(place.atoms)) }
        guard let highest = shares.max(), highest > 0.2 else { return nil }
        let chosen = first + (shares.firstIndex { $0 > 0.5 } ?? shares.firstIndex(of: highest) ?? 0)
        let moved = exchanged(set, first, chosen)
        // Restricted states take the orbitals of the spin with the new electron.
        if state.multiplicity == 1, reference != .unrestricted { return (chosen - first, .restricted(moved)) }
        return (chosen - first, .unrestricted(alpha: addsAlpha ? moved : alpha, beta: addsAlpha ? beta : moved))
    }

    /// Mulliken share of some atoms in an orbital.
    private func population(of c: Matrix, _ orbital: Int, on atoms: Set<Int>) -> Double {
        var sum = 0.0
        for (row, label) in problem.basis.labels.enumerated() where atoms.contains(label.atom) {
            var overlap = 0.0
            for column in 0..<c.rows { overlap += problem.overlap[row, column] * c[column, orbital] }
            sum += c[row, orbital] * overlap
        }
        return sum
    }
}
