import COpenBLAS
import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature

/// Scratch space of one worker, and the work on a block for a gradient.
///
/// With c = w dE/d(grad rho) at fixed points, the derivative by the centre of function i is
/// -2 sum_p [grad(phi_i) (w v u_i + x_i) + grad(c . grad(phi_i)) u_i], where u = D phi and x = D (c . grad(phi)).
/// The kinetic-energy density adds - sum_p w dE/dtau sum_b grad(dphi_i/db) (D dphi/db)_i.
final class GradientWorkspace: @unchecked Sendable {
    private let block: BlockWorkspace
    private let arrays: FunctionalArrays
    private let includesQuadratureResponse: Bool
    private let basisCount: Int
    private let partition: PartitionGradient
    /// The density matrix of a block's functions.
    private let packed: AlignedDoubles
    /// Rows in strips: half the potential's orbitals, and the products u and x.
    private let rows, curvature, slope: AlignedDoubles
    /// Three rows: along which derivatives are taken for the kinetic-energy density.
    private let direction: AlignedDoubles
    /// At every point: x, y and z of the force on all functions, then the energy per volume.
    private let pointForces: AlignedDoubles
    private var rowOfFunction: [Int32]

    init(basis: AtomicOrbitalBasis, plans: [BlockPlan], blockSize: Int, includesQuadratureResponse: Bool) {
        let functions = plans.reduce(1) { max($0, $1.functions.count) }
        let points = OrbitalMatrices.paddedPoints(blockSize)
        block = BlockWorkspace(basisCount: basis.functionCount, plans: plans, blockSize: blockSize)
        arrays = FunctionalArrays(points: points)
        self.includesQuadratureResponse = includesQuadratureResponse
        basisCount = basis.functionCount
        partition = PartitionGradient(molecule: basis.molecule)
        packed = AlignedDoubles(count: functions * functions)
        // One row more than there are functions: it belongs to those that come with their shell but are not needed.
        rows = AlignedDoubles(count: (functions + PotentialKernel.group) * points)
        curvature = AlignedDoubles(count: (functions + 1) * points)
        slope = AlignedDoubles(count: (functions + 1) * points)
        direction = AlignedDoubles(count: 3 * points)
        pointForces = AlignedDoubles(count: 4 * points)
        rowOfFunction = [Int32](repeating: 0, count: basis.functionCount)
    }

    /// Adds a block's share of the derivatives.
    func add(
        _ plan: BlockPlan, state: SpinDensityMatrices, functional: DensityFunctional, grid: MolecularGrid,
        evaluator: BasisFunctionEvaluator, to forces: inout [SIMD3<Double>]
    ) {
        let count = plan.points.count
        let points = OrbitalMatrices.paddedPoints(count)
        let kind = functional.kind
        let coordinates = block.coordinates
        coordinates.load(grid, plan.points)
        let orbitals = block.orbitalMatrices(plan, evaluator: evaluator)
        for unit in plan.units {
            for function in evaluator.functions(ofUnit: Int(unit)) { rowOfFunction[function] = Int32(plan.functions.count) }
        }
        for (row, function) in plan.functions.enumerated() { rowOfFunction[Int(function)] = Int32(row) }
        for (spin, matrix) in state.matrices.enumerated() {
            block.fillDensity(plan, orbitals, matrix, spin: spin, uses: kind)
        }
        var sums = StateSums()
        let isPolarized = state.matrices.count == 2
        if isPolarized {
            arrays.evaluatePolarized(
                functional, densities: block.densities.base, weights: coordinates.weights, count: count, points: points,
                sums: &sums)
        } else {
            arrays.evaluate(
                functional, densities: block.densities.base, weights: coordinates.weights, count: count, points: points,
                sums: &sums)
        }
        pointForces.base.update(repeating: 0, count: 4 * points)
        for (spin, matrix) in state.matrices.enumerated() {
            if isPolarized {
                arrays.fillPolarizedCoefficients(
                    spin: spin, densities: block.densities.base, weights: coordinates.weights, count: count, points: points,
                    uses: kind, target: block.coefficients.base)
            } else {
                arrays.fillCoefficients(
                    densities: block.densities.base, weights: coordinates.weights, count: count, points: points,
                    uses: kind, target: block.coefficients.base)
            }
            multiply(plan, orbitals, matrix, usesGradient: functional.usesGradient)
            addForces(
                plan, orbitals, evaluator, points: points,
                direction: functional.usesGradient ? UnsafePointer(block.coefficients.base + points) : nil, to: &forces)
            if functional.usesKineticEnergyDensity { addKineticForces(plan, orbitals, evaluator, points: points, to: &forces) }
        }
        if includesQuadratureResponse { addResponse(plan, grid, points: points, isPolarized: isPolarized, to: &forces) }
    }

