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
        var densities: [Matrix] = []
        var places: [(state: Int, quantity: CubeQuantity)] = []
        for (k, wavefunction) in wavefunctions.enumerated() {
            if quantities.contains(.electronDensity) {
                densities.append(wavefunction.totalDensity)
                places.append((k, .electronDensity))
            }
            guard quantities.contains(.spinDensity) else { continue }
            if wavefunction.isRestricted {
                values[k][.spinDensity] = [Double](repeating: 0, count: count)
            } else {
                densities.append(wavefunction.spinDensity)
                places.append((k, .spinDensity))
            }
        }
        let evaluator =
            quantities.contains(.electrostaticPotential)
            ? ElectrostaticPotentialEvaluator(
                basis: basis, densities: wavefunctions.map(\.totalDensity), tolerance: tolerance, pool: pool) : nil
        var potentials = [[Double]](repeating: [], count: evaluator == nil ? 0 : wavefunctions.count)
        var fields = [[Double]](repeating: [], count: densities.count)
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
            if !densities.isEmpty {
                let chunk = DensityOnPoints.values(basis: basis, densities: densities, points: points, pool: pool)
                for k in fields.indices { fields[k].append(contentsOf: chunk[k]) }
            }
            start = range.upperBound
            progress?(Double(start) / Double(count))
        }
        for k in potentials.indices { values[k][.electrostaticPotential] = potentials[k] }
        for (place, field) in zip(places, fields) { values[place.state][place.quantity] = field }
        self.values = values
    }
}
