/// A nucleus at a position.
public struct Atom: Sendable, Equatable {
    public let element: Element
    /// In bohr.
    public let position: SIMD3<Double>

    public init(element: Element, positionInBohr position: SIMD3<Double>) {
        self.element = element
        self.position = position
    }
}

/// A centre with the basis functions of an element, but without nucleus and electrons.
public struct GhostAtom: Sendable, Equatable {
    /// The element to which the functions belong; nil if the file does not say.
    public let element: Element?
    /// In bohr.
    public let position: SIMD3<Double>

    public init(element: Element?, positionInBohr position: SIMD3<Double>) {
        self.element = element
        self.position = position
    }

    /// In Gaussian's notation: `Cl-Bq`, and `Bq` if the element is unknown.
    public var symbol: String { element.map { "\($0.symbol)-Bq" } ?? "Bq" }
}

/// Nuclei in space. The number of electrons is given by a `ChargeState`, not here.
public struct Molecule: Sendable, Equatable {
    public let atoms: [Atom]
    /// Centres of basis functions without nuclei. Where basis functions refer to an atom by its index, ghost atoms follow the atoms.
    public let ghosts: [GhostAtom]

    public init(atoms: [Atom], ghosts: [GhostAtom] = []) {
        self.atoms = atoms
        self.ghosts = ghosts
    }

    /// Atoms and ghost atoms together: all centres of basis functions.
    public var centerCount: Int { atoms.count + ghosts.count }

    /// In bohr, atoms first.
    public var centerPositions: [SIMD3<Double>] { atoms.map(\.position) + ghosts.map(\.position) }

    /// Atoms first.
    public var centerSymbols: [String] { atoms.map(\.element.symbol) + ghosts.map(\.symbol) }

    /// The same centres with a nucleus on each, for quantities that depend only on the positions of functions, such as overlap integrals
    /// and quadrature points. A ghost atom of unknown element becomes hydrogen.
    public var withGhostsAsAtoms: Molecule {
        Molecule(atoms: atoms + ghosts.map { Atom(element: $0.element ?? .hydrogen, positionInBohr: $0.position) })
    }

    /// Sum of the atomic numbers: the number of electrons of the neutral molecule, including core electrons.
    public var totalAtomicNumber: Int { atoms.reduce(0) { $0 + $1.element.atomicNumber } }

    /// Repulsion of point charges at the nuclei, in hartree; `charges` in atom order, usually atomic numbers minus the electrons replaced
    /// by effective core potentials.
    public func nuclearRepulsion(charges: [Double]) -> Double {
        precondition(charges.count == atoms.count)
        var energy = 0.0
        for i in atoms.indices {
            for j in 0..<i {
                energy += charges[i] * charges[j] / distance(atoms[i].position, atoms[j].position)
            }
        }
        return energy
    }

    /// Derivatives of `nuclearRepulsion` with respect to the positions, in hartree per bohr.
    public func nuclearRepulsionGradient(charges: [Double]) -> [SIMD3<Double>] {
        precondition(charges.count == atoms.count)
        var result = [SIMD3<Double>](repeating: .zero, count: atoms.count)
        for i in atoms.indices {
            for j in 0..<i {
                let separation = atoms[i].position - atoms[j].position
                let squared = (separation * separation).sum()
                let force = charges[i] * charges[j] / (squared * squared.squareRoot()) * separation
                result[i] -= force
                result[j] += force
            }
        }
        return result
    }

    /// Second derivatives of `nuclearRepulsion` with respect to the positions of two different atoms, in hartree per bohr squared: for i >
    /// j, at i (i - 1) / 2 + j, nine values, row by row.
    public func nuclearRepulsionSecondDerivatives(charges: [Double]) -> [[Double]] {
        precondition(charges.count == atoms.count)
        var result: [[Double]] = []
        for i in atoms.indices {
            for j in 0..<i {
                let d = atoms[i].position - atoms[j].position
                let squared = (d * d).sum()
                let factor = charges[i] * charges[j] / (squared * squared.squareRoot())
                result.append(
                    (0..<9).map { k in factor * ((k / 3 == k % 3 ? 1 : 0) - 3 * d[k / 3] * d[k % 3] / squared) })
            }
        }
        return result
    }

    /// Mean of the positions weighted with `charges`, in bohr: the origin of multipole moments.
    public func center(ofCharges charges: [Double]) -> SIMD3<Double> {
        var sum = SIMD3<Double>()
        for (atom, charge) in zip(atoms, charges) { sum += charge * atom.position }
        let total = charges.reduce(0, +)
        return total == 0 ? SIMD3() : sum / total
    }
}

/// Distance of two points, in the unit of the points.
@inlinable
public func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    let d = a - b
    return (d * d).sum().squareRoot()
}

/// Total charge and spin multiplicity of a molecule.
public struct ChargeState: Hashable, Sendable {
    public let charge: Int
    /// 2S + 1, at least 1.
    public let multiplicity: Int

    /// Charges that the program accepts, in elementary charges.
    public static let allowedCharges = -1000...1000

    public init(charge: Int, multiplicity: Int) {
        self.charge = charge
        self.multiplicity = multiplicity
    }
}

extension Molecule {
    /// The structure with one Cartesian coordinate (three times the atom's index plus the axis) changed, in bohr.
    package func displaced(_ coordinate: Int, by step: Double) -> Molecule {
        Molecule(
            atoms: atoms.enumerated().map { index, atom in
                guard index == coordinate / 3 else { return atom }
                var position = atom.position
                position[coordinate % 3] += step
                return Atom(element: atom.element, positionInBohr: position)
            }, ghosts: ghosts)
    }
}