    /// u and w v u + x.
    private func multiply(_ plan: BlockPlan, _ orbitals: OrbitalMatrices, _ matrix: Matrix, usesGradient: Bool) {
        let count = plan.functions.count
        for (i, row) in plan.functions.enumerated() {
            let source = Int(row) * basisCount
            for (j, column) in plan.functions.enumerated() {
                packed.base[i * count + j] = matrix.elements[source + Int(column)]
            }
        }
        let rowsStride = PotentialKernel.fillRows(
            lanePointer(rows.base), orbitals, coefficients: lanePointer(block.coefficients.base), withGradient: usesGradient)
        let width = Int32(OrbitalMatrices.pointsInStrip)
        let n = Int32(count)
        let strip = OrbitalMatrices.pointsInStrip * (count + 1)
        for s in 0..<orbitals.strips {
            let phi = UnsafeMutableRawPointer(orbitals.part(0, strip: s)).assumingMemoryBound(to: Double.self)
            let u = curvature.base + s * strip
            let x = slope.base + s * strip
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, n, width, n, 1, packed.base, n, phi, width, 0, u, width)
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, n, width, n, 1, packed.base, n, rows.base + 8 * s * rowsStride, width,
                0, x, width)
            // The rows hold w v / 2 phi: its other half.
            let half = block.coefficients.base + s * OrbitalMatrices.pointsInStrip
            for i in 0..<count {
                for p in 0..<OrbitalMatrices.pointsInStrip { x[i * Int(width) + p] += half[p] * u[i * Int(width) + p] }
            }
            for p in 0..<OrbitalMatrices.pointsInStrip {
                u[count * Int(width) + p] = 0
                x[count * Int(width) + p] = 0
            }
        }
    }

    /// One component of the orbitals' gradient after the other; the density matrix has been packed by `multiply`.
    private func addKineticForces(
        _ plan: BlockPlan, _ orbitals: OrbitalMatrices, _ evaluator: BasisFunctionEvaluator, points: Int,
        to forces: inout [SIMD3<Double>]
    ) {
        let n = Int32(plan.functions.count)
        let width = Int32(OrbitalMatrices.pointsInStrip)
        let strip = OrbitalMatrices.pointsInStrip * (plan.functions.count + 1)
        slope.base.update(repeating: 0, count: strip * orbitals.strips)
        for component in 0..<3 {
            for s in 0..<orbitals.strips {
                let phi = UnsafeMutableRawPointer(orbitals.part(component + 1, strip: s)).assumingMemoryBound(to: Double.self)
                let u = curvature.base + s * strip
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, n, width, n, 1, packed.base, n, phi, width, 0, u, width)
            }
            for axis in 0..<3 {
                for p in 0..<points {
                    direction.base[axis * points + p] = axis == component ? 2 * block.coefficients.base[4 * points + p] : 0
                }
            }
            addForces(plan, orbitals, evaluator, points: points, direction: direction.base, to: &forces)
        }
    }

    private func addForces(
        _ plan: BlockPlan, _ orbitals: OrbitalMatrices, _ evaluator: BasisFunctionEvaluator, points: Int,
        direction: UnsafePointer<Double>?, to forces: inout [SIMD3<Double>]
    ) {
        let coordinates = block.coordinates
        let layout = OrbitalLayout(
            strips: orbitals.strips, vectors: OrbitalMatrices.vectors, rowStride: OrbitalMatrices.pointsInStrip,
            stripStride: OrbitalMatrices.pointsInStrip * (plan.functions.count + 1))
        let pull = OrbitalPull(
            slope: slope.base, curvature: direction == nil ? nil : UnsafePointer(curvature.base), direction: direction,
            stride: points)
        let box = BasisFunctionEvaluator.Box(
            x: coordinates.x, y: coordinates.y, z: coordinates.z, count: plan.points.count)
        rowOfFunction.withUnsafeBufferPointer { rows in
            guard let rows = rows.baseAddress else { return }
            for unit in plan.units {
                let sum = evaluator.addForces(
                    unit: Int(unit), box: box, x: coordinates.x, y: coordinates.y, z: coordinates.z, layout: layout,
                    rows: rows, pull: pull, to: pointForces.base)
                forces[evaluator.atom(ofUnit: Int(unit))] -= 2 * sum
            }
        }
    }

    /// For points that move with their atoms, the functions move in the opposite direction; and the weights change.
    private func addResponse(
        _ plan: BlockPlan, _ grid: MolecularGrid, points: Int, isPolarized: Bool, to forces: inout [SIMD3<Double>]
    ) {
        let energies = pointForces.base + 3 * points
        arrays.fillEnergyPerVolume(count: plan.points.count, isPolarized: isPolarized, target: energies)
        let coordinates = block.coordinates
        for p in 0..<plan.points.count {
            forces[Int(grid.atoms[plan.points.lowerBound + p])] +=
                2 * SIMD3(pointForces.base[p], pointForces.base[points + p], pointForces.base[2 * points + p])
        }
        // Points that fill up the last lanes have zero weight.
        for p in stride(from: 0, to: plan.points.count, by: PartitionGradient.lanes) {
            var parents = SIMD8<Int64>(repeating: 0)
            for lane in 0..<PartitionGradient.lanes {
                parents[lane] = Int64(grid.atoms[min(plan.points.lowerBound + p + lane, plan.points.upperBound - 1)])
            }
            partition.add(
                x: lanePointer(coordinates.x + p).pointee, y: lanePointer(coordinates.y + p).pointee,
                z: lanePointer(coordinates.z + p).pointee, parents: parents,
                factor: lanePointer(coordinates.weights + p).pointee * lanePointer(energies + p).pointee, to: &forces)
        }
    }
}
