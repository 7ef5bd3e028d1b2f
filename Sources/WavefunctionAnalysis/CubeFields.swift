import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// The content of a cube.
public enum CubeQuantity: String, Sendable, CaseIterable {
    /// Hartree per elementary charge.
    case electrostaticPotential = "esp"
    /// Electrons per bohr^3, without core electrons that a potential replaces.
    case electronDensity = "density"
    /// Alpha minus beta electrons per bohr^3.
    case spinDensity = "spin"
    /// The density minus that of the base state of the series; nothing for the base state.
    case densityDifference = "difference"
    /// The density difference relative to the previous state; nothing for the first.
    case densityStep = "step"
    /// The highest occupied orbital of both spins, in bohr^(-3/2).
    case highestOccupiedOrbital = "homo"
    /// The lowest empty orbital of both spins, in bohr^(-3/2).
    case lowestEmptyOrbital = "lumo"
}

/// Potential and densities on one grid for several states of a molecule, slab by slab.
public struct CubeFields: Sendable {
    /// For every state the values of each requested quantity, z fastest.
    public typealias Values = [[CubeQuantity: [Double]]]

    public let grid: CubeGrid
    private let basis: AtomicOrbitalBasis?
    private let plan: FieldPlan
    private let stateCount: Int
    private let evaluator: ElectrostaticPotentialEvaluator?

    /// - Parameters:
    ///   - wavefunctions: states of one molecule in one basis.
    ///   - states: those whose values are requested; the others are used only for differences. Nil: all.
    ///   - base: index of the state that `densityDifference` is relative to.
    ///   - quantities: the spin density of a restricted wavefunction is zero and takes no time.
    ///   - tolerance: of the potential, in hartree per elementary charge.
    public init(
        grid: CubeGrid, wavefunctions: [Wavefunction], states: Range<Int>? = nil, base: Int = 0, quantities: [CubeQuantity],
        tolerance: Double = 1e-8, pool: WorkerPool
    ) {
        let chosen = states ?? wavefunctions.indices
        self.grid = grid
        basis = wavefunctions.first?.basis
        stateCount = chosen.count
        plan = FieldPlan(wavefunctions, states: chosen, base: base, quantities: quantities)
        evaluator = basis.flatMap { basis in
            quantities.contains(.electrostaticPotential)
                ? ElectrostaticPotentialEvaluator(
                    basis: basis, densities: wavefunctions[chosen].map(\.totalDensity), tolerance: tolerance, pool: pool) : nil
        }
    }

    /// States share the grid and all the work that does not depend on their densities. OpenBLAS should be limited to one thread.
    ///
    /// - Parameters:
    ///   - slab: places of points of the grid, as `CubeGrid.slabs` gives them.
    ///   - progress: called from time to time, from any thread, with the completed fraction of the slab's potential (0 to 1).
    public func values(on slab: Range<Int>, pool: WorkerPool, progress: (@Sendable (Double) -> Void)? = nil) -> Values {
        var values = Values(repeating: [:], count: stateCount)
        guard let basis else { return values }
        let points = grid.points(slab)
        if let evaluator {
            for (state, potential) in evaluator.values(at: points, pool: pool, progress: progress).enumerated() {
                values[state][.electrostaticPotential] = potential
            }
        }
        for (place, field) in zip(plan.places, plan.values(basis: basis, points: points, pool: pool)) {
            values[place.state][place.quantity] = field
        }
        for place in plan.zeros { values[place.state][place.quantity] = [Double](repeating: 0, count: slab.count) }
        return values
    }
}

/// Which densities and orbitals the cubes of several states need.
private struct FieldPlan: Sendable {
    typealias Place = (state: Int, quantity: CubeQuantity)
    private var densities: [Matrix] = []
    private var densityPlaces: [Place] = []
    private var orbitals: [[Double]] = []
    private var orbitalPlaces: [Place] = []
    /// Fields that are zero.
    private(set) var zeros: [Place] = []
    /// In the order of `values`.
    var places: [Place] { densityPlaces + orbitalPlaces }

    /// - Parameter range: the states whose fields are requested; indices count from the first of them.
    init(_ states: [Wavefunction], states range: Range<Int>, base: Int, quantities: [CubeQuantity]) {
        for k in range {
            let state = states[k]
            for quantity in CubeQuantity.allCases where quantities.contains(quantity) {
                let place = (k - range.lowerBound, quantity)
                switch quantity {
                case .electrostaticPotential: break
                case .electronDensity: add(state.totalDensity, place)
                case .spinDensity: if state.isRestricted { zeros.append(place) } else { add(state.spinDensity, place) }
                case .densityDifference: if k != base { add(state.totalDensity - states[base].totalDensity, place) }
                case .densityStep: if k > 0 { add(state.totalDensity - states[k - 1].totalDensity, place) }
                case .highestOccupiedOrbital: add(SelectedOrbital(.homo(0), of: state), place)
                case .lowestEmptyOrbital: add(SelectedOrbital(.lumo(0), of: state), place)
                }
            }
        }
    }

    private mutating func add(_ density: Matrix, _ place: Place) {
        densities.append(density)
        densityPlaces.append(place)
    }

    private mutating func add(_ orbital: SelectedOrbital?, _ place: Place) {
        guard let orbital else { return }
        orbitals.append(orbital.coefficients)
        orbitalPlaces.append(place)
    }

    func values(basis: AtomicOrbitalBasis, points: [SIMD3<Double>], pool: WorkerPool) -> [[Double]] {
        var result: [[Double]] = []
        if !densities.isEmpty {
            result = DensityOnPoints.values(basis: basis, densities: densities, points: points, pool: pool)
        }
        if !orbitals.isEmpty {
            let rows = Matrix(rows: orbitals.count, columns: basis.functionCount, elements: orbitals.flatMap { $0 })
            result += OrbitalsOnPoints.values(basis: basis, coefficients: rows.transposed(), points: points, pool: pool)
        }
        return result
    }
}
