/// A singlet that looks like a radical pair: one unpaired electron on a halogen atom whose bond is nearly broken, and its partner of
/// opposite spin elsewhere in the molecule.
///
/// Such a solution is often an artefact of the initial structure of the calculation: the halogen atom may recombine with the other radical,
/// for example by adding to a carbon atom of the ligand, and the resulting closed-shell isomer may be lower in energy. An optimisation does
/// not cross the barrier between the two by itself.
///
/// Three conditions must be satisfied: a broken-symmetry singlet, almost a whole unpaired electron on the halogen, and a stretched bond.
/// Two halogens count as one if they share the electron across a contact shorter than any between closed shells, as in the dihalide anions
/// (two-centre, three-electron bond).
public struct RadicalPair: Sendable, Equatable {
    /// The halogen, or the two that share the electron, in ascending order.
    public let halogens: [Int]
    /// Their unpaired electrons, as an absolute value.
    public let spin: Double

    /// Minimum `<S^2>` of such a singlet: it is 1 for two electrons that do not overlap.
    public static let lowestSpinSquared = 0.7
    /// Minimum number of unpaired electrons on the halogen or on the two together.
    public static let smallestSpin = 0.7
    /// Minimum number on each of two.
    public static let smallestShare = 0.1
    /// A bond is stretched if it is longer than this times the sum of the covalent radii ...
    public static let stretch = 1.2
    /// ... or than this times the shortest bond of the same two elements in the molecule, since covalent radii miss the length of
    /// polar bonds by some per cent either way.
    public static let stretchToOthers = 1.1
    /// Two non-bonded halogens are in contact up to this distance over the sum of their covalent radii: 2.97 Angstrom for chlorine, for
    /// which closed shells stay 3.5 apart.
    public static let halogenContact = 1.5

    /// Nil if the solution is not such a pair. Of several halogens, the one with the largest spin is named.
    ///
    /// - Parameters:
    ///   - spinPopulations: alpha minus beta electrons, one value per atom.
    ///   - multiplicity: 2S + 1 of the wavefunction; only 1 (S_z = 0) can be such a pair.
    ///   - spinSquared: expectation value of S^2.
    public init?(_ molecule: Molecule, spinPopulations: [Double], multiplicity: Int, spinSquared: Double) {
        let atoms = molecule.atoms
        guard multiplicity == 1, spinSquared >= Self.lowestSpinSquared, spinPopulations.count == atoms.count else { return nil }
        let halogens = atoms.indices.filter { atoms[$0].element.isHalogen }
        let single = halogens.filter { abs(spinPopulations[$0]) >= Self.smallestSpin && Self.isStretched($0, atoms) }
        let pairs = halogens.flatMap { a in
            halogens.filter { b in
                b > a && spinPopulations[a] * spinPopulations[b] > 0
                    && min(abs(spinPopulations[a]), abs(spinPopulations[b])) >= Self.smallestShare
                    && abs(spinPopulations[a] + spinPopulations[b]) >= Self.smallestSpin && Self.isHemibond(a, b, atoms)
            }.map { [a, $0] }
        }
        func spin(_ group: [Int]) -> Double { abs(group.reduce(0) { $0 + spinPopulations[$1] }) }
        guard let found = (pairs + single.map { [$0] }).max(by: { spin($0) < spin($1) }) else { return nil }
        self.halogens = found
        self.spin = spin(found)
    }

    /// The description and the advice; atom numbers from 1, lengths in Angstrom.
    public func description(in molecule: Molecule) -> String {
        let atoms = molecule.atoms
        func name(_ atom: Int) -> String { "\(atoms[atom].element.symbol)\(atom + 1)" }
        func length(_ a: Int, _ b: Int) -> String {
            Self.twoDecimals(distance(atoms[a].position, atoms[b].position) * PhysicalConstants.bohrInAngstrom) + " Angstrom"
        }
        let place =
            halogens.count == 2
            ? "\(name(halogens[0])) and \(name(halogens[1])), \(length(halogens[0], halogens[1])) apart"
            : Self.nearest(halogens[0], atoms).map { "\(name(halogens[0])), \(length(halogens[0], $0)) from \(name($0))" }
                ?? name(halogens[0])
        return "looks like a radical pair (\(Self.twoDecimals(spin)) unpaired electrons on \(place)); "
            + "the recombined isomer was not tried"
    }

    private static func twoDecimals(_ value: Double) -> String {
        let hundredths = Int((100 * value).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    /// The neighbour by distance over the sum of the covalent radii.
    private static func nearest(_ atom: Int, _ atoms: [Atom]) -> Int? {
        atoms.indices.filter { $0 != atom }.min { ratio(atoms[atom], atoms[$0]) < ratio(atoms[atom], atoms[$1]) }
    }

    /// Distance of two atoms over the sum of their covalent radii.
    private static func ratio(_ a: Atom, _ b: Atom) -> Double {
        distance(a.position, b.position) / BondGraph.singleBondLength(a, b)
    }

    /// Whether the nearest neighbour of an atom is farther than a bond length.
    private static func isStretched(_ atom: Int, _ atoms: [Atom]) -> Bool {
        guard let partner = nearest(atom, atoms) else { return false }
        if ratio(atoms[atom], atoms[partner]) > stretch { return true }
        let alike = atoms.indices.filter { atoms[$0].element == atoms[atom].element && $0 != atom }.flatMap { a in
            atoms.indices.filter { atoms[$0].element == atoms[partner].element && $0 != a }.map { ratio(atoms[a], atoms[$0]) }
        }
        guard let shortest = alike.min() else { return false }
        return ratio(atoms[atom], atoms[partner]) > stretchToOthers * shortest
    }

    /// Closer than closed shells, farther than a bond.
    private static func isHemibond(_ a: Int, _ b: Int, _ atoms: [Atom]) -> Bool {
        let ratio = ratio(atoms[a], atoms[b])
        return ratio > stretch && ratio <= halogenContact
    }
}
