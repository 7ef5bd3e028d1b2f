import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// A polarizable continuum around one molecule: E = q v / 2, where v is the potential of nuclei and electrons at the surface and
/// q = Q v is the induced charge. Q is symmetric, so that the Fock matrix is - sum_k q_k (m n|k).
///
/// With the slow polarisation frozen at that of a base state b, the charges are q = Q' v + q', Q' being that of the optical dielectric
/// constant and q' = (Q - Q') v_b (the partition of Pekar). The energy is v Q' v / 2 + q' v - q' v_b / 2; its last part is the work of
/// polarising the solvent. For v = v_b this is v Q v / 2. M. Cossi and V. Barone, J. Phys. Chem. A 104, 10614 (2000),
/// doi 10.1021/jp000997s; R. Cammi and J. Tomasi, Int. J. Quantum Chem. Symp. 29, 465 (1995), doi 10.1002/qua.560560850.
///
/// The surface and its equations are constructed once per geometry. Every evaluation computes the potentials of all densities in
/// one pass over the integrals, and the matrices of all charges in another.
final class ContinuumTerm: HamiltonianTerm {
    static let key = "solvent"

    private let basis: AtomicOrbitalBasis
    private let pool: WorkerPool
    private let surface: CavitySurface
    /// Of the polarisation that follows the density.
    private let equations: SurfaceChargeEquations
    private let isDoubleLayer: Bool
    private let integrals: GaussianChargeIntegrals
    /// Potential of the nuclei at the points.
    private let nuclearPotentials: [Double]
    /// q', and - q' v_b / 2; nil at equilibrium.
    private let slow: (charges: [Double], energy: Double)?
    /// Nil without an energy beyond electrostatics.
    private let structure: CavityDispersionStructure?
    let bytes: Int

    init(_ model: ContinuumModel, basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws(ContinuumError) {
        let molecule = basis.molecule
        let surface = try model.surface(of: molecule)
        let needed = SurfaceChargeEquations.bytes(points: surface.count, model.kind.equation)
        guard needed.making <= memoryLimitInBytes else {
            throw .noMemory(points: surface.count, needed: needed.making, kind: model.kind)
        }
        bytes = needed.held
        self.basis = basis
        self.pool = pool
        self.surface = surface
        isDoubleLayer = model.kind.equation == .iefpcm
        let full = try SurfaceChargeEquations(
            surface, model.kind.equation, dielectricConstant: model.solvent.dielectricConstant, pool: pool)
        integrals = GaussianChargeIntegrals(basis: basis, centers: surface.positions, exponents: surface.exponents, pool: pool)
        let nuclei = zip(molecule.atoms.map(\.position), basis.effectiveNuclearCharges)
        nuclearPotentials = zip(surface.positions, surface.widths).map { position, width in
            nuclei.reduce(0) { sum, nucleus in
                let separation = position - nucleus.0
                return sum + nucleus.1
                    * SurfaceInteraction(width: width, distance: (separation * separation).sum().squareRoot()).value
            }
        }
        structure = model.surfaceMedium.map { CavityDispersionStructure(molecule, in: $0) }
        if let nonequilibrium = model.nonequilibrium, let density = model.frozenDensity {
            equations = try full.inMedium(dielectricConstant: nonequilibrium.opticalDielectricConstant)
            let potentials = zip(nuclearPotentials, integrals.potentials(of: [density])[0]).map { $0 - $1 }
            let charges = zip(full.solve(potentials).charges, equations.solve(potentials).charges).map { $0 - $1 }
            slow = (charges, -0.5 * Self.dot(charges, potentials))
        } else {
            equations = full
            slow = nil
        }
    }

    var dependence: DensityDependence { .quadratic }

    func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        let potentials = potentials(of: states.map(\.total))
        var charges = potentials.map { equations.solve($0).charges }
        var energies = zip(charges, potentials).map { 0.5 * Self.dot($0, $1) }
        if let slow {
            for (state, potential) in potentials.enumerated() {
                energies[state] += Self.dot(slow.charges, potential) + slow.energy
                charges[state] = zip(charges[state], slow.charges).map { $0 + $1 }
            }
        }
        let rest = structure.map { [TermPart(key: CavityDispersionStructure.key, energy: $0.energy)] } ?? []
        return parts(charges, energies: energies).map { $0 + rest }
    }

    func response(to changes: [StateDensity]) -> [[TermPart]] {
        // The charge density does not change when alpha and beta electrons are exchanged. Frozen charges do not respond.
        let moving = changes.indices.filter { changes[$0].total.largestMagnitude > 0 }
        let charges = integrals.potentials(of: moving.map { changes[$0].total }).map { equations.solve($0.map { -$0 }).charges }
        var result = changes.map { _ in [TermPart]() }
        for (place, part) in zip(moving, parts(charges, energies: charges.map { _ in 0 })) { result[place] = part }
        return result
    }

    /// Potential of nuclei and electrons.
    func potentials(of densities: [Matrix]) -> [[Double]] {
        integrals.potentials(of: densities).map { zip(nuclearPotentials, $0).map { $0 - $1 } }
    }

    private func parts(_ charges: [[Double]], energies: [Double]) -> [[TermPart]] {
        zip(integrals.matrices(of: charges.map { $0.map { -$0 } }), energies).map {
            [TermPart(key: Self.key, energy: $1, matrices: [$0])]
        }
    }

    func gradient(of state: GradientDensity) -> [SIMD3<Double>] {
        precondition(slow == nil, "vertical states have no gradient")
        let potentials = potentials(of: [state.total])[0]
        let solution = equations.solve(potentials)
        let electrons = GaussianChargeGradient.gradient(
            basis: basis, density: state.total, centers: surface.positions, exponents: surface.exponents,
            charges: solution.charges.map { -$0 }, pool: pool)
        var forces = SurfaceForces(surface, nuclei: basis.effectiveNuclearCharges, pool: pool)
        forces.add(electrons.atoms)
        forces.addPoints(electrons.charges)
        forces.addNuclei(charges: solution.charges)
        forces.addEquations(
            solution, potentials: potentials, doubleLayerFactor: isDoubleLayer ? equations.factor / (2 * Double.pi) : nil)
        forces.addTurn()
        if let structure { forces.add(structure.gradient) }
        return forces.atoms
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
