import DensityFunctionals
import LinearAlgebra
import MolecularQuadrature

/// Sums of one group of blocks for one state.
struct StateSums: Sendable {
    var energy = 0.0
    var alphaElectrons = 0.0
    var betaElectrons = 0.0
}

/// Scratch space of one worker, and the work on a block.
final class BlockWorkspace: @unchecked Sendable {
    private let basisCount: Int
    let coordinates: PointCoordinates
    private let blockSize: Int
    /// For blocks whose orbital values are not kept.
    private let orbitalStorage: AlignedDoubles
    private let packed, rows, product: AlignedDoubles
    /// Of two spins: rho, three gradient components and tau.
    let densities: AlignedDoubles
    /// c0, cx, cy, cz of `PotentialKernel.fillRows`, then what grad(phi_i) . grad(phi_j) is multiplied with.
    let coefficients: AlignedDoubles
    private let functional: FunctionalArrays
    private var rowOfFunction: [Int32]

    /// Room for the largest of the blocks.
    init(basisCount: Int, plans: [BlockPlan], blockSize: Int) {
        let largestFunctionCount = plans.reduce(1) { max($0, $1.functions.count) }
        let largestEvaluated = plans.reduce(0) { $1.orbitals == nil ? max($0, $1.functions.count) : $0 }
        self.basisCount = basisCount
        self.blockSize = blockSize
        coordinates = PointCoordinates(blockSize: blockSize)
        let points = OrbitalMatrices.paddedPoints(blockSize)
        let padded = OrbitalMatrices.paddedRows(largestFunctionCount)
        orbitalStorage = AlignedDoubles(
            count: OrbitalMatrices.doubles(functions: largestEvaluated + 1, points: blockSize))
        packed = AlignedDoubles(count: (padded + 6) * padded)
        rows = AlignedDoubles(count: (padded + 3) * points)
        product = AlignedDoubles(count: (padded + 8) * (padded + 8))
        densities = AlignedDoubles(count: 2 * FunctionalArrays.rowCount * points)
        coefficients = AlignedDoubles(count: FunctionalArrays.rowCount * points)
        functional = FunctionalArrays(points: points)
        rowOfFunction = [Int32](repeating: 0, count: basisCount)
    }

    /// Adds a block's share of energies, electrons and (half) potentials of all states.
    ///
    /// - Parameter potentials: one square matrix after the other, in the order of the states and their spins.
    func add(
        _ plan: BlockPlan, states: [SpinDensityMatrices], functional: DensityFunctional, grid: MolecularGrid,
        evaluator: BasisFunctionEvaluator, sums: UnsafeMutablePointer<StateSums>, potentials: UnsafeMutablePointer<Double>
    ) {
        coordinates.load(grid, plan.points)
        let orbitals = orbitalMatrices(plan, evaluator: evaluator)
        let points = OrbitalMatrices.paddedPoints(plan.points.count)
        let weights = coordinates.weights
        let square = basisCount * basisCount
        var target = potentials
        for (index, state) in states.enumerated() {
            switch state {
            case .restricted(let total):
                fillDensity(plan, orbitals, total, spin: 0, uses: functional.kind)
                self.functional.evaluate(
                    functional, densities: densities.base, weights: weights, count: plan.points.count,
                    points: points, sums: &sums[index])
                self.functional.fillCoefficients(
                    densities: densities.base, weights: weights, count: plan.points.count, points: points,
                    uses: functional.kind, target: coefficients.base)
                addPotential(plan, orbitals, uses: functional.kind, to: target)
                target += square
            case .unrestricted(let alpha, let beta):
                fillDensity(plan, orbitals, alpha, spin: 0, uses: functional.kind)
                fillDensity(plan, orbitals, beta, spin: 1, uses: functional.kind)
                self.functional.evaluatePolarized(
                    functional, densities: densities.base, weights: weights, count: plan.points.count,
                    points: points, sums: &sums[index])
                for spin in 0..<2 {
                    self.functional.fillPolarizedCoefficients(
                        spin: spin, densities: densities.base, weights: weights, count: plan.points.count,
                        points: points, uses: functional.kind, target: coefficients.base)
                    addPotential(plan, orbitals, uses: functional.kind, to: target)
                    target += square
                }
            }
        }
    }

