import LinearAlgebra
import MolecularStructure

/// D4 of one molecule: what does not depend on its total charge is kept.
struct D4Molecule: Sendable {
    private let molecule: Molecule
    private let method: D4Dispersion
    private let equilibration: ChargeEquilibration

    /// - Throws: `LinearAlgebraError` when the equations for the charges are singular.
    init(_ molecule: Molecule, _ method: D4Dispersion) throws {
        self.molecule = molecule
        self.method = method
        equilibration = try ChargeEquilibration(molecule)
    }

    /// In hartree.
    func energy(charge: Int) -> Double { evaluate(charge: charge, withDerivatives: false).energy }

    /// In hartree per bohr.
    func gradient(charge: Int) -> [SIMD3<Double>] { evaluate(charge: charge, withDerivatives: true).gradient }

    private func evaluate(charge: Int, withDerivatives: Bool) -> (energy: Double, gradient: [SIMD3<Double>]) {
        let atoms = molecule.atoms
        var gradient = [SIMD3<Double>](repeating: .zero, count: atoms.count)
        let numbers = CoordinationNumbers(molecule, .covalent)
        let charges = equilibration.charges(total: charge)
        let pairs = Pairs(molecule, method.damping)

        let charged = AtomicPolarizabilities(molecule, coordinationNumbers: numbers.values, charges: charges)
        let coefficients = charged.coefficients
        var energy = 0.0
        // Derivatives of the energy of pairs by their coefficients.
        var slopes = Matrix(rows: atoms.count, columns: atoms.count)
        for i in atoms.indices {
            for j in 0..<i {
                let kernel = method.damping.kernel(squaredDistance: pairs.squaredDistances[i, j], ratio: pairs.ratios[i, j])
                energy -= coefficients[i, j] * kernel.value
                (slopes[i, j], slopes[j, i]) = (-kernel.value, -kernel.value)
                let force = -coefficients[i, j] * kernel.slope * (atoms[i].position - atoms[j].position)
                gradient[i] += force
                gradient[j] -= force
            }
        }

        let neutral = AtomicPolarizabilities(
            molecule, coordinationNumbers: numbers.values, charges: [Double](repeating: 0, count: atoms.count))
        let threeBody = ThreeBodyTerm(
            coefficients: neutral.coefficients, squaredDistances: pairs.squaredDistances, radii: pairs.radii,
            scale: method.threeBodyScale, withDerivatives: withDerivatives)
        energy += threeBody.energy
        guard withDerivatives else { return (energy, gradient) }

        for i in atoms.indices {
            for j in 0..<i {
                let force = 2 * threeBody.bySquaredDistance[i, j] * (atoms[i].position - atoms[j].position)
                gradient[i] += force
                gradient[j] -= force
            }
        }
        let ofPairs = charged.derivatives(byCoefficients: slopes)
        let ofTriples = neutral.derivatives(byCoefficients: threeBody.byCoefficient)
        numbers.addDerivatives(
            of: zip(ofPairs.byCoordinationNumber, ofTriples.byCoordinationNumber).map { $0 + $1 }, to: &gradient)
        equilibration.addDerivatives(of: ofPairs.byCharge, charges: charges, to: &gradient)
        return (energy, gradient)
    }

    /// Squared distances in bohr^2, C8 / C6 in bohr^2 and damping radii in bohr of all pairs, atoms by atoms; zero on the
    /// diagonal.
    private struct Pairs {
        private(set) var squaredDistances: Matrix
        private(set) var ratios: Matrix
        private(set) var radii: Matrix

        init(_ molecule: Molecule, _ damping: RationalDamping) {
            let atoms = molecule.atoms
            squaredDistances = Matrix(rows: atoms.count, columns: atoms.count)
            ratios = squaredDistances
            radii = squaredDistances
            let momentRatios = atoms.map { ReferenceSystems.published.entry($0.element).momentRatio }
            for i in atoms.indices {
                for j in 0..<i {
                    let separation = atoms[i].position - atoms[j].position
                    let ratio = 3 * momentRatios[i] * momentRatios[j]
                    squaredDistances[i, j] = separation.dot(separation)
                    ratios[i, j] = ratio
                    radii[i, j] = damping.radius(ratio: ratio)
                    (squaredDistances[j, i], ratios[j, i], radii[j, i]) = (squaredDistances[i, j], ratio, radii[i, j])
                }
            }
        }
    }
}
