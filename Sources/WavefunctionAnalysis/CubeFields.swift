import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// What a cube shows.
public enum CubeQuantity: String, Sendable, CaseIterable {
    /// Hartree per elementary charge.
    case electrostaticPotential = "esp"
    /// Electrons per bohr^3; core electrons that a potential replaces are not in it.
    case electronDensity = "density"
    /// Alpha less beta electrons per bohr^3.
    case spinDensity = "spin"
    /// The density less that of the first state; nothing for the first.
    case densityDifference = "difference"
    /// The density less that of the state before; nothing for the first.
    case densityStep = "step"
    /// The highest occupied orbital of both spins, in bohr^(-3/2).
    case highestOccupiedOrbital = "homo"
    /// The lowest empty orbital of both spins, in bohr^(-3/2).
    case lowestEmptyOrbital = "lumo"
}

/// Values of potential and densities on one grid for several states of a molecule.
public struct CubeFields: Sendable {
    public let grid: CubeGrid
    /// For every state the values of each quantity that was asked for, z fastest.
    public let values: [[CubeQuantity: [Double]]]

    /// Points that are worked on at a time.
    static let chunkSize = 1 << 17

    /// - Parameters:
    ///   - wavefunctions: states of one molecule in one basis.
    ///   - quantities: the spin density of a restricted wavefunction is zero and takes no time.
    ///   - tolerance: of the potential, in hartree per elementary charge.
    ///   - progress: called now and then, from any thread, with the fraction that is done (0 to 1).
    ///
    /// States share the grid and all the work that does not depend on their densities. Memory: eight bytes a value,
    /// and a fixed number of bytes for the points at work. OpenBLAS should be limited to one thread.
    public init(
        grid: CubeGrid, wavefunctions: [Wavefunction], quantities: [CubeQuantity], tolerance: Double = 1e-8,
        pool: WorkerPool, progress: (@Sendable (Double) -> Void)? = nil
    ) {
        self.grid = grid
        let count = grid.pointCount
        var values = wavefunctions.map { _ in [CubeQuantity: [Double]]() }
        guard let basis = wavefunctions.first?.basis else {
            self.values = values
            return
        }
        let plan = FieldPlan(wavefunctions, quantities: quantities)
        for place in plan.zeros { values[place.state][place.quantity] = [Double](repeating: 0, count: count) }
        let evaluator =
            quantities.contains(.electrostaticPotential)
            ? ElectrostaticPotentialEvaluator(
                basis: basis, densities: wavefunctions.map(\.totalDensity), tolerance: tolerance, pool: pool) : nil
        var potentials = [[Double]](repeating: [], count: evaluator == nil ? 0 : wavefunctions.count)
        var fields = [[Double]](repeating: [], count: plan.places.count)
        for k in potentials.indices { potentials[k].reserveCapacity(count) }
        for k in fields.indices { fields[k].reserveCapacity(count) }
        var start = 0
        while start < count {
            let range = start..<min(count, start + Self.chunkSize)
            let points = grid.points(range)
            let (done, width) = (Double(start) / Double(count), Double(range.count) / Double(count))
            if let evaluator {
                let chunk = evaluator.values(at: points, pool: pool) { part in progress?(done + width * part) }
                for k in potentials.indices { potentials[k].append(contentsOf: chunk[k]) }
            }
            for (k, chunk) in plan.values(basis: basis, points: points, pool: pool).enumerated() {
                fields[k].append(contentsOf: chunk)
            }
            start = range.upperBound
            progress?(Double(start) / Double(count))
        }
        for k in potentials.indices { values[k][.electrostaticPotential] = potentials[k] }
        for (place, field) in zip(plan.places, fields) { values[place.state][place.quantity] = field }
        self.values = values
    }
}

/// Which densities and orbitals the cubes of several states need.
private struct FieldPlan {
    typealias Place = (state: Int, quantity: CubeQuantity)
    private var densities: [Matrix] = []
    private var densityPlaces: [Place] = []
    private var orbitals: [[Double]] = []
    private var orbitalPlaces: [Place] = []
    /// Fields that vanish.
    private(set) var zeros: [Place] = []
    /// In the order of `values`.
    var places: [Place] { densityPlaces + orbitalPlaces }

    init(_ states: [Wavefunction], quantities: [CubeQuantity]) {
        for (k, state) in states.enumerated() {
            for quantity in CubeQuantity.allCases where quantities.contains(quantity) {
                let place = (k, quantity)
                switch quantity {
                case .electrostaticPotential: break
                case .electronDensity: add(state.totalDensity, place)
                case .spinDensity: if state.isRestricted { zeros.append(place) } else { add(state.spinDensity, place) }
                case .densityDifference: if k > 0 { add(state.totalDensity - states[0].totalDensity, place) }
                case .densityStep: if k > 0 { add(state.totalDensity - states[k - 1].totalDensity, place) }
                case .highestOccupiedOrbital: add(state.highestOccupiedOrbital, place)
                case .lowestEmptyOrbital: add(state.lowestEmptyOrbital, place)
                }
            }
        }
    }

    private mutating func add(_ density: Matrix, _ place: Place) {
        densities.append(density)
        densityPlaces.append(place)
    }

    private mutating func add(_ orbital: Wavefunction.ChosenOrbital?, _ place: Place) {
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