    func orbitalMatrices(_ plan: BlockPlan, evaluator: BasisFunctionEvaluator) -> OrbitalMatrices {
        let count = plan.functions.count
        if let kept = plan.orbitals { return OrbitalMatrices(kept.base, functions: count, points: plan.points.count) }
        // One row more than there are functions: it takes those that come with their shell but are not needed.
        let orbitals = OrbitalMatrices(
            orbitalStorage.base, functions: count, points: plan.points.count, spareRow: true)
        let box = BasisFunctionEvaluator.Box(
            x: coordinates.x, y: coordinates.y, z: coordinates.z, count: plan.points.count)
        for unit in plan.units {
            for function in evaluator.functions(ofUnit: Int(unit)) { rowOfFunction[function] = Int32(count) }
        }
        for (row, function) in plan.functions.enumerated() { rowOfFunction[Int(function)] = Int32(row) }
        for unit in plan.units {
            orbitals.evaluate(evaluator, unit: Int(unit), box: box, points: coordinates, rows: rowOfFunction)
        }
        orbitals.clearPadding()
        return orbitals
    }

    func fillDensity(
        _ plan: BlockPlan, _ orbitals: OrbitalMatrices, _ matrix: Matrix, spin: Int, uses kind: DensityFunctional.Kind
    ) {
        matrix.elements.withUnsafeBufferPointer { pack(plan, $0.baseAddress!) }
        let points = OrbitalMatrices.paddedPoints(plan.points.count)
        let output = densities.base + FunctionalArrays.rowCount * spin * points
        DensityKernel.evaluate(
            orbitals, packed: packed.base, columns: plan.densityColumns, withGradient: kind != .localDensity,
            output: lanePointer(output))
        guard kind == .metaGeneralizedGradient else { return }
        let tau = output + 4 * points
        let part = rows.base
        tau.update(repeating: 0, count: points)
        for component in 1...3 {
            DensityKernel.evaluate(
                orbitals, packed: packed.base, columns: plan.densityColumns, withGradient: false, part: component,
                output: lanePointer(part))
            for p in 0..<points { tau[p] += 0.5 * part[p] }
        }
    }

    /// Gathers the elements of a density matrix in the order in which the kernel reads them.
    @inline(never)
    private func pack(_ plan: BlockPlan, _ elements: UnsafePointer<Double>) {
        let count = plan.functions.count
        let columns = basisCount
        let tile = DensityKernel.tile
        plan.functions.withUnsafeBufferPointer { functions in
            var target = packed.base
            for (t, limit) in plan.densityColumns.enumerated() {
                for r in 0..<tile {
                    let i = tile * t + r
                    if i < count {
                        let row = elements + Int(functions[i]) * columns
                        for j in 0..<Int(limit) { target[j * tile + r] = row[Int(functions[j])] }
                    } else {
                        for j in 0..<Int(limit) { target[j * tile + r] = 0 }
                    }
                }
                target += tile * Int(limit)
            }
        }
    }

    /// - Parameter own: c0, cx, cy, cz if they differ from those of `coefficients`.
    func addPotential(
        _ plan: BlockPlan, _ orbitals: OrbitalMatrices, coefficients own: UnsafeMutablePointer<Double>? = nil,
        uses kind: DensityFunctional.Kind,
        to target: UnsafeMutablePointer<Double>
    ) {
        addProduct(
            plan, orbitals, coefficients: own ?? coefficients.base, withGradient: kind != .localDensity, part: 0, to: target)
        guard kind == .metaGeneralizedGradient else { return }
        let kinetic = coefficients.base + 4 * OrbitalMatrices.paddedPoints(plan.points.count)
        for component in 1...3 {
            addProduct(plan, orbitals, coefficients: kinetic, withGradient: false, part: component, to: target)
        }
    }

    private func addProduct(
        _ plan: BlockPlan, _ orbitals: OrbitalMatrices, coefficients: UnsafeMutablePointer<Double>, withGradient: Bool,
        part: Int, to target: UnsafeMutablePointer<Double>
    ) {
        let tile = PotentialKernel.tile
        let resultStride = (plan.functions.count + tile - 1) / tile * tile
        let b = lanePointer(rows.base)
        let rowsStride = PotentialKernel.fillRows(
            b, orbitals, coefficients: lanePointer(coefficients), withGradient: withGradient, part: part)
        PotentialKernel.multiply(
            b, rowsStride: rowsStride, orbitals, part: part, counts: plan.potentialCounts, result: product.base,
            resultStride: resultStride)
        scatter(plan, resultStride: resultStride, to: target)
    }

    /// Adds the block's product to the matrix over all functions.
    @inline(never)
    private func scatter(_ plan: BlockPlan, resultStride: Int, to target: UnsafeMutablePointer<Double>) {
        let count = plan.functions.count
        let tile = PotentialKernel.tile
        plan.functions.withUnsafeBufferPointer { functions in
            for (t, limit) in plan.potentialCounts.enumerated() {
                let last = min(count, tile * (t + 1))
                for i in 0..<Int(limit) {
                    let source = product.base + i * resultStride
                    let row = target + Int(functions[i]) * basisCount
                    for j in tile * t..<last { row[Int(functions[j])] += source[j] }
                }
            }
        }
    }
}
