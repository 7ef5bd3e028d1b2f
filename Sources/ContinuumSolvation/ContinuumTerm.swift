import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// A polarizable continuum around one molecule: E = q v / 2, where v is the potential of nuclei and electrons at the surface and
/// q = Q v is the induced charge. Q is symmetric, so that the Fock matrix is - sum_k q_k (m n|k).
///
/// The surface and its equations are constructed once per geometry. Every evaluation computes the potentials of all densities in
/// one pass over the integrals, and the matrices of all charges in another.
final class ContinuumTerm: HamiltonianTerm {
    static let key = "solvent"

    private let basis: AtomicOrbitalBasis
    private let pool: WorkerPool
    private let surface: CavitySurface
    private let equations: SurfaceChargeEquations
    private let isDoubleLayer: Bool
    private let integrals: GaussianChargeIntegrals
    /// Potential of the nuclei at the points.
    private let nuclearPotentials: [Double]
    let bytes: Int

    init(_ model: ContinuumModel, basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws(ContinuumError) {
        let molecule = basis.molecule
        let surface = try model.surface(of: molecule)
        let needed = SurfaceChargeEquations.bytes(points: surface.count, model.equation)
        guard needed.making <= memoryLimitInBytes else {
            throw .noMemory(points: surface.count, needed: needed.making, isIntegralEquation: model.equation == .iefpcm)
        }
        bytes = needed.held
        self.basis = basis
        self.pool = pool
        self.surface = surface
        isDoubleLayer = model.equation == .iefpcm
        equations = try SurfaceChargeEquations(
            surface, model.equation, dielectricConstant: model.solvent.dielectricConstant, pool: pool)
        integrals = GaussianChargeIntegrals(basis: basis, centers: surface.positions, exponents: surface.exponents, pool: pool)
        let nuclei = zip(molecule.atoms.map(\.position), basis.effectiveNuclearCharges)
        nuclearPotentials = zip(surface.positions, surface.widths).map { position, width in
            nuclei.reduce(0) { sum, nucleus in
                let separation = position - nucleus.0
                return sum + nucleus.1
                    * SurfaceInteraction(width: width, distance: (separation * separation).sum().squareRoot()).value
            }
        }
    }

    var dependence: DensityDependence { .quadratic }

    func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        let potentials = potentials(of: states.map(\.total))
        let charges = potentials.map { equations.solve($0).charges }
        return parts(charges, energies: zip(charges, potentials).map { 0.5 * Self.dot($0, $1) })
    }

    func response(to changes: [StateDensity]) -> [[TermPart]] {
        // The charge density does not change when alpha and beta electrons are exchanged.
        let moving = changes.indices.filter { changes[$0].total.largestMagnitude > 0 }
        let charges = integrals.potentials(of: moving.map { changes[$0].total }).map { equations.solve($0.map { -$0 }).charges }
        var result = changes.map { _ in [TermPart]() }
        for (place, part) in zip(moving, parts(charges, energies: charges.map { _ in 0 })) { result[place] = part }
        return result
    }

    /// Potential of nuclei and electrons.
    private func potentials(of densities: [Matrix]) -> [[Double]] {
        integrals.potentials(of: densities).map { zip(nuclearPotentials, $0).map { $0 - $1 } }
    }

    private func parts(_ charges: [[Double]], energies: [Double]) -> [[TermPart]] {
        zip(integrals.matrices(of: charges.map { $0.map { -$0 } }), energies).map {
            [TermPart(key: Self.key, energy: $1, matrices: [$0])]
        }
    }

    func gradient(of state: GradientDensity) -> [SIMD3<Double>] {
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
        return forces.atoms
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
