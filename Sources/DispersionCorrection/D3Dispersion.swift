import MolecularStructure

/// The dispersion correction D3 with the damping of Becke and Johnson, D3(BJ): an energy that depends on the positions of
/// the nuclei alone.
///
/// E = - sum over pairs of s6 C6 / (r^6 + R^6) + s8 C8 / (r^8 + R^8), with R = a1 sqrt(C8 / C6) + a2. C6 follows the
/// coordination numbers of the two atoms. The three-body term is omitted, as is usual with this damping; all pairs are
/// counted, whatever their distance.
///
/// S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344;
/// S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011), doi 10.1002/jcc.21759.
public struct D3Dispersion: Sendable, Equatable {
    public let damping: RationalDamping

    public init(damping: RationalDamping) { self.damping = damping }

    /// Literature of the method and of the parameters.
    public var references: [String] {
        [
            "S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344",
            "S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011), doi \(RationalDamping.original)",
        ] + (damping.doi == RationalDamping.original ? [] : ["Parameters of D3(BJ), doi \(damping.doi)"])
    }

    /// In hartree; never positive. Cost: the square of the number of atoms.
    public func energy(of molecule: Molecule) -> Double {
        var sums = Sums(atoms: molecule.atoms.count)
        addPairs(of: molecule, CoordinationNumbers(molecule, .logistic), withDerivatives: false, to: &sums)
        return sums.energy
    }

    /// Derivatives of the energy by the positions, those by way of the coordination numbers included; in hartree per bohr.
    public func gradient(of molecule: Molecule) -> [SIMD3<Double>] {
        var sums = Sums(atoms: molecule.atoms.count)
        let numbers = CoordinationNumbers(molecule, .logistic)
        addPairs(of: molecule, numbers, withDerivatives: true, to: &sums)
        numbers.addDerivatives(of: sums.byCoordinationNumber, to: &sums.gradient)
        return sums.gradient
    }

    private struct Sums {
        var energy = 0.0
        /// At fixed coordination numbers.
        var gradient: [SIMD3<Double>]
        var byCoordinationNumber: [Double]

        init(atoms: Int) {
            gradient = [SIMD3<Double>](repeating: .zero, count: atoms)
            byCoordinationNumber = [Double](repeating: 0, count: atoms)
        }
    }

    private func addPairs(
        of molecule: Molecule, _ numbers: CoordinationNumbers, withDerivatives: Bool, to sums: inout Sums
    ) {
        let systems = ReferenceSystems.published
        let atoms = molecule.atoms
        let entries = atoms.map { systems.entry($0.element) }
        let weights = zip(entries, numbers.values).map { ReferenceWeights($0, coordinationNumber: $1) }
        for i in atoms.indices {
            for j in 0..<i {
                let separation = atoms[i].position - atoms[j].position
                let kernel = damping.kernel(
                    squaredDistance: separation.dot(separation), ratio: 3 * entries[i].momentRatio * entries[j].momentRatio)
                let c6 = Self.coefficient(weights[i], weights[j], systems)
                sums.energy -= c6 * kernel.value
                guard withDerivatives else { continue }
                let force = -c6 * kernel.slope * separation
                sums.gradient[i] += force
                sums.gradient[j] -= force
                sums.byCoordinationNumber[i] -= kernel.value * Self.slope(weights[i], weights[j], systems)
                sums.byCoordinationNumber[j] -= kernel.value * Self.slope(weights[j], weights[i], systems)
            }
        }
    }

    private static func coefficient(_ a: ReferenceWeights, _ b: ReferenceWeights, _ systems: ReferenceSystems) -> Double {
        sum(a.values, a.first, b.values, b.first, systems)
    }

    /// Derivative of the coefficient by the coordination number of the first atom.
    private static func slope(_ a: ReferenceWeights, _ b: ReferenceWeights, _ systems: ReferenceSystems) -> Double {
        sum(a.derivatives, a.first, b.values, b.first, systems)
    }

    private static func sum(
        _ a: [Double], _ firstOfA: Int, _ b: [Double], _ firstOfB: Int, _ systems: ReferenceSystems
    ) -> Double {
        var result = 0.0
        for (i, weight) in a.enumerated() {
            for (j, other) in b.enumerated() { result += weight * other * systems.coefficient(firstOfA + i, firstOfB + j) }
        }
        return result
    }
}
