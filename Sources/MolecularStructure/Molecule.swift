/// A nucleus at a place.
public struct Atom: Sendable, Equatable {
    public let element: Element
    /// In bohr.
    public let position: SIMD3<Double>

    public init(element: Element, positionInBohr position: SIMD3<Double>) {
        self.element = element
        self.position = position
    }
}

/// Nuclei in space. How many electrons surround them is told by a `ChargeState`, not here.
public struct Molecule: Sendable, Equatable {
    public let atoms: [Atom]

    public init(atoms: [Atom]) { self.atoms = atoms }

    /// Sum of the atomic numbers: the electrons of the neutral molecule, core electrons included.
    public var totalAtomicNumber: Int { atoms.reduce(0) { $0 + $1.element.atomicNumber } }

    /// Repulsion of point charges at the nuclei, in hartree; `charges` in atom order, usually atomic numbers less
    /// the electrons that effective core potentials replace.
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

    /// Derivatives of `nuclearRepulsion` by the positions, in hartree per bohr.
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

    public init(charge: Int, multiplicity: Int) {
        self.charge = charge
        self.multiplicity = multiplicity
    }
}
